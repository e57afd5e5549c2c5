// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"flag"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

var generated = flag.Int("generated", 10_000, "how many executions the fold tests generate; a fifth of that with -short")

// sequence is events without an error.
func sequence(events []history.Event) func(func(history.Event, error) bool) {
	return func(yield func(history.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// fold folds events, which must not be an error.
func fold(t testing.TB, events []history.Event) history.Execution {
	t.Helper()
	e, err := history.Fold(sequence(events))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// forSeeds checks so many seeds and stops at the first that fails.
func forSeeds(t *testing.T, n int, check func(t *testing.T, seed uint64)) {
	if testing.Short() {
		n /= 5
	}
	for seed := range uint64(n) {
		if check(t, seed); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// truthOf is what an execution's RootCause is in the words of the generator.
func truthOf(e history.Execution) historytest.RootCause {
	r, ok := e.RootCause()
	return historytest.RootCause{
		Found: ok, Status: r.Status, Path: stepIDs(r.Path), Failure: r.Failure, Survived: stepIDs(r.Survived), Caught: stepIDs(r.Caught),
	}
}

func stepIDs(steps []*history.Step) []string {
	var ids []string
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	return ids
}

// generate makes an execution of a size that depends on its seed: most are small, a few are very large.
func generate(seed uint64, o historytest.GenerateOptions) historytest.Generated {
	o.MaxEvents = 100
	switch {
	case seed%2000 == 1999:
		o.MaxEvents, o.Fill = historytest.LargestMaxEvents, true
	case seed%500 == 499:
		o.MaxEvents = 1000
	}
	return historytest.Generate(seed, &o)
}

func TestFoldRecoversGeneratedExecutions(t *testing.T) {
	t.Parallel()
	forSeeds(t, *generated, func(t *testing.T, seed uint64) {
		g := generate(seed, historytest.GenerateOptions{Running: seed%7 == 6})
		got := fold(t, g.Events)
		got.Diagnostics = slices.DeleteFunc(got.Diagnostics, func(d history.Diagnostic) bool {
			return d.Code == "unclosed_step" && slices.Contains(g.Open, d.Step)
		})
		if len(got.Diagnostics) == 0 {
			got.Diagnostics = nil
		}
		recovers(t, g, got)
	})
}

// recovers compares what was folded with the truth.
func recovers(t *testing.T, g historytest.Generated, got history.Execution) {
	t.Helper()
	cause := truthOf(got)
	if reflect.DeepEqual(g.Execution, got) && reflect.DeepEqual(g.RootCause, cause) {
		return // cmp is slow
	}
	t.Errorf("variant %+v: execution mismatch (-want +got):\n%s", g.Variant, cmp.Diff(g.Execution, got))
	t.Errorf("root cause mismatch (-want +got):\n%s", cmp.Diff(g.RootCause, cause))
}

// Causes that are lost where names leave no doubt cost nothing but a diagnostic.
func TestFoldRecoversGeneratedExecutionsWithoutSomeCauses(t *testing.T) {
	t.Parallel()
	forSeeds(t, *generated/10, func(t *testing.T, seed uint64) {
		v := historytest.Generate(seed, nil).Variant
		v.LostCauses = true
		g := generate(seed, historytest.GenerateOptions{Variant: &v})
		got := fold(t, g.Events)
		for _, d := range got.Diagnostics {
			if d.Code != "unclosed_step" && d.Code != "broken_chain" {
				t.Errorf("diagnostic %+v", d)
			}
		}
		got.Diagnostics = nil
		recovers(t, g, got)
	})
}

// A damaged history never grows steps that were not there, and the damage is named.
func TestFoldNamesDamage(t *testing.T) {
	t.Parallel()
	kinds := historytest.DamageKinds()
	forSeeds(t, *generated/2, func(t *testing.T, seed uint64) {
		g := generate(seed, historytest.GenerateOptions{Running: seed%7 == 6})
		var only []historytest.DamageKind
		if k := int(seed) % (len(kinds) + 1); k < len(kinds) {
			only = kinds[k : k+1]
		}
		events, done := historytest.Damage(g.Events, seed, only...)
		got := fold(t, events)
		codes := map[string]bool{}
		for _, d := range got.Diagnostics {
			codes[d.Code] = true
		}
		for _, d := range done {
			if d.Code != "" && !codes[d.Code] && (only != nil || len(done) == 1) {
				t.Errorf("variant %+v: nothing says %q of %s %+v; diagnostics: %+v", g.Variant, d.Code, d.Kind, d.Event, got.Diagnostics)
			}
		}
		want := census(g.Execution)
		for name, n := range census(got) {
			if n > want[name] {
				t.Errorf("variant %+v: %d nodes %q, there were %d; damage: %+v", g.Variant, n, name, want[name], done)
			}
		}
	})
}

// census is how many nodes there are of each kind and, of steps, name: a branch may have to be put at the wrong step.
func census(e history.Execution) map[string]int {
	n := map[string]int{}
	for _, s := range e.Walk() {
		if s.Kind == history.StepNode {
			n[s.Name]++
		} else {
			n[string(s.Kind)]++
		}
	}
	return n
}
