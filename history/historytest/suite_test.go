// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// script is a place whose source is a scripted one.
func script(*testing.T) *historytest.Place {
	src := &historytest.Source{}
	return &historytest.Place{
		Source: func(*history.Options) history.Source { return src },
		Load: func(records ...historytest.Record) {
			for _, r := range records {
				src.Add(r.Execution, r.Events...)
			}
		},
		Requests: func() int { return len(src.Calls()) },
		Fail: func(kind history.Kind, after, times int) {
			src.Inject(historytest.Fault{After: after, Times: times, Err: kind})
		},
		Hang:   func(after int) { src.Inject(historytest.Fault{After: after, Times: -1, Hang: true}) },
		Clear:  src.ClearFaults,
		Empty:  func() { src.Inject(historytest.Fault{Op: historytest.OpEventPages, Empty: true}) },
		Circle: func() { src.Inject(historytest.Fault{Op: historytest.OpEventPages, Times: -1, Circle: true}) },
	}
}

func TestSourceKeepsAClientsPromises(t *testing.T) { historytest.TestClient(t, script) }

func TestSourceDoesItsDuties(t *testing.T) { historytest.TestSource(t, script) }
