// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"iter"
)

// Paged turns "fetch the page at this cursor" into a sequence of pages: it starts at from, follows Page.Next, and ends
// behind the page whose Next is empty, at an error, or when the context is done before a fetch. It fetches nothing before
// it is ranged over and each page only when it is asked for.
//
// fetch gets the cursor that the page before returned. It may return items and an error: they are delivered before it,
// and the page's Next says where to go on behind them. It must be safe for concurrent use when the sequence is ranged
// over concurrently.
func Paged[T any](ctx context.Context, from Cursor, fetch func(context.Context, Cursor) (Page[T], error)) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		for cursor := from; ; {
			if err := ctx.Err(); err != nil {
				yield(Page[T]{}, err)
				return
			}
			page, err := fetch(ctx, cursor)
			if !deliver(page, err, yield) {
				return
			}
			cursor = page.Next
		}
	}
}

// deliver yields what a fetch returned and reports whether the walk goes on.
func deliver[T any](page Page[T], err error, yield func(Page[T], error) bool) bool {
	if err == nil {
		return yield(page, nil) && page.Next != ""
	}
	if len(page.Items) == 0 || yield(page, nil) {
		yield(Page[T]{}, err)
	}
	return false
}
