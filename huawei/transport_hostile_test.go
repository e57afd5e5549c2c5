// SPDX-License-Identifier: Apache-2.0

package huawei_test

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
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// An answer's header is a text of somebody else's too, and a transport of the user's need not have looked at it.
func TestHostileAnswerHeaders(t *testing.T) {
	t.Parallel()
	const odd = "a\x1b[31m\r\n2026-11-02 level=INFO\x00\x07\u009b\u2028\xff"
	for _, status := range []int{http.StatusOK, http.StatusFound, http.StatusBadRequest, http.StatusTooManyRequests, 999, 42, -1} {
		for name, header := range map[string]http.Header{
			"none":     nil,
			"no value": {"X-Request-Id": nil, "Retry-After": {}, "Location": nil},
			"controls": {"X-Request-Id": {odd}, "Retry-After": {odd}, "Location": {"https://cloud.example/" + odd}, "Content-Type": {odd}, odd: {odd}},
			"long":     {"X-Request-Id": {strings.Repeat("long", 1<<18)}, "Retry-After": {strings.Repeat("9", 1<<18)}},
			"numbers":  {"Retry-After": {"-1", "NaN"}, "Content-Length": {"-5"}, "Content-Encoding": {"gzip", "br"}},
			"a date":   {"Retry-After": {"Mon, 01 Jan 9999 00:00:00 GMT"}, "Date": {"yesterday"}},
		} {
			var seen bytes.Buffer
			o := once()
			o.Logger = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
			o.Observe = func(_ context.Context, c history.Call) { fmt.Fprintf(&seen, "%+v\n", c) }
			o.Transport = echoing(func(_ *http.Request, resp *http.Response) {
				resp.StatusCode, resp.Header = status, header
				resp.Body = io.NopCloser(strings.NewReader(`{"execution_id":"exec","x":`)) // breaks off in any case
			})
			for op, call := range operations(open(t, localConfig(), o)) {
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

// The id of a request that went well comes to the user, too.
func TestHostileRequestID(t *testing.T) {
	t.Parallel()
	o := once()
	o.Transport = echoing(func(_ *http.Request, resp *http.Response) {
		resp.StatusCode, resp.Body = http.StatusOK, io.NopCloser(strings.NewReader(`[{"execution_id":"exec"}]`))
		resp.Header.Set("X-Request-Id", "id\r\nlevel=INFO\x1b[31m\x00\u2028"+strings.Repeat("x", 1<<20))
	})
	page, err := open(t, localConfig(), o).ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if err != nil || !strings.HasPrefix(page.RequestID, "id") || strings.ContainsAny(page.RequestID, controls) || len(page.RequestID) > 1<<10 {
		t.Errorf("the page's request id has %d bytes: %.80q, error %v", len(page.RequestID), page.RequestID, err)
	}
}

// A transport of the user's may spoil the request: nothing is added to it then, and nothing of it gets into the error.
func TestHostileRequestHeaders(t *testing.T) {
	t.Parallel()
	tap, err := wiretap.Listen(func(wiretap.Request) string { return wiretap.Answer(http.StatusOK, "[]") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tap.Close)
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	for _, text := range wiretap.Injections() {
		for _, name := range []string{"X-Trace", "X-" + text} {
			o := once()
			o.Transport = changing(func(r *http.Request) (*http.Response, error) {
				r.Header[name] = []string{"canary" + text, r.Header.Get("X-Auth-Token") + text}
				return base.RoundTrip(r)
			})
			cfg := localConfig()
			cfg.Endpoint = tap.URL()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			_, err := open(t, cfg, o).ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
			cancel()
			if err != nil {
				noSecrets(t, forms(failure(t, err)), "canary", huaweitest.DefaultToken)
			}
			for _, r := range tap.Take() {
				if len(r.Values("X-Injected")) > 0 || !strings.Contains(r.Line, "/cms/workflow/flow/executions") {
					t.Errorf("%q in %q: the service was asked for %q", text, name, r.Line)
				}
			}
		}
	}
}

// changing is a transport of the user's.
type changing func(*http.Request) (*http.Response, error)

func (f changing) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A body that brings nothing and never ends is one that broke off, wherever it does so.
func TestHostileBodyWithoutProgress(t *testing.T) {
	t.Parallel()
	for op, begins := range map[string][]string{
		"ListWorkflowExecutions":        {"", " ", "[", "[[nul", `[{"execution_id":"a","x":"`},
		"SearchWorkflowExecutionDetail": {"", `{"execution_id":"exec"`},
		"ListWorkflow":                  {"", `{"elements":[`},
	} {
		for _, begin := range begins {
			o := once()
			o.Transport = streaming(func(*http.Request) io.Reader { return io.MultiReader(strings.NewReader(begin), idle{}) })
			err := operations(open(t, localConfig(), o))[op](t.Context())
			if !errors.Is(err, history.ErrUnavailable) || !errors.Is(err, io.ErrNoProgress) {
				t.Errorf("%s behind %q: %v, want ErrUnavailable with io.ErrNoProgress", op, begin, err)
			}
		}
	}
}

// idle is a reader that brings nothing.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }
