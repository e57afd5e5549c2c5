// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

func TestDoReadsAnAnswer(t *testing.T) {
	t.Parallel()
	x, url := serve(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "r-1")
		_, _ = io.WriteString(w, "hello")
	})
	var got string
	call := get(url, &got)
	read := call.Read
	call.Read = func(ctx context.Context, r *exchange.Reply) error {
		if r.Status != http.StatusOK || r.RequestID != "r-1" {
			t.Errorf("got status %d and request id %q, want 200 and r-1", r.Status, r.RequestID)
		}
		return read(ctx, r)
	}
	if err := x.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if got != "hello" {
		t.Errorf("got %q, want hello", got)
	}
}

// TestDoClassifiesAnswers covers what a cloud, or something that stands in front of it, may answer once and for all.
func TestDoClassifiesAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func() (*http.Response, error)
		want   history.Error
	}{
		"not found": {
			func() (*http.Response, error) { return text(404, "NotThere no such flow", "X-Request-Id", "r-7"), nil },
			history.Error{Kind: history.ErrNotFound, Code: "NotThere", Message: "no such flow", RequestID: "r-7", HTTPStatus: 404},
		},
		"unauthenticated": {
			func() (*http.Response, error) { return text(401, ""), nil },
			history.Error{Kind: history.ErrUnauthenticated, HTTPStatus: 401},
		},
		"redirect": {
			func() (*http.Response, error) {
				return text(302, "", "Location", "https://login.example/?token=1"), nil
			},
			history.Error{
				Kind: history.ErrDecode, HTTPStatus: 302,
				Message: "the answer is a redirect to login.example, which is not followed",
			},
		},
		"redirect to nowhere": {
			func() (*http.Response, error) { return text(307, "", "Location", "%zz"), nil },
			history.Error{Kind: history.ErrDecode, HTTPStatus: 307, Message: "the answer is a redirect, which is not followed"},
		},
		"switching protocols": {
			func() (*http.Response, error) { return text(101, ""), nil },
			history.Error{Kind: history.ErrDecode, HTTPStatus: 101, Message: "the answer has no final status"},
		},
		"control characters": {
			func() (*http.Response, error) { return text(400, "Bad a\r\nb\x00c\xff"), nil },
			history.Error{Kind: history.ErrInvalid, Code: "Bad", Message: "a  b c\uFFFD", HTTPStatus: 400},
		},
		"no body at all": {
			func() (*http.Response, error) { return &http.Response{StatusCode: 403}, nil },
			history.Error{Kind: history.ErrPermission, HTTPStatus: 403},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			o.Transport = transport(func(*http.Request) (*http.Response, error) { return tt.answer() })
			got := *failure(t, newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)))
			if got.Elapsed < 0 {
				t.Errorf("got elapsed %v", got.Elapsed)
			}
			got.Elapsed = 0
			tt.want.Provider, tt.want.Scope, tt.want.Op, tt.want.Attempts = "test", "here", "Get", 1
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDoDoesNotFollowRedirects(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	x, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Store(true)
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if err := x.Do(t.Context(), get(url, nil)); !errors.Is(err, history.ErrDecode) {
		t.Errorf("got %v, want ErrDecode", err)
	}
	if followed.Load() {
		t.Error("the redirect was followed")
	}
}

func TestDoClassifiesErrorsOfRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err      error
		want     history.Kind
		attempts int
	}{
		"decoding":         {errors.New("field x is no number"), history.ErrDecode, 1},
		"unexpected EOF":   {io.ErrUnexpectedEOF, history.ErrUnavailable, 3},
		"broken":           {exchange.Broken(errors.New("JSON ends early")), history.ErrUnavailable, 3},
		"throttled":        {&history.Error{Kind: history.ErrThrottled}, history.ErrThrottled, 3},
		"too large":        {(&exchange.Reply{}).TooLarge("one item"), history.ErrTooLarge, 1},
		"no kind":          {&history.Error{Message: "what?"}, history.ErrDecode, 1},
		"a foreign cancel": {context.Canceled, history.ErrDecode, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			o.Retry.Max = 2
			o.Transport = transport(func(*http.Request) (*http.Response, error) { return text(200, "x"), nil })
			call := get("http://cloud.test/", nil)
			call.Read = func(context.Context, *exchange.Reply) error { return tt.err }
			err := newExchange(t, o).Do(t.Context(), call)
			e := failure(t, err)
			if e.Kind != tt.want || e.Attempts != tt.attempts || e.HTTPStatus != 200 {
				t.Errorf("got %v after %d attempts, want kind %q after %d", err, e.Attempts, tt.want, tt.attempts)
			}
			if errors.Is(err, context.Canceled) {
				t.Errorf("%v matches context.Canceled, but nobody cancelled", err)
			}
		})
	}
}

// TestABareService: a cloud of which nothing is known is judged by its statuses.
func TestABareService(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Transport = &script{answers: []func(*http.Request) (*http.Response, error){says(429, "slow", "X-Request-Id", "r")}}
	x, err := exchange.New(exchange.Service{}, o)
	if err != nil {
		t.Fatal(err)
	}
	e := failure(t, x.Do(t.Context(), get("http://cloud.test/", nil)))
	if e.Kind != history.ErrThrottled || e.HTTPStatus != 429 || e.RequestID != "" || e.Attempts != 5 {
		t.Errorf("got %v", e)
	}
}

func TestStopEndsWithoutAnError(t *testing.T) {
	t.Parallel()
	count := &bodies{base: transport(func(r *http.Request) (*http.Response, error) {
		return answer(200, contextBody{r.Context()}), nil
	})}
	o := quick()
	o.Transport = count
	call := get("http://cloud.test/", nil)
	call.Read = func(context.Context, *exchange.Reply) error { return exchange.ErrStop }
	if err := newExchange(t, o).Do(t.Context(), call); err != nil {
		t.Error(err)
	}
	count.check(t, 1)
}

func TestReadAllKeepsToTheLimit(t *testing.T) {
	t.Parallel()
	zeros := func(n int) []byte { return bytes.Repeat([]byte{'0'}, n) }
	tests := map[string]struct {
		compress, announce bool
		size               int
		want               error
	}{
		"just fits":              {size: 1000},
		"one byte too many":      {size: 1001, want: history.ErrTooLarge},
		"announced":              {size: 1001, announce: true, want: history.ErrTooLarge},
		"compressed, just fits":  {size: 1000, compress: true},
		"compressed, but a bomb": {size: 1 << 20, compress: true, want: history.ErrTooLarge},
		"empty":                  {},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			o.MaxResponseBytes = 1000
			x, url := serve(t, o, func(w http.ResponseWriter, r *http.Request) {
				out := io.Writer(w)
				if tt.compress {
					if r.Header.Get("Accept-Encoding") != "gzip" {
						t.Errorf("got Accept-Encoding %q, want gzip", r.Header.Get("Accept-Encoding"))
					}
					w.Header().Set("Content-Encoding", "gzip")
					z := gzip.NewWriter(w)
					defer z.Close()
					out = z
				}
				if tt.announce {
					w.Header().Set("Content-Length", strconv.Itoa(tt.size))
				}
				_, _ = out.Write(zeros(tt.size))
			})
			var got string
			if err := x.Do(t.Context(), get(url, &got)); !errors.Is(err, tt.want) {
				t.Fatalf("got error %v, want %v", err, tt.want)
			}
			if tt.want == nil && len(got) != tt.size {
				t.Errorf("got %d bytes, want %d", len(got), tt.size)
			}
		})
	}
}

func TestReplyMadeByHand(t *testing.T) {
	t.Parallel()
	r := &exchange.Reply{Body: strings.NewReader("x")}
	r.Progress()
	if data, err := r.ReadAll(); string(data) != "x" || err != nil {
		t.Errorf("got %q, %v, want x", data, err)
	}
	if got := r.MaxResponse(); got != 128<<20 {
		t.Errorf("got a limit of %d, want 128 MiB", got)
	}
}

func TestNewChecksOptions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options history.Options
		want    string // in the error; "" = none
	}{
		"zero":             {history.Options{}, ""},
		"only a high low":  {history.Options{Retry: history.Retry{MinWait: time.Hour}}, ""},
		"only a low high":  {history.Options{Retry: history.Retry{MaxWait: time.Nanosecond}}, ""},
		"no retries":       {history.Options{Retry: history.Retry{Max: -1, AttemptTimeout: -1}}, ""},
		"whole share":      {history.Options{RateLimit: history.RateLimit{Share: 1}}, ""},
		"share of nothing": {history.Options{RateLimit: history.RateLimit{Share: math.NaN()}}, "RateLimit.Share"},
		"negative share":   {history.Options{RateLimit: history.RateLimit{Share: -0.1}}, "RateLimit.Share"},
		"too large share":  {history.Options{RateLimit: history.RateLimit{Share: 1.1}}, "RateLimit.Share"},
		"infinite share":   {history.Options{RateLimit: history.RateLimit{Share: math.Inf(1)}}, "RateLimit.Share"},
		"negative MinWait": {history.Options{Retry: history.Retry{MinWait: -1}}, "Retry.MinWait"},
		"negative MaxWait": {history.Options{Retry: history.Retry{MaxWait: -1}}, "Retry.MaxWait"},
		"crossed waits":    {history.Options{Retry: history.Retry{MinWait: 2, MaxWait: 1}}, "Retry.MinWait"},
		"negative poll":    {history.Options{PollInterval: -1}, "PollInterval"},
		"negative ahead":   {history.Options{Prefetch: -1}, "Prefetch"},
		"negative size":    {history.Options{MaxResponseBytes: -1}, "MaxResponseBytes"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := exchange.New(service(), &tt.options)
			if tt.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrInvalid about %s", err, tt.want)
			}
		})
	}
	if _, err := exchange.New(exchange.Service{}, nil); err != nil {
		t.Errorf("no options: got %v", err)
	}
}

func TestStatusKind(t *testing.T) {
	t.Parallel()
	tests := map[int]history.Kind{
		200: "", 204: "", 302: history.ErrDecode, 100: history.ErrDecode, 0: history.ErrDecode, 999: history.ErrDecode,
		400: history.ErrInvalid, 401: history.ErrUnauthenticated, 403: history.ErrPermission, 404: history.ErrNotFound,
		405: history.ErrInvalid, 408: history.ErrUnavailable, 413: history.ErrTooLarge, 414: history.ErrInvalid,
		415: history.ErrInvalid, 429: history.ErrThrottled, 431: history.ErrTooLarge, 494: history.ErrTooLarge,
		500: history.ErrUnavailable, 502: history.ErrUnavailable, 503: history.ErrUnavailable, 504: history.ErrUnavailable,
	}
	for status, want := range tests {
		if got := exchange.StatusKind(status); got != want {
			t.Errorf("StatusKind(%d) = %q, want %q", status, got, want)
		}
	}
}

// TestConcurrentUse lets 64 goroutines share an exchange; the race detector and the count of connections judge.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	count := &bodies{base: &http.Transport{MaxIdleConnsPerHost: 64}}
	o := quick()
	o.Retry.Max = 50
	o.Transport = count
	var n atomic.Int64
	x, url := serve(t, o, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%3 == 0 {
			http.Error(w, "Throttling slow down", http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, r.URL.Path)
	})
	defer count.base.(*http.Transport).CloseIdleConnections()
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for range 5 {
				path := "/" + strconv.Itoa(i)
				var got string
				if err := x.Do(t.Context(), get(url+path, &got)); err != nil || got != path {
					t.Errorf("got %q, %v, want %q", got, err, path)
				}
			}
		})
	}
	all.Wait()
	count.check(t, n.Load())
}
