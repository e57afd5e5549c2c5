// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// phase is a state in which a call is stuck. It returns a client, and a channel that is closed when the call is there.
type phase func(t *testing.T) (client *history.Client, there <-chan struct{})

var phases = map[string]phase{
	"credentials": func(t *testing.T) (*history.Client, <-chan struct{}) {
		there, reach := reachable()
		cfg := localConfig()
		cfg.Token, cfg.Credentials = "", func(ctx context.Context) (huawei.Credentials, error) {
			reach()
			<-ctx.Done()
			return huawei.Credentials{}, ctx.Err()
		}
		return open(t, cfg, nil), there
	},
	"dial": func(t *testing.T) (*history.Client, <-chan struct{}) {
		there, reach := reachable()
		o := quick()
		o.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			reach()
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		return open(t, localConfig(), o), there
	},
	"headers": func(t *testing.T) (*history.Client, <-chan struct{}) {
		srv, client := start(t, nil)
		srv.Inject(huaweitest.Fault{Hang: true})
		there, reach := reachable()
		go func() {
			if srv.Wait(t.Context(), "", 1) == nil {
				reach()
			}
		}()
		return client, there
	},
	"body": func(t *testing.T) (*history.Client, <-chan struct{}) {
		const sent = 100
		there, reach := reachable()
		srv := huaweitest.NewServer(t, nil)
		for _, e := range append(numbered(30), huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday}) {
			srv.AddExecution(e)
		}
		srv.Inject(huaweitest.Fault{HangAfter: sent})
		o := quick()
		o.Transport = &stalledAfter{sent, reach, &http.Transport{}}
		return open(t, configOf(srv), o), there
	},
	"backoff": func(t *testing.T) (*history.Client, <-chan struct{}) {
		there, reach := reachable()
		o := quick()
		o.Retry = history.Retry{MinWait: time.Hour, MaxWait: 2 * time.Hour}
		o.Transport = answerWith(func(*http.Request) (int, []byte) { return 500, huaweitest.SeedInternalError() })
		o.Observe = func(context.Context, history.Call) { reach() }
		return open(t, localConfig(), o), there
	},
	"rate limit": func(t *testing.T) (*history.Client, <-chan struct{}) {
		there, reach := reachable()
		o := quick()
		o.RateLimit = history.RateLimit{Limiter: func(string) history.Limiter { return stuck(reach) }}
		return open(t, localConfig(), o), there
	},
}

// reachable is a channel and a function that closes it, once.
func reachable() (<-chan struct{}, func()) {
	c := make(chan struct{})
	return c, sync.OnceFunc(func() { close(c) })
}

// stuck is a limiter that lets nothing pass.
type stuck func()

func (s stuck) Wait(ctx context.Context) error {
	s()
	<-ctx.Done()
	return ctx.Err()
}

// stalledAfter tells when a body is read on behind so many bytes.
type stalledAfter struct {
	bytes int
	reach func()
	base  http.RoundTripper
}

func (s *stalledAfter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.base.RoundTrip(r)
	if err == nil {
		resp.Body = &stalledBody{resp.Body, s.bytes, s.reach}
	}
	return resp, err
}

type stalledBody struct {
	io.ReadCloser
	left  int
	reach func()
}

func (b *stalledBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.reach()
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	return n, err
}

// A cancelled context ends a call within 50 ms, wherever it is, and its cause is kept.
func TestCancel(t *testing.T) {
	t.Parallel()
	for name, stuckIn := range phases {
		for _, op := range []string{"ListWorkflowExecutions", "SearchWorkflowExecutionDetail"} {
			t.Run(name+"/"+op, func(t *testing.T) {
				t.Parallel()
				// A busy machine may be slow once; a call that does not notice is slow each time.
				took := time.Hour
				for try := 0; try < 5 && took > 50*time.Millisecond; try++ {
					took = cancelled(t, stuckIn, op)
				}
				if took > 50*time.Millisecond {
					t.Errorf("the call ended %v after its context, want 50ms at most", took)
				}
			})
		}
	}
}

// cancelled makes a call, cancels it where it is stuck, and returns how long it took to end.
func cancelled(t *testing.T, stuckIn phase, op string) time.Duration {
	t.Helper()
	client, there := stuckIn(t)
	why := errors.New("the user went home")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	done := make(chan error, 1)
	go func() { done <- operations(client)[op](ctx) }()
	select {
	case <-there:
	case err := <-done:
		t.Fatalf("the call ended before it was cancelled: %v", err)
	}
	began := time.Now()
	cancel(why)
	err := <-done
	took := time.Since(began)
	if e := failure(t, err); !errors.Is(err, context.Canceled) || !errors.Is(err, why) || e.Kind != "" {
		t.Errorf("error is %v of kind %q, want context.Canceled and its cause", err, e.Kind)
	}
	return took
}

// On a context that is over nothing is started.
func TestDeadContext(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for op, call := range operations(client) {
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error is %v, want context.Canceled", op, err)
		}
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

// What was read before the context ended is delivered, and the error's cursor goes on behind it.
func TestCancelInTheLoop(t *testing.T) {
	t.Parallel()
	const n = 40
	_, client := start(t, nil, numbered(n)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []history.Execution
	var end error
	for e, err := range client.Executions(ctx, history.ExecutionQuery{Workflow: "flow", PageSize: 4}) {
		if err != nil {
			end = err
			break
		}
		if got = append(got, e); len(got) == 6 {
			cancel()
		}
	}
	if !errors.Is(end, context.Canceled) || len(got) < 8 || len(got) > 12 {
		t.Fatalf("%d executions, then %v; want the rest of the page, then context.Canceled", len(got), end)
	}
	rest := list(t, client, history.ExecutionQuery{Workflow: "flow", From: failure(t, end).Cursor})
	if len(got)+len(rest) != n {
		t.Errorf("%d executions and %d behind them, want %d", len(got), len(rest), n)
	}
}

// A stall is not the caller's doing: the attempt's time-out is ErrUnavailable and matches no context error. What came
// before it is delivered.
func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := once()
		o.Retry.AttemptTimeout = time.Minute
		o.Transport = stalling(`[{"execution_id":"a"},{"execution_id":"b"},{"execution_id":"c`)
		began := time.Now()
		got, err := history.Collect(open(t, localConfig(), o).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
		if !errors.Is(err, history.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want ErrUnavailable and no context error", err)
		}
		if diff := cmp.Diff([]string{"a", "b"}, names(got)); diff != "" {
			t.Errorf("executions mismatch (-want +got):\n%s", diff)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it took %v, want the time-out of a minute", took)
		}
	})
}

// stalling is a transport whose answer begins with a text and then stays away until the request's context ends.
type stalling string

func (s stalling) RoundTrip(r *http.Request) (*http.Response, error) {
	rest := readerFunc(func([]byte) (int, error) {
		<-r.Context().Done()
		return 0, r.Context().Err()
	})
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		Body: io.NopCloser(io.MultiReader(strings.NewReader(string(s)), rest)), ContentLength: -1,
	}, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
