// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// exampleClients read a cloud with a failed execution, one with none, and one whose account may read nothing; programs
// make clients with alibaba.New and huawei.New instead.
func exampleClients() []*history.Client {
	at := func(second int) time.Time { return time.Date(2026, time.November, 1, 8, 0, second, 0, time.UTC) }
	orders := &historytest.Source{ProviderName: "alibaba", ScopeName: "cn-hangzhou"}
	orders.Add(
		history.Execution{Ref: history.Ref{Workflow: "order-flow", Execution: "order-4711"}, Status: history.Failed, Started: at(0), Ended: at(4)},
		history.Event{Type: history.ExecutionStarted, Time: at(0)},
		history.Event{Type: history.StepEntered, Time: at(1), Step: "pay"},
		history.Event{Type: history.StepFailed, Time: at(2), Step: "pay", Detail: `{"error":"FC.Unknown","cause":"card refused"}`},
		history.Event{Type: history.StepExited, Time: at(3), Step: "pay"},
		history.Event{Type: history.ExecutionFailed, Time: at(4)},
	)
	restarts := &historytest.Source{ProviderName: "huawei", ScopeName: "cn-north-4/0123456789abcdef"}
	restarts.Add(history.Execution{Ref: history.Ref{Workflow: "restart", Execution: "e-1"}, Status: history.Succeeded, Started: at(0)})
	closed := &historytest.Source{ProviderName: "alibaba", ScopeName: "cn-shanghai"}
	closed.Inject(historytest.Fault{Times: -1, Err: history.ErrPermission})
	return []*history.Client{history.NewClient(orders, nil), history.NewClient(restarts, nil), history.NewClient(closed, nil)}
}

// All that failed since yesterday, in whatever workflow of whatever cloud, and why.
func ExampleGroup_ReadAll() {
	g, err := group.New(exampleClients(), &group.Options{Ignore: []error{history.ErrPermission}})
	if err != nil {
		fmt.Println(err)
		return
	}
	yesterday := time.Date(2026, time.October, 31, 0, 0, 0, 0, time.UTC)
	q := history.ExecutionQuery{Status: []history.Status{history.Failed, history.TimedOut}, StartedAfter: yesterday}
	for result, err := range g.ReadAll(context.Background(), q) {
		if err != nil {
			fmt.Println(err) // the context ended
			return
		}
		if result.Err != nil {
			fmt.Println(history.FormatRef(result.Target), result.Err) // the others go on
			continue
		}
		cause, _ := result.Value.RootCause()
		fmt.Println(history.FormatRef(result.Target), cause.Path[0].Name, cause.Failure.Cause)
	}
	n := g.Counts()["ReadAll"]
	fmt.Printf("%d read, %d skipped, %d failed\n", n.Read, n.Skipped, n.Failed)
	// Output:
	// alibaba://cn-hangzhou/order-flow/order-4711 pay card refused
	// 1 read, 1 skipped, 0 failed
}

func ExampleEach() {
	g, err := group.New(exampleClients(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	refs := []history.Ref{{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-4711"}}
	ends := group.Each(context.Background(), g, slices.Values(refs),
		func(ctx context.Context, c *history.Client, ref history.Ref) ([]history.Event, error) {
			return history.Last(c.Events(ctx, history.EventQuery{Ref: ref}), 1)
		})
	for result, err := range ends {
		if err != nil || result.Err != nil {
			fmt.Println(err, result.Err)
			return
		}
		fmt.Println(result.Target.Execution, result.Value[0].Type)
	}
	// Output:
	// order-4711 ExecutionFailed
}
