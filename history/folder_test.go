// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func ExampleFolder() {
	var f history.Folder
	for i, t := range []history.EventType{history.ExecutionStarted, history.StepEntered, history.StepStarted, history.StepSucceeded} {
		e := history.Event{Ref: ref, ID: int64(i + 1), Cause: int64(i), Type: t, Time: began.Add(time.Duration(i) * time.Second)}
		if i > 0 {
			e.Step = "greet"
		}
		if step := f.Add(e); step != nil {
			fmt.Println(step.Name, step.Status, step.Duration())
		}
	}
	fmt.Println(f.Execution().Status)
	// Output:
	// greet succeeded 2s
	// running
}

// What a Folder has after each event is what Fold makes of the events until then.
func TestFolderIsFoldAtEveryEvent(t *testing.T) {
	t.Parallel()
	forSeeds(t, 150, func(t *testing.T, seed uint64) {
		events := historytest.Generate(seed, &historytest.GenerateOptions{MaxEvents: 60}).Events
		if seed%3 == 0 {
			events, _ = historytest.Damage(events, seed)
		}
		var f history.Folder
		for i, e := range events {
			f.Add(e)
			got, want := f.Execution(), fold(t, events[:i+1])
			if !reflect.DeepEqual(want, got) {
				equal(t, fmt.Sprintf("after %d events: execution", i+1), want, got)
				return
			}
		}
	})
}

// Each node that ended was handed out once, and in the end differs in nothing but what an exit adds.
func TestFolderHandsOutEachStepOnce(t *testing.T) {
	t.Parallel()
	forSeeds(t, 300, func(t *testing.T, seed uint64) {
		g := historytest.Generate(seed, nil)
		var f history.Folder
		ended := map[string]history.Step{}
		for _, e := range g.Events {
			if s := f.Add(e); s != nil {
				if _, again := ended[s.ID]; again {
					t.Errorf("%s was handed out twice", s.ID)
				}
				ended[s.ID] = *s
			}
		}
		for _, s := range f.Execution().Walk() {
			got, ok := ended[s.ID]
			if ok == s.Ended.IsZero() {
				t.Errorf("%s ended at %s; handed out: %t", s.ID, s.Ended, ok)
			}
			if !ok {
				continue
			}
			want := *s
			want.Children, got.Children = nil, nil
			if want.LastEvent != got.LastEvent { // exited later
				want.Ended, want.LastEvent = got.Ended, got.LastEvent
			}
			if !reflect.DeepEqual(want, got) {
				equal(t, s.ID, want, got)
			}
		}
	})
}

// What a Folder returned stays as it was.
func TestFolderChangesNothingThatItReturned(t *testing.T) {
	t.Parallel()
	forSeeds(t, 60, func(t *testing.T, seed uint64) {
		events, _ := historytest.Damage(historytest.Generate(seed, nil).Events, seed)
		var f history.Folder
		var returned []any
		var then []string
		keep := func(v any) {
			returned, then = append(returned, v), append(then, asJSON(t, v))
		}
		for i, e := range events {
			if s := f.Add(e); s != nil {
				keep(s)
			}
			if i%20 == 0 {
				keep(f.Execution())
			}
		}
		f.Execution()
		for i, v := range returned {
			if now := asJSON(t, v); now != then[i] {
				t.Errorf("what was returned as\n%s\nbecame\n%s", then[i], now)
			}
		}
	})
}

// The memory of a Folder that was used before makes no difference, and what was returned does not change.
func TestFoldAgain(t *testing.T) {
	t.Parallel()
	var before history.Execution
	var then string
	forSeeds(t, 200, func(t *testing.T, seed uint64) {
		events := historytest.Generate(seed, nil).Events
		if seed%2 == 0 {
			events, _ = historytest.Damage(events, seed)
		}
		var unused history.Folder
		for _, e := range events {
			unused.Add(e)
		}
		got := fold(t, events)
		if want := unused.Execution(); !reflect.DeepEqual(want, got) {
			equal(t, "execution", want, got)
		}
		if now := asJSON(t, before); seed > 0 && now != then {
			t.Errorf("what was returned as\n%s\nbecame\n%s", then, now)
		}
		before, then = got, asJSON(t, got)
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Facts about the past that become known late are folded in as if they had come in time: AOM's are like that.
func TestFolderTakesLateDerivedEvents(t *testing.T) {
	t.Parallel()
	events := script(t, `
		10 0 ExecutionStarted -
		20 10 StepStarted a
		30 10 StepStarted b
		40 20 StepSucceeded a {"status":"success"}
		50 30 StepFailed b {"status":"timeout"}
		60 10 StepStarted a
		70 60 StepExited a {"status":"cancel"}
		80 10 ExecutionFailed -`)
	for i := range events {
		events[i].Derived = true
	}
	want := fold(t, events)
	equal(t, "tree", "failed\n  a succeeded +succeeded\n  b timed_out +timed_out\n  a#2 stopped +stopped\n", outline(want))
	for _, order := range [][]int{{0, 2, 1, 3, 4, 5, 6, 7}, {0, 1, 2, 4, 5, 6, 3, 7}, {0, 2, 4, 5, 6, 1, 3, 7}} {
		var late []history.Event
		for _, i := range order {
			late = append(late, events[i])
		}
		equal(t, fmt.Sprintf("order %v: execution", order), want, fold(t, late))
	}
}

// Memory grows with the steps, not with the events.
func TestFolderForgetsEvents(t *testing.T) {
	var f history.Folder
	for _, e := range script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepStarted a
		4 3 TaskScheduled a`) {
		f.Add(e)
	}
	before := heap()
	types := []history.EventType{history.TaskSubmitted, "TaskHeartbeat", history.StepStarted, history.StepExited}
	for i := range int64(200_000) {
		e := history.Event{Ref: ref, ID: 5 + i, Cause: 4 + i, Type: types[i%3], Time: at(5), Step: "a"}
		f.Add(e)
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("200,000 events of one attempt took %d bytes", grown)
	}
	equal(t, "steps", 1, len(f.Execution().Steps))
}

// Neither the value of an ID nor the distance to the next costs memory.
func TestFolderTakesAnyID(t *testing.T) {
	for name, id := range map[string]func(i int64) int64{
		"in a row":   func(i int64) int64 { return i + 1 },
		"from above": func(i int64) int64 { return 1<<62 + i },
		"from below": func(i int64) int64 { return -1<<63 + i },
		"far apart":  func(i int64) int64 { return i << 48 },
		"apart":      func(i int64) int64 { return i * 3000 },
		"backwards":  func(i int64) int64 { return 10_000 - i },
		"one far":    func(i int64) int64 { return []int64{i, 1 << 62}[(i+1)/10_000] },
		"other way":  func(i int64) int64 { return []int64{-1 << 63, i}[min(i, 1)] },
	} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			var f history.Folder
			for i := range int64(10_000) {
				kind := []history.EventType{history.StepEntered, history.StepStarted, history.StepSucceeded, history.StepExited}[i%4]
				cause := int64(0)
				if i > 0 {
					cause = id(i - 1)
				}
				f.Add(history.Event{Ref: ref, ID: id(i), Cause: cause, Type: kind, Time: at(int(i)), Step: "a"})
			}
			if grown := heap() - before; grown > 4<<20 {
				t.Errorf("2,500 steps took %d bytes", grown)
			}
			equal(t, "steps", 2500, len(f.Execution().Steps))
		})
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Sequences that no workflow makes are folded in linear time; in quadratic time this would not end.
func TestFoldIsLinear(t *testing.T) {
	t.Parallel()
	const n = 100_000
	event := func(id, cause int64, kind history.EventType, step string) history.Event {
		return history.Event{Ref: ref, ID: id, Cause: cause, Type: kind, Time: began, Step: step}
	}
	for name, make := range map[string]func(i int64) history.Event{
		"steps in steps":          func(i int64) history.Event { return event(i, i-1, history.StepEntered, "a") },
		"ends of nothing":         func(i int64) history.Event { return event(i, i-1, history.StepExited, "a") },
		"steps without an end":    func(i int64) history.Event { return event(i, 1, history.StepEntered, "a") },
		"gaps":                    func(i int64) history.Event { return event(2*i, 0, history.StepEntered, "a") },
		"backwards":               func(i int64) history.Event { return event(n-i, n-i-1, history.StepStarted, "a") },
		"from the middle":         func(i int64) history.Event { return event(n+i*(i%2*2-1), 1, history.BranchEntered, "a") },
		"causes that do not come": func(i int64) history.Event { return event(i, -i, history.TaskScheduled, "a") },
		"ends behind the end": func(i int64) history.Event {
			const deep = 200
			switch {
			case i < deep:
				return event(i, i-1, history.StepEntered, "a")
			case i < n-deep:
				return event(i, deep-1, history.StepEntered, "a")
			case i == n-deep:
				return event(i, 1, history.ExecutionStopped, "")
			}
			return event(i, n-i, history.StepFailed, "a")
		},
		"names that look like IDs": func(i int64) history.Event { return event(i, 1, history.StepEntered, fmt.Sprint("a#", i/2)) },
		"ends from the outside in": func(i int64) history.Event {
			return event(i, i%(n/2), either(i < n/2, history.StepEntered, history.StepFailed), "a")
		},
		"branches of one": func(i int64) history.Event {
			return event(i, min(i-1, 1), either(i < 2, history.StepEntered, history.BranchEntered), "a")
		},
		"started before or after": func(i int64) history.Event {
			return event(i^1, i^1-1, either(i%2 == 0, history.StepEntered, history.StepStarted), "a")
		},
		"scheduled again and again": func(i int64) history.Event {
			return event(i, i-1, either(i < 2, history.StepEntered, history.TaskScheduled), "a")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, end := range []history.EventType{"", history.ExecutionStopped, history.ExecutionFailed, history.ExecutionSucceeded} {
				var f history.Folder
				for i := range int64(n) {
					f.Add(make(i))
				}
				if end != "" {
					f.Add(event(3*n, 1, end, ""))
				}
				e := f.Execution()
				e.RootCause()
				e.CriticalPath()
				equal(t, "codes with more than 101 diagnostics", 0, len(e.Diagnostics)/(101*13))
			}
		})
	}
}

func either(first bool, a, b history.EventType) history.EventType {
	if first {
		return a
	}
	return b
}

// The gaps of which a Folder remembers where they are are limited; how many IDs are missing it knows in any case.
func TestFolderCountsGaps(t *testing.T) {
	t.Parallel()
	var f history.Folder
	f.Add(history.Event{Ref: ref, ID: 1, Type: history.ExecutionStarted, Time: began})
	for i := range int64(3000) {
		f.Add(history.Event{Ref: ref, ID: 3 + 2*i, Cause: 1, Type: "Unknown", Time: began})
	}
	f.Add(history.Event{Ref: ref, ID: 6000, Cause: 1, Type: "Unknown", Time: began}) // late
	var missing []history.Diagnostic
	for _, d := range f.Execution().Diagnostics {
		if d.Code == "missing_events" {
			missing = append(missing, d)
		}
	}
	equal(t, "diagnostics", 100, len(missing))
	equal(t, "last", "2900 events in 2900 more gaps were not read", missing[len(missing)-1].Text)
}
