// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// mishap is what a Credentials function does in the middle of a walk.
type mishap struct {
	name string
	do   func(good alibaba.Credentials) (alibaba.Credentials, error)
	kind history.Kind // of the error that ends the walk; "" = the walk goes on
}

func mishaps() []mishap {
	expired := errors.New("canary-key-id with canary-secret and canary-token has expired")
	stale := alibaba.Credentials{AccessKeyID: "canary-key-id", AccessKeySecret: "canary-secret", SecurityToken: "canary-token"}
	return []mishap{
		{"rotates", func(good alibaba.Credentials) (alibaba.Credentials, error) { return good, nil }, ""},
		{"fails", func(alibaba.Credentials) (alibaba.Credentials, error) { return stale, expired }, history.ErrUnauthenticated},
		{"fails for a while", func(alibaba.Credentials) (alibaba.Credentials, error) { return stale, failing{again: true} }, ""},
		{"panics", func(alibaba.Credentials) (alibaba.Credentials, error) { panic("canary-secret") }, history.ErrUnauthenticated},
		{"panics with an error", func(alibaba.Credentials) (alibaba.Credentials, error) { panic(expired) }, history.ErrUnauthenticated},
		{"ends its goroutine", func(alibaba.Credentials) (alibaba.Credentials, error) {
			runtime.Goexit()
			return stale, nil
		}, history.ErrUnauthenticated},
		{"returns nothing", func(alibaba.Credentials) (alibaba.Credentials, error) { return alibaba.Credentials{}, nil }, history.ErrUnauthenticated},
		{"returns half", func(alibaba.Credentials) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "canary-key-id"}, nil
		}, history.ErrUnauthenticated},
		{"returns what is refused", func(alibaba.Credentials) (alibaba.Credentials, error) { return stale, nil }, history.ErrUnauthenticated},
		{"returns what cannot be sent", func(good alibaba.Credentials) (alibaba.Credentials, error) {
			good.AccessKeyID = "canary\r\nX-Canary: 1"
			return good, nil
		}, history.ErrUnauthenticated},
	}
}

// Whatever becomes of the credentials in the middle of a walk, nothing is lost: the walk goes on, or the cursor of its error
// does, and no secret comes out.
func TestSecretsWalkThroughMishaps(t *testing.T) {
	t.Parallel()
	for _, m := range mishaps() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, nil)
			srv.AddExecution(run(30))
			asked := 0
			client := open(t, asking(srv, func(context.Context) (alibaba.Credentials, error) {
				if asked++; asked == 2 {
					srv.RotateKeys("test-new-key-id", "test-new-secret", "test-new-token")
					return m.do(keysOf(srv))
				}
				return keysOf(srv), nil
			}), quick())
			q := history.EventQuery{Ref: ref(), PageSize: 10}
			events, err := history.Collect(client.Events(t.Context(), q))
			if m.kind == "" && err != nil {
				t.Fatal(err)
			}
			if m.kind != "" {
				e := failure(t, err)
				if e.Kind != m.kind || len(events) != 10 {
					t.Errorf("the error is %v after %d events, want a %q after 10", err, len(events), m.kind)
				}
				noSecrets(t, forms(err), "canary")
				q.From = e.Cursor
				events = append(events, walk(t, client, q)...)
			}
			if diff := cmp.Diff(upTo(1, 30), ids(events)); diff != "" {
				t.Errorf("IDs mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// Credentials that hang do not hold up a caller whose context ends, whether they look at it or not.
func TestSecretsWalkThroughHangingCredentials(t *testing.T) {
	t.Parallel()
	for _, heeds := range []bool{true, false} {
		srv := alibabatest.NewServer(t, nil)
		srv.AddExecution(run(30))
		release := make(chan struct{})
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("the caller has gone")
		asked := 0
		client := open(t, asking(srv, func(ctx context.Context) (alibaba.Credentials, error) {
			asked++
			if asked == 2 {
				cancel(gone)
				if heeds {
					<-ctx.Done()
					return alibaba.Credentials{}, ctx.Err()
				}
				<-release
			}
			return keysOf(srv), nil
		}), quick())
		q := history.EventQuery{Ref: ref(), PageSize: 10}
		events, err := history.Collect(client.Events(ctx, q))
		if e := failure(t, err); e.Kind != "" || !errors.Is(err, context.Canceled) || !errors.Is(err, gone) {
			t.Errorf("heeds its context %t: the error is %v, want the caller's own", heeds, err)
		}
		close(release)
		q.From = failure(t, err).Cursor
		events = append(events, walk(t, client, q)...)
		if diff := cmp.Diff(upTo(1, 30), ids(events)); diff != "" {
			t.Errorf("heeds its context %t: IDs mismatch (-want +got):\n%s", heeds, diff)
		}
	}
}
