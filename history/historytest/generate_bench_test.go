// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"fmt"
	"testing"

	"github.com/flowhistory/flowhistory/history/historytest"
)

func BenchmarkGenerate(b *testing.B) {
	for _, most := range []int{historytest.DefaultMaxEvents, historytest.LargestMaxEvents} {
		b.Run(fmt.Sprintf("events=%d", most), func(b *testing.B) {
			b.ReportAllocs()
			events := 0
			for seed := uint64(0); b.Loop(); seed++ {
				events += len(historytest.Generate(seed%100, &historytest.GenerateOptions{MaxEvents: most, Fill: true}).Events)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		})
	}
}

func BenchmarkDamage(b *testing.B) {
	g := historytest.Generate(1, &historytest.GenerateOptions{MaxEvents: historytest.LargestMaxEvents, Fill: true})
	b.ReportAllocs()
	for seed := uint64(0); b.Loop(); seed++ {
		historytest.Damage(g.Events, seed)
	}
}
