// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// ahead are quick options that read n pages ahead.
func ahead(n int) *history.Options {
	o := quick()
	o.Prefetch = n
	return o
}

// Reading ahead gives the same events, whether the next tokens can be foretold or not, and wastes few requests.
func TestAheadGivesTheSame(t *testing.T) {
	t.Parallel()
	gaps := run(200)
	for i := range gaps.Events {
		gaps.Events[i].ID = int64(i+1) + int64(i/30) // one id missing now and then
	}
	far := run(200)
	for i := range far.Events {
		far.Events[i].ID = int64(2 * (i + 1))
	}
	for _, tt := range []struct {
		name      string
		options   alibabatest.Options
		execution alibabatest.Execution
		fault     alibabatest.Fault
		wasted    int // requests at most, beyond those of a reader that does not read ahead
	}{
		{"foretold", alibabatest.Options{}, run(200), alibabatest.Fault{}, 8},
		{"a page exactly full", alibabatest.Options{}, run(80), alibabatest.Fault{}, 8},
		{"one page", alibabatest.Options{}, run(3), alibabatest.Fault{}, 0},
		{"gaps now and then", alibabatest.Options{}, gaps, alibabatest.Fault{}, 24},
		{"never right", alibabatest.Options{}, far, alibabatest.Fault{}, 8},
		{"exclusive tokens", alibabatest.Options{ExclusiveToken: true}, run(200), alibabatest.Fault{}, 8},
		{"only its own tokens", alibabatest.Options{StrictTokens: true}, run(200), alibabatest.Fault{}, 8},
		{"overlap", alibabatest.Options{}, run(200), alibabatest.Fault{Overlap: 3, Times: -1}, 24},
		{"some fail", alibabatest.Options{}, run(200), alibabatest.Fault{Status: http.StatusBadGateway, After: 3, Times: 4}, 24},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := walkAhead(t, 0, tt.options, tt.execution, tt.fault)
			for _, n := range []int{1, 2, 8} {
				got := walkAhead(t, n, tt.options, tt.execution, tt.fault)
				if diff := cmp.Diff(want.events, got.events); diff != "" {
					t.Errorf("Prefetch %d: events mismatch (-want +got):\n%s", n, diff)
				}
				if got.requests > want.requests+tt.wasted {
					t.Errorf("Prefetch %d: %d requests, without it %d", n, got.requests, want.requests)
				}
			}
		})
	}
}

type walked struct {
	events   []history.Event
	requests int
}

func walkAhead(t *testing.T, n int, options alibabatest.Options, execution alibabatest.Execution, fault alibabatest.Fault) walked {
	t.Helper()
	srv, client := startWith(t, &options, ahead(n), execution)
	srv.Inject(fault)
	events := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10})
	return walked{events, srv.Count("")}
}

// Nothing is foretold before a real token has equalled a foretold one: the second request is not sent before the first is
// answered. Only once its token was right are three sent at once, two of them with foretold tokens.
func TestAheadBegins(t *testing.T) {
	t.Parallel()
	inner := &http.Transport{}
	t.Cleanup(inner.CloseIdleConnections)
	var sent atomic.Int32
	parallel := make(chan struct{})
	o := ahead(8)
	o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		switch sent.Add(1) {
		case 1:
			resp, err := inner.RoundTrip(r)
			if n := sent.Load(); n != 1 {
				t.Errorf("%d requests were sent before the first was answered", n)
			}
			return resp, err
		case 4:
			close(parallel)
		}
		<-parallel // or the test times out
		return inner.RoundTrip(r)
	})
	_, client := start(t, o, run(200))
	events := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10})
	if diff := cmp.Diff(upTo(1, 200), ids(events)); diff != "" {
		t.Errorf("ids mismatch (-want +got):\n%s", diff)
	}
}

// No request is wasted behind the documented number of events, and a larger quota is no obstacle.
func TestAheadKnowsTheLargestHistory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ events, least, most int }{
		{4995, 5, 6}, // five full pages, behind which there could be five events more
		{5000, 6, 6},
		{5994, 6, 6},  // a larger quota, and no sign of it before the sixth page
		{7000, 8, 11}, // by then half of six pages that were foretold rightly are tried
	} {
		srv, client := start(t, ahead(8), run(tt.events))
		if n := len(walk(t, client, history.EventQuery{Ref: ref()})); n != tt.events {
			t.Errorf("%d events, want %d", n, tt.events)
		}
		if n := srv.Count(""); n < tt.least || n > tt.most {
			t.Errorf("%d requests for %d events, want %d to %d", n, tt.events, tt.least, tt.most)
		}
	}
}

// An error of a page that was read ahead comes in its place, behind everything before it.
func TestAheadErrorInItsPlace(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 8} {
		srv, client := start(t, ahead(n), run(100))
		srv.Inject(alibabatest.Fault{Mutate: func(body []byte) []byte {
			if !slices.Contains(idsIn(body), 55) {
				return body
			}
			return []byte(`{"RequestId":"r","Events":"spoilt"}`)
		}, Times: -1})
		events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10}))
		if !errors.Is(err, history.ErrDecode) {
			t.Errorf("Prefetch %d: %v, want ErrDecode", n, err)
		}
		if diff := cmp.Diff(upTo(1, 50), ids(events)); diff != "" {
			t.Errorf("Prefetch %d: ids mismatch (-want +got):\n%s", n, diff)
		}
		srv.ClearFaults()
		rest := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10, From: failure(t, err).Cursor})
		if diff := cmp.Diff(upTo(51, 100), ids(rest)); diff != "" {
			t.Errorf("Prefetch %d: ids from the error's cursor mismatch (-want +got):\n%s", n, diff)
		}
	}
}

// A caller who leaves by its context is told that, and where to go on, and not that a page was refused that was only foretold.
func TestAheadCanceledBehindARefusal(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2} {
		inner := &http.Transport{}
		t.Cleanup(inner.CloseIdleConnections)
		ctx, cancel := context.WithCancel(t.Context())
		refused := newSignal()
		o := ahead(n)
		o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if n > 0 && r.URL.Query().Get("NextToken") == "11" {
				<-refused.c // the foretold page behind it
			}
			return inner.RoundTrip(r)
		})
		var read atomic.Int32
		o.Observe = func(_ context.Context, c history.Call) {
			switch {
			case c.Status == http.StatusBadRequest:
				refused.reached()
			case c.Status == http.StatusOK && read.Add(1) == 2:
				cancel()
			}
		}
		_, client := startWith(t, &alibabatest.Options{StrictTokens: true}, o, run(60))
		events, err := history.Collect(client.Events(ctx, history.EventQuery{Ref: ref(), PageSize: 10}))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Prefetch %d: %v, want context.Canceled", n, err)
		}
		rest := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10, From: failure(t, err).Cursor})
		if diff := cmp.Diff(upTo(1, 60), ids(append(events, rest...))); diff != "" {
			t.Errorf("Prefetch %d: ids mismatch (-want +got):\n%s", n, diff)
		}
	}
}

// Leaving the loop ends what is under way behind it.
func TestAheadLeavingEarly(t *testing.T) {
	t.Parallel()
	inner := &http.Transport{}
	t.Cleanup(inner.CloseIdleConnections)
	o := ahead(8)
	var held sync.WaitGroup
	o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if id, _ := strconv.Atoi(r.URL.Query().Get("NextToken")); id <= 21 {
			return inner.RoundTrip(r)
		}
		held.Add(1)
		defer held.Done()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	_, client := start(t, o, run(200))
	events, err := history.Collect(history.Limit(client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10}), 25))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(upTo(1, 25), ids(events)); diff != "" {
		t.Errorf("ids mismatch (-want +got):\n%s", diff)
	}
	held.Wait() // or the test times out
}
