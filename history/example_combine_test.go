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

// A service gives its own callers page tokens that they can neither read nor change, nor pass on to somebody else.
func ExampleSeal() {
	key := []byte("32 random bytes from a key store") // checked at the start: history.Open(key, "", "")
	client := history.NewClient(exampleSource(), nil)
	q := history.EventQuery{Ref: exampleRef(), PageSize: 2}

	page, err := client.EventPage(context.Background(), q)
	token := history.Seal(key, page.Next, "caller-1")
	fmt.Println(len(page.Items), token != "", err)

	q.From, err = history.Open(key, token, "caller-1") // in the next call, perhaps in another process
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err = client.EventPage(context.Background(), q)
	fmt.Println(len(page.Items), history.Seal(key, page.Next, "caller-1") == "", err)

	_, err = history.Open(key, token, "caller-2")
	fmt.Println(errors.Is(err, history.ErrCursor))
	// Output:
	// 2 true <nil>
	// 2 true <nil>
	// true
}

func ExampleLast() {
	client := history.NewClient(exampleSource(), nil)
	events, err := history.Last(client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}), 2)
	for _, event := range events {
		fmt.Println(event.ID, event.Type)
	}
	fmt.Println(err)
	// Output:
	// 3 TaskFailed
	// 4 ExecutionFailed
	// <nil>
}

// One story of what two clouds did.
func ExampleMerge() {
	restart := &historytest.Source{ProviderName: "huawei", ScopeName: "cn-north-4/0123456789abcdef"}
	restartRef := history.Ref{Workflow: "restart", Execution: "e-1"}
	at := func(second int) time.Time { return time.Date(2026, time.November, 1, 8, 0, second, 500e6, time.UTC) }
	restart.Add(history.Execution{Ref: restartRef, Status: history.Succeeded},
		history.Event{Type: history.ExecutionStarted, Time: at(1)},
		history.Event{Type: history.ExecutionSucceeded, Time: at(2)})

	ctx := context.Background()
	merged := history.Merge(
		history.NewClient(exampleSource(), nil).Events(ctx, history.EventQuery{Ref: exampleRef()}),
		history.NewClient(restart, nil).Events(ctx, history.EventQuery{Ref: restartRef}),
	)
	for event, err := range merged {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Time.Format("15:04:05.0"), event.Provider, event.Type)
	}
	// Output:
	// 08:00:00.0 alibaba ExecutionStarted
	// 08:00:01.0 alibaba TaskScheduled
	// 08:00:01.5 huawei ExecutionStarted
	// 08:00:02.0 alibaba TaskFailed
	// 08:00:02.5 huawei ExecutionSucceeded
	// 08:00:03.0 alibaba ExecutionFailed
}

func ExampleFailedOnly() {
	client := history.NewClient(exampleSource(), nil)
	failures := history.Filter(client.Events(context.Background(), history.EventQuery{Ref: exampleRef()}), history.FailedOnly)
	for event, err := range history.Filter(failures, history.ByStep("pay")) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.ID, event.Type, event.Step)
	}
	// Output:
	// 3 TaskFailed pay
}
