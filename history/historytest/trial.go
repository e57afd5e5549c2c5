// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// trial is one promise that is being checked on one fresh place.
type trial struct {
	*testing.T
	harness Harness
	place   *Place
	walks   kind
	bodies  *BodyCounter

	workflowPaging bool // the provider pages workflows
}

// newTrial starts a place that holds the sample.
func newTrial(t *testing.T, h Harness, walks kind) *trial {
	t.Helper()
	tr := &trial{T: t, harness: h, walks: walks}
	tr.restart()
	if walks == walksWorkflows {
		// Of this paging Capabilities say nothing, so it is found out, on a place of its own.
		if _, err := collect(tr.walker().pages(t.Context(), "", 1)); err != nil {
			t.Fatal(err)
		}
		tr.workflowPaging = tr.requests() > 1
		tr.restart()
	}
	return tr
}

// kinds is what there is to walk over.
func (t *trial) kinds() []kind {
	if t.client().Capabilities().Workflows {
		return []kind{walksEvents, walksExecutions, walksWorkflows}
	}
	return []kind{walksEvents, walksExecutions}
}

// restart moves on to another fresh place: a request that was canceled may reach the one before late, and count there.
func (t *trial) restart() {
	t.Helper()
	t.place, t.bodies = t.harness(t.T), &BodyCounter{}
	t.Cleanup(t.bodies.CloseIdleConnections)
	t.place.Load(sampleRecords()...)
	if t.walks == walksWorkflows {
		t.place.Load(otherWorkflows()...)
	}
}

// options are quick ones: no retries, no limits.
func (t *trial) options(change ...func(*history.Options)) *history.Options {
	o := &history.Options{
		Transport: t.bodies,
		Retry:     history.Retry{Max: -1, MinWait: time.Millisecond, MaxWait: 5 * time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
	for _, c := range change {
		c(o)
	}
	return o
}

func retries(n int) func(*history.Options)  { return func(o *history.Options) { o.Retry.Max = n } }
func prefetch(n int) func(*history.Options) { return func(o *history.Options) { o.Prefetch = n } }

func (t *trial) client(change ...func(*history.Options)) *history.Client {
	o := t.options(change...)
	if t.place.Client != nil {
		return t.place.Client(o)
	}
	return history.NewClient(t.place.Source(o), o.ClientOptions())
}

// walker makes the trial's walk on a new client.
func (t *trial) walker(change ...func(*history.Options)) walker {
	return newWalker(t.client(change...), t.walks)
}

func (t *trial) requests() int {
	if t.place.Requests != nil {
		return t.place.Requests()
	}
	return t.bodies.Requests()
}

// paged reports whether the provider pages what the trial walks over, so that each page is a request.
func (t *trial) paged() bool {
	c := t.client().Capabilities()
	return [...]bool{c.EventPaging, c.ExecutionPaging, t.workflowPaging}[t.walks]
}

// offers reports whether a place has an optional function. Without it the capability that explains its absence must be off.
func (t *trial) offers(has bool, what string, capability bool) bool {
	t.Helper()
	if !has && capability {
		t.Errorf("the place cannot %s although Capabilities say that the provider can", what)
	}
	return has
}

// wired reports whether there is a way to the provider. Without it the source must not use Options.Transport.
func (t *trial) wired() bool {
	t.Helper()
	if t.place.Wire != nil {
		return true
	}
	t.all(t.walker())
	if n := t.bodies.Requests(); n > 0 {
		t.Errorf("the place has no Wire although %d requests went through Options.Transport", n)
	}
	return false
}

// all is what a walk brings, which must be everything.
func (t *trial) all(w walker) []string {
	t.Helper()
	got, err := collect(w.items(t.Context(), "", 0))
	if err != nil {
		t.Fatalf("the walk failed: %v", err)
	}
	if want := w.length(); len(got) != want {
		t.Fatalf("the walk brought %d items, want %d", len(got), want)
	}
	return got
}

// same compares what a walk brought with what it should have.
func (t *trial) same(what string, want, got []string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Errorf("%s: item %d mismatch\nwant %s\n got %s", what, i, want[i], got[i])
			return
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: %d items, want %d", what, len(got), len(want))
	}
}

// failure is the *history.Error that err must be.
func (t *trial) failure(what string, err error) *history.Error {
	t.Helper()
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		t.Fatalf("%s: the error is %T (%v), want *history.Error", what, err, err)
	}
	return e
}

// fails checks that err is of a kind.
func (t *trial) fails(what string, err error, kind history.Kind) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: the error is %v, want %v", what, err, kind)
	}
}

// eventually waits a bounded time for something that another goroutine is about to do.
func (t *trial) eventually(what string, ok func() bool) {
	t.Helper()
	if !within(10*time.Second, ok) {
		t.Fatalf("%s: not within 10 s", what)
	}
}

// within reports whether something comes true in time.
func within(d time.Duration, ok func() bool) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(d); !ok(); <-tick.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// sizes are the page sizes that a promise is checked with.
func sizes(length int) []int { return slices.Compact([]int{0, 1, 2, 3, length, length + 10}) }
