// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// counting is a transport that knows how many bodies are open.
type counting struct {
	http.Transport
	open atomic.Int64
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.Transport.RoundTrip(r)
	if err == nil {
		c.open.Add(1)
		resp.Body = &countedBody{ReadCloser: resp.Body, open: &c.open}
	}
	return resp, err
}

type countedBody struct {
	io.ReadCloser
	open *atomic.Int64
	once sync.Once
}

func (b *countedBody) Close() error {
	b.once.Do(func() { b.open.Add(-1) })
	return b.ReadCloser.Close()
}

// eventually waits for something that others bring about, for a bounded time.
func eventually(t *testing.T, problem string, gone func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(10 * time.Second)
	for !gone() {
		select {
		case <-ticker.C:
		case <-limit:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%s after 10 s; goroutines:\n%s", problem, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// One client serves 64 goroutines that walk, list, describe, leave loops early and panic in them, past a service that
// fails now and then; afterwards nothing is left: no goroutine, no open body, no connection.
func TestConcurrentUse(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, prefetch := range []int{0, 4} {
		srv := alibabatest.NewServer(t, nil)
		for i := range 4 {
			e := run(60)
			e.Name = fmt.Sprintf("exec-%d", i)
			srv.AddExecution(e)
		}
		for i := range 40 {
			srv.Inject(alibabatest.Fault{After: 7 * i, Code: "Throttling.User"})
			srv.Inject(alibabatest.Fault{After: 7 * i, Truncate: 50})
		}
		transport := &counting{Transport: http.Transport{MaxIdleConnsPerHost: 16}}
		o := ahead(prefetch)
		o.Transport = transport
		o.Retry.Max = 50
		client := open(t, configOf(srv), o)
		var running sync.WaitGroup
		for i := range 64 {
			running.Go(func() { useInEveryWay(t, client, i) })
		}
		running.Wait()
		if n := transport.open.Load(); n != 0 {
			t.Errorf("Prefetch %d: %d bodies are open", prefetch, n)
		}
		transport.CloseIdleConnections()
		eventually(t, "connections are left over", func() bool { return srv.Conns() == 0 })
		srv.Close()
	}
	eventually(t, "goroutines are left over", func() bool { return runtime.NumGoroutine() <= before })
}

// useInEveryWay is what one goroutine does with a client.
func useInEveryWay(t *testing.T, client *history.Client, i int) {
	q := history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: fmt.Sprintf("exec-%d", i%4)}, PageSize: 20}
	events, err := history.Collect(client.Events(t.Context(), q))
	if err != nil || len(events) != 60 {
		t.Errorf("%d events, %v", len(events), err)
	}
	executions, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 2}))
	if err != nil || len(executions) != 4 {
		t.Errorf("%d executions, %v", len(executions), err)
	}
	if e, err := client.Describe(t.Context(), q.Ref); err != nil || e.Status != history.Succeeded {
		t.Errorf("%+v, %v", e, err)
	}
	if events, err := history.Collect(history.Limit(client.Events(t.Context(), q), 5)); err != nil || len(events) != 5 {
		t.Errorf("%d events, %v", len(events), err)
	}
	panicInLoop(t, client, q)
}

// panicInLoop leaves a loop by a panic, in which the client is used again.
func panicInLoop(t *testing.T, client *history.Client, q history.EventQuery) {
	defer func() {
		if p := recover(); p != "enough" {
			t.Errorf("the loop's panic came out as %v", p)
		}
	}()
	for range client.EventPages(t.Context(), q) {
		if _, err := client.Describe(t.Context(), q.Ref); err != nil {
			t.Error(err)
		}
		panic("enough")
	}
}

// A sequence holds no state of its own: it can be ranged over again, and by several at once.
func TestConcurrentRangesOfOneSequence(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 3} {
		srv, client := start(t, ahead(prefetch), run(50))
		events := client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10})
		if n := srv.Count(""); n != 0 {
			t.Fatalf("%d requests before ranging", n)
		}
		var running sync.WaitGroup
		for range 8 {
			running.Go(func() {
				for range 2 {
					if got, err := history.Collect(events); err != nil || len(got) != 50 {
						t.Errorf("%d events, %v", len(got), err)
					}
				}
			})
		}
		running.Wait()
	}
}

// A brought client, which is not safe for concurrent use by itself, is used under a lock.
func TestConcurrentUseOfBroughtClient(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(run(50))
	client := open(t, broughtConfig(t, srv), quick())
	var running sync.WaitGroup
	for range 16 {
		running.Go(func() {
			if got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10})); err != nil || len(got) != 50 {
				t.Errorf("%d events, %v", len(got), err)
			}
		})
	}
	running.Wait()
}
