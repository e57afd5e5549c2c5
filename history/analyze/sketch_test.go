// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// bound is what the documentation promises: an estimate is off by at most 1/128 of the exact value.
const bound = 1.0 / 128

func TestBuckets(t *testing.T) {
	t.Parallel()
	edges := []time.Duration{0, 1, 2, math.MaxInt64}
	for shift := range 63 {
		edge := time.Duration(1) << shift
		edges = append(edges, edge-1, edge, edge+1)
	}
	for range 10_000 {
		edges = append(edges, time.Duration(rand.Int64()>>rand.IntN(63)))
	}
	slices.SortFunc(edges, cmp.Compare)
	last := 0
	for _, d := range edges {
		b := bucketOf(d)
		if b < last || b >= maxBuckets {
			t.Fatalf("%d ns are in bucket %d, after %d and of %d", d, b, last, maxBuckets)
		}
		last = b
		middle := middleOf(b)
		if bucketOf(middle) != b {
			t.Errorf("the middle of bucket %d is in bucket %d", b, bucketOf(middle))
		}
		if off := (middle - d).Abs(); float64(off) > bound*float64(d) {
			t.Errorf("%d ns are taken for %d ns", d, middle)
		}
	}
	if last != maxBuckets-1 {
		t.Errorf("the longest duration is in bucket %d of %d", last, maxBuckets)
	}
}

func TestQuantileRanks(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		q    float64
		n    int64
		want int64
	}{
		{0.5, 1, 1}, {0.5, 2, 1}, {0.5, 3, 2}, {0.95, 20, 19}, {0.95, 21, 20}, {0.07, 100, 7}, {0.29, 100, 29},
		{0, 5, 1}, {1, 5, 5}, {2, 5, 5}, {-1, 5, 1}, {0.95, 100_000_000, 95_000_000},
	} {
		if got := nearestRank(tc.q, tc.n); got != tc.want {
			t.Errorf("rank of %v in %d is %d, want %d", tc.q, tc.n, got, tc.want)
		}
	}
}

func TestQuantileOfNothing(t *testing.T) {
	t.Parallel()
	var s sketch
	if got := s.quantile(0.5); got != 0 {
		t.Errorf("got %s, want 0", got)
	}
}

// Whatever is added, in one piece or in many, every quantile is within the bound of the exact one.
func TestQuantileBound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 0))
		draw := []func() time.Duration{
			func() time.Duration { return time.Duration(r.Int64() >> r.IntN(63)) },                       // all orders of magnitude
			func() time.Duration { return time.Duration(math.Exp(r.NormFloat64()) * float64(1e9)) },      // as steps really are
			func() time.Duration { return time.Duration(r.IntN(3)) },                                     // many of the same
			func() time.Duration { return time.Hour + time.Duration(r.IntN(1000)) },                      // all nearly the same
			func() time.Duration { return []time.Duration{time.Millisecond, 24 * time.Hour}[r.IntN(2)] }, // two humps
		}[seed%5]
		var whole sketch
		parts := make([]sketch, 1+r.IntN(5))
		var exact []time.Duration
		for range 1 + r.IntN(500) {
			d := draw()
			exact = append(exact, d)
			whole.add(d)
			parts[r.IntN(len(parts))].add(d)
		}
		slices.Sort(exact)
		var merged sketch
		for i := range parts {
			merged.merge(&parts[i])
		}
		for _, q := range []float64{0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1} {
			want := exact[nearestRank(q, int64(len(exact)))-1]
			got := whole.quantile(q)
			if math.Abs(float64(got-want)) > bound*float64(want) {
				t.Errorf("seed %d: quantile %v is %d, want %d within 1/128", seed, q, got, want)
			}
			if m := merged.quantile(q); m != got {
				t.Errorf("seed %d: quantile %v is %d after merging, want %d", seed, q, m, got)
			}
		}
		if whole.min != exact[0] || whole.max != exact[len(exact)-1] {
			t.Errorf("seed %d: min %d, max %d, want %d, %d", seed, whole.min, whole.max, exact[0], exact[len(exact)-1])
		}
	}
}

func FuzzSketch(f *testing.F) {
	f.Add(int64(0), int64(1), int64(math.MaxInt64))
	f.Add(int64(-1), int64(127), int64(128))
	f.Fuzz(func(t *testing.T, a, b, c int64) {
		var s sketch
		exact := []time.Duration{time.Duration(max(a, 0)), time.Duration(max(b, 0)), time.Duration(max(c, 0))}
		for _, d := range []int64{a, b, c} {
			s.add(time.Duration(d))
		}
		slices.Sort(exact)
		if got := s.quantile(0.5); math.Abs(float64(got-exact[1])) > bound*float64(exact[1]) {
			t.Errorf("the median of %v is %d", exact, got)
		}
	})
}
