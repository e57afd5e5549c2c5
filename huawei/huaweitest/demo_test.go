// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestDemoWithTheSDK(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	got := []string{}
	for _, e := range sdkList(t, srv, huaweitest.DemoWorkflow) {
		got = append(got, *e.Status)
	}
	if diff := cmp.Diff([]string{"executing", "fail", "success"}, got); diff != "" {
		t.Errorf("status words mismatch (-want +got):\n%s", diff)
	}
}

func TestDemoIsSound(t *testing.T) {
	t.Parallel()
	for _, e := range huaweitest.DemoExecutions() {
		seen := map[[2]string]bool{}
		for _, n := range e.Nodes {
			if n.Begin.Before(e.Begin) || (!e.End.IsZero() && n.End.After(e.End)) || (!n.End.IsZero() && n.End.Before(n.Begin)) {
				t.Errorf("%s: the times of %s do not fit", e.ID, n.ID)
			}
			if !json.Valid(n.Output) {
				t.Errorf("%s: the output of %s is no JSON: %s", e.ID, n.ID, n.Output)
			}
			if seen[[2]string{n.ID, n.FunctionExecutionID}] {
				t.Errorf("%s: %s is there twice", e.ID, n.ID)
			}
			seen[[2]string{n.ID, n.FunctionExecutionID}] = true
		}
	}
	if diff := cmp.Diff(huaweitest.DemoExecutions(), huaweitest.DemoExecutions()); diff != "" {
		t.Errorf("a second call differs (-first +second):\n%s", diff)
	}
}
