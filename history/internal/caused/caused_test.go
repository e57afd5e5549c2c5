// SPDX-License-Identifier: Apache-2.0

package caused_test

import (
	"context"
	"errors"
	"testing"

	"github.com/flowhistory/flowhistory/history/internal/caused"
)

func TestBy(t *testing.T) {
	t.Parallel()
	reason := errors.New("no more of test-access-key-secret")
	err := caused.By(context.Canceled, reason)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) {
		t.Errorf("%v does not match the end and its cause", err)
	}
	if got, want := err.Error(), context.Canceled.Error(); got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	for _, cause := range []error{nil, context.Canceled} {
		if got := caused.By(context.Canceled, cause); got != context.Canceled {
			t.Errorf("with the cause %v it is %#v, want the error itself", cause, got)
		}
	}
}
