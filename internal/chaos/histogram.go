// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"sync/atomic"
	"time"
)

// buckets of a histogram: each is a twentieth wider than the one before, from a microsecond to over a minute.
const (
	buckets = 400
	growth  = 1.05
)

// histogram counts durations in constant memory. Its quantiles are right to five percent. The zero value is ready; it is safe
// for concurrent use.
type histogram struct{ counts [buckets]atomic.Int64 }

func (h *histogram) add(d time.Duration) {
	i := int(math.Log(max(float64(d)/float64(time.Microsecond), 1)) / math.Log(growth))
	h.counts[min(i, buckets-1)].Add(1)
}

// total is how many durations were added.
func (h *histogram) total() int64 {
	n := int64(0)
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// quantile is the upper bound of the bucket in which the part q of all durations ends, 0 if there are none.
func (h *histogram) quantile(q float64) time.Duration {
	rest := int64(math.Ceil(q * float64(h.total())))
	for i := range h.counts {
		if n := h.counts[i].Load(); n > 0 {
			if rest -= n; rest <= 0 {
				return time.Duration(math.Pow(growth, float64(i+1)) * float64(time.Microsecond))
			}
		}
	}
	return 0
}
