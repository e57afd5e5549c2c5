// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// bodyCounter counts the bodies that are open.
type bodyCounter struct {
	base http.RoundTripper
	open atomic.Int64
}

func (c *bodyCounter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(r)
	if err == nil {
		c.open.Add(1)
		resp.Body = &countedBody{resp.Body, sync.OnceFunc(func() { c.open.Add(-1) })}
	}
	return resp, err
}

type countedBody struct {
	io.ReadCloser
	closed func()
}

func (b *countedBody) Close() error {
	b.closed()
	return b.ReadCloser.Close()
}

// One client serves 64 goroutines, in good times and bad, and leaves no body open.
func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	demo := huaweitest.DemoExecutions()[0]
	srv := huaweitest.NewServer(t, nil)
	for _, e := range append(numbered(60), demo) {
		srv.AddExecution(e)
	}
	for i := range 30 {
		srv.Inject(huaweitest.Fault{After: i, Code: "APIGW.0308"})
		srv.Inject(huaweitest.Fault{After: i, Truncate: 500})
		srv.Inject(huaweitest.Fault{After: i, Reset: true})
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	counter := &bodyCounter{base: transport}
	o := quick()
	o.Transport, o.Retry.Max = counter, 100
	client := open(t, configOf(srv), o)
	demoRef := history.Ref{Workflow: demo.Workflow, Execution: demo.ID}
	var running sync.WaitGroup
	for i := range 64 {
		running.Go(func() {
			switch i % 4 {
			case 0:
				got, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 1 + i}))
				if diff := cmp.Diff(execs(0, 59), names(got)); diff != "" || err != nil {
					t.Errorf("%v; executions mismatch (-want +got):\n%s", err, diff)
				}
			case 1:
				got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: demoRef, PageSize: 1 + i}))
				if len(got) != 2*len(demo.Nodes)+2 || err != nil {
					t.Errorf("%d events, %v", len(got), err)
				}
			case 2:
				if _, err := client.Describe(t.Context(), demoRef); err != nil {
					t.Error(err)
				}
			default:
				for _, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 3}) {
					if err != nil {
						t.Error(err)
					}
					break
				}
			}
		})
	}
	running.Wait()
	if n := counter.open.Load(); n != 0 {
		t.Errorf("%d bodies are still open", n)
	}
}

// One sequence ranged over by several goroutines, and again: each range is its own.
func TestRangesAreIndependent(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, numbered(20)...)
	seq := client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 3})
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 2 {
				got, err := history.Collect(seq)
				if diff := cmp.Diff(execs(0, 19), names(got)); diff != "" || err != nil {
					t.Errorf("%v; executions mismatch (-want +got):\n%s", err, diff)
				}
			}
		})
	}
	running.Wait()
}
