// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// book is a script of pages for Paged: what the page at each cursor holds, and where it fails.
type book map[history.Cursor]leaf

type leaf struct {
	items []int
	next  history.Cursor
	err   error
}

func (b book) fetch(asked *[]history.Cursor) func(context.Context, history.Cursor) (history.Page[int], error) {
	return func(_ context.Context, at history.Cursor) (history.Page[int], error) {
		*asked = append(*asked, at)
		l := b[at]
		return history.Page[int]{Items: slices.Clone(l.items), Next: l.next}, l.err
	}
}

func TestPaged(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		pages book
		from  history.Cursor
		want  [][]int
		fails bool
		asked []history.Cursor
	}{
		{"one page", book{"": {items: []int{1, 2}}}, "", [][]int{{1, 2}}, false, []history.Cursor{""}},
		{"one empty page", book{}, "", [][]int{nil}, false, []history.Cursor{""}},
		{"three, the second empty", book{"": {[]int{1}, "a", nil}, "a": {nil, "b", nil}, "b": {[]int{2}, "", nil}}, "",
			[][]int{{1}, nil, {2}}, false, []history.Cursor{"", "a", "b"}},
		{"from a cursor", book{"a": {[]int{2}, "b", nil}, "b": {[]int{3}, "", nil}}, "a", [][]int{{2}, {3}}, false, []history.Cursor{"a", "b"}},
		{"an error ends it", book{"": {[]int{1}, "a", nil}, "a": {nil, "b", errBroken}}, "", [][]int{{1}}, true, []history.Cursor{"", "a"}},
		{"items come before their error", book{"": {[]int{1}, "a", errBroken}}, "", [][]int{{1}}, true, []history.Cursor{""}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var asked []history.Cursor
			seq := history.Paged(t.Context(), tc.from, tc.pages.fetch(&asked))
			if asked != nil {
				t.Errorf("asked for %q before the range", asked)
			}
			for range 2 { // a second range starts over
				asked = nil
				got, err := history.Collect(seq)
				var items [][]int
				for _, p := range got {
					items = append(items, p.Items)
				}
				equal(t, "pages", tc.want, items)
				equal(t, "failed", tc.fails, errors.Is(err, errBroken))
				equal(t, "cursors asked for", tc.asked, asked)
			}
		})
	}
}

func TestPagedFetchesAPageWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	pages := book{"": {[]int{1}, "a", nil}, "a": {[]int{2}, "b", nil}, "b": {[]int{3}, "", nil}}
	var asked []history.Cursor
	for page := range history.Paged(t.Context(), "", pages.fetch(&asked)) {
		equal(t, "pages asked for", page.Items[0], len(asked))
		if page.Items[0] == 2 {
			break
		}
	}
	equal(t, "cursors asked for", []history.Cursor{"", "a"}, asked)
}

func TestPagedStartsNothingOnADeadContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var asked []history.Cursor
	seq := history.Paged(ctx, "", book{"": {[]int{1}, "a", nil}, "a": {[]int{2}, "", nil}}.fetch(&asked))
	var got []int
	var last error
	for page, err := range seq {
		got, last = append(got, page.Items...), err
		cancel()
	}
	equal(t, "items", []int{1}, got)
	equal(t, "cursors asked for", []history.Cursor{""}, asked)
	if !errors.Is(last, context.Canceled) {
		t.Errorf("the walk ended with %v, want context.Canceled", last)
	}
}

func TestPagedIsLeftBetweenItemsAndTheirError(t *testing.T) {
	t.Parallel()
	var asked []history.Cursor
	for _, err := range history.Paged(t.Context(), "", book{"": {[]int{1}, "a", errBroken}}.fetch(&asked)) {
		if err != nil {
			t.Error("the error came although the loop was left")
		}
		break
	}
}
