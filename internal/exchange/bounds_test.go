// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// However many requests succeed, no more retries are saved up than Budget says.
func TestBudgetSavesNoMoreThanItsSize(t *testing.T) {
	t.Parallel()
	b := newBudget(3, time.Second, time.Minute)
	for range 1000 {
		b.succeeded(passFirst)
	}
	retries := 0
	for ; retries < 100; retries++ {
		if p, _ := b.enter(target{}, true); p != passToken {
			break
		}
	}
	if retries != 3 {
		t.Errorf("%d retries go out at once, want 3", retries)
	}
}

// No throttling brings a rate below half a request a second, unless the quota itself is lower.
func TestThrottlingHasAFloor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ quota, want float64 }{{5, 0.5}, {2, 0.5}, {0.1, 0.1}} {
		q := newQuota(Quota{Burst: 1, PerSecond: tt.quota}, 1)
		now := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
		got := 0.0
		for range 20 {
			got = q.throttled(now, now.Add(time.Millisecond))
			now = now.Add(2 * time.Millisecond)
		}
		if got != tt.want {
			t.Errorf("a quota of %v a second comes down to %v, want %v", tt.quota, got, tt.want)
		}
	}
}

// Who waits in the queue is counted: a deadline that those before it do not leave enough time for is refused at once.
func TestQuotaCountsItsQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuota(Quota{Burst: 1, PerSecond: 1}, 1)
		for range 4 { // the first takes the token that is there
			go func() { _ = q.Wait(t.Context()) }()
		}
		synctest.Wait()
		began := time.Now()
		short, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		if err := q.Wait(short); err == nil || time.Since(began) > 0 {
			t.Errorf("behind three others the error is %v after %v, want one at once", err, time.Since(began))
		}
		long, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
		defer cancel()
		if err := q.Wait(long); err != nil || time.Since(began) != 4*time.Second {
			t.Errorf("behind three others the error is %v after %v, want none after 4s", err, time.Since(began))
		}
	})
}

// A Retry-After that is over sooner than the one before it does not shorten that.
func TestPauseIsTheLongest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l lane
		l.pause(time.Now().Add(time.Minute))
		l.pause(time.Now().Add(time.Second))
		if got := l.pausedFor(); got != time.Minute {
			t.Errorf("paused for %v, want 1m", got)
		}
	})
}

func TestWaitsOfWhichOneIsSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ low, high, wantLow, wantHigh time.Duration }{
		{0, 0, 200 * time.Millisecond, 20 * time.Second},
		{0, 50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond},
		{0, time.Second, 200 * time.Millisecond, time.Second},
		{time.Second, 0, time.Second, 20 * time.Second},
		{time.Minute, 0, time.Minute, time.Minute},
		{1, 2, 1, 2},
	} {
		low, high := waits(tt.low, tt.high)
		if diff := cmp.Diff([]time.Duration{tt.wantLow, tt.wantHigh}, []time.Duration{low, high}); diff != "" {
			t.Errorf("MinWait %v, MaxWait %v: waits mismatch (-want +got):\n%s", tt.low, tt.high, diff)
		}
	}
}

// An announced length is only a claim: little is allocated before the bytes are there.
func TestALengthIsOnlyAClaim(t *testing.T) {
	t.Parallel()
	r := &Reply{Body: strings.NewReader("short"), length: 100 << 20}
	data, err := r.ReadAll()
	if err != nil || string(data) != "short" || cap(data) > 2*believed {
		t.Errorf("read %q (error %v) into %d bytes", data, err, cap(data))
	}
}

// A buffer that was once very large is not kept for answers that are not.
func TestLargeBuffersAreNotKept(t *testing.T) {
	t.Parallel()
	var b buffers
	for range 100 {
		large := make([]byte, 0, mostKept+1)
		b.put(&large)
	}
	for range 100 {
		if buf := b.get(); cap(*buf) > mostKept {
			t.Fatalf("a buffer of %d bytes was kept", cap(*buf))
		}
	}
}

// A password may have the character in it that ends it.
func TestVariableSecrets(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://user:pass@word@proxy.test:%zz")
	got := strings.Join(variableSecrets(), " ")
	if want := "user:pass@word pass@word"; !strings.Contains(got, want) {
		t.Errorf("the secrets are %q, want %q among them", got, want)
	}
}

// What is not the service's own answer says nothing about its health, neither good nor bad.
func TestOnlyTheServiceTellsOfItsHealth(t *testing.T) {
	t.Parallel()
	for kind, want := range map[history.Kind]int{
		history.ErrDecode: 2, "": 2, history.ErrNotFound: 0, history.ErrUnavailable: 3,
	} {
		x, err := New(Service{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := newCall(t.Context(), x, Call{})
		c.attempt = &attempt{began: time.Now()}
		for range 2 {
			x.budget.failed(c.target(), &history.Error{})
		}
		c.learn(&history.Error{Kind: kind})
		if x.budget.failures != want {
			t.Errorf("behind two failures and %q there are %d in a row, want %d", kind, x.budget.failures, want)
		}
	}
}
