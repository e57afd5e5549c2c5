// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/flowhistory/flowhistory/history"
)

// tripper is a Transport of the user's.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// dump is a request as a transport that wants to be helpful prints it.
func dump(r *http.Request) string {
	out, err := httputil.DumpRequestOut(r, true)
	return fmt.Sprintf("%s\n%v\n%v\n%v", out, r.URL, r.Header, err)
}

// shy is an error whose text has nothing in it, but its fields have.
type shy struct {
	URL    string
	Header http.Header
}

func (shy) Error() string { return "the request failed" }

// talkative are transports that tell of the request in an error or an answer.
func talkative() map[string]tripper {
	answer := func(status int, body io.Reader) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}
	}
	return map[string]tripper{
		"error":  func(r *http.Request) (*http.Response, error) { return nil, errors.New(dump(r)) },
		"fields": func(r *http.Request) (*http.Response, error) { return nil, shy{r.URL.String(), r.Header} },
		"fields, wrapped": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("wrapped: %w", shy{r.URL.String(), r.Header})
		},
		"url.Error": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: errors.New("refused")}
		},
		"joined": func(r *http.Request) (*http.Response, error) {
			return nil, errors.Join(errors.New("refused"), errors.New(dump(r)), context.DeadlineExceeded)
		},
		"error and answer": func(r *http.Request) (*http.Response, error) {
			return answer(http.StatusOK, strings.NewReader(dump(r))), errors.New(dump(r))
		},
		"body that fails": func(r *http.Request) (*http.Response, error) {
			return answer(http.StatusOK, io.MultiReader(strings.NewReader("["), iotest.ErrReader(errors.New(dump(r))))), nil
		},
		"failure whose body fails": func(r *http.Request) (*http.Response, error) {
			return answer(http.StatusForbidden, iotest.ErrReader(fmt.Errorf("%s: %w", dump(r), io.ErrUnexpectedEOF))), nil
		},
		"a kind of ours": func(r *http.Request) (*http.Response, error) {
			return nil, &history.Error{Kind: history.ErrThrottled, Code: dump(r), Message: dump(r), RequestID: dump(r), Err: errors.New(dump(r))}
		},
	}
}

// A user's transport may tell of the request all it wants. None of that gets further.
func TestNoSecretComesOutOfTransports(t *testing.T) {
	for _, c := range clouds(t) {
		for at, way := range c.entrances {
			t.Run(c.name+", "+way.name, func(t *testing.T) {
				t.Parallel()
				for name, transport := range talkative() {
					w := new(watch)
					o := w.options()
					o.Transport = tripper(func(r *http.Request) (*http.Response, error) {
						w.request(r)
						return transport(r)
					})
					client, err := way.open("https://cloud.example", o)
					if err != nil {
						t.Fatal(err)
					}
					for _, op := range operations()[at%4:][:2] {
						if err := w.run(t, name, client, op); err == nil {
							t.Errorf("%s, %s: there is no error", name, op.name)
						}
					}
				}
			})
		}
	}
}

// What a transport panics with is its own affair: it reaches whoever ranges as it is, also with pages read ahead on other
// goroutines. The module neither prints it nor makes anything of it.
func TestAPanicOfATransportPassesUnchanged(t *testing.T) {
	for _, c := range clouds(t) {
		for _, prefetch := range []int{0, 2} {
			w := new(watch)
			o := w.options()
			o.Prefetch = prefetch
			value := &shy{URL: keySecret}
			o.Transport = tripper(func(r *http.Request) (*http.Response, error) {
				w.request(r)
				panic(value)
			})
			client, err := c.entrances[0].open("https://cloud.example", o)
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range operations()[:5] {
				if got := panicOf(func() { _, _ = op.do(t.Context(), client) }); got != any(value) {
					t.Errorf("%s, %s: it panics with a %T, want the transport's own value", c.name, op.name, got)
				}
				w.look(t, c.name+", "+op.name)
			}
		}
	}
}

// panicOf is what a function panics with.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// A limiter's error is told without the passwords of its URLs.
func TestNoSecretComesOutOfLimiters(t *testing.T) {
	for _, c := range clouds(t) {
		for _, way := range c.entrances {
			w := new(watch)
			o := w.options()
			o.RateLimit = history.RateLimit{Limiter: func(string) history.Limiter { return grudging{} }}
			client, err := way.open("http://127.0.0.1:1", o)
			if err != nil {
				t.Fatal(err)
			}
			for _, op := range operations()[:5] {
				if w.run(t, way.name, client, op) == nil {
					t.Errorf("%s: there is no error", op.name)
				}
			}
		}
	}
}

// grudging is a limiter that lets nothing pass.
type grudging struct{}

func (grudging) Wait(context.Context) error {
	return fmt.Errorf("https://%s:%s@quota.example has no more", proxyUser, proxyPassword)
}
