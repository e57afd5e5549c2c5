// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// script answers requests one after the other; the last answer is for all that follow. It notes when requests came.
type script struct {
	answers []func(*http.Request) (*http.Response, error)

	lock sync.Mutex
	at   []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.lock.Lock()
	n := len(s.at)
	s.at = append(s.at, time.Now())
	s.lock.Unlock()
	return s.answers[min(n, len(s.answers)-1)](r)
}

// says makes an answer for a script.
func says(status int, body string, header ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return text(status, body, header...), nil }
}

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	t.Parallel()
	type script = []func(http.ResponseWriter)
	ok := func(w http.ResponseWriter) { _, _ = io.WriteString(w, "fine") }
	status := func(code int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { http.Error(w, body, code) }
	}
	reset := func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}
	truncated := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "fin")
	}
	cutError := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusBadRequest)
	}
	tests := map[string]struct {
		answers  script
		attempts int
		want     history.Kind
	}{
		"503":                       {script{status(503, ""), ok}, 2, ""},
		"429":                       {script{status(429, ""), ok}, 2, ""},
		"throttled with a 400":      {script{status(400, "Throttling.User slow down"), ok}, 2, ""},
		"reset":                     {script{reset, ok}, 2, ""},
		"truncated":                 {script{truncated, ok}, 2, ""},
		"error cut before its code": {script{cutError, ok}, 2, ""},
		"all of them":               {script{reset, truncated, cutError, status(500, ""), ok}, 5, ""},
		"one too many":              {script{reset, truncated, cutError, reset, truncated, ok}, 5, history.ErrUnavailable},
		"400":                       {script{status(400, "Bad x"), ok}, 1, history.ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			count := &bodies{base: &http.Transport{DisableKeepAlives: true}}
			o.Transport = count
			var nonces []string
			x, url := serve(t, o, func(w http.ResponseWriter, r *http.Request) {
				nonces = append(nonces, r.Header.Get("X-Nonce"))
				tt.answers[min(len(nonces), len(tt.answers))-1](w)
			})
			var got string
			err := x.Do(t.Context(), get(url, &got))
			if tt.want == "" && (err != nil || got != "fine") {
				t.Errorf("got %q, %v, want success", got, err)
			}
			if tt.want != "" && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			var want []string
			for i := range tt.attempts {
				want = append(want, strconv.Itoa(i+1))
			}
			if diff := cmp.Diff(want, nonces); diff != "" {
				t.Errorf("each attempt needs a signature of its own; mismatch (-want +got):\n%s", diff)
			}
			if opened, closed := count.opened.Load(), count.closed.Load(); opened != closed {
				t.Errorf("%d bodies opened, %d closed", opened, closed)
			}
		})
	}
}

func TestRetriesCount(t *testing.T) {
	t.Parallel()
	for retries, want := range map[int]int{0: 5, 2: 3, -1: 1} {
		s := &script{answers: []func(*http.Request) (*http.Response, error){says(500, "Oops again", "X-Request-Id", "r")}}
		o := quick()
		o.Retry.Max = retries
		o.Transport = s
		e := failure(t, newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)))
		if len(s.at) != want || e.Attempts != want {
			t.Errorf("Max %d: %d requests, Attempts %d, want %d", retries, len(s.at), e.Attempts, want)
		}
		if e.Kind != history.ErrUnavailable || e.Code != "Oops" || e.Message != "again" || e.RequestID != "r" {
			t.Errorf("Max %d: the last answer is not in %v", retries, e)
		}
	}
}

// TestProgressStartsTheCountAgain reads a stream that breaks after each item: more often than retries are allowed, but
// never without progress.
func TestProgressStartsTheCountAgain(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Retry.Max = 1
	o.Transport = transport(func(*http.Request) (*http.Response, error) { return text(200, "x"), nil })
	call := get("http://cloud.test/", nil)
	calls := 0
	call.Read = func(_ context.Context, r *exchange.Reply) error {
		if calls++; calls <= 10 {
			r.Progress()
		}
		return io.ErrUnexpectedEOF
	}
	e := failure(t, newExchange(t, o).Do(t.Context(), call))
	// Ten attempts with progress, each followed by one more, and one retry after the first without any.
	if e.Attempts != 11 || calls != 11 {
		t.Errorf("got %d attempts and %d reads, want 11", e.Attempts, calls)
	}
}

func TestBackoffDoublesUpToItsBound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){says(503, "")}}
		o := &history.Options{Transport: s, Retry: history.Retry{Max: 40, MinWait: time.Second, MaxWait: 8 * time.Second}}
		_ = newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil))
		if len(s.at) != 41 {
			t.Fatalf("got %d requests, want 41", len(s.at))
		}
		longest := time.Duration(0)
		for i := 1; i < len(s.at); i++ {
			wait, bound := s.at[i].Sub(s.at[i-1]), min(time.Second<<min(i-1, 10), 8*time.Second)
			if wait >= bound {
				t.Errorf("wait %d was %v, want less than %v", i, wait, bound)
			}
			longest = max(longest, wait)
		}
		if longest < 4*time.Second { // of 37 draws below 8 s at least one is in the upper half, but for 1 in 2^37 runs
			t.Errorf("the longest wait was %v: is there a jitter up to the bound?", longest)
		}
	})
}

func TestRetryAfterIsHonouredUpToMaxWait(t *testing.T) {
	t.Parallel()
	// A synctest bubble's clock starts here.
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return start.Add(d).Format(http.TimeFormat) }
	const second, most = time.Second, 10 * time.Second // most is MaxWait
	tests := map[string]struct {
		header     string
		date       string // the answer's Date header; "" = none
		want, wish time.Duration
	}{
		"seconds":                   {"3", "", 3 * second, 3 * second},
		"above MaxWait":             {"3600", "", most, time.Hour},
		"absurd":                    {"9223372036854775807", "", most, 9223372036 * second},
		"date":                      {at(4 * second), "", 4 * second, 0}, // by the second answer it is over
		"date by the cloud's clock": {at(time.Hour), at(time.Hour - 5*second), 5 * second, 5 * second},
		"date that is over":         {at(-time.Hour), "", 0, 0},
		"negative":                  {"-5", "", 0, 0},
		"overflow":                  {"99999999999999999999", "", 0, 0},
		"nonsense":                  {"soon", "", 0, 0},
		"none":                      {"", "", 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: []func(*http.Request) (*http.Response, error){
					says(429, "", "Retry-After", tt.header, "Date", tt.date),
				}}
				o := &history.Options{
					Transport: s,
					Retry:     history.Retry{Max: 1, MinWait: time.Nanosecond, MaxWait: most},
				}
				e := failure(t, newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)))
				if len(s.at) != 2 || s.at[1].Sub(s.at[0]).Round(time.Second) != tt.want {
					t.Errorf("requests came at %v, want two, %v apart", s.at, tt.want)
				}
				if e.RetryAfter != tt.wish {
					t.Errorf("got RetryAfter %v, want %v", e.RetryAfter, tt.wish)
				}
			})
		})
	}
}

// TestFailsRetryAfterWins: the cloud's package may know a better header than the standard one.
func TestFailsRetryAfterWins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		script := &script{answers: []func(*http.Request) (*http.Response, error){says(429, "", "Retry-After", "7"), says(200, "")}}
		s := service()
		s.Fail = func(exchange.Answer) *history.Error { return &history.Error{RetryAfter: 1500 * time.Millisecond} }
		x, err := exchange.New(s, &history.Options{Transport: script, Retry: history.Retry{MinWait: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Do(t.Context(), get("http://cloud.test/", nil)); err != nil {
			t.Fatal(err)
		}
		if got := script.at[1].Sub(script.at[0]); got != 1500*time.Millisecond {
			t.Errorf("waited %v, want 1.5s", got)
		}
	})
}

// TestNoWaitBeyondTheDeadline: a wait that would outlast the deadline fails at once, and says what happened before.
func TestNoWaitBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){
			says(503, "Busy come back", "Retry-After", "10", "X-Request-Id", "r-9"),
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		begin := time.Now()
		err := newExchange(t, &history.Options{Transport: s}).Do(ctx, get("http://cloud.test/", nil))
		if took := time.Since(begin); took != 0 {
			t.Errorf("failed after %v, want at once", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, history.ErrUnavailable) {
			t.Errorf("got %v, want only DeadlineExceeded", err)
		}
		got := *failure(t, err)
		got.Err = nil
		want := history.Error{
			Provider: "test", Scope: "here", Op: "Get", Code: "Busy", RequestID: "r-9", HTTPStatus: 503,
			RetryAfter: 10 * time.Second, Attempts: 1,
			Message: "the next attempt, in 10s, would come after the deadline; before that: unavailable: Busy: come back",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("error mismatch (-want +got):\n%s", diff)
		}
	})
}

// TestThePoolSurvivesFailures: go-retryablehttp closes idle connections on failure, which would drop everybody's.
func TestThePoolSurvivesFailures(t *testing.T) {
	t.Parallel()
	closed := false
	pool := &closing{closed: &closed, RoundTripper: transport(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no route")
	})}
	o := quick()
	o.Transport = pool
	if err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)); !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	if closed {
		t.Error("the transport's idle connections were closed")
	}
}

type closing struct {
	http.RoundTripper
	closed *bool
}

func (c *closing) CloseIdleConnections() { *c.closed = true }

// TestConnectionsAreUsedAgain: error answers are drained, so that trying again does not need a new connection.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	var remotes []string
	x, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		remotes = append(remotes, r.RemoteAddr)
		switch len(remotes) {
		case 1:
			http.Error(w, strings.Repeat("x", 70<<10), http.StatusServiceUnavailable)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			_, _ = io.WriteString(w, strings.Repeat(" ", 8<<10))
		}
	})
	for range 2 {
		call := get(url, nil)
		call.Read = func(context.Context, *exchange.Reply) error { return nil } // leaves it to us to read
		if err := x.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(remotes)
	if used := slices.Compact(remotes); len(used) != 1 {
		t.Errorf("used connections %v, want one", used)
	}
}
