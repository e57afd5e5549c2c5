// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// sdkTimeout is that of the official SDKs' whole requests: they know none for a body that stalls.
const sdkTimeout = 2 * time.Second

// errCircle ends a walk that would not end by itself: a plain loop follows a token that leads back for ever.
var errCircle = errors.New("the loop goes round in circles")

// maxPages is how many pages a plain loop may ask for before it is stopped.
const maxPages = 10_000

// sdkWalker reads with an official SDK, as its documents show it: a plain loop that ends at the first error.
type sdkWalker struct {
	url  string
	plan *plan
	http http.RoundTripper
}

// walk reads all of a job. Each walk has a client of its own, because one of Alibaba's must not be shared, and the keys that
// are good when it begins.
func (w *sdkWalker) walk(cloud string) func(context.Context, job, *ledger) (int, error) {
	return func(_ context.Context, j job, l *ledger) (int, error) {
		switch {
		case cloud == alibabaCloud:
			return 0, w.alibabaEvents(j, l)
		case j.event == nil:
			return 0, w.huaweiList(j, l)
		default:
			return 0, w.huaweiDetail(j, l)
		}
	}
}
