// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestDamageIsDeterministicAndLeavesTheOriginal(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		g := historytest.Generate(seed, nil)
		before := slices.Clone(g.Events)
		events, done := historytest.Damage(g.Events, seed)
		again, doneAgain := historytest.Damage(g.Events, seed)
		if !slices.Equal(events, again) || !slices.Equal(done, doneAgain) {
			t.Errorf("seed %d: two runs are not the same", seed)
		}
		if !slices.Equal(before, g.Events) {
			t.Errorf("seed %d: the original has changed", seed)
		}
		if len(done) == 0 || slices.Equal(events, g.Events) {
			t.Errorf("seed %d: nothing was damaged", seed)
		}
	}
}

// TestDamageSaysWhatItDid takes back what it says it did, and must end with the original.
func TestDamageSaysWhatItDid(t *testing.T) {
	t.Parallel()
	for _, kinds := range append(single(), nil) {
		for seed := range uint64(100) {
			g := historytest.Generate(seed, nil)
			events, done := historytest.Damage(g.Events, seed, kinds...)
			for _, d := range done {
				if kinds != nil && !slices.Contains(kinds, d.Kind) {
					t.Errorf("seed %d: %s was not asked for", seed, d.Kind)
				}
				events = slices.DeleteFunc(events, func(e history.Event) bool { return e.ID == d.Event.ID })
				i, _ := slices.BinarySearchFunc(events, d.Event.ID, func(e history.Event, id int64) int { return int(e.ID - id) })
				events = slices.Insert(events, i, d.Event)
			}
			if !slices.Equal(g.Events, events) { // a diff of events takes long to find that there is none
				t.Fatalf("%v, seed %d: events mismatch (-original +mended):\n%s", kinds, seed, cmp.Diff(g.Events, events))
			}
		}
	}
}

// single are the kinds of damage, each alone.
func single() (all [][]historytest.DamageKind) {
	for _, k := range historytest.DamageKinds() {
		all = append(all, []historytest.DamageKind{k})
	}
	return all
}

func TestDamageKinds(t *testing.T) {
	t.Parallel()
	tests := map[historytest.DamageKind]struct {
		code string
		bad  func(damaged, original []history.Event, d historytest.Damaged) bool
	}{
		historytest.Dropped: {"missing_events", func(damaged, _ []history.Event, d historytest.Damaged) bool {
			return count(damaged, d.Event.ID) == 0
		}},
		historytest.Doubled: {"repeated_event", func(damaged, _ []history.Event, d historytest.Damaged) bool {
			return count(damaged, d.Event.ID) == 2
		}},
		historytest.Moved: {"out_of_order", func(damaged, _ []history.Event, d historytest.Damaged) bool {
			i := slices.Index(damaged, d.Event)
			return i > 0 && damaged[i-1].ID > d.Event.ID
		}},
		historytest.CauseLost: {"broken_chain", func(damaged, _ []history.Event, d historytest.Damaged) bool {
			want := d.Event
			want.Cause = 0
			return slices.Contains(damaged, want) && d.Event.Cause != 0
		}},
		historytest.ClockBack: {"clock_backwards", func(damaged, original []history.Event, d historytest.Damaged) bool {
			i := slices.IndexFunc(damaged, func(e history.Event) bool { return e.ID == d.Event.ID })
			return i > 0 && damaged[i].Time.Before(original[0].Time)
		}},
		historytest.UnknownType: {"unknown_type", func(damaged, _ []history.Event, d historytest.Damaged) bool {
			return slices.ContainsFunc(damaged, func(e history.Event) bool { return e.ID == d.Event.ID && !e.Type.Known() })
		}},
	}
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(100) {
				g := historytest.Generate(seed, nil)
				events, done := historytest.Damage(g.Events, seed, kind)
				for _, d := range done {
					if !test.bad(events, g.Events, d) {
						t.Errorf("seed %d: the events do not show %+v", seed, d)
					}
					if want := codeOf(test.code, events, d); d.Code != want {
						t.Errorf("seed %d: Code = %q, want %q: %+v", seed, d.Code, want, d)
					}
				}
			}
		})
	}
}

// codeOf is the code of a kind of damage, or of the special cases of events that were dropped.
func codeOf(code string, events []history.Event, d historytest.Damaged) string {
	switch {
	case d.Kind != historytest.Dropped:
		return code
	case d.Event.ID == 1:
		return "missing_start"
	case !slices.ContainsFunc(events, func(e history.Event) bool { return e.ID > d.Event.ID }):
		return ""
	}
	return code
}

func count(events []history.Event, id int64) (n int) {
	for _, e := range events {
		if e.ID == id {
			n++
		}
	}
	return n
}

func TestDamageOfNothing(t *testing.T) {
	t.Parallel()
	one := []history.Event{{ID: 1, Type: history.ExecutionStarted}}
	tests := map[string]struct {
		events []history.Event
		kinds  []historytest.DamageKind
		want   int // of what was done
	}{
		"no events":                  {},
		"nothing that can be moved":  {one, []historytest.DamageKind{historytest.Moved}, 0},
		"the only event can be lost": {one, []historytest.DamageKind{historytest.Dropped}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, done := historytest.Damage(test.events, 1, test.kinds...)
			if len(done) != test.want || len(events) != len(test.events)-test.want {
				t.Errorf("%d damages, %d of %d events left; want %d damages", len(done), len(events), len(test.events), test.want)
			}
		})
	}
}
