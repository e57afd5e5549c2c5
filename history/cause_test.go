// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// The cause with which a caller ends a context is found in the error, and not repeated in its text: it may have secrets in it.
func TestTheTextOfACauseIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	client := history.NewClient(newSource(8, 3), nil)
	for name, walk := range map[string]func(ctx context.Context, each func()) error{
		"events": func(ctx context.Context, each func()) (last error) {
			for _, err := range client.Events(ctx, history.EventQuery{Ref: ref}) {
				each()
				last = err
			}
			return last
		},
		"following": func(ctx context.Context, each func()) (last error) {
			for _, err := range client.Follow(ctx, history.EventQuery{Ref: ref}) {
				each()
				last = err
			}
			return last
		},
		"a dead context": func(ctx context.Context, each func()) error {
			each()
			_, err := client.Describe(ctx, ref)
			return err
		},
	} {
		ctx, end := context.WithCancelCause(t.Context())
		cause := errors.New("no more of test-access-key-secret")
		err := walk(ctx, func() { end(cause) })
		if !errors.Is(err, cause) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the error is %v, want the context's and its cause", name, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the text is %q", name, err)
		}
	}
}
