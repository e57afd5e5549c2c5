// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

func TestObserveSeesEachAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answers := &script{answers: []func(*http.Request) (*http.Response, error){
			says(503, "Busy come back", "X-Request-Id", "r-1"),
			func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") },
			says(200, "hello", "X-Request-Id", "r-3"),
		}}
		one := rate.NewLimiter(rate.Every(time.Minute), 1)
		var got []history.Call
		o := &history.Options{
			Transport: answers,
			RateLimit: history.RateLimit{Limiter: func(string) history.Limiter { return one }},
			Retry:     history.Retry{MaxWait: 1},
			Observe:   func(_ context.Context, c history.Call) { got = append(got, c) },
		}
		call := get("http://cloud.test/", nil)
		call.Read = func(_ context.Context, r *exchange.Reply) error {
			<-time.After(time.Second)
			_, err := r.ReadAll()
			r.RequestID += "-from-the-body"
			return err
		}
		if err := newExchange(t, o).Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		common := func(c history.Call) history.Call {
			c.Provider, c.Scope, c.Op = "test", "here", "Get"
			return c
		}
		want := []history.Call{
			common(history.Call{Attempt: 1, Status: 503, RequestID: "r-1", Bytes: 14, Err: cmpopts.AnyError, Retry: true}),
			common(history.Call{Attempt: 2, Waited: time.Minute, Err: cmpopts.AnyError, Retry: true}),
			common(history.Call{
				Attempt: 3, Status: 200, RequestID: "r-3-from-the-body", Bytes: 5,
				Waited: time.Minute, Duration: time.Second,
			}),
		}
		round := cmp.Transformer("round", func(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() })
		if diff := cmp.Diff(want, got, cmpopts.EquateErrors(), round); diff != "" {
			t.Errorf("calls mismatch (-want +got):\n%s", diff)
		}
		if !errors.Is(got[0].Err, history.ErrUnavailable) {
			t.Errorf("got %v, want ErrUnavailable", got[0].Err)
		}
	})
}

func TestObserveMayPanic(t *testing.T) {
	t.Parallel()
	count := &bodies{base: transport(func(*http.Request) (*http.Response, error) { return text(200, ""), nil })}
	o := &history.Options{Transport: count, Observe: func(context.Context, history.Call) { panic("the user's") }}
	defer func() {
		if got := recover(); got != "the user's" {
			t.Errorf("recovered %v, want the user's panic", got)
		}
		count.check(t, 1)
	}()
	_ = newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil))
}

func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := quick()
	o.Logger = slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ctx, cancel := context.WithCancel(t.Context())
	o.Transport = &script{answers: []func(*http.Request) (*http.Response, error){
		says(503, "Busy come back", "X-Request-Id", "r-1"),
		says(200, "", "X-Request-Id", "r-2"),
		func(r *http.Request) (*http.Response, error) { cancel(); return silent(r) },
	}}
	x := newExchange(t, o)
	if err := x.Do(ctx, get("http://cloud.test/?private", nil)); err != nil {
		t.Fatal(err)
	}
	_ = x.Do(ctx, get("http://cloud.test/?private", nil))

	type record struct {
		Level, Msg, Scope, Op, Kind, Code string
		RequestID                         string `json:"request_id"`
		Attempt, Status                   int
		Retry                             bool
	}
	var got []record
	for line := range strings.Lines(out.String()) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	want := []record{
		{
			Level: "WARN", Msg: "request failed", Scope: "here", Op: "Get", Kind: "unavailable", Code: "Busy", RequestID: "r-1",
			Attempt: 1, Status: 503, Retry: true,
		},
		{Level: "DEBUG", Msg: "request", Scope: "here", Op: "Get", RequestID: "r-2", Attempt: 2, Status: 200},
		{Level: "DEBUG", Msg: "request failed", Scope: "here", Op: "Get", Attempt: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records mismatch (-want +got):\n%s", diff)
	}
	if strings.Contains(out.String(), "private") {
		t.Errorf("the URL's query is in the log:\n%s", &out)
	}
}

// TestNoSecretGetsOut lets everything around a request repeat its secrets, and looks at all that leaves the exchange.
func TestNoSecretGetsOut(t *testing.T) {
	t.Parallel()
	secrets := []string{"test-access-key-id", "te+st/sig==", "test security token"}
	query := url.Values{"AccessKeyId": secrets[:1], "Signature": secrets[1:2], "SecurityToken": secrets[2:]}.Encode()
	every := strings.Join(append(secrets, query), " and ")
	tests := map[string]transport{
		"an answer that quotes the request": func(r *http.Request) (*http.Response, error) {
			return text(403, every+" "+r.URL.String(), "X-Request-Id", every), nil
		},
		"a decoder's error": func(*http.Request) (*http.Response, error) { return text(200, every), nil },
		"net/http's own error": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("no route")}
		},
		"a transport that logs and wraps": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("%s %v: %w", every, r.Header, &url.Error{Op: "Get", URL: r.URL.String(), Err: io.EOF})
		},
		"a body that breaks": func(r *http.Request) (*http.Response, error) {
			return answer(200, io.MultiReader(strings.NewReader("x"), brokenBody{errors.New(every)})), nil
		},
		"a real connection": func(r *http.Request) (*http.Response, error) {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			return client.Get("http://127.0.0.1:0/?" + query) // nothing listens on port 0
		},
	}
	for name, rt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			o := quick()
			o.Transport = rt
			o.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
			o.Observe = func(_ context.Context, c history.Call) { fmt.Fprintf(&out, "%v %+v %#v\n", c, c, c) }
			call := get("", nil)
			call.Sign = func(context.Context) (exchange.Signed, error) {
				r, err := http.NewRequest(http.MethodGet, "http://cloud.test/?"+query, nil)
				if err == nil {
					r.Header.Set("Authorization", secrets[1])
				}
				return exchange.Signed{Request: r, Secrets: secrets}, err
			}
			call.Read = func(_ context.Context, r *exchange.Reply) error {
				data, err := r.ReadAll()
				if err == nil {
					err = fmt.Errorf("cannot read %q", data)
				}
				return err
			}
			err := newExchange(t, o).Do(t.Context(), call)
			e := failure(t, err)
			data, _ := json.Marshal(e)
			fmt.Fprintf(&out, "%v %+v %#v %#v %s %v\n", err, err, err, e.Err, data, e.LogValue())
			for _, s := range append(secrets, url.QueryEscape(secrets[1]), url.PathEscape(secrets[2]), query) {
				if strings.Contains(out.String(), s) {
					t.Errorf("%q got out:\n%s", s, &out)
				}
			}
		})
	}
}

// brokenBody is a body that fails.
type brokenBody struct{ err error }

func (b brokenBody) Read([]byte) (int, error) { return 0, b.err }
