// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"fmt"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

// large is an execution of 1 + n + 2n steps: n iterations of two steps each.
func large(n int) history.Execution {
	each := step("each", 0, 3*n)
	for i := range n {
		each.Children = append(each.Children, iteration("each", i+1, step("load", i, i+1), step(fmt.Sprint("store-", i%10), i+1, i+2)))
	}
	return execution(0, 3*n, each)
}

func BenchmarkSlowest(b *testing.B) {
	e := large(1000)
	for b.Loop() {
		analyze.Slowest(e, 10)
	}
}

func BenchmarkIdleGaps(b *testing.B) {
	e := large(1000)
	for b.Loop() {
		analyze.IdleGaps(e, 0)
	}
}

func BenchmarkSummarize(b *testing.B) {
	e := large(1000)
	for b.Loop() {
		analyze.Summarize(e)
	}
}

func BenchmarkDiff(b *testing.B) {
	same, other := large(1000), large(1000)
	b.Run("same", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			analyze.Diff(same, other)
		}
	})
	b.Run("another", func(b *testing.B) {
		b.ReportAllocs()
		another := large(900)
		for b.Loop() {
			analyze.Diff(same, another)
		}
	})
}

func BenchmarkAggregateAdd(b *testing.B) {
	for _, n := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("steps=%d", 1+3*n), func(b *testing.B) {
			b.ReportAllocs()
			e := large(n)
			var a analyze.Aggregate
			for b.Loop() {
				a.Add(e)
			}
		})
	}
}

func BenchmarkAggregateMerge(b *testing.B) {
	b.ReportAllocs()
	var a, other analyze.Aggregate
	other.Add(large(1000))
	for b.Loop() {
		a.Merge(&other)
	}
}

func BenchmarkAggregateReport(b *testing.B) {
	var a analyze.Aggregate
	a.Add(large(1000))
	for b.Loop() {
		a.Report()
	}
}
