// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
)

// at is a number of seconds after the beginning of every execution here.
func at(seconds int) time.Time {
	return time.Date(2026, time.November, 1, 8, 0, seconds, 0, time.UTC)
}

// execution began at 0 and ended at a second, 0 for one that runs.
func execution(status history.Status, end int, steps ...history.Step) history.Execution {
	e := history.Execution{
		Ref:    history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: "exec"},
		Status: status, Started: at(0), Steps: steps,
	}
	if end > 0 {
		e.Ended = at(end)
	}
	return e
}

// step was entered, started and ended at some seconds; a negative one is not known.
func step(name string, status history.Status, entered, started, ended int, children ...history.Step) history.Step {
	s := history.Step{ID: name, Name: name, Kind: history.StepNode, Status: status, Children: children}
	for field, second := range map[*time.Time]int{&s.Entered: entered, &s.Started: started, &s.Ended: ended} {
		if second >= 0 {
			*field = at(second)
		}
	}
	return s
}

// iterations are n of a foreach step, with a step in each.
func iterations(n int, status func(int) history.Status) history.Step {
	all := step("each", history.Running, 0, 0, -1)
	for i := range n {
		inner := step("work", status(i), 0, 1, 2)
		if !inner.Status.Terminal() {
			inner.Ended = time.Time{}
		}
		inner.ID = fmt.Sprintf("work#%d", i+1)
		turn := history.Step{
			ID: fmt.Sprintf("each[%d]", i+1), Name: "each", Kind: history.IterationNode, Status: inner.Status,
			Entered: at(0), Ended: inner.Ended, Children: []history.Step{inner},
		}
		all.Children = append(all.Children, turn)
	}
	return all
}

func text(t *testing.T, e history.Execution, o *render.TextOptions) string {
	t.Helper()
	var b strings.Builder
	if err := render.Text(&b, e, o); err != nil {
		t.Fatalf("drawing: %v", err)
	}
	return b.String()
}

// largest is an execution with as many events as FnF allows, and details in each of them.
func largest() history.Execution {
	e := historytest.Generate(1, &historytest.GenerateOptions{
		MaxEvents: historytest.LargestMaxEvents, Fill: true, Variant: &historytest.Variant{},
	}).Execution
	n := 0
	for _, s := range e.Walk() {
		n++
		s.Input = history.Detail(fmt.Sprintf(`{"n":%d,"text":%q}`, n, strings.Repeat("<details> & more ", 400)))
		s.Output = history.Detail(strings.Repeat("x", n))
	}
	return e
}

// nested is an execution that failed by a step so many levels down, with as many failed steps of a name around it.
func nested(levels int, name string) history.Execution {
	inner := step("inmost", history.Failed, 1, 1, 2)
	inner.Failure = &history.Failure{Code: name, Cause: name}
	for range levels {
		inner = step(name, history.Failed, 1, 1, 2, inner)
	}
	return execution(history.Failed, 3, inner)
}

// many is an execution with so many steps.
func many(steps int) history.Execution {
	e := execution(history.Succeeded, steps)
	for i := range steps {
		e.Steps = append(e.Steps, step(fmt.Sprint("step-", i), history.Succeeded, i, i, i+1))
	}
	return e
}

var errFull = errors.New("no room")

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
