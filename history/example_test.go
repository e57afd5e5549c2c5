// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// exampleSource holds what the examples read; programs make a client with alibaba.New or huawei.New instead.
func exampleSource() *historytest.Source {
	src := &historytest.Source{ProviderName: "alibaba", ScopeName: "cn-hangzhou", PageSize: 2}
	at := func(second int) time.Time { return time.Date(2026, time.November, 1, 8, 0, second, 0, time.UTC) }
	src.Add(
		history.Execution{Ref: exampleRef(), Status: history.Failed, Started: at(0), Ended: at(3)},
		history.Event{Type: history.ExecutionStarted, Time: at(0), Detail: `{"input":{"order":4711}}`},
		history.Event{Type: history.TaskScheduled, Time: at(1), Step: "pay"},
		history.Event{Type: history.TaskFailed, Time: at(2), Step: "pay", Detail: `{"error":"FC.Unknown","cause":"card refused"}`},
		history.Event{Type: history.ExecutionFailed, Time: at(3), Detail: `{"error":"FC.Unknown"}`},
	)
	src.Add(history.Execution{Ref: history.Ref{Workflow: "order-flow", Execution: "order-4712"}, Status: history.Running, Started: at(9)})
	return src
}

func exampleRef() history.Ref { return history.Ref{Workflow: "order-flow", Execution: "order-4711"} }

func ExampleClient_Events() {
	client := history.NewClient(exampleSource(), nil)
	for event, err := range client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %d %s %q\n", event.Time.Format(time.TimeOnly), event.ID, event.Type, event.Step)
	}
	// Output:
	// 08:00:00 1 ExecutionStarted ""
	// 08:00:01 2 TaskScheduled "pay"
	// 08:00:02 3 TaskFailed "pay"
	// 08:00:03 4 ExecutionFailed ""
}

// A walk that failed goes on where it stopped, with the cursor of its error.
func ExampleClient_Events_resume() {
	src := exampleSource()
	src.Inject(historytest.Fault{After: 1, Err: history.ErrThrottled})
	client := history.NewClient(src, nil)

	q := history.EventQuery{Ref: exampleRef()}
	for {
		var failure *history.Error
		for event, err := range client.Events(context.Background(), q) {
			if errors.As(err, &failure) {
				break
			}
			fmt.Println(event.ID, event.Type)
		}
		if failure == nil || !failure.Retryable() {
			break
		}
		fmt.Println("again after:", failure.Kind)
		q.From = failure.Cursor
	}
	// Output:
	// 1 ExecutionStarted
	// 2 TaskScheduled
	// again after: history: throttled
	// 3 TaskFailed
	// 4 ExecutionFailed
}

// A service hands out one page a call, and the cursor of the next as its page token.
func ExampleClient_EventPage() {
	client := history.NewClient(exampleSource(), nil)
	q := history.EventQuery{Ref: exampleRef(), PageSize: 3}
	for {
		page, err := client.EventPage(context.Background(), q)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(page.Items), "events, more:", page.Next != "")
		if page.Next == "" {
			return
		}
		q.From = page.Next
	}
	// Output:
	// 2 events, more: true
	// 2 events, more: false
}

func ExampleClient_Executions() {
	client := history.NewClient(exampleSource(), nil)
	q := history.ExecutionQuery{Workflow: "order-flow", Status: []history.Status{history.Running}}
	for execution, err := range client.Executions(context.Background(), q) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(execution.Execution, execution.Status, execution.Started.Format(time.TimeOnly))
	}
	// Output:
	// order-4712 running 08:00:09
}

func ExampleClient_Describe() {
	client := history.NewClient(exampleSource(), nil)
	execution, err := client.Describe(context.Background(), exampleRef())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(execution.Status, execution.Status.Terminal(), execution.Ended.Sub(execution.Started))
	// Output:
	// failed true 3s
}

func ExampleError() {
	client := history.NewClient(exampleSource(), nil)
	_, err := client.Describe(context.Background(), history.Ref{Workflow: "order-flow", Execution: "order-1"})
	fmt.Println(err)
	fmt.Println(errors.Is(err, history.ErrNotFound), errors.Is(err, history.ErrWorkflowNotFound))
	if e, ok := errors.AsType[*history.Error](err); ok {
		fmt.Println(e.Kind.HTTPStatus(), e.Retryable())
	}
	// Output:
	// alibaba: Describe: execution not found: execution "order-1" was not added
	// true false
	// 404 false
}

func ExampleCollect() {
	client := history.NewClient(exampleSource(), nil)
	events, err := history.Collect(client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}))
	fmt.Println(len(events), err)
	// Output:
	// 4 <nil>
}

func ExampleLimit() {
	src := exampleSource()
	client := history.NewClient(src, nil)
	events, err := history.Collect(history.Limit(client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}), 2))
	fmt.Println(len(events), err)
	fmt.Println(len(src.Calls()), "request")
	// Output:
	// 2 <nil>
	// 1 request
}

func ExampleFilter() {
	client := history.NewClient(exampleSource(), nil)
	failures := history.Filter(client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}), func(e history.Event) bool {
		_, failed := e.Detail.Failure()
		return failed
	})
	for event, err := range failures {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.ID, event.Type)
	}
	// Output:
	// 3 TaskFailed
	// 4 ExecutionFailed
}

func ExampleAfter() {
	client := history.NewClient(exampleSource(), nil)
	seen := history.Event{Ref: history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-4711"}, ID: 3}
	for event, err := range client.Events(context.Background(), history.EventQuery{Ref: exampleRef(), From: history.After(seen)}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.ID, event.Type)
	}
	// Output:
	// 4 ExecutionFailed
}

func ExampleParseRef() {
	ref, err := history.ParseRef("huawei://cn-north-4%2F0123456789abcdef/restart/e-1")
	fmt.Println(ref.Provider, ref.Scope, ref.Workflow, ref.Execution, err)
	_, err = history.ParseRef("restart/e-1")
	fmt.Println(errors.Is(err, history.ErrInvalid))
	// Output:
	// huawei cn-north-4/0123456789abcdef restart e-1 <nil>
	// true
}

func ExampleFormatRef() {
	fmt.Println(history.FormatRef(history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-4711"}))
	fmt.Println(history.FormatRef(history.Ref{Provider: "huawei", Scope: "cn-north-4/0123456789abcdef", Workflow: "restart"}))
	// Output:
	// alibaba://cn-hangzhou/order-flow/order-4711
	// huawei://cn-north-4%2F0123456789abcdef/restart
}

func ExampleDetail() {
	started := history.Detail(`{"input":{"order":4711}}`)
	var input struct{ Order int }
	err := started.Input().Decode(&input)
	fmt.Println(started.Input(), input.Order, err)

	failed := history.Detail(`{"error":"FC.Unknown","cause":"card refused"}`)
	failure, ok := failed.Failure()
	fmt.Println(failure.Code, failure.Cause, ok)

	_, ok = history.Detail("no JSON at all").Failure()
	fmt.Println(ok)
	// Output:
	// {"order":4711} 4711 <nil>
	// FC.Unknown card refused true
	// false
}

func ExampleCursor_Position() {
	c := history.After(history.Event{Ref: exampleRef(), ID: 3, Type: history.TaskFailed})
	p, err := c.Position()
	fmt.Println(p.Workflow, p.Execution, p.LastEvent, p.End, err)
	_, err = (c + "x").Position()
	fmt.Println(errors.Is(err, history.ErrCursor))
	// Output:
	// order-flow order-4711 3 false <nil>
	// true
}

func ExamplePaged() {
	letters := map[history.Cursor]history.Page[string]{
		"":  {Items: []string{"a", "b"}, Next: "2"},
		"2": {Items: []string{"c"}},
	}
	pages := history.Paged(context.Background(), "", func(_ context.Context, at history.Cursor) (history.Page[string], error) {
		return letters[at], nil // a source asks its provider here
	})
	for page, err := range pages {
		fmt.Println(page.Items, err)
	}
	// Output:
	// [a b] <nil>
	// [c] <nil>
}
