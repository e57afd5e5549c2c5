// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestSummarize(t *testing.T) {
	t.Parallel()
	pay := step("pay", 1, 20)
	pay.Started = at(3)
	pay.Attempts = []history.Attempt{
		{Scheduled: at(3), Started: at(5), Ended: at(8), Status: history.Failed},
		{Scheduled: at(12), Started: at(13), Ended: at(15), Status: history.TimedOut},
		{Started: at(18), Ended: at(20), Status: history.Succeeded}, // when it was scheduled is not known
	}
	e := execution(0, 60, pay,
		step("fork", 20, 50,
			branch("fork", 1, failing(step("left", 20, 40), "FC.Unknown")),
			branch("fork", 2, step("right", 20, 50))),
		step("each", 50, 58, iteration("each", 1, step("item", 50, 58))),
		with(step("last", 58, 0), func(s *history.Step) { s.Status, s.Ended = history.Running, time.Time{} }),
	)
	for _, tc := range []struct {
		name string
		e    history.Execution
		want analyze.Summary
	}{
		{"nothing", history.Execution{}, analyze.Summary{}},
		{"clock backwards", execution(9, 5, step("a", 5, 4)), analyze.Summary{Status: history.Succeeded, Steps: 1}},
		{"clock backwards before the start", execution(5, 9, with(step("a", 5, 9), func(s *history.Step) { s.Entered = at(7) })),
			analyze.Summary{Status: history.Succeeded, Duration: 4 * time.Second, Steps: 1, Running: 4 * time.Second}},
		{"not ended", history.Execution{Steps: []history.Step{
			{Kind: history.StepNode, Status: history.Pending}, {Kind: history.StepNode, Status: history.Paused},
			{Kind: history.StepNode, Status: history.Running}, {Kind: history.StepNode, Status: history.Stopped}, {Kind: history.StepNode},
		}}, analyze.Summary{Steps: 5, Open: 3}},
		{"everything", e, analyze.Summary{
			Status: history.Succeeded, Duration: time.Minute,
			Steps: 7, Branches: 2, Iterations: 1, Failed: 1, Open: 1, Attempts: 3, Retries: 2,
			Waiting: 2 * time.Second,
			Running: (17 + 20 + 30 + 8) * time.Second,
			Queued:  3 * time.Second,
			Backoff: 7 * time.Second,
			Idle:    3 * time.Second,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "summary", tc.want, analyze.Summarize(tc.e))
		})
	}
}
