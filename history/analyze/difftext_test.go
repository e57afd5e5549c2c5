// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

const header = "script://test/flow/exec -> script://test/flow/exec\n"

func TestDifferenceText(t *testing.T) {
	t.Parallel()
	state := func(status history.Status, d time.Duration, attempts int, f *history.Failure) *analyze.State {
		return &analyze.State{ID: "pay#2", Status: status, Duration: d, Attempts: attempts, Failure: f}
	}
	failure := &history.Failure{Code: "FC.Unknown", Cause: "boom"}
	for _, tc := range []struct {
		name   string
		change analyze.Change
		want   string
	}{
		{"added", analyze.Change{Kind: analyze.Added, Path: "pay", After: state(history.Succeeded, time.Second, 1, nil)}, "+ pay#2: succeeded, 1.00s\n"},
		{"removed", analyze.Change{Kind: analyze.Removed, Path: "fork/fork/pay", Before: state(history.Failed, 0, 3, failure)},
			"    - pay#2: failed FC.Unknown, 3 attempts\n"},
		{"changed", analyze.Change{Kind: analyze.Changed, Path: "pay",
			Aspects: []analyze.Aspect{analyze.Order, analyze.Status, analyze.Duration, analyze.Attempts, analyze.Failure},
			Before:  state(history.Failed, 3*time.Second, 3, failure), After: state(history.Succeeded, time.Second, 1, nil)},
			"~ pay#2: at another place, failed -> succeeded, 3.00s -> 1.00s (-2.00s), 3 -> 1 attempts, failure FC.Unknown -> none\n"},
		{"slower", analyze.Change{Kind: analyze.Changed, Path: "pay", Aspects: []analyze.Aspect{analyze.Duration},
			Before: state("", 0, 0, nil), After: state("", time.Millisecond, 0, nil)}, "~ pay#2: 0ms -> 1ms (+1ms)\n"},
		{"rounded", analyze.Change{Kind: analyze.Changed, Path: "pay", Aspects: []analyze.Aspect{analyze.Duration},
			Before: state("", 65*time.Minute+12345678*time.Nanosecond, 0, nil), After: state("", 22437891*time.Microsecond, 0, nil)},
			"~ pay#2: 1h05m -> 22.4s (-1h05m)\n"},
		{"failures without a code", analyze.Change{Kind: analyze.Changed, Path: "pay", Aspects: []analyze.Aspect{analyze.Failure},
			Before: state("", 0, 0, &history.Failure{Cause: "boom"}), After: state("", 0, 0, &history.Failure{})},
			"~ pay#2: failure boom -> without a code\n"},
		{"status not known", analyze.Change{Kind: analyze.Added, Path: "pay", After: state("", 0, 0, nil)}, "+ pay#2: unknown\n"},
		{"no ID", analyze.Change{Kind: analyze.Added, Path: "pay", After: &analyze.State{Native: "odd"}}, "+ pay: odd\n"},
		{"control characters", analyze.Change{Kind: analyze.Added, Path: "x", After: &analyze.State{ID: "\x1b[2J", Native: "a\nb"}},
			`+ "\x1b[2J": "a\nb"` + "\n"},
		{"control characters in a failure", analyze.Change{Kind: analyze.Added, Path: "x", After: state(history.Failed, 0, 0, &history.Failure{Code: "\x1b[2J"})},
			`+ pay#2: failed "\x1b[2J"` + "\n"},
		{"control characters in an aspect", analyze.Change{Kind: analyze.Changed, Path: "x", Aspects: []analyze.Aspect{"\x1b[2J"}}, `~ x: "\x1b[2J"` + "\n"},
		{"half of it missing", analyze.Change{Kind: analyze.Changed, Path: "x", Aspects: []analyze.Aspect{"new"}}, "~ x: new\n"},
		{"very deep", analyze.Change{Kind: analyze.Added, Path: analyze.Path(strings.Repeat("x/", 99) + "x"), After: state("", 0, 0, nil)},
			strings.Repeat("  ", 20) + "+ pay#2: unknown\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := analyze.Difference{A: ref, B: ref, Steps: []analyze.Change{tc.change}}
			equal(t, "text", header+tc.want, d.Text())
			d.Ignore(time.Hour) // takes whatever Text takes
		})
	}
}

func TestDifferenceTextOfTheWhole(t *testing.T) {
	t.Parallel()
	e := execution(0, 10, step("a", 0, 1))
	equal(t, "text", header+"no differences\n", analyze.Diff(e, e).Text())
	longer := e
	longer.Ended = at(12)
	equal(t, "text", header+"~ execution: 10.0s -> 12.0s (+2.00s)\n", analyze.Diff(e, longer).Text())
}
