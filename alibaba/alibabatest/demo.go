// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "time"

// DemoFlow is the name of the flow of DemoExecutions.
const DemoFlow = "order-flow"

// DemoExecutions returns five runs of a flow that handles orders of a shop, at fixed
// times from 2026-11-01 on. Together they have every type of event:
//
//   - order-1001 succeeded: a task was tried three times, two branches ran side by
//     side, a foreach packed three items, and a failure was caught;
//   - order-1002 failed: a failure in one of two branches was not caught;
//   - order-1003 still runs: it waits for a payment;
//   - order-1004 was stopped by a person;
//   - order-1005 took longer than the flow may take.
//
// Model: all of it. No history with a task in it is documented.
func DemoExecutions() []Execution {
	return []Execution{demoSucceeded(), demoFailed(), demoRunning(), demoStopped(), demoTimedOut()}
}

func demoSucceeded() Execution {
	run, main := newDemo("order-1001", time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), `{"order":1001,"items":["lamp","desk","chair"]}`)
	main.pass("validate-order")

	main.enter("reserve-stock", `{"order":1001}`)
	main.attempt("reserve-stock", 180, "TaskFailed", `{"error":"FC.ResourceThrottled","cause":"the function is busy"}`)
	run.wait(1000)
	main.attempt("reserve-stock", 5000, "TaskTimedOut", `{"error":"FnF.TaskTimeout","cause":"no answer in 5 seconds"}`)
	run.wait(2000)
	main.attempt("reserve-stock", 240, "TaskSucceeded", `{"output":{"reservation":"r-77"}}`)
	main.leave("reserve-stock", `{"reservation":"r-77"}`)

	main.enter("fulfil", `{"reservation":"r-77"}`)
	pay, ship := main.branch("BranchEntered", "fulfil", "{}"), main.branch("BranchEntered", "fulfil", "{}")
	pay.enter("charge-card", `{"amount":42}`)
	ship.enter("print-label", `{"order":1001}`)
	pay.attempt("charge-card", 90, "TaskSubmitFailed", `{"error":"FC.Unknown","cause":"the payment service did not answer"}`)
	ship.attempt("print-label", 310, "TaskSucceeded", `{"output":{"label":"L-1001"}}`)
	ship.leave("print-label", `{"label":"L-1001"}`)
	ship.add(2, "BranchExited", "fulfil", "{}")
	pay.submit("charge-card")
	pay.add(12500, "TaskSucceeded", "charge-card", `{"output":{"receipt":"p-9"}}`)
	pay.leave("charge-card", `{"receipt":"p-9"}`)
	pay.add(2, "BranchExited", "fulfil", "{}")
	main.join(pay)
	main.leave("fulfil", `{"label":"L-1001","receipt":"p-9"}`)

	demoForeach(main)
	demoCaught(main)
	main.add(8, "ExecutionSucceeded", "", `{"output":{"order":1001,"state":"sent"}}`)
	return run.e
}

// demoForeach packs three items at the same time.
func demoForeach(main *demoBranch) {
	main.enter("pack-items", `{"items":["lamp","desk","chair"]}`)
	var items []*demoBranch
	for _, input := range []string{`{"item":"lamp"}`, `{"item":"desk"}`, `{"item":"chair"}`} {
		item := main.branch("IterationEntered", "pack-items", `{"input":`+input+`}`)
		item.enter("pack-item", input)
		items = append(items, item)
	}
	for _, item := range items {
		item.attempt("pack-item", 150, "TaskSucceeded", `{"output":{"packed":true}}`)
		item.leave("pack-item", `{"packed":true}`)
		item.add(2, "IterationExited", "pack-items", "{}")
		main.join(item)
	}
	main.leave("pack-items", "{}")
}

// demoCaught fails twice to send a coupon; a catch then goes on with a note.
func demoCaught(main *demoBranch) {
	const failure = `{"error":"CouponServiceDown","cause":"connection refused"}`
	main.enter("send-coupon", `{"order":1001}`)
	main.attempt("send-coupon", 75, "TaskFailed", failure)
	main.run.wait(1000)
	main.attempt("send-coupon", 71, "TaskFailed", failure)
	main.add(4, "StepFailed", "send-coupon", failure)
	main.add(3, "StepExited", "send-coupon", `{"local":`+failure+`}`)
	main.pass("note-missing-coupon")
}

func demoFailed() Execution {
	const failure = `{"error":"CardDeclined","cause":"the bank declined the card"}`
	run, main := newDemo("order-1002", time.Date(2026, 11, 1, 10, 30, 0, 0, time.UTC), `{"order":1002,"items":["sofa"]}`)
	main.pass("validate-order")
	main.enter("reserve-stock", `{"order":1002}`)
	main.attempt("reserve-stock", 205, "TaskSucceeded", `{"output":{"reservation":"r-78"}}`)
	main.leave("reserve-stock", `{"reservation":"r-78"}`)

	main.enter("fulfil", `{"reservation":"r-78"}`)
	pay, ship := main.branch("BranchEntered", "fulfil", "{}"), main.branch("BranchEntered", "fulfil", "{}")
	pay.enter("charge-card", `{"amount":890}`)
	ship.enter("print-label", `{"order":1002}`)
	pay.submit("charge-card")
	ship.attempt("print-label", 290, "TaskSucceeded", `{"output":{"label":"L-1002"}}`)
	ship.leave("print-label", `{"label":"L-1002"}`)
	ship.add(2, "BranchExited", "fulfil", "{}")
	pay.add(4100, "TaskFailed", "charge-card", failure)
	pay.add(4, "StepFailed", "charge-card", failure)
	main.join(pay)
	main.add(3, "StepFailed", "fulfil", failure)
	main.add(6, "ExecutionFailed", "", failure)
	return run.e
}

func demoRunning() Execution {
	run, main := newDemo("order-1003", time.Date(2026, 11, 1, 11, 45, 0, 0, time.UTC), `{"order":1003,"items":["mirror"]}`)
	main.pass("validate-order")
	main.enter("reserve-stock", `{"order":1003}`)
	main.attempt("reserve-stock", 199, "TaskSucceeded", `{"output":{"reservation":"r-79"}}`)
	main.leave("reserve-stock", `{"reservation":"r-79"}`)
	main.enter("fulfil", `{"reservation":"r-79"}`)
	pay := main.branch("BranchEntered", "fulfil", "{}")
	pay.enter("charge-card", `{"amount":65}`)
	pay.submit("charge-card")
	return run.e
}

func demoStopped() Execution {
	run, main := newDemo("order-1004", time.Date(2026, 11, 2, 8, 15, 0, 0, time.UTC), `{"order":1004,"items":["bed"]}`)
	main.pass("validate-order")
	main.enter("reserve-stock", `{"order":1004}`)
	main.submit("reserve-stock")
	main.add(62000, "ExecutionStopped", "", `{"error":"OrderCancelled","cause":"the customer called"}`)
	return run.e
}

func demoTimedOut() Execution {
	run, main := newDemo("order-1005", time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), `{"order":1005,"items":["wardrobe"]}`)
	main.pass("validate-order")
	main.enter("await-delivery-slot", `{"order":1005}`)
	main.add(3600_000, "ExecutionTimedOut", "", `{"error":"FnF.ExecutionTimeout","cause":"longer than 3600 seconds"}`)
	return run.e
}
