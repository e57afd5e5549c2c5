// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/json"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// Folding a history should cost less than decoding it: compare the two.
func BenchmarkFold5000Events(b *testing.B) {
	g := historytest.Generate(4, &historytest.GenerateOptions{MaxEvents: historytest.LargestMaxEvents, Fill: true})
	encoded, err := json.Marshal(g.Events)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var events []history.Event
			if err := json.Unmarshal(encoded, &events); err != nil {
				b.Fatal(err)
			}
		}
		perEvent(b, len(g.Events))
	})
	b.Run("fold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fold(b, g.Events)
		}
		perEvent(b, len(g.Events))
	})
	b.Run("root cause", func(b *testing.B) {
		e := fold(b, g.Events)
		b.ReportAllocs()
		for b.Loop() {
			e.RootCause()
		}
	})
	b.Run("critical path", func(b *testing.B) {
		e := fold(b, g.Events)
		b.ReportAllocs()
		for b.Loop() {
			e.CriticalPath()
		}
	})
}

// A live view asks for the whole again and again; that costs what changed, not what there is.
func BenchmarkFolderLive(b *testing.B) {
	g := historytest.Generate(4, &historytest.GenerateOptions{MaxEvents: historytest.LargestMaxEvents, Fill: true})
	b.ReportAllocs()
	for b.Loop() {
		var f history.Folder
		for i, e := range g.Events {
			if f.Add(e); i%10 == 0 {
				f.Execution()
			}
		}
	}
	perEvent(b, len(g.Events))
}

func perEvent(b *testing.B, events int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*events), "ns/event")
}
