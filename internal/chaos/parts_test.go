// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

func TestKindsHaveNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range kinds() {
		if k.name == "" || seen[k.name] {
			t.Errorf("there is no name, or twice: %q", k.name)
		}
		seen[k.name] = true
	}
	for _, k := range kindsOf(huaweiCloud, kinds()) {
		if k.behind || k.only != "" {
			t.Errorf("%q is a kind of AOM's, which has no pages", k.name)
		}
	}
}

func request(t *testing.T, query string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/?"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPlanTakesTurns(t *testing.T) {
	t.Parallel()
	list := []kind{{name: "a", fault: header503}, {name: "behind", behind: true, fault: header503}, {name: "refused"}}
	p := newPlan(list, 1, 1)
	var got []string
	for _, query := range []string{"", "", "NextToken=5", "NextToken=", "NextToken=9", "NextToken=9", "NextToken=9"} {
		r := request(t, query)
		if p.mark(r) {
			got = append(got, "refused")
			continue
		}
		got = append(got, r.Header.Get(headerFault)+r.Header.Get(headerUse))
	}
	if diff := cmp.Diff([]string{"a0", "refused", "a1", "refused", "a2", "behind0", "refused"}, got); diff != "" {
		t.Errorf("turns mismatch (-want +got):\n%s", diff)
	}
	if requests, faults := p.counts(); requests != 7 || faults != 7 {
		t.Errorf("%d requests, %d faults, want 7 of both", requests, faults)
	}
}

var header503 = always(gatewayPage(503))

func TestPlanKeepsToItsRate(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0, 0.3, 1} {
		p := newPlan([]kind{{name: "a", fault: header503}}, rate, 7)
		const n = 10_000
		for range n {
			p.mark(request(t, ""))
		}
		if _, faults := p.counts(); float64(faults) < n*(rate-0.02) || float64(faults) > n*(rate+0.02) {
			t.Errorf("rate %v: %d faults in %d requests", rate, faults, n)
		}
	}
}

func TestPlanChangesKeys(t *testing.T) {
	t.Parallel()
	p := newPlan(kindsNamed(alibabaCloud, credentialsExpire), 1, 1)
	for _, want := range []string{"1", "2"} {
		r := request(t, "")
		p.mark(r)
		if got := r.Header.Get(headerKeys); got != want || p.goodKeys() != int(want[0]-'0') {
			t.Errorf("the good keys are number %s by the header and %d by the plan, want %s", got, p.goodKeys(), want)
		}
	}
}

func TestTransportRefuses(t *testing.T) {
	t.Parallel()
	rt, err := newTransport(newPlan([]kind{{name: "refused"}}, 1, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rt.close()
	r := request(t, "")
	resp, err := rt.RoundTrip(r)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("answer %v, error %v, want a refused connection", resp, err)
	}
	if len(r.Header) > 0 {
		t.Errorf("the caller's own request was changed: %v", r.Header)
	}
}

func TestMeasureCountsPanics(t *testing.T) {
	t.Parallel()
	jobs := shape{Cloud: alibabaCloud, Events: 4, Each: 2}.jobs()
	s := measure(t.Context(), jobs, 2, newPlan(nil, 0, 0), func(_ context.Context, j job, l *ledger) (int, error) {
		j.noteEvent(l, j.event(0))
		panic("a broken SDK")
	})
	if s.Panicked != 2 || s.Delivered != 2 || s.Lost != 2 || s.Walks != 2 || s.Error != "panic: a broken SDK" || s.perfect() {
		t.Errorf("side is %+v", s)
	}
}

// TestWalkersGoOn has errors that only a walker's own place can help with, and ones that nothing can.
func TestWalkersGoOn(t *testing.T) {
	t.Parallel()
	w := &walker{plan: newPlan(nil, 0, 0)}
	tests := []struct {
		err        error
		from, last history.Cursor
		want       history.Cursor
		ok         bool
	}{
		{&history.Error{Kind: history.ErrThrottled, Cursor: "here"}, "from", "last", "here", true},
		{&history.Error{Kind: history.ErrUnauthenticated, Cursor: "here"}, "from", "last", "here", true},
		{&history.Error{Kind: history.ErrCursor, Cursor: "here"}, "from", "last", "last", true},
		{&history.Error{Kind: history.ErrCursor, Cursor: "here"}, "from", "", "from", true},
		{&history.Error{Kind: history.ErrInvalid, Cursor: "here"}, "from", "last", "", false},
		{io.EOF, "from", "last", "", false},
	}
	for _, tt := range tests {
		if got, ok := w.place(tt.err, tt.from, tt.last); got != tt.want || ok != tt.ok {
			t.Errorf("behind %v: %q, %t, want %q, %t", tt.err, got, ok, tt.want, tt.ok)
		}
	}
}

func TestHistogram(t *testing.T) {
	t.Parallel()
	var h histogram
	if h.quantile(0.5) != 0 {
		t.Error("there is a median of nothing")
	}
	for i := range 1000 {
		h.add(time.Duration(i+1) * time.Millisecond)
	}
	h.add(0)
	h.add(time.Hour)
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Millisecond, 0.99: 990 * time.Millisecond} {
		if got := h.quantile(q); got < want || got > want*106/100 {
			t.Errorf("quantile %v is %v, want %v to five percent", q, got, want)
		}
	}
	if h.total() != 1002 {
		t.Errorf("total is %d", h.total())
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}
