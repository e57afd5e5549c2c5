// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// fullError has every field set.
func fullError() *history.Error {
	return &history.Error{
		Provider: "alibaba", Scope: "cn-hangzhou", Op: "GetExecutionHistory", Kind: history.ErrThrottled,
		Code: "Throttling.User", Message: "Request was denied due to user flow control.", RequestID: "testRequestId",
		HTTPStatus: 400, Cursor: history.NewCursor(history.Position{Ref: ref, LastEvent: 7}),
		RetryAfter: 2 * time.Second, Attempts: 5, Elapsed: 1234567 * time.Microsecond, Err: io.ErrUnexpectedEOF,
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  *history.Error
		want string
	}{
		{"zero", &history.Error{}, "history"},
		{"full", fullError(), "alibaba: GetExecutionHistory: throttled: Throttling.User: " +
			"Request was denied due to user flow control.: unexpected EOF " +
			"(HTTP 400, request id testRequestId, 5 attempts in 1.235s, retry after 2s)"},
		{"one attempt is not worth a word", &history.Error{Provider: "huawei", Kind: history.ErrNotFound, Attempts: 1}, "huawei: not found"},
		{"nor one that took long and is final", &history.Error{Kind: history.ErrNotFound, Attempts: 1, Elapsed: time.Minute}, "history: not found"},
		{"one that took long and may succeed later", &history.Error{Kind: history.ErrUnavailable, Attempts: 1, Elapsed: time.Second},
			"history: unavailable (1 attempt in 1s)"},
		{"one that the context ended", &history.Error{Attempts: 1, Elapsed: 1500 * time.Millisecond, Err: context.Canceled},
			"history: context canceled (1 attempt in 1.5s)"},
		{"one that was short", &history.Error{Kind: history.ErrUnavailable, Attempts: 1, Elapsed: 999 * time.Millisecond}, "history: unavailable"},
		{"none was made", &history.Error{Kind: history.ErrUnavailable, Elapsed: 2 * time.Second}, "history: unavailable (nothing was sent in 2s)"},
		{"the module's own", &history.Error{Op: "query", Kind: history.ErrInvalid, Message: "no"}, "history: query: invalid argument: no"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "text", tc.want, tc.err.Error())
		})
	}
}

func TestErrorUnwrapsToItsCause(t *testing.T) {
	t.Parallel()
	if err := error(fullError()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the error does not match its cause")
	}
	if err := (&history.Error{}).Unwrap(); err != nil {
		t.Errorf("an error without a cause unwraps to %v", err)
	}
}

func TestErrorJSON(t *testing.T) {
	t.Parallel()
	e := fullError()
	e.Cursor = "fh1.example"
	const want = `{"provider":"alibaba","scope":"cn-hangzhou","op":"GetExecutionHistory","kind":"throttled",` +
		`"code":"Throttling.User","message":"Request was denied due to user flow control.","request_id":"testRequestId",` +
		`"http_status":400,"cursor":"fh1.example","retry_after":2000000000,"attempts":5,"elapsed":1234567000,"cause":"unexpected EOF"}`
	roundTrip(t, e, want)
	roundTrip(t, &history.Error{}, `{}`)

	var back history.Error
	if err := json.Unmarshal([]byte(want), &back); err != nil {
		t.Fatal(err)
	}
	equal(t, "text after JSON", e.Error(), back.Error())
	if !errors.Is(&back, history.ErrThrottled) {
		t.Error("after JSON the error does not match its kind")
	}
	if err := json.Unmarshal([]byte(`{"http_status":"x"}`), &back); err == nil {
		t.Error("a field of the wrong type is read without an error")
	}
}

func TestErrorLogValue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		err  *history.Error
		want string
	}{
		{"full", fullError(), `msg=failed err.error="` + fullError().Error() + `" err.kind=throttled err.provider=alibaba ` +
			`err.scope=cn-hangzhou err.op=GetExecutionHistory err.code=Throttling.User err.request_id=testRequestId ` +
			`err.http_status=400 err.attempts=5 err.elapsed=1.234567s`},
		{"zero", &history.Error{}, `msg=failed err.error=history err.kind=""`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
				ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
					if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
						return slog.Attr{}
					}
					return a
				},
			}))
			log.Error("failed", "err", tc.err)
			equal(t, "record", tc.want, strings.TrimSpace(out.String()))
		})
	}
}
