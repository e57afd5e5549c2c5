// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

// order is an execution as history.Client.Execution returns it, which paid in the given number of seconds.
func order(name string, paying int, status history.Status) history.Execution {
	at := func(second int) time.Time { return time.Date(2026, time.November, 1, 8, 0, second, 0, time.UTC) }
	pay := history.Step{ID: "pay", Name: "pay", Kind: history.StepNode, Status: status, Entered: at(1), Started: at(2), Ended: at(2 + paying)}
	pay.Attempts = []history.Attempt{{Scheduled: at(2), Started: at(2), Ended: pay.Ended, Status: status}}
	e := history.Execution{
		Ref:    history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: name},
		Status: status, Started: at(0), Ended: at(5 + paying), Steps: []history.Step{pay},
	}
	if status == history.Failed {
		e.Steps[0].Failure = &history.Failure{Code: "FC.Unknown"}
		return e
	}
	e.Steps = append(e.Steps, history.Step{ID: "ship", Name: "ship", Kind: history.StepNode, Status: history.Succeeded,
		Entered: at(3 + paying), Started: at(3 + paying), Ended: at(5 + paying)})
	return e
}

func ExampleSlowest() {
	for _, step := range analyze.Slowest(order("order-1", 6, history.Succeeded), 3) {
		fmt.Println(step.ID, step.Duration(), "of which waiting", step.Waiting())
	}
	// Output:
	// pay 7s of which waiting 1s
	// ship 2s of which waiting 0s
}

// Nobody told the end of the step that an execution timed out in: it took until the end of the execution.
func ExampleSlowest_timedOut() {
	e := order("order-1", 6, history.Succeeded)
	e.Status, e.Ended = history.TimedOut, e.Started.Add(time.Hour)
	e.Steps[1].Status, e.Steps[1].Ended = history.TimedOut, time.Time{}
	for _, step := range analyze.Slowest(e, 3) {
		if step.Ended.IsZero() {
			fmt.Println(step.ID, "did not end:", e.Ended.Sub(step.Entered))
			continue
		}
		fmt.Println(step.ID, step.Duration())
	}
	// Output:
	// ship did not end: 59m51s
	// pay 7s
}

func ExampleIdleGaps() {
	for _, gap := range analyze.IdleGaps(order("order-1", 6, history.Succeeded), time.Second) {
		fmt.Printf("%s from %s, after %q, before %q\n", gap.Duration(), gap.From.Format(time.TimeOnly), gap.After, gap.Before)
	}
	// Output:
	// 2s from 08:00:00, after "", before "pay"
	// 1s from 08:00:08, after "pay", before "ship"
}

func ExampleSummarize() {
	s := analyze.Summarize(order("order-1", 6, history.Succeeded))
	fmt.Println(s.Steps, "steps,", s.Attempts, "attempt,", s.Retries, "retries")
	fmt.Println(s.Duration, "in all,", s.Running, "running,", s.Waiting, "waiting,", s.Idle, "idle")
	// Output:
	// 2 steps, 1 attempt, 0 retries
	// 11s in all, 8s running, 1s waiting, 3s idle
}

func ExampleDiff() {
	good, bad := order("order-1", 6, history.Succeeded), order("order-2", 8, history.Failed)
	fmt.Print(analyze.Diff(good, bad).Text())
	// Output:
	// alibaba://cn-hangzhou/order-flow/order-1 -> alibaba://cn-hangzhou/order-flow/order-2
	// ~ execution: succeeded -> failed, 11.0s -> 13.0s (+2.00s)
	// ~ pay: succeeded -> failed, 7.00s -> 9.00s (+2.00s), failure none -> FC.Unknown
	// - ship: succeeded, 2.00s
}

// No two runs take the same time to the millisecond. What is small is left out before anybody looks.
func ExampleDifference_Ignore() {
	a, b := order("order-1", 6, history.Succeeded), order("order-2", 7, history.Succeeded)
	d := analyze.Diff(a, b)
	fmt.Println(d.Empty(), d.Ignore(5*time.Second).Empty())
	// Output:
	// false true
}

func ExampleAggregate() {
	var all analyze.Aggregate
	for i := range 100 { // usually: for execution, err := range client.Executions(…)
		status := history.Succeeded
		if i%20 == 0 {
			status = history.Failed
		}
		all.Add(order("any", i%10, status))
	}
	for _, workflow := range all.Report().Workflows {
		fmt.Printf("%s: %d executions, %.0f%% failed\n", workflow.Workflow, workflow.Count, 100*workflow.FailureRate)
		for _, step := range workflow.Steps {
			fmt.Printf("  %-4s %3d times, %.0f%% failed, p50 %s, max %s\n",
				step.Path, step.Count, 100*step.FailureRate, step.P50.Round(time.Second), step.Max)
		}
	}
	// Output:
	// order-flow: 100 executions, 5% failed
	//   pay  100 times, 5% failed, p50 5s, max 10s
	//   ship  95 times, 0% failed, p50 2s, max 2s
}

// Workers count for themselves. What they counted is merged in the end, here after a way through JSON from another
// process.
func ExampleAggregate_Merge() {
	var here, there, received analyze.Aggregate
	here.Add(order("order-1", 6, history.Succeeded))
	there.Add(order("order-2", 8, history.Failed))

	sent, err := json.Marshal(there)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := json.Unmarshal(sent, &received); err != nil {
		fmt.Println(err)
		return
	}
	here.Merge(&received)

	w := here.Report().Workflows[0]
	fmt.Println(w.Count, "executions,", w.Failed, "failed, the longest took", w.Max)
	// Output:
	// 2 executions, 1 failed, the longest took 13s
}

func ExamplePath() {
	path := analyze.NewPath("fork", "fork", "pay/refund")
	fmt.Println(path)
	fmt.Printf("%q\n", path.Names())
	// Output:
	// fork/fork/pay%2Frefund
	// ["fork" "fork" "pay/refund"]
}
