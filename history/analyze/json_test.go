// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	state := &analyze.State{ID: "pay#2", Status: history.Failed, Native: "fail", Duration: time.Second, Attempts: 3,
		Failure: &history.Failure{Code: "FC.Unknown"}}
	change := analyze.Change{Kind: analyze.Changed, Path: "pay", StepKind: history.StepNode,
		Aspects: []analyze.Aspect{analyze.Order, analyze.Status, analyze.Duration, analyze.Attempts, analyze.Failure}, Before: &analyze.State{}, After: state}
	stats := analyze.Stats{Count: 4, Ended: 4, Failed: 1, FailureRate: 0.25, Retries: 2, Min: 1, P50: 2, P95: 3, Max: 4}
	const (
		stateJSON = `{"id":"pay#2","status":"failed","native_status":"fail","duration":1000000000,"attempts":3,"failure":{"code":"FC.Unknown"}}`
		refJSON   = `"provider":"script","scope":"test","workflow":"flow"`
		execJSON  = `{` + refJSON + `,"execution":"exec"}`
		statsJSON = `"count":4,"ended":4,"failed":1,"failure_rate":0.25,"retries":2,"min":1,"p50":2,"p95":3,"max":4`
		changed   = `{"change":"changed","path":"pay","kind":"step","aspects":["order","status","duration","attempts","failure"],` +
			`"before":{},"after":` + stateJSON + `}`
	)
	for _, tc := range []struct {
		name  string
		value any
		want  string
	}{
		{"Gap", analyze.Gap{From: at(0), To: at(1), After: "a", Before: "b"},
			`{"from":"2026-11-01T08:00:00Z","to":"2026-11-01T08:00:01Z","after":"a","before":"b"}`},
		{"Gap of a whole execution", analyze.Gap{From: at(0), To: at(1)}, `{"from":"2026-11-01T08:00:00Z","to":"2026-11-01T08:00:01Z"}`},
		{"Summary", analyze.Summary{Status: history.Failed, Duration: 1, Steps: 2, Branches: 3, Iterations: 4, Failed: 5, Open: 6, Attempts: 7,
			Retries: 8, Waiting: 9, Running: 10, Queued: 11, Backoff: 12, Idle: 13},
			`{"status":"failed","duration":1,"steps":2,"branches":3,"iterations":4,"failed":5,"open":6,"attempts":7,"retries":8,` +
				`"waiting":9,"running":10,"queued":11,"backoff":12,"idle":13}`},
		{"Change", change, changed},
		{"added", analyze.Change{Kind: analyze.Added, Path: "pay", StepKind: history.BranchNode, After: &analyze.State{ID: "pay"}},
			`{"change":"added","path":"pay","kind":"branch","after":{"id":"pay"}}`},
		{"Difference", analyze.Difference{A: ref, B: ref, Execution: &analyze.Change{Kind: analyze.Changed}, Steps: []analyze.Change{change}},
			`{"a":` + execJSON + `,"b":` + execJSON + `,"execution":{"change":"changed","path":""},"steps":[` + changed + `]}`},
		{"empty Difference", analyze.Difference{A: ref, B: ref}, `{"a":` + execJSON + `,"b":` + execJSON + `}`},
		{"Report", analyze.Report{Dropped: 1, Workflows: []analyze.WorkflowStats{{
			Ref:   history.Ref{Provider: "script", Scope: "test", Workflow: "flow"},
			Stats: stats, Steps: []analyze.StepStats{{Path: "a/b", Kind: history.StepNode, Stats: stats}},
		}}}, `{"workflows":[{` + refJSON + `,` + statsJSON + `,"steps":[{"path":"a/b","kind":"step",` + statsJSON + `}]}],"dropped":1}`},
		{"empty Report", new(analyze.Aggregate).Report(), `{"workflows":[]}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			roundTrip(t, tc.value, tc.want)
		})
	}
}
