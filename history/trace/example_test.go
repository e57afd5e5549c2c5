// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/trace"
)

// checkout is an execution as history.Client.Execution returns it.
func checkout() history.Execution {
	begin := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
	return history.Execution{
		Ref:    history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "checkout", Execution: "order-1"},
		Status: history.Failed, Started: begin, Ended: begin.Add(3 * time.Second),
		Failure: &history.Failure{Code: "CardRefused", Cause: "the card has expired"},
		Steps: []history.Step{{
			ID: "pay", Name: "pay", Kind: history.StepNode, Status: history.Failed,
			Entered: begin.Add(time.Second), Ended: begin.Add(3 * time.Second),
			Failure: &history.Failure{Code: "CardRefused", Cause: "the card has expired"},
		}},
	}
}

// The output is what a collector takes at /v1/traces:
//
//	curl -H 'Content-Type: application/json' --data-binary @trace.json http://localhost:4318/v1/traces
func ExampleOTLP() {
	var out bytes.Buffer
	if err := trace.OTLP(&out, checkout(), nil); err != nil {
		fmt.Println(err)
		return
	}
	var request struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct {
					SpanID, ParentSpanID, Name string
					Status                     struct{ Message string }
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &request); err != nil {
		fmt.Println(err)
		return
	}
	for _, span := range request.ResourceSpans[0].ScopeSpans[0].Spans {
		fmt.Printf("%s in %q: %s, %s\n", span.SpanID, span.ParentSpanID, span.Name, span.Status.Message)
	}
	// Output:
	// d0d044dc5ccbeee2 in "": RUN checkout, CardRefused: the card has expired
	// cd14f3b32ed9ec0c in "d0d044dc5ccbeee2": pay, CardRefused: the card has expired
}

// The output opens in ui.perfetto.dev.
func ExampleChrome() {
	var out bytes.Buffer
	if err := trace.Chrome(&out, checkout(), nil); err != nil {
		fmt.Println(err)
		return
	}
	var file struct {
		TraceEvents []struct {
			Name, Ph string
			Tid, Dur int
		}
	}
	if err := json.Unmarshal(out.Bytes(), &file); err != nil {
		fmt.Println(err)
		return
	}
	for _, event := range file.TraceEvents {
		if event.Ph == "X" {
			fmt.Printf("lane %d: %s, %dµs\n", event.Tid, event.Name, event.Dur)
		}
	}
	// Output:
	// lane 1: checkout, 3000000µs
	// lane 1: pay, 2000000µs
}

func ExampleCloudEvents() {
	var out bytes.Buffer
	if err := trace.CloudEvents(&out, checkout()); err != nil {
		fmt.Println(err)
		return
	}
	for events := json.NewDecoder(&out); events.More(); {
		var event struct{ Time, Type, Subject string }
		if err := events.Decode(&event); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %s %q\n", event.Time, event.Type, event.Subject)
	}
	// Output:
	// 2026-11-01T08:00:00Z io.serverlessworkflow.workflow.started.v1 ""
	// 2026-11-01T08:00:01Z io.serverlessworkflow.task.created.v1 "pay"
	// 2026-11-01T08:00:03Z io.serverlessworkflow.task.faulted.v1 "pay"
	// 2026-11-01T08:00:03Z io.serverlessworkflow.workflow.faulted.v1 ""
}

func ExampleSpans() {
	for span := range trace.Spans(checkout(), nil) {
		fmt.Println(span.Name, span.End.Sub(span.Start), span.Message)
	}
	// Output:
	// RUN checkout 3s CardRefused: the card has expired
	// pay 2s CardRefused: the card has expired
}
