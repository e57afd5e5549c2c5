// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/canary"
)

// ended are the moments at which a caller's context may end: each is a transport that ends it.
func ended() map[string]func(end func()) tripper {
	answer := func(status int, body io.Reader) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}, nil
	}
	return map[string]func(end func()) tripper{
		"while waiting for the answer": func(end func()) tripper {
			return func(r *http.Request) (*http.Response, error) {
				end()
				<-r.Context().Done()
				return nil, context.Cause(r.Context())
			}
		},
		"while reading the answer": func(end func()) tripper {
			return func(r *http.Request) (*http.Response, error) {
				return answer(http.StatusOK, ending{end, r.Context(), nil})
			}
		},
		"at the end of an answer that is none": func(end func()) tripper {
			return func(r *http.Request) (*http.Response, error) {
				return answer(http.StatusOK, ending{end, r.Context(), io.EOF})
			}
		},
		"at the end of a refusal": func(end func()) tripper {
			return func(r *http.Request) (*http.Response, error) {
				return answer(http.StatusForbidden, ending{end, r.Context(), io.EOF})
			}
		},
		"behind a failure": func(end func()) tripper {
			return func(*http.Request) (*http.Response, error) {
				end()
				return answer(http.StatusServiceUnavailable, http.NoBody)
			}
		},
	}
}

// ending is a body that ends its caller's context, and then itself: with err, nil = with the cause.
type ending struct {
	end func()
	ctx context.Context
	err error
}

func (e ending) Read([]byte) (int, error) {
	e.end()
	<-e.ctx.Done()
	if e.err != nil {
		return 0, e.err
	}
	return 0, context.Cause(e.ctx)
}

// The cause with which a caller ends a context is the caller's own, and can be found in the error; but the error's text, and
// what else is printed of it, has none of the secrets that the client knows, though the cause may speak of them.
func TestNoSecretComesOutOfCauses(t *testing.T) {
	for _, c := range clouds(t) {
		for _, way := range c.entrances {
			for moment, transport := range ended() {
				for _, op := range operations() {
					w := new(watch)
					ctx, end := context.WithCancelCause(t.Context())
					o := w.options()
					// Not a Chain, at whose end is the cause itself.
					o.Observe = func(_ context.Context, c history.Call) { fmt.Fprint(w, canary.Prints(c), canary.Prints(c.Err)) }
					o.Transport = tripper(func(r *http.Request) (*http.Response, error) {
						w.request(r)
						return transport(func() { end(fmt.Errorf("no more of %v", carried(r))) })(r)
					})
					client, err := way.open("https://cloud.example", o)
					if err != nil {
						t.Fatal(err)
					}
					_, err = op.do(ctx, client)
					if cause := context.Cause(ctx); !errors.Is(err, cause) || !errors.Is(err, context.Canceled) {
						t.Errorf("%s, %s: the error is %v, want the context's and its cause", op.name, moment, err)
					}
					_, _ = w.Write([]byte(canary.Prints(err)))
					w.look(t, c.name+", "+way.name+", "+op.name+", "+moment)
					end(nil)
				}
			}
		}
	}
}
