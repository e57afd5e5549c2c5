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

// runningSource is like exampleSource, but the execution is still running: its last event comes later.
func runningSource() *historytest.Source {
	src := exampleSource()
	execution := history.Execution{Ref: exampleRef(), Status: history.Running}
	src.Add(execution, history.Event{Type: history.ExecutionStarted}, history.Event{Type: history.StepEntered, Step: "pay"})
	time.AfterFunc(5*time.Millisecond, func() { src.Append(exampleRef(), history.Event{Type: history.ExecutionSucceeded}) })
	return src
}

// Follow prints events as they come, and ends with the execution.
func ExampleClient_Follow() {
	client := history.NewClient(runningSource(), &history.ClientOptions{PollInterval: 10 * time.Millisecond})

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for event, err := range client.Follow(ctx, history.EventQuery{Ref: exampleRef()}) {
		if err != nil {
			fmt.Println(err) // its Cursor goes on from here
			return
		}
		fmt.Printf("%d %s %q\n", event.ID, event.Type, event.Step)
	}
	// Output:
	// 1 ExecutionStarted ""
	// 2 StepEntered "pay"
	// 3 ExecutionSucceeded ""
}

// FollowPages tells of each read, so that a service shows that it is alive, and stores how far it came. What may succeed
// later is tried again from there.
func ExampleClient_FollowPages() {
	src := runningSource()
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, After: 1, Err: history.ErrUnavailable})
	client := history.NewClient(src, &history.ClientOptions{PollInterval: 10 * time.Millisecond})

	var checkpoint history.Cursor // in a file or a database
	for again := true; again; {
		again = false
		for page, err := range client.FollowPages(context.Background(), history.EventQuery{Ref: exampleRef(), From: checkpoint}) {
			if failure, ok := errors.AsType[*history.Error](err); ok {
				fmt.Println("stopped:", failure.Kind)
				again = failure.Retryable()
				break
			}
			for _, event := range page.Items {
				fmt.Println(event.ID, event.Type)
			}
			checkpoint = page.Resume
		}
	}
	position, _ := checkpoint.Position()
	fmt.Println("ended:", position.End)
	// Output:
	// 1 ExecutionStarted
	// 2 StepEntered
	// stopped: history: unavailable
	// 3 ExecutionSucceeded
	// ended: true
}
