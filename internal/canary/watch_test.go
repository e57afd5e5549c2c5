// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/canary"
)

// watch takes down what comes out of one client, and what its requests carried.
type watch struct {
	mu   sync.Mutex
	out  strings.Builder
	sent []map[string]string // the secrets of the requests since the last look

	patience time.Duration // for one operation; 0 = 250 ms, since Follow and Wait have patience of their own
}

// Write takes down a record of the logger.
func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// request notes what a request carries.
func (w *watch) request(r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, carried(r))
}

// options make a client tell the watch all it can, and lose no time.
func (w *watch) options() *history.Options {
	return &history.Options{
		Logger: slog.New(slog.NewMultiHandler(canary.Handlers(w, slog.LevelDebug-4)...)),
		Observe: func(ctx context.Context, c history.Call) {
			fmt.Fprint(w, canary.Prints(c), canary.Chain(c.Err))
		},
		Retry:     history.Retry{Max: 1, Budget: -1, MinWait: time.Microsecond, MaxWait: time.Millisecond, AttemptTimeout: 100 * time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// look looks through what came out since the last look, and reports how much that was and how many requests there were.
func (w *watch) look(t *testing.T, where string) (size, requests int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	set := planted()
	for _, sent := range w.sent {
		for name, secret := range sent {
			set.Plant(name, secret)
		}
	}
	text := w.out.String()
	if found := set.Find(text); len(found) > 0 {
		t.Errorf("%s: what comes out has %q in it:\n%s", where, found, excerpt(set, text))
	}
	size, requests = len(text), len(w.sent)
	w.out.Reset()
	w.sent = nil
	return size, requests
}

// excerpt are the lines with a secret, the first few.
func excerpt(set *canary.Set, text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if len(lines) < 3 && len(set.Find(line)) > 0 {
			lines = append(lines, line[:min(len(line), 1500)])
		}
	}
	return strings.Join(lines, "")
}

// operation is one use of a client; what it returns is printed.
type operation struct {
	name string
	do   func(context.Context, *history.Client) (any, error)
}

func operations() []operation {
	ref := history.Ref{Workflow: "flow", Execution: "exec"}
	return []operation{
		{"EventPage", func(ctx context.Context, c *history.Client) (any, error) {
			return c.EventPage(ctx, history.EventQuery{Ref: ref})
		}},
		{"Describe", func(ctx context.Context, c *history.Client) (any, error) { return c.Describe(ctx, ref) }},
		{"ExecutionPage", func(ctx context.Context, c *history.Client) (any, error) {
			return c.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
		}},
		{"WorkflowPage", func(ctx context.Context, c *history.Client) (any, error) {
			return c.WorkflowPage(ctx, history.WorkflowQuery{})
		}},
		{"Events", func(ctx context.Context, c *history.Client) (any, error) {
			return history.Collect(c.Events(ctx, history.EventQuery{Ref: ref, PageSize: 1}))
		}},
		{"Execution", func(ctx context.Context, c *history.Client) (any, error) { return c.Execution(ctx, ref) }},
		{"Follow", func(ctx context.Context, c *history.Client) (any, error) {
			return history.Collect(c.Follow(ctx, history.EventQuery{Ref: ref}))
		}},
		{"Wait", func(ctx context.Context, c *history.Client) (any, error) { return c.Wait(ctx, ref) }},
	}
}

// run carries out an operation, prints what it brings and looks. It returns the operation's error.
func (w *watch) run(t *testing.T, where string, client *history.Client, op operation) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(w.patience, 250*time.Millisecond))
	defer cancel()
	value, err := op.do(ctx, client)
	fmt.Fprint(w, canary.Prints(value), canary.Chain(err))
	switch page := value.(type) {
	case history.Page[history.Event]:
		fmt.Fprint(w, canary.Place(page.Next), canary.Place(page.Resume))
	case history.Page[history.Execution]:
		fmt.Fprint(w, canary.Place(page.Next), canary.Place(page.Resume))
	case history.Page[history.Workflow]:
		fmt.Fprint(w, canary.Place(page.Next), canary.Place(page.Resume))
	}
	if _, ok := errors.AsType[*history.Error](err); err != nil && !ok {
		t.Errorf("%s: the error is a %T %v, want a *history.Error", where, err, err)
	}
	if size, _ := w.look(t, where+", "+op.name); size == 0 {
		t.Errorf("%s, %s: nothing came out", where, op.name)
	}
	return err
}
