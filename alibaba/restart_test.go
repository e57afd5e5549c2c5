// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"testing"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// TestATokenRefusedWhileStartingOverMayBeTriedAgain: tokens may end again while the pages of what was delivered are read
// through. Nothing about the query is invalid then.
func TestATokenRefusedWhileStartingOverMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	srv, client := startWith(t, &alibabatest.Options{StrictTokens: true}, nil, run(9))
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), PageSize: 6})
	if err != nil {
		t.Fatal(err)
	}
	srv.ExpireTokens()
	refused := alibabatest.Fault{Code: "InvalidArgument"}
	refused.After = 3 // the page's token, the anchor's, the first page again; then the second page's token
	srv.Inject(refused)
	q := history.EventQuery{Ref: ref(), PageSize: 2, From: page.Next}
	got, err := history.Collect(client.Events(t.Context(), q))
	e := failure(t, err)
	if !e.Retryable() || errors.Is(err, history.ErrInvalid) || e.Cursor != page.Next || len(got) > 0 {
		t.Fatalf("after %d events: %v, cursor %q", len(got), err, e.Cursor)
	}
	q.From = e.Cursor
	if got, err := history.Collect(client.Events(t.Context(), q)); err != nil || len(got) != 3 {
		t.Errorf("%d events from the error's cursor, error %v, want 3", len(got), err)
	}
}
