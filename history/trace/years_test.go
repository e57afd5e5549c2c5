// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// TestYearsFarApart: nanoseconds in 64 bits end in 1678 and 2262, those of a trace begin in 1970.
func TestYearsFarApart(t *testing.T) {
	t.Parallel()
	years := []int{1, 1678, 1969, 2026, 2262, 9999}
	for _, from := range years {
		for _, to := range years {
			t.Run(fmt.Sprintf("%d-%d", from, to), func(t *testing.T) {
				t.Parallel()
				s := step("a", history.Failed, 1, 1, 8, step("b", history.Stopped, 2, 2, -1))
				s.Entered, s.Ended = time.Date(from, 11, 1, 8, 0, 0, 0, time.UTC), time.Date(to, 12, 31, 0, 0, 0, 0, time.UTC)
				s.Attempts = []history.Attempt{{Scheduled: s.Entered, Ended: at(5), Status: history.Failed}, {Started: at(6), Ended: s.Ended}}
				e := execution(history.Failed, 9, s)
				checkAll(t, e)
				checkNanoseconds(t, write(t, writers()["otlp.json"], e))
			})
		}
	}
}

// checkNanoseconds holds that nothing in an OTLP text is before 1970, or ends before it starts.
func checkNanoseconds(t *testing.T, text string) {
	t.Helper()
	var request struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct {
					Start  int64 `json:"startTimeUnixNano,string"`
					End    int64 `json:"endTimeUnixNano,string"`
					Events []struct {
						Time int64 `json:"timeUnixNano,string"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		t.Fatal(err)
	}
	for _, s := range request.ResourceSpans[0].ScopeSpans[0].Spans {
		if s.Start < 0 || s.End < s.Start {
			t.Errorf("a span is from %d to %d", s.Start, s.End)
		}
		for _, event := range s.Events {
			if event.Time < 0 {
				t.Errorf("an event is at %d", event.Time)
			}
		}
	}
}
