// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind      history.Kind
		text      string
		status    int
		retryable bool
	}{
		{"", "history: unclassified", 499, false},
		{history.ErrNotFound, "history: not found", 404, false},
		{history.ErrWorkflowNotFound, "history: workflow not found", 404, false},
		{history.ErrExecutionNotFound, "history: execution not found", 404, false},
		{history.ErrInvalid, "history: invalid argument", 400, false},
		{history.ErrUnauthenticated, "history: unauthenticated", 502, false},
		{history.ErrPermission, "history: permission denied", 403, false},
		{history.ErrThrottled, "history: throttled", 429, true},
		{history.ErrUnavailable, "history: unavailable", 503, true},
		{history.ErrClockSkew, "history: clock skew", 502, false},
		{history.ErrTooLarge, "history: too large", 502, false},
		{history.ErrDecode, "history: unreadable answer", 502, false},
		{history.ErrCursor, "history: bad cursor", 400, false},
		{"of the future", "history: of the future", 500, false},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			t.Parallel()
			equal(t, "text", tc.text, tc.kind.Error())
			equal(t, "HTTPStatus", tc.status, tc.kind.HTTPStatus())
			equal(t, "Retryable", tc.retryable, tc.kind.Retryable())
			e := &history.Error{Kind: tc.kind}
			equal(t, "Error.Retryable", tc.retryable, e.Retryable())
			for _, err := range []error{e, fmt.Errorf("wrapped: %w", e), errors.Join(errors.New("other"), e)} {
				if !errors.Is(err, tc.kind) {
					t.Errorf("errors.Is(%v, %q) = false", err, tc.kind)
				}
			}
		})
	}
}

func TestKindsMatchOnlyThemselvesAndNotFound(t *testing.T) {
	t.Parallel()
	kinds := []history.Kind{"", history.ErrNotFound, history.ErrWorkflowNotFound, history.ErrExecutionNotFound,
		history.ErrInvalid, history.ErrUnauthenticated, history.ErrPermission, history.ErrThrottled, history.ErrUnavailable,
		history.ErrClockSkew, history.ErrTooLarge, history.ErrDecode, history.ErrCursor}
	for _, kind := range kinds {
		for _, target := range kinds {
			want := kind == target || target == history.ErrNotFound &&
				(kind == history.ErrWorkflowNotFound || kind == history.ErrExecutionNotFound)
			if got := errors.Is(&history.Error{Kind: kind}, target); got != want {
				t.Errorf("errors.Is(an error of kind %q, %q) = %t, want %t", kind, target, got, want)
			}
			if got := errors.Is(kind, target); got != want {
				t.Errorf("errors.Is(kind %q, %q) = %t, want %t", kind, target, got, want)
			}
		}
	}
	if errors.Is(&history.Error{Kind: history.ErrThrottled}, errors.ErrUnsupported) {
		t.Error("an error of a kind matches an error that is no kind")
	}
}
