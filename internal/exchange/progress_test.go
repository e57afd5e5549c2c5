// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// idle brings nothing, so many times or for good, and what follows after that.
type idle struct {
	times int // negative = for good
	then  io.Reader
}

func (i *idle) Read(p []byte) (int, error) {
	if i.times == 0 {
		return i.then.Read(p)
	}
	i.times--
	return 0, nil
}

// A body that brings nothing, and no end either, is one that broke off: whoever reads it, whatever the status.
func TestABodyThatBringsNothing(t *testing.T) {
	t.Parallel()
	ways := map[string]func(*exchange.Reply) error{
		"ReadAll": func(r *exchange.Reply) error {
			_, err := r.ReadAll()
			return err
		},
		"Borrow": func(r *exchange.Reply) error { return r.Borrow(func([]byte) error { return nil }) },
		"Body": func(r *exchange.Reply) error {
			_, err := io.Copy(io.Discard, r.Body)
			return err
		},
		"no error of the reader's": func(r *exchange.Reply) error {
			_, _ = io.Copy(io.Discard, r.Body)
			return nil
		},
	}
	for way, read := range ways {
		for _, status := range []int{200, 400, 503} {
			sent := 0
			x := newExchange(t, &history.Options{Retry: quick().Retry, Transport: transport(func(*http.Request) (*http.Response, error) {
				sent++
				return answer(status, io.MultiReader(strings.NewReader("some"), &idle{times: -1})), nil
			})})
			call := get("http://cloud.test/", nil)
			call.Read = func(_ context.Context, r *exchange.Reply) error { return read(r) }
			err := x.Do(t.Context(), call)
			if way == "no error of the reader's" && status == 200 {
				if err != nil {
					t.Errorf("%s, HTTP %d: %v, want none", way, status, err)
				}
				continue
			}
			if e := failure(t, err); status == 200 && (e.Kind != history.ErrUnavailable || !errors.Is(err, io.ErrNoProgress)) || e.Attempts != sent {
				t.Errorf("%s, HTTP %d: %v after %d requests, want ErrUnavailable with io.ErrNoProgress", way, status, err, sent)
			}
		}
	}
}

// One that pauses now and then comes whole.
func TestABodyThatPauses(t *testing.T) {
	t.Parallel()
	x := newExchange(t, &history.Options{Retry: history.Retry{Max: -1}, Transport: transport(func(*http.Request) (*http.Response, error) {
		var parts []io.Reader
		for range 10 {
			parts = append(parts, &idle{times: 99, then: strings.NewReader("some ")})
		}
		return answer(200, io.MultiReader(parts...)), nil
	})})
	var got string
	if err := x.Do(t.Context(), get("http://cloud.test/", &got)); err != nil || got != strings.Repeat("some ", 10) {
		t.Errorf("got %q, %v", got, err)
	}
}
