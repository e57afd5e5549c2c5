// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// longHistory is the events of an execution of about n events that is put together from generated ones.
func longHistory(n int, detail bool, only ...historytest.Construct) []history.Event {
	variant := historytest.Variant{FailFast: true}
	var events []history.Event
	for seed := uint64(0); len(events) < n*9/10; seed++ {
		g := historytest.Generate(seed, &historytest.GenerateOptions{
			MaxEvents: min(n, historytest.LargestMaxEvents), Fill: true, Variant: &variant, Only: only, Ref: ref,
		})
		if len(events) == 0 {
			events = append(events, g.Events[0])
		}
		behind := events[len(events)-1]
		for _, e := range g.Events[1 : len(g.Events)-1] {
			e.ID += behind.ID - 1
			e.Cause += behind.ID - 1
			e.Time = e.Time.Add(behind.Time.Sub(began))
			events = append(events, e)
		}
	}
	behind := events[len(events)-1]
	behind.ID, behind.Cause, behind.Type, behind.Step, behind.Detail = behind.ID+1, behind.ID, history.ExecutionSucceeded, "", "{}"
	events = append(events, behind)
	for i := range events {
		if !detail {
			events[i].Detail = ""
		}
	}
	return events
}

// shapes are the constructs that executions of some shapes consist of.
func shapes() map[string][]historytest.Construct {
	return map[string][]historytest.Construct{
		"linear": {historytest.Pass, historytest.Task, historytest.Wait, historytest.Loop},
		"wide":   {historytest.Task, historytest.Parallel, historytest.Foreach},
		"all":    historytest.Constructs(),
	}
}

// The cost of an event is the same in small and large executions, and whatever their shape.
func BenchmarkFold(b *testing.B) {
	for shape, only := range shapes() {
		for _, n := range []int{5000, 100_000} {
			for _, details := range []bool{false, true} {
				b.Run(fmt.Sprintf("shape=%s/events=%d/details=%t", shape, n, details), func(b *testing.B) {
					events := longHistory(n, details, only...)
					b.ReportAllocs()
					for b.Loop() {
						fold(b, events)
					}
					perEvent(b, len(events))
					b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds()/1e6, "Mevents/s")
				})
			}
		}
	}
}

// Steps are allocated many at a time.
func TestFoldAllocatesLittle(t *testing.T) {
	for shape, only := range shapes() {
		events := longHistory(historytest.LargestMaxEvents, true, only...)
		steps := 0
		for range fold(t, events).Walk() {
			steps++
		}
		if got := testing.AllocsPerRun(5, func() { fold(t, events) }); got > 0.2*float64(steps) {
			t.Errorf("%s: %.0f allocations for %d steps", shape, got, steps)
		}
	}
}

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
