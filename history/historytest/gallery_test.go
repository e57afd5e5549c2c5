// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	gallery := historytest.Gallery()
	if diff := cmp.Diff(gallery, historytest.Gallery()); diff != "" {
		t.Errorf("second gallery mismatch (-first +second):\n%s", diff)
	}
	var got []string
	for _, x := range gallery {
		steps, tries := 0, 0
		for _, s := range x.Execution.Walk() {
			steps++
			tries = max(tries, len(s.Attempts))
		}
		got = append(got, fmt.Sprintf("%s %s: %d events, %d steps of up to %d attempts", x.Name, x.Execution.Status, len(x.Events), steps, tries))
		for _, d := range x.Execution.Diagnostics {
			t.Errorf("%s: %+v", x.Name, d)
		}
		if _, found := x.Execution.RootCause(); found != (x.Execution.Status.Terminal() && x.Execution.Status != history.Succeeded) {
			t.Errorf("%s: root cause found: %t", x.Name, found)
		}
	}
	want := []string{
		"linear succeeded: 30 events, 4 steps of up to 1 attempts",
		"retry succeeded: 41 events, 3 steps of up to 4 attempts",
		"catch succeeded: 30 events, 4 steps of up to 1 attempts",
		"parallel failed: 70 events, 11 steps of up to 3 attempts",
		"foreach failed: 1171 events, 258 steps of up to 2 attempts",
		"nested failed: 111 events, 20 steps of up to 3 attempts",
		"timeout timed_out: 79 events, 17 steps of up to 1 attempts",
		"stopped stopped: 35 events, 5 steps of up to 1 attempts",
		"running running: 43 events, 10 steps of up to 2 attempts",
		"huawei failed: 16 events, 7 steps of up to 1 attempts",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gallery mismatch (-want +got):\n%s", diff)
	}
}
