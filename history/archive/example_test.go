// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// An archive is kept up to date by calling Sync now and then, and read like a cloud.
func ExampleSync() {
	root, err := os.MkdirTemp("", "histories")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(root)

	cloud := &historytest.Source{} // or a cloud's client
	cloud.Add(history.Execution{Ref: history.Ref{Workflow: "order-flow", Execution: "order-1"}, Status: history.Succeeded},
		history.Event{Type: history.ExecutionStarted}, history.Event{Type: history.ExecutionSucceeded})
	client := history.NewClient(cloud, nil)

	for range 2 {
		counts, err := archive.Sync(context.Background(), client, history.ExecutionQuery{Workflow: "order-flow"}, archive.NewDir(root), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d archived, %d skipped, %d events\n", counts.Archived, counts.Skipped, counts.Events)
	}

	a, err := archive.Open(root, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, src := range a.Sources() {
		offline := history.NewClient(src, nil)
		for e, err := range offline.Executions(context.Background(), history.ExecutionQuery{Workflow: "order-flow"}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(history.FormatRef(e.Ref), e.Status)
		}
	}
	// Output:
	// 1 archived, 0 skipped, 2 events
	// 0 archived, 1 skipped, 0 events
	// script://test/order-flow/order-1 succeeded
}

// A Writer writes to any stream; the policy says what may be written.
func ExampleWriter() {
	w := archive.NewWriter(os.Stdout, archive.Policy{
		Redact: func(r *archive.Record) {
			if r.Execution != nil {
				r.Execution.CreatedBy = ""
			}
		},
		Details: archive.CapDetails(1000),
	})
	ref := history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-1"}
	if err := w.WriteExecution(history.Execution{Ref: ref, Status: history.Succeeded, CreatedBy: "somebody"}); err != nil {
		fmt.Println(err)
	}
	at := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
	if err := w.WriteEvent(history.Event{Ref: ref, ID: 1, Type: history.ExecutionStarted, Time: at}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"archive":"flowhistory","schema":1}
	// {"id":"alibaba://cn-hangzhou/order-flow/order-1","execution":{"provider":"alibaba","scope":"cn-hangzhou","workflow":"order-flow","execution":"order-1","status":"succeeded"}}
	// {"id":"alibaba://cn-hangzhou/order-flow/order-1#1","event":{"provider":"alibaba","scope":"cn-hangzhou","workflow":"order-flow","execution":"order-1","id":1,"type":"ExecutionStarted","time":"2026-11-01T08:00:00Z"}}
}
