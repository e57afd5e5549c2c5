// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"math"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

func TestBucket(t *testing.T) {
	t.Parallel()
	type step struct {
		after time.Duration // how far the clock moves before
		ok    bool
		wait  time.Duration
	}
	const never = time.Duration(math.MaxInt64)
	tests := []struct {
		name      string
		burst     int
		perSecond float64
		steps     []step
	}{
		{"burst", 2, 1, []step{{0, true, 0}, {0, true, 0}, {0, false, time.Second}}},
		{"refill", 1, 4, []step{{0, true, 0}, {100 * time.Millisecond, false, 150 * time.Millisecond}, {150 * time.Millisecond, true, 0}}},
		{"never above the burst", 1, 100, []step{{time.Hour, true, 0}, {0, false, 10 * time.Millisecond}}},
		{"clock set back", 2, 1, []step{{0, true, 0}, {-time.Hour, true, 0}, {time.Second, true, 0}, {0, false, time.Second}}},
		{"no refill", 1, 0, []step{{0, true, 0}, {time.Hour, false, never}}},
		{"negative refill", 1, -1, []step{{0, true, 0}, {time.Hour, false, never}}},
		{"no burst", 0, 1, []step{{time.Hour, false, never}}},
		{"tiny refill", 1, 1e-300, []step{{0, true, 0}, {0, false, never}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			bucket := fakecloud.NewBucket(tt.burst, tt.perSecond, func() time.Time { return now })
			for i, s := range tt.steps {
				now = now.Add(s.after)
				if ok, wait := bucket.Take(); ok != s.ok || wait != s.wait {
					t.Errorf("step %d: Take() = %t, %v, want %t, %v", i, ok, wait, s.ok, s.wait)
				}
			}
		})
	}
}

// Behind the wait there is a token, also where a token takes no whole number of nanoseconds.
func TestBucketWaitIsLongEnough(t *testing.T) {
	t.Parallel()
	for _, perSecond := range []float64{3, 7, 200, 0.3} {
		now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
		bucket := fakecloud.NewBucket(1, perSecond, func() time.Time { return now })
		bucket.Take()
		_, wait := bucket.Take()
		now = now.Add(wait)
		if ok, again := bucket.Take(); !ok {
			t.Errorf("%v a second: after the wait of %v there is still one of %v", perSecond, wait, again)
		}
	}
}

func TestBucketUsesTheClockByDefault(t *testing.T) {
	t.Parallel()
	if ok, _ := fakecloud.NewBucket(1, 1, nil).Take(); !ok {
		t.Error("a full bucket gave nothing")
	}
}
