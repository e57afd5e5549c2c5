// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// borrow is a call like get that borrows the body.
func borrow(url string, use func([]byte) error) exchange.Call {
	call := get(url, nil)
	call.Read = func(_ context.Context, r *exchange.Reply) error { return r.Borrow(use) }
	return call
}

// TestBorrowLendsTheWholeBody of answers of many sizes, with and without a length, and of many callers at once.
func TestBorrowLendsTheWholeBody(t *testing.T) {
	t.Parallel()
	bodyOf := func(path string) string { return strings.Repeat(path, 1<<(5*len(path)-5)) }
	x, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" { // without a length
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, bodyOf(r.URL.Path))
	})
	var all sync.WaitGroup
	for _, path := range []string{"/", "/a", "/b", "/aa", "/bb", "/ccc", "/dddd"} {
		for _, query := range []string{"", "?flush"} {
			all.Go(func() {
				for range 3 {
					var got string
					err := x.Do(t.Context(), borrow(url+path+query, func(data []byte) error {
						got = string(data)
						clear(data) // it may be changed
						return nil
					}))
					if err != nil || got != bodyOf(path) {
						t.Errorf("%s%s: got %d bytes and %v, want %d", path, query, len(got), err, len(bodyOf(path)))
					}
				}
			})
		}
	}
	all.Wait()
}

func TestBorrowKeepsToTheLimitAndTellsErrors(t *testing.T) {
	t.Parallel()
	own := errors.New("the decoder's")
	tests := map[string]struct {
		limit int64
		body  io.Reader
		use   error
		want  error
	}{
		"fits":           {5, strings.NewReader("12345"), nil, nil},
		"too large":      {5, strings.NewReader("123456"), nil, history.ErrTooLarge},
		"no limit":       {math.MaxInt64, strings.NewReader("12345"), nil, nil},
		"breaks off":     {0, io.MultiReader(strings.NewReader("12"), brokenBody{io.ErrUnexpectedEOF}), nil, history.ErrUnavailable},
		"use fails":      {0, strings.NewReader("12345"), own, own},
		"use wants more": {0, strings.NewReader("12345"), io.ErrUnexpectedEOF, history.ErrUnavailable},
		"use stops":      {0, strings.NewReader("12345"), exchange.ErrStop, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			o.MaxResponseBytes = tt.limit
			o.Retry.Max = -1
			o.Transport = transport(func(*http.Request) (*http.Response, error) { return answer(200, tt.body), nil })
			err := newExchange(t, o).Do(t.Context(), borrow("http://cloud.test/", func([]byte) error { return tt.use }))
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestWhatFailedIsNotLentAgain: an error, or whoever recovers a panic, may hold a part of the bytes, and must not see
// those of the next answer in it.
func TestWhatFailedIsNotLentAgain(t *testing.T) {
	t.Parallel()
	bodies := 0
	o := quick()
	o.Retry.Max = -1
	o.Transport = transport(func(*http.Request) (*http.Response, error) {
		bodies++
		return text(200, strings.Repeat(string(rune('0'+bodies)), 100)), nil
	})
	x := newExchange(t, o)
	var held [][]byte
	hold := func(end func() error) {
		defer func() { _ = recover() }()
		_ = x.Do(t.Context(), borrow("http://cloud.test/", func(data []byte) error {
			held = append(held, data)
			return end()
		}))
	}
	for range 10 {
		hold(func() error { return errors.New("the decoder's") })
		hold(func() error { panic("the decoder's") })
		hold(func() error { return exchange.ErrStop })
		_ = x.Do(t.Context(), borrow("http://cloud.test/", func(data []byte) error { clear(data); return nil }))
	}
	for i, data := range held {
		if diff := cmp.Diff(strings.Repeat(string(data[:1]), 100), string(data)); diff != "" || data[0] == 0 {
			t.Errorf("answer %d was written over, mismatch (-want +got):\n%s", i, diff)
		}
	}
}
