// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Exhibit is an execution that shows one thing that histories can hold.
type Exhibit struct {
	Name      string            // one word, fit for a file's name
	Events    []history.Event   // in order of ID; Derived in the exhibit "huawei"
	Execution history.Execution // what history.Fold makes of Events
}

// Gallery returns ten generated executions, the same each time, for those who draw or export histories: linear, retry,
// catch, parallel, foreach, nested, timeout, stopped, running and huawei. The caller owns them. It is safe for concurrent
// use.
func Gallery() []Exhibit {
	return []Exhibit{
		galleryFlow{seed: 8, ends: history.ExecutionSucceeded, steps: lineOfTasks()}.exhibit("linear"),
		galleryFlow{seed: 2, ends: history.ExecutionSucceeded, steps: []*plannedStep{
			galleryTask("fetch-invoice", 3), galleryTask("convert-currency", 4), galleryTask("post-ledger", 3),
		}}.exhibit("retry"),
		galleryFlow{seed: 3, ends: history.ExecutionSucceeded, steps: []*plannedStep{
			galleryTask("reserve-stock", 1), caughtBy(galleryTask("charge-card", 1), galleryTask("charge-wallet", 1)), galleryTask("ship-order", 1),
		}}.exhibit("catch"),
		galleryFlow{
			seed: 20, ends: history.ExecutionFailed, steps: []*plannedStep{galleryTask("validate-order", 1)}, last: galleryParallel(),
		}.exhibit("parallel"),
		galleryForeach(),
		galleryFlow{
			seed: 5, ends: history.ExecutionFailed, steps: []*plannedStep{galleryTask("load-catalogue", 1)}, last: galleryNested(),
		}.exhibit("nested"),
		galleryFlow{
			seed: 18, ends: history.ExecutionTimedOut, steps: append(lineOfTasks(), galleryWide("resize-images", "resize", 6)),
		}.exhibit("timeout"),
		galleryFlow{
			seed: 11, ends: history.ExecutionStopped, steps: append(lineOfTasks(), galleryTask("archive-order", 1)),
		}.exhibit("stopped"),
		galleryRunning(),
		galleryHuawei(),
	}
}

// galleryFlow is a flow that was written by hand, and how its execution ends.
type galleryFlow struct {
	seed  uint64
	ends  history.EventType
	steps []*plannedStep
	last  *plannedStep // fails the execution
}

// run gives the simulation of the flow after its end.
func (f galleryFlow) run(name string) *simulation {
	opts := (&GenerateOptions{Ref: history.Ref{Workflow: "order-flow", Execution: name}}).withDefaults(f.seed)
	steps := f.steps
	s := &simulation{
		rng:     source(f.seed, 3),
		variant: Variant{Climb: true, ExitAfterFailure: true, NestedChoice: true},
		ref:     opts.Ref,
		plan: flowPlan{end: f.ends, allowed: allowing([]Construct{Retry, TaskTimeout}), last: f.last, next: func(int) *plannedStep {
			if len(steps) == 0 {
				return nil
			}
			next := steps[0]
			steps = steps[1:]
			return next
		}},
	}
	s.run(opts.Start)
	return s
}

func (f galleryFlow) exhibit(name string) Exhibit {
	return newExhibit(name, f.run(name).generated(f.seed).Events)
}

func newExhibit(name string, events []history.Event) Exhibit {
	e, _ := history.Fold(func(yield func(history.Event, error) bool) { // events of one execution: no error
		for _, event := range events {
			if !yield(event, nil) {
				return
			}
		}
	})
	return Exhibit{Name: name, Events: events, Execution: e}
}

func galleryTask(name string, tries int) *plannedStep {
	return &plannedStep{kind: Task, name: name, tries: tries}
}

func failingTask(name string, tries int) *plannedStep {
	return &plannedStep{kind: Task, name: name, tries: tries, fails: true}
}

func caughtBy(s, target *plannedStep) *plannedStep {
	s.fails, s.target = true, target
	return s
}

func lineOfTasks() []*plannedStep {
	return []*plannedStep{
		galleryTask("validate-order", 1), galleryTask("reserve-stock", 1), galleryTask("charge-card", 1), galleryTask("notify-customer", 1),
	}
}

// galleryWide is a foreach step with a task in each iteration.
func galleryWide(name, task string, n int) *plannedStep {
	s := &plannedStep{kind: Foreach, name: name}
	for range n {
		s.bodies = append(s.bodies, []*plannedStep{galleryTask(task, 1)})
	}
	return s
}

// galleryParallel has three branches, of which one fails after attempts.
func galleryParallel() *plannedStep {
	return &plannedStep{kind: Parallel, name: "prepare", fails: true, bodies: [][]*plannedStep{
		{galleryTask("reserve-stock", 1), galleryTask("print-label", 2)},
		{failingTask("charge-card", 4)},
		{galleryTask("render-invoice", 1), galleryTask("mail-invoice", 1), galleryTask("file-invoice", 1)},
	}}
}

// galleryNested fails four levels deep.
func galleryNested() *plannedStep {
	region := func(upload *plannedStep) []*plannedStep {
		return []*plannedStep{{kind: Choice, name: "is-stale", fails: upload.fails, bodies: [][]*plannedStep{
			{galleryTask("rebuild-index", 2), upload},
		}}}
	}
	publish := &plannedStep{kind: Foreach, name: "publish-regions", fails: true, bodies: [][]*plannedStep{
		region(galleryTask("upload", 2)), region(failingTask("upload", 3)), region(galleryTask("upload", 1)),
	}}
	return &plannedStep{kind: Parallel, name: "release", fails: true, bodies: [][]*plannedStep{
		{galleryTask("warm-cache", 1), publish},
		{caughtBy(galleryTask("notify-chat", 1), galleryTask("notify-mail", 1))},
	}}
}

// galleryForeach has 128 iterations, of which two fail. Eight of them run at a time, the others wait for that.
func galleryForeach() Exhibit {
	wide := galleryWide("resize-images", "resize", 128)
	wide.fails = true
	for _, i := range []int{41, 97} {
		wide.bodies[i] = []*plannedStep{failingTask("resize", 2)}
	}
	f := galleryFlow{seed: 9, ends: history.ExecutionFailed, steps: []*plannedStep{galleryTask("list-images", 1)}, last: wide}
	s := f.run("foreach")
	s.queue("resize", 8)
	return newExhibit("foreach", s.generated(f.seed).Events)
}

// queue lets at most so many steps of a name run at the same time. They must be alone in their branches.
func (s *simulation) queue(step string, slots int) {
	inside := map[*lane][]*happening{} // from the start of the step on
	var order []*lane
	var joined time.Time
	for _, h := range s.list {
		if h.Type == history.StepStarted && h.Step == step {
			order = append(order, h.lane)
		}
		if slices.Contains(order, h.lane) {
			inside[h.lane] = append(inside[h.lane], h)
			joined = h.Time
		}
	}
	free := make([]time.Time, slots)
	var ended time.Time
	for _, l := range order {
		first, last := inside[l][0], inside[l][len(inside[l])-1]
		next := slices.Index(free, slices.MinFunc(free, time.Time.Compare))
		delay := max(0, free[next].Sub(first.Time))
		free[next] = last.Time.Add(delay)
		ended = slices.MaxFunc([]time.Time{ended, free[next]}, time.Time.Compare)
		for _, h := range inside[l] {
			h.Time = h.Time.Add(delay)
		}
	}
	for _, h := range s.list {
		if inside[h.lane] == nil && h.Time.After(joined) {
			h.Time = h.Time.Add(ended.Sub(joined))
		}
	}
	s.order()
}

// galleryRunning has a finished part, two branches at work and one that waits for its turn.
func galleryRunning() Exhibit {
	prepare := &plannedStep{kind: Parallel, name: "prepare", bodies: [][]*plannedStep{
		{galleryTask("reserve-stock", 1), galleryTask("print-label", 1)},
		{galleryTask("charge-card", 3)},
		{galleryTask("render-invoice", 1), galleryTask("mail-invoice", 1)},
	}}
	f := galleryFlow{seed: 11, ends: history.ExecutionSucceeded, steps: []*plannedStep{galleryTask("validate-order", 1), prepare}}
	events := f.run("running").generated(f.seed).Events
	end := slices.IndexFunc(events, func(e history.Event) bool { return e.Type == history.StepStarted && e.Step == "mail-invoice" })
	return newExhibit("running", events[:end])
}

// galleryHuawei is an execution as AOM tells of it: a flat list of nodes, of which the events were derived.
//
// Model: nodes overlap, and one that fails has its instances under "fail".
func galleryHuawei() Exhibit {
	flow := galleryFlow{
		seed: 18, ends: history.ExecutionFailed, steps: []*plannedStep{galleryTask("check-order", 1)}, last: galleryParallel(),
	}.exhibit("huawei").Execution
	ref := history.Ref{Provider: "huawei", Scope: "cn-north-4/project-1", Workflow: "order-service", Execution: "huawei"}
	id := func(at time.Time, phase, index int) int64 {
		return at.UnixMilli()<<12 | int64(phase)<<10 | int64(index)
	}
	origin := id(flow.Started, 0, 0)
	events := []history.Event{{Ref: ref, ID: origin, Type: history.ExecutionStarted, Time: flow.Started, Derived: true}}
	index := 0
	for _, s := range flow.Walk() {
		if len(s.Attempts) == 0 { // parallel steps and branches are no nodes
			continue
		}
		outcome := history.StepSucceeded
		if s.Failure != nil {
			outcome = history.StepFailed
		}
		start := id(s.Started, 1, index)
		events = append(events,
			history.Event{Ref: ref, ID: start, Cause: origin, Type: history.StepStarted, Time: s.Started, Step: s.Name, Derived: true},
			history.Event{
				Ref: ref, ID: id(s.Ended, 2, index), Cause: start, Type: outcome, Time: s.Ended, Step: s.Name, Derived: true,
				Detail: huaweiNode(s, index),
			})
		index++
	}
	events = append(events, history.Event{
		Ref: ref, ID: id(flow.Ended, 3, 0), Cause: origin, Type: history.ExecutionFailed, Time: flow.Ended, Derived: true,
	})
	slices.SortFunc(events, func(a, b history.Event) int { return cmp.Compare(a.ID, b.ID) })
	return newExhibit("huawei", events)
}

// huaweiNode is a step as an element of execution_result_list.
func huaweiNode(s *history.Step, index int) history.Detail {
	type instance struct {
		Code string `json:"code,omitempty"`
		Log  string `json:"log"`
	}
	status, output := "success", map[string][]instance{"success": {{Log: "done"}}}
	if s.Failure != nil {
		status, output = "fail", map[string][]instance{"fail": {{s.Failure.Code, s.Failure.Cause}}}
	}
	text, _ := json.Marshal(map[string]any{ // strings and numbers always have a JSON form
		"node_id": s.Name, "status": status, "output": output, "function_execution_id": fmt.Sprintf("function-%d", index),
		"begin_time": s.Started.UnixMilli(), "end_time": s.Ended.UnixMilli(),
	})
	return history.Detail(text)
}
