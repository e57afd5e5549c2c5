// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// TestLedger has the events of a small execution arrive in all kinds of bad ways.
func TestLedger(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arrives func(events []history.Event) []history.Event
		want    tally
	}{
		"all":               {func(e []history.Event) []history.Event { return e }, tally{Delivered: 5}},
		"nothing":           {func([]history.Event) []history.Event { return nil }, tally{Lost: 5}},
		"one lost":          {func(e []history.Event) []history.Event { return append(e[:2:2], e[3:]...) }, tally{Delivered: 4, Lost: 1}},
		"the last one lost": {func(e []history.Event) []history.Event { return e[:4] }, tally{Delivered: 4, Lost: 1}},
		"one repeated":      {func(e []history.Event) []history.Event { return append(e, e[4]) }, tally{Delivered: 6, Repeated: 1}},
		"one repeated and changed": {
			func(e []history.Event) []history.Event {
				return append(e, with(e[4], func(e *history.Event) { e.Step = "x" }))
			},
			tally{Delivered: 6, Repeated: 1},
		},
		"a byte of a detail changed": {
			func(e []history.Event) []history.Event {
				e[3].Detail += " "
				return e
			},
			tally{Delivered: 5, Wrong: 1},
		},
		"another execution's": {
			func(e []history.Event) []history.Event {
				e[1].Execution = "other"
				return e
			},
			tally{Delivered: 5, Wrong: 1},
		},
		"one that is not there": {
			func(e []history.Event) []history.Event {
				return append(e, with(e[4], func(e *history.Event) { e.ID = 6 }))
			},
			tally{Delivered: 6, Wrong: 1},
		},
		"out of order": {
			func(e []history.Event) []history.Event {
				e[1], e[2] = e[2], e[1]
				return e
			},
			tally{Delivered: 5, Wrong: 1},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := shape{Cloud: alibabaCloud, Events: 5, Each: 5}.jobs()[0]
			var events []history.Event
			for i := range j.size {
				events = append(events, j.event(i))
			}
			l := newLedger(j)
			for _, e := range tt.arrives(events) {
				j.noteEvent(l, e)
			}
			if diff := cmp.Diff(tt.want, l.close()); diff != "" {
				t.Errorf("tally mismatch (-want +got):\n%s", diff)
			}
			if perfect := l.perfect(5); perfect != (tt.want == tally{Delivered: 5}) {
				t.Errorf("perfect is %t", perfect)
			}
		})
	}
}

func with(e history.Event, change func(*history.Event)) history.Event {
	change(&e)
	return e
}

// TestLedgerOfAList counts an execution as its events.
func TestLedgerOfAList(t *testing.T) {
	t.Parallel()
	j := shape{Cloud: huaweiCloud, Events: 30, Each: 10, Group: 3, Lists: allLists}.jobs()[0]
	l := newLedger(j)
	changed := j.execution(1)
	changed.Steps[2].Output += " "
	for _, e := range []history.Execution{changed, j.execution(0), j.execution(0), {Ref: history.Ref{Execution: "exec-3"}}} {
		j.noteExecution(l, e)
	}
	if diff := cmp.Diff(tally{Delivered: 40, Lost: 10, Repeated: 10, Wrong: 20}, l.close()); diff != "" {
		t.Errorf("tally mismatch (-want +got):\n%s", diff)
	}
}

// TestTheProgramNoticesAWrongServer has the fake cloud itself do what no client can notice: the row must say so.
func TestTheProgramNoticesAWrongServer(t *testing.T) {
	t.Parallel()
	change := func(old, new string) func(hit) fakecloud.Fault {
		return always(fakecloud.Fault{Mutate: func(body []byte) []byte { return bytes.Replace(body, []byte(old), []byte(new), 1) }})
	}
	for name, tt := range map[string]struct {
		fault func(hit) fakecloud.Fault
		want  string
	}{
		"lost": {
			always(fakecloud.Fault{Mutate: func(body []byte) []byte {
				return bent(body, func(p *page) { p.Events = p.Events[:len(p.Events)-1] })
			}}),
			"1 lost, 0 repeated, 0 wrong",
		},
		"changed": {change(`"EventDetail" : "`, `"EventDetail" : "x`), "0 lost, 0 repeated, 1 wrong"},
		"renamed": {change(`"EventId" : 2,`, `"EventId" : 2000,`), "1 lost, 0 repeated, 1 wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r row
			r.Ours = walkOnce(t, shape{Cloud: alibabaCloud, Events: 5, Each: 5}, kind{name: name, fault: tt.fault})
			r.check("with faults", r.Ours)
			if !strings.Contains(r.Broken, tt.want) {
				t.Errorf("broken is %q, want %q", r.Broken, tt.want)
			}
		})
	}
}

// walkOnce walks a shape with one kind of fault at every request.
func walkOnce(t *testing.T, of shape, k kind) side {
	t.Helper()
	h, err := startHost(of, false)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	h.learn(k)
	s, err := ours(t.Context(), of, 1, h.URL(), newPlan([]kind{k}, 1, 1), quick())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAWalkThatCannotGoOnBreaksAPromise(t *testing.T) {
	t.Parallel()
	denied := kind{name: "denied", fault: always(fakecloud.Fault{Code: "AccessDenied"})}
	s := walkOnce(t, shape{Cloud: alibabaCloud, Events: 5, Each: 5}, denied)
	if s.Failed != 1 || s.Lost != 5 || !strings.Contains(s.Error, "AccessDenied") || s.perfect() {
		t.Errorf("side is %+v", s)
	}
	var r row
	if r.check("now", s); !strings.Contains(r.Broken, "now a walk ended: ") {
		t.Errorf("broken is %q", r.Broken)
	}
}
