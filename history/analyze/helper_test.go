// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

var ref = history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: "exec"}

// at is a number of seconds after the beginning of every execution here.
func at(seconds int) time.Time {
	return time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
}

// execution is one that succeeded between two seconds.
func execution(from, to int, steps ...history.Step) history.Execution {
	return history.Execution{Ref: ref, Status: history.Succeeded, Started: at(from), Ended: at(to), Steps: steps}
}

// step is one that succeeded between two seconds, without having waited.
func step(name string, from, to int, children ...history.Step) history.Step {
	return history.Step{ID: name, Name: name, Kind: history.StepNode, Status: history.Succeeded,
		Entered: at(from), Started: at(from), Ended: at(to), Children: children}
}

// branch is one with the name of its parent, as where the provider gives it none, and with the times of what is in it.
func branch(parent string, n int, children ...history.Step) history.Step {
	return node(history.BranchNode, parent, n, children)
}

func iteration(parent string, n int, children ...history.Step) history.Step {
	return node(history.IterationNode, parent, n, children)
}

func node(kind history.StepKind, parent string, n int, children []history.Step) history.Step {
	s := history.Step{ID: fmt.Sprintf("%s[%d]", parent, n), Name: parent, Kind: kind, Status: history.Succeeded, Children: children}
	if len(children) > 0 {
		s.Entered, s.Ended = children[0].Entered, children[len(children)-1].Ended
	}
	return s
}

// with changes a copy of a step.
func with(s history.Step, change func(*history.Step)) history.Step {
	change(&s)
	return s
}

// failing is the step failed with a code.
func failing(s history.Step, code string) history.Step {
	s.Status, s.Failure = history.Failed, &history.Failure{Code: code}
	return s
}

// randomExecution is an execution of up to about n steps, nested and named at random.
func randomExecution(r *rand.Rand, n int) history.Execution {
	e := execution(0, 100)
	e.Status = randomStatus(r)
	e.Steps = randomSteps(r, &n, 0)
	return e
}

func randomSteps(r *rand.Rand, budget *int, depth int) []history.Step {
	var steps []history.Step
	for range r.IntN(8) {
		if *budget--; *budget < 0 {
			break
		}
		from := r.IntN(90)
		s := step(string(rune('a'+r.IntN(4))), from, from+r.IntN(10))
		s.ID = fmt.Sprint(s.Name, "#", *budget)
		s.Status = randomStatus(r)
		s.Attempts = make([]history.Attempt, r.IntN(3))
		if r.IntN(3) == 0 {
			s.Kind = []history.StepKind{history.BranchNode, history.IterationNode}[r.IntN(2)]
		}
		if r.IntN(5) == 0 {
			s.Started, s.Ended = time.Time{}, time.Time{}
		}
		if depth < 4 {
			s.Children = randomSteps(r, budget, depth+1)
		}
		steps = append(steps, s)
	}
	return steps
}

func randomStatus(r *rand.Rand) history.Status {
	all := []history.Status{history.Succeeded, history.Failed, history.TimedOut, history.Stopped, history.Running, ""}
	return all[r.IntN(len(all))]
}

// count is the number of nodes in a tree.
func count(steps []history.Step) int {
	n := len(steps)
	for _, s := range steps {
		n += count(s.Children)
	}
	return n
}

func ids(steps []*history.Step) []string {
	var out []string
	for _, s := range steps {
		out = append(out, s.ID)
	}
	return out
}

func equal(t *testing.T, what string, want, got any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

// roundTrip checks that v is written as want, and that reading and writing that again changes no byte.
func roundTrip(t *testing.T, v any, want string) {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%T cannot be written: %v", v, err)
	}
	equal(t, "JSON", want, string(out))
	back := reflect.New(reflect.TypeOf(v))
	if err := json.Unmarshal(out, back.Interface()); err != nil {
		t.Fatalf("%s cannot be read: %v", out, err)
	}
	again, err := json.Marshal(back.Elem().Interface())
	if err != nil {
		t.Fatalf("%T cannot be written again: %v", v, err)
	}
	equal(t, "JSON after reading it", want, string(again))
}
