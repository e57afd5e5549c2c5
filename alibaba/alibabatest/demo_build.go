// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "time"

// demoDefinition is the flow of the demo in the service's language, shortened.
const demoDefinition = `version: v1
type: flow
name: order-flow
timeout: 3600
steps:
  - type: pass
    name: validate-order
  - type: task
    name: reserve-stock
    resourceArn: acs:fc:::services/shop/functions/reserve
    timeoutSeconds: 5
    retry:
      - errors: [FC.ResourceThrottled, FnF.TaskTimeout]
        intervalSeconds: 1
        maxAttempts: 3
        multiplier: 2
  - type: parallel
    name: fulfil
    branches:
      - steps:
          - type: task
            name: charge-card
            resourceArn: acs:fc:::services/shop/functions/charge
            pattern: waitForCallback
      - steps:
          - type: task
            name: print-label
            resourceArn: acs:fc:::services/shop/functions/label
  - type: foreach
    name: pack-items
    iterationMapping:
      collection: $input.items
      item: item
    steps:
      - type: task
        name: pack-item
        resourceArn: acs:fc:::services/shop/functions/pack
  - type: task
    name: send-coupon
    resourceArn: acs:fc:::services/shop/functions/coupon
    catch:
      - errors: [FnF.ALL]
        goto: note-missing-coupon
  - type: pass
    name: note-missing-coupon
`

// demoRun puts an execution together. Each event comes some milliseconds after the
// one before, so that times never go back.
type demoRun struct {
	e   Execution
	now time.Time
}

// demoBranch is a chain of causes within a run.
type demoBranch struct {
	run  *demoRun
	last int64 // the event that causes the next one
}

// newDemo begins a run.
func newDemo(name string, start time.Time, input string) (*demoRun, *demoBranch) {
	run := &demoRun{now: start, e: Execution{
		Flow: DemoFlow, Name: name, Started: start, Input: input, Definition: demoDefinition,
	}}
	main := &demoBranch{run: run}
	main.add(0, "ExecutionStarted", "", `{"input":`+input+`}`)
	return run, main
}

// wait lets time pass without an event.
func (r *demoRun) wait(ms int) { r.now = r.now.Add(time.Duration(ms) * time.Millisecond) }

// add adds an event that the last one of the branch caused.
func (b *demoBranch) add(ms int, eventType, step, detail string) {
	b.run.wait(ms)
	id := int64(len(b.run.e.Events)) + 1
	b.run.e.Events = append(b.run.e.Events, Event{
		ID: id, Cause: b.last, Type: eventType, Time: b.run.now, Step: step, Detail: detail,
	})
	b.last = id
}

// branch starts a branch or an iteration that b causes.
func (b *demoBranch) branch(eventType, step, detail string) *demoBranch {
	inner := &demoBranch{run: b.run, last: b.last}
	inner.add(5, eventType, step, detail)
	return inner
}

// join makes the end of inner the cause of what comes next.
func (b *demoBranch) join(inner *demoBranch) { b.last = inner.last }

func (b *demoBranch) enter(step, input string) {
	b.add(11, "StepEntered", step, `{"input":`+input+`,"local":{}}`)
	b.add(7, "StepStarted", step, `{"input":`+input+`}`)
}

func (b *demoBranch) leave(step, output string) {
	b.add(9, "StepSucceeded", step, `{"output":`+output+`}`)
	b.add(6, "StepExited", step, `{"local":`+output+`}`)
}

// pass is a step that does nothing.
func (b *demoBranch) pass(step string) {
	b.enter(step, "{}")
	b.leave(step, "{}")
}

// attempt tries a task once, which takes some milliseconds.
func (b *demoBranch) attempt(step string, ms int, outcome, detail string) {
	b.add(8, "TaskScheduled", step, "{}")
	b.add(21, "TaskStarted", step, "{}")
	b.add(ms, outcome, step, detail)
}

// submit starts a task that is to call back.
func (b *demoBranch) submit(step string) {
	b.attempt(step, 35, "TaskSubmitted", "{}")
}
