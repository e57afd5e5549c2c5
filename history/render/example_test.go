// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"fmt"
	"os"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

// order is an execution as history.Client.Execution returns it.
func order() history.Execution {
	pay := step("pay", history.Failed, 3, 3, 9)
	pay.Failure = &history.Failure{Code: "PaymentRefused", Cause: "the card has expired"}
	pay.Attempts = []history.Attempt{
		{Scheduled: at(3), Started: at(3), Ended: at(5), Status: history.Failed, Failure: &history.Failure{Code: "FC.ResourceThrottled"}},
		{Scheduled: at(7), Started: at(7), Ended: at(9), Status: history.Failed, Failure: pay.Failure},
	}
	e := execution(history.Failed, 9, step("check", history.Succeeded, 0, 2, 3), pay)
	e.Ref = history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-1"}
	return e
}

func ExampleText() {
	if err := render.Text(os.Stdout, order(), &render.TextOptions{Width: 76}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ✗ order-flow/order-1  failed after 9.00s · 2 steps, 1 failed, 1 retry
	//   alibaba://cn-hangzhou/order-flow/order-1
	//   2026-11-01 08:00:00 – 08:00:09 UTC
	//
	//   root cause  pay (2 attempts)
	//               PaymentRefused: the card has expired
	//
	//                   0            2s           4s           6s           8s
	// ✓ check 3.00s     ░░░░░░░░░░░░░██████
	// ✗ pay   6.00s ×2                     ▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒
	//   ↳ PaymentRefused: the card has expired
	//
	//   █ working   ░ waiting   ▒ attempt that failed
}

func ExampleMermaid() {
	if err := render.Mermaid(os.Stdout, order(), nil); err != nil {
		fmt.Println(err)
	}
	// Output:
	// gantt
	//     title order-flow/order-1, failed after 9.00s by pay (2 attempts)
	//     dateFormat x
	//     axisFormat %H:%M:%S
	//     section check
	//     ✓ check 3.00s :done, 1793520000000, 1793520003000
	//     section pay
	//     ✗ pay ×2 6.00s PaymentRefused :crit, 1793520003000, 1793520009000
}

// A report is a file that can be mailed, kept and opened anywhere.
func ExampleHTML() {
	file, err := os.CreateTemp("", "report-*.html")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if err := render.HTML(file, order(), &render.HTMLOptions{Title: "Order 1"}); err != nil {
		fmt.Println(err)
	}
	if err := file.Close(); err != nil {
		fmt.Println(err)
	}
}

// Without a terminal, each change is a line.
func ExampleLive() {
	clock := at(0)
	live := render.NewLive(os.Stdout, &render.LiveOptions{Clock: func() time.Time { return clock }})

	whole := order() // usually a history.Folder makes it, event by event, from Client.Follow
	running := whole
	running.Status, running.Ended, running.Steps = history.Running, time.Time{}, whole.Steps[:1]
	for _, e := range []history.Execution{running, whole} {
		if err := live.Update(e); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// 08:00:00.000 ▶ order-flow/order-1 running
	// 08:00:03.000 ✓ check succeeded after 3.00s
	// 08:00:09.000 ✗ pay failed after 6.00s, attempt 2, PaymentRefused: the card has …
	// 08:00:09.000 ✗ order-flow/order-1 failed after 9.00s
}
