// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func TestStepTimes(t *testing.T) {
	t.Parallel()
	type times struct{ Waiting, Running, Duration time.Duration }
	started, ended := began.Add(2*time.Second), began.Add(5*time.Second)
	for _, tc := range []struct {
		name string
		step history.Step
		want times
	}{
		{"nothing known", history.Step{}, times{}},
		{"waiting", history.Step{Entered: began}, times{}},
		{"running", history.Step{Entered: began, Started: started}, times{Waiting: 2 * time.Second}},
		{"ended", history.Step{Entered: began, Started: started, Ended: ended}, times{2 * time.Second, 3 * time.Second, 5 * time.Second}},
		{"ended without a start", history.Step{Entered: began, Ended: ended}, times{Duration: 5 * time.Second}},
		{"never scheduled (AOM)", history.Step{Started: started, Ended: ended}, times{Running: 3 * time.Second, Duration: 3 * time.Second}},
		{"only ended", history.Step{Ended: ended}, times{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "times", tc.want, times{tc.step.Waiting(), tc.step.Running(), tc.step.Duration()})
		})
	}
}
