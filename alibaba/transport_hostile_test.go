// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// controls are characters that no line of a log may have.
const controls = "\x1b\r\n\x00\x07\u009b\u2028"

// An answer's header is a text of somebody else's too, and a transport of the user's need not have looked at it.
func TestHostileAnswerHeaders(t *testing.T) {
	t.Parallel()
	const odd = "a\x1b[31m\r\n2026-11-02 level=INFO\x00\x07\u009b\u2028\xff"
	for _, status := range []int{http.StatusOK, http.StatusFound, http.StatusBadRequest, http.StatusTooManyRequests, 999, 42, -1} {
		for name, header := range map[string]http.Header{
			"none":     nil,
			"no value": {"X-Fnf-Request-Id": nil, "Retry-After": {}, "Location": nil},
			"controls": {"X-Fnf-Request-Id": {odd}, "Retry-After": {odd}, "Location": {"https://cloud.example/" + odd}, "Content-Type": {odd}, odd: {odd}},
			"long":     {"X-Fnf-Request-Id": {strings.Repeat("long", 1<<18)}, "Retry-After": {strings.Repeat("9", 1<<18)}},
			"numbers":  {"Retry-After": {"-1", "NaN"}, "Content-Length": {"-5"}, "Content-Encoding": {"gzip", "br"}},
			"a date":   {"Retry-After": {"Mon, 01 Jan 9999 00:00:00 GMT"}, "Date": {"yesterday"}},
		} {
			var seen bytes.Buffer
			o := quick()
			o.Retry.Max = -1
			o.Logger = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
			o.Observe = func(_ context.Context, c history.Call) { fmt.Fprintf(&seen, "%+v\n", c) }
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: status, Request: r, Header: header, ContentLength: -1,
					Body: io.NopCloser(strings.NewReader(`{"RequestId":"r","Events":[`)), // breaks off in any case
				}, nil
			})
			for op, call := range operations(open(t, good(), o)) {
				e := failure(t, call(t.Context()))
				text := strings.Join(forms(e), "") + e.RequestID + e.Message
				if strings.ContainsAny(text, controls) || strings.ContainsAny(strings.ReplaceAll(seen.String(), "\n", ""), controls) {
					t.Errorf("HTTP %d, header %s, %s: %q, seen %q", status, name, op, text, seen.String())
				}
				if len(e.Error()) > 4<<10 || len(e.RequestID) > 1<<10 || e.RetryAfter < 0 {
					t.Errorf("HTTP %d, header %s, %s: an error of %d bytes, a request id of %d, to be tried again after %v",
						status, name, op, len(e.Error()), len(e.RequestID), e.RetryAfter)
				}
			}
		}
	}
}

// A transport of the user's may spoil the request: nothing is added to it then, and nothing of it gets into the error.
func TestHostileRequestHeaders(t *testing.T) {
	t.Parallel()
	tap := tapped(t)
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	for what, text := range wiretap.Injections() {
		for _, name := range []string{"X-Trace", "X-" + text} {
			signature := ""
			o := quick()
			o.Retry.Max = -1
			o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				signature = r.URL.Query().Get("Signature")
				r.Header[name] = []string{"canary" + text, signature + text}
				return base.RoundTrip(r)
			})
			cfg := good()
			cfg.Endpoint = tap.URL()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			_, err := open(t, cfg, o).EventPage(ctx, history.EventQuery{Ref: ref()})
			cancel()
			if err != nil {
				noSecrets(t, forms(failure(t, err)), "canary", cfg.AccessKeySecret, signature)
			}
			for _, r := range tap.Take() {
				if len(r.Values("X-Injected")) > 0 || !strings.Contains(r.Line, "Action=GetExecutionHistory") {
					t.Errorf("%s in %q: the service was asked for %q", what, name, r.Line)
				}
			}
		}
	}
}

// A body that brings nothing and never ends is one that broke off, wherever it does so.
func TestHostileBodyWithoutProgress(t *testing.T) {
	t.Parallel()
	for _, begin := range []string{"", `{"RequestId":"r","Events":[`, `{"RequestId":"r","Name":"exec","Events":[],"Executions":[],"Flows":[]}`} {
		o := quick()
		o.Retry.Max = -1
		o.Transport = streamed(func() io.Reader { return io.MultiReader(strings.NewReader(begin), idle{}) })
		for op, call := range operations(open(t, good(), o)) {
			if err := call(t.Context()); !errors.Is(err, history.ErrUnavailable) || !errors.Is(err, io.ErrNoProgress) {
				t.Errorf("%s behind %q: %v, want ErrUnavailable with io.ErrNoProgress", op, begin, err)
			}
		}
	}
}

// idle is a reader that brings nothing.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }
