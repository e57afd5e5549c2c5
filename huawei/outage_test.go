// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Callers that hammer what is broken in itself make the service look as if it were out. Whoever asks for something else gets
// the next request that may go out, whatever it is about.
func TestOneBrokenTargetStopsNoOther(t *testing.T) {
	t.Parallel()
	for op, ask := range targets() {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { checkFairness(t, ask) })
		})
	}
}

// targets are the calls that are about something, of which a name is a part.
func targets() map[string]func(ctx context.Context, client *history.Client, name string) error {
	return map[string]func(context.Context, *history.Client, string) error{
		"SearchWorkflowExecutionDetail": func(ctx context.Context, c *history.Client, name string) error {
			_, err := c.Describe(ctx, history.Ref{Workflow: "flow", Execution: name})
			return err
		},
		"ListWorkflowExecutions": func(ctx context.Context, c *history.Client, name string) error {
			_, err := c.ExecutionPage(ctx, history.ExecutionQuery{Workflow: name})
			return err
		},
	}
}

func checkFairness(t *testing.T, ask func(context.Context, *history.Client, string) error) {
	o := &history.Options{Retry: history.Retry{Max: -1}, RateLimit: history.RateLimit{Off: true}}
	o.Transport = answerWith(func(r *http.Request) (int, []byte) {
		<-time.After(time.Millisecond)
		if strings.Contains(r.URL.Path, "broken") {
			return http.StatusInternalServerError, []byte("{}")
		}
		if strings.HasSuffix(r.URL.Path, "/status") {
			return http.StatusOK, []byte(`{"execution_id":"fine"}`)
		}
		return http.StatusOK, []byte("[]")
	})
	client := open(t, localConfig(), o)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for ctx.Err() == nil {
				_ = ask(ctx, client, "broken")
			}
		})
	}
	for range 5 {
		<-time.After(10 * time.Second) // the consumer's time for a page
		begin := time.Now()
		if err := ask(t.Context(), client, "fine"); err != nil {
			t.Error(err)
		}
		const slots = 4 * time.Second // are never further apart
		if took := time.Since(begin); took > slots+time.Second {
			t.Errorf("an answer took %v, want %v at most", took, slots)
		}
	}
	cancel()
	all.Wait()
}
