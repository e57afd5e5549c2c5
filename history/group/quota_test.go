// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
)

const (
	bulkEvents = 300
	latency    = 150 * time.Millisecond
)

// bulkExecutions is how many executions are read.
func bulkExecutions() int {
	if testing.Short() {
		return 250
	}
	return 1000
}

// bridge carries requests out of a synctest bubble, to a server that lives outside and takes its time from inside. The
// bubble's clock stands still while the server works, so that each request takes the latency and no more.
type bridge struct {
	now   atomic.Int64    // the bubble's time, Unix nanoseconds
	lanes chan bridgeLane // channels made outside: waiting on them does not let the bubble's time pass
}

type bridgeLane struct {
	request chan *http.Request
	answer  chan bridgeAnswer
}

type bridgeAnswer struct {
	resp *http.Response
	err  error
}

// newBridge makes a bridge, outside of the bubble.
func newBridge(t *testing.T) *bridge {
	const lanes = 4
	b := &bridge{lanes: make(chan bridgeLane, lanes)}
	transport := &http.Transport{MaxIdleConnsPerHost: lanes}
	t.Cleanup(transport.CloseIdleConnections)
	for range lanes {
		l := bridgeLane{make(chan *http.Request), make(chan bridgeAnswer)}
		t.Cleanup(func() { close(l.request) })
		go func() {
			for r := range l.request {
				l.answer <- fetch(transport, r)
			}
		}()
		b.lanes <- l
	}
	return b
}

// RoundTrip is called inside the bubble.
func (b *bridge) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(latency)
	l := <-b.lanes
	defer func() { b.lanes <- l }()
	b.now.Store(time.Now().UnixNano())
	// The channels of the bubble's contexts must stay inside.
	l.request <- &http.Request{Method: r.Method, URL: r.URL, Host: r.Host, Header: r.Header, Body: r.Body, ContentLength: r.ContentLength}
	answer := <-l.answer
	return answer.resp, answer.err
}

// fetch makes a request and reads its answer, outside.
func fetch(transport http.RoundTripper, r *http.Request) bridgeAnswer {
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return bridgeAnswer{err: err}
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return bridgeAnswer{resp, err}
}

// bulkServer is a fake account that keeps to its quotas by the bubble's time, with executions of bulkEvents events.
func bulkServer(t *testing.T, b *bridge) *alibabatest.Server {
	srv := alibabatest.NewServer(t, &alibabatest.Options{
		Quotas: true, ThrottleCode: "Throttling.User", Now: func() time.Time { return time.Unix(0, b.now.Load()) },
	})
	for i := range bulkExecutions() {
		e := alibabatest.Execution{Flow: "flow", Name: fmt.Sprintf("exec-%d", i), Started: began}
		for n := range bulkEvents {
			kind, step := "StepEntered", fmt.Sprintf("step-%d", n/2)
			switch {
			case n == 0:
				kind, step = "ExecutionStarted", ""
			case n == bulkEvents-1:
				kind, step = "ExecutionSucceeded", ""
			case n%2 == 0:
				kind = "StepExited"
			}
			e.Events = append(e.Events, alibabatest.Event{Type: kind, Time: began.Add(time.Duration(n) * time.Second), Step: step})
		}
		srv.AddExecution(e)
	}
	return srv
}

// Many executions take the time that the documented quotas allow, with no request too many and none refused. The
// official client's loop, at its defaults, makes more than five times as many.
func TestManyExecutionsTakeTheTimeOfTheQuotas(t *testing.T) {
	t.Parallel()
	b := newBridge(t)
	srv := bulkServer(t, b)
	n := bulkExecutions()
	var events int
	var took time.Duration
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		events = groupLoop(t, srv, b)
		took = time.Since(began)
	})
	equal(t, "number of events", n*bulkEvents, events)
	// A burst of 50, then 5 a second; the list is read beside that.
	if allowed := time.Duration(n-50) * time.Second / 5; took < allowed || took > allowed*105/100 {
		t.Errorf("it took %s, the quotas allow %s", took, allowed)
	}
	for _, r := range srv.Requests() {
		if r.Status != http.StatusOK {
			t.Fatalf("%s was answered with %d %s", r.Op, r.Status, r.Code)
		}
	}
	requests := srv.Count("")
	equal(t, "requests: 99 executions a page, and one for each history", (n+98)/99+n, requests)

	srv.ResetRequests()
	synctest.Test(t, func(t *testing.T) { events = rawLoop(t, srv, b) })
	equal(t, "number of events by the official client", n*bulkEvents, events)
	if raw := srv.Count(""); raw < 5*requests {
		t.Errorf("the official client's loop makes %d requests, ours %d: less than five times as many", raw, requests)
	}
}

// groupLoop reads all events with a group, at its defaults.
func groupLoop(t *testing.T, srv *alibabatest.Server, b *bridge) (events int) {
	g, err := group.New([]*history.Client{alibabaClient(t, srv, "one", &history.Options{Transport: b})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range g.EventsAll(t.Context(), history.ExecutionQuery{Workflow: "flow"}) {
		if err != nil || r.Err != nil {
			t.Fatal(err, r.Err)
		}
		events++
	}
	return events
}

// rawLoop reads the same with the official client, the way its examples do: page after page of the default size, and
// again after a second when a request was refused.
func rawLoop(t *testing.T, srv *alibabatest.Server, b *bridge) (events int) {
	client, err := fnf.NewClientWithAccessKey(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret())
	if err != nil {
		t.Fatal(err)
	}
	client.SetTransport(b)
	host := strings.TrimPrefix(srv.URL(), "http://")
	for token, more := "", true; more; {
		list := fnf.CreateListExecutionsRequest()
		list.FlowName, list.NextToken, list.Domain = "flow", token, host
		found, err := client.ListExecutions(list)
		if refused(t, err) {
			continue
		}
		for _, e := range found.Executions {
			events += rawHistory(t, client, host, e)
		}
		token, more = found.NextToken, found.NextToken != ""
	}
	return events
}

func rawHistory(t *testing.T, client *fnf.Client, host string, e fnf.ExecutionsItem) (events int) {
	for token, more := "", true; more; {
		page := fnf.CreateGetExecutionHistoryRequest()
		page.FlowName, page.ExecutionName, page.NextToken, page.Domain = e.FlowName, e.Name, token, host
		answer, err := client.GetExecutionHistory(page)
		if refused(t, err) {
			continue
		}
		events += len(answer.Events)
		token, more = answer.NextToken, answer.NextToken != ""
	}
	return events
}

// refused reports whether a request was throttled, and then lets a second pass.
func refused(t *testing.T, err error) bool {
	if err == nil {
		return false
	}
	if !strings.Contains(err.Error(), "Throttling") {
		t.Fatal(err)
	}
	<-time.After(time.Second)
	return true
}
