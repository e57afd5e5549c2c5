// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// TestListWorkflows: what filters there are for workflows have an effect.
func TestListWorkflows(t *testing.T) {
	t.Parallel()
	all := strings.SplitAfter(strings.TrimSuffix(output(t, "list", "demo:", "--workflows", "-o", "name"), "\n"), "\n")
	if len(all) < 2 {
		t.Fatalf("the demo has the workflows %q", all)
	}
	if got := output(t, "list", "demo:", "--workflows", "-o", "name", "-n", "1"); got != all[0] {
		t.Errorf("-n 1 lists %q of %q", got, all)
	}
	for prefix, want := range map[string]string{"order-": "demo:order-flow\n", "nope": ""} {
		if got := output(t, "list", "demo:", "--workflows", "-o", "name", "--prefix", prefix); got != want {
			t.Errorf("--prefix %s lists %q, want %q", prefix, got, want)
		}
	}
}

// TestListJSON: the same executions in both kinds of JSON, in an order of their own each.
func TestListJSON(t *testing.T) {
	t.Parallel()
	var want, got []history.Execution
	if err := json.Unmarshal([]byte(output(t, "list", "demo:", "-o", "json")), &want); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(output(t, "list", "demo:", "-o", "jsonl")) {
		var e history.Execution
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	for _, list := range [][]history.Execution{want, got} {
		slices.SortFunc(list, func(a, b history.Execution) int { return strings.Compare(a.Execution, b.Execution) })
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Errorf("-o json and -o jsonl mismatch (-want +got):\n%s", diff)
	}
}
