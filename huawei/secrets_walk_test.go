// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// mishap is what a Credentials function does in the middle of a walk.
type mishap struct {
	name string
	do   func(good huawei.Credentials) (huawei.Credentials, error)
	kind history.Kind // of the error that ends the walk; "" = the walk goes on
}

// passing is an error that says that it may pass.
type passing struct{}

func (passing) Error() string   { return "canary-token is being renewed" }
func (passing) Retryable() bool { return true }

func mishaps() []mishap {
	expired := errors.New("canary-key-id with canary-secret and canary-token has expired")
	stale := huawei.Credentials{AccessKeyID: "canary-key-id", SecretAccessKey: "canary-secret", SecurityToken: "canary-token"}
	return []mishap{
		{"rotates", func(good huawei.Credentials) (huawei.Credentials, error) { return good, nil }, ""},
		{"fails", func(huawei.Credentials) (huawei.Credentials, error) { return stale, expired }, history.ErrUnauthenticated},
		{"fails for a while", func(huawei.Credentials) (huawei.Credentials, error) { return stale, passing{} }, ""},
		{"panics", func(huawei.Credentials) (huawei.Credentials, error) { panic("canary-secret") }, history.ErrUnauthenticated},
		{"panics with an error", func(huawei.Credentials) (huawei.Credentials, error) { panic(expired) }, history.ErrUnauthenticated},
		{"ends its goroutine", func(huawei.Credentials) (huawei.Credentials, error) {
			runtime.Goexit()
			return stale, nil
		}, history.ErrUnauthenticated},
		{"returns nothing", func(huawei.Credentials) (huawei.Credentials, error) { return huawei.Credentials{}, nil }, history.ErrUnauthenticated},
		{"returns half", func(huawei.Credentials) (huawei.Credentials, error) {
			return huawei.Credentials{AccessKeyID: "canary-key-id"}, nil
		}, history.ErrUnauthenticated},
		{"returns what is refused", func(huawei.Credentials) (huawei.Credentials, error) { return stale, nil }, history.ErrUnauthenticated},
		{"returns a token that is refused", func(huawei.Credentials) (huawei.Credentials, error) {
			return huawei.Credentials{Token: "canary-token"}, nil
		}, history.ErrUnauthenticated},
		{"returns what cannot be sent", func(huawei.Credentials) (huawei.Credentials, error) {
			return huawei.Credentials{Token: "canary\r\nX-Canary: 1"}, nil
		}, history.ErrUnauthenticated},
	}
}

// keysOf are the credentials that a server accepts now.
func keysOf(srv *huaweitest.Server) huawei.Credentials {
	return huawei.Credentials{AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(), SecurityToken: srv.SecurityToken()}
}

// asking is a configuration whose credentials come from a function.
func asking(srv *huaweitest.Server, f func(context.Context) (huawei.Credentials, error)) huawei.Config {
	return huawei.Config{Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), Credentials: f}
}

// Whatever becomes of the credentials in the middle of a walk, nothing is lost: the walk goes on, or the cursor of its error
// does, and no secret comes out. A walk is one answer here: in its middle it breaks off, and is asked for again.
func TestSecretsWalkThroughMishaps(t *testing.T) {
	t.Parallel()
	for _, m := range mishaps() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			srv := huaweitest.NewServer(t, nil)
			for _, e := range numbered(30) {
				srv.AddExecution(e)
			}
			srv.Inject(huaweitest.Fault{Truncate: 4 << 10})
			asked := 0
			client := open(t, asking(srv, func(context.Context) (huawei.Credentials, error) {
				if asked++; asked == 2 {
					srv.RotateKeys("test-new-key-id", "test-new-secret", "test-new-token", "test-new-iam-token")
					return m.do(keysOf(srv))
				}
				return keysOf(srv), nil
			}), quick())
			q := history.ExecutionQuery{Workflow: "flow", PageSize: 2}
			executions, err := history.Collect(client.Executions(t.Context(), q))
			if m.kind == "" && err != nil {
				t.Fatal(err)
			}
			if m.kind != "" {
				e := failure(t, err)
				if e.Kind != m.kind || len(executions) == 0 || len(executions) == 30 {
					t.Errorf("the error is %v after %d executions, want a %q after some", err, len(executions), m.kind)
				}
				noSecrets(t, forms(err), "canary")
				q.From = e.Cursor
				executions = append(executions, list(t, client, q)...)
			}
			if diff := cmp.Diff(execs(0, 29), names(executions)); diff != "" {
				t.Errorf("executions mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// Credentials that hang do not hold up a caller whose context ends, whether they look at it or not.
func TestSecretsWalkThroughHangingCredentials(t *testing.T) {
	t.Parallel()
	for _, heeds := range []bool{true, false} {
		srv := huaweitest.NewServer(t, nil)
		for _, e := range numbered(30) {
			srv.AddExecution(e)
		}
		srv.Inject(huaweitest.Fault{Truncate: 4 << 10})
		release := make(chan struct{})
		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("the caller has gone")
		asked := 0
		client := open(t, asking(srv, func(ctx context.Context) (huawei.Credentials, error) {
			asked++
			if asked == 2 {
				cancel(gone)
				if heeds {
					<-ctx.Done()
					return huawei.Credentials{}, ctx.Err()
				}
				<-release
			}
			return keysOf(srv), nil
		}), quick())
		q := history.ExecutionQuery{Workflow: "flow", PageSize: 2}
		executions, err := history.Collect(client.Executions(ctx, q))
		if e := failure(t, err); e.Kind != "" || !errors.Is(err, context.Canceled) || !errors.Is(err, gone) {
			t.Errorf("heeds its context %t: the error is %v, want the caller's own", heeds, err)
		}
		close(release)
		q.From = failure(t, err).Cursor
		executions = append(executions, list(t, client, q)...)
		if diff := cmp.Diff(execs(0, 29), names(executions)); diff != "" {
			t.Errorf("heeds its context %t: executions mismatch (-want +got):\n%s", heeds, diff)
		}
	}
}
