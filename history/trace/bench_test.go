// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"io"
	"testing"

	"github.com/flowhistory/flowhistory/history/historytest"
)

// BenchmarkWrite writes the largest execution that FnF allows, of 5,000 events.
func BenchmarkWrite(b *testing.B) {
	e := historytest.Generate(1, &historytest.GenerateOptions{
		MaxEvents: historytest.LargestMaxEvents, Fill: true, Variant: &historytest.Variant{},
	}).Execution
	for kind, to := range writers() {
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := to(io.Discard, e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
