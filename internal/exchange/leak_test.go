// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// TestNothingIsLeftBehind: a synctest bubble does not end while one of its goroutines lives, so this hangs, and fails, if
// an exchange leaves one, whichever way it ends.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		count := &bodies{base: &script{answers: []func(*http.Request) (*http.Response, error){
			says(503, "Busy"),
			silent,
			func(r *http.Request) (*http.Response, error) { return answer(200, contextBody{r.Context()}), nil },
			says(200, "fine"),
			says(404, "Gone"),
		}}}
		x := newExchange(t, &history.Options{Transport: count})
		call := get("http://cloud.test/", nil)
		if err := x.Do(t.Context(), call); err != nil {
			t.Error(err)
		}
		if err := x.Do(t.Context(), call); !errors.Is(err, history.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		call.Read = func(context.Context, *exchange.Reply) error { cancel(); return io.ErrUnexpectedEOF }
		_ = x.Do(ctx, call)
		count.check(t, count.opened.Load())
	})
}
