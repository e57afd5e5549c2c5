// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// The nine words that ListWorkflow documents, FunctionGraph's two, and words that nobody knows.
func TestStatusWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]history.Status{
		"success":        history.Succeeded,
		"fail":           history.Failed,
		"executing":      history.Running,
		"cancel":         history.Stopped,
		"waitExecute":    history.Pending,
		"waitApproval":   history.Paused,
		"approvalFailed": history.Failed,
		"pausing":        history.Paused,
		"canceling":      history.Running,
		"running":        history.Running,
		"timeout":        history.TimedOut,
		"SUCCESS":        history.Succeeded,
		"READY":          "",
		"":               "",
	} {
		got, err := described(t, fmt.Sprintf(`{"execution_id":"exec","status":%q,"execution_result_list":[{"node_id":"n","status":%[1]q}]}`, word))
		if err != nil {
			t.Fatal(err)
		}
		step := got.Steps[0]
		if got.Status != want || got.NativeStatus != word || step.Status != want || step.NativeStatus != word || step.Attempts[0].Status != want {
			t.Errorf("%q is %q, %q of a node; want %q", word, got.Status, step.Status, want)
		}
		var diagnostics []history.Diagnostic
		if want == "" {
			text := fmt.Sprintf("the status %q is in no document", word)
			diagnostics = []history.Diagnostic{
				{Code: "unknown_status", Severity: history.Warning, Text: text},
				{Code: "unknown_status", Severity: history.Warning, Step: "n", Text: text},
			}
		}
		if diff := cmp.Diff(diagnostics, got.Diagnostics); diff != "" {
			t.Errorf("%q: diagnostics mismatch (-want +got):\n%s", word, diff)
		}
	}
}

// Every form in which a time may come, in the list and in the detail.
func TestTimeForms(t *testing.T) {
	t.Parallel()
	precise := time.Date(2020, 9, 14, 8, 57, 57, 378e6, time.UTC)
	whole := precise.Truncate(time.Second)
	for _, tt := range []struct {
		raw  string
		want time.Time
	}{
		{`1600073877378`, precise},
		{`"1600073877378"`, precise},
		{`" 1600073877378 "`, precise},
		{`1600073877378.0`, precise},
		{`1.600073877378e12`, precise},
		{`1600073877`, whole},
		{`"1600073877"`, whole},
		{`1600073877.378`, precise},
		{`1.6e9`, time.Unix(1600000000, 0).UTC()},
		{`16000000`, time.Unix(16000000, 0).UTC()},
		{`99999999999`, time.Unix(99999999999, 0).UTC()},
		{`100000000000`, time.UnixMilli(100000000000).UTC()},
		{`253402300799999`, time.UnixMilli(253402300799999).UTC()},
		{`"2020-09-14T08:57:57Z"`, whole},
		{`"2020-09-14T08:57:57.378Z"`, precise},
		{`"2020-09-14T16:57:57+08:00"`, whole},
		{`"2020-09-14T16:57:57+0800"`, whole},
		{`"2020-09-14T08:57:57"`, whole},
		{`"2020-09-14 08:57:57"`, whole},
		{`0`, time.Time{}},
		{`0.0`, time.Time{}},
		{`"0"`, time.Time{}},
		{`""`, time.Time{}},
		{`" "`, time.Time{}},
		{`null`, time.Time{}},
		{`"1970-01-01T00:00:00Z"`, time.Time{}},
	} {
		fields := `{"execution_id":"exec","status":"success","begin_time":` + tt.raw + `,"end_time":` + tt.raw + `,"last_update_time":` + tt.raw +
			`,"execution_result_list":[{"node_id":"n","status":"success","begin_time":` + tt.raw + `,"end_time":` + tt.raw + `}]}`
		fromList, err := listed(t, "["+fields+"]")
		if err != nil {
			t.Fatal(err)
		}
		fromDetail, err := described(t, fields)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fromList[0], fromDetail); diff != "" {
			t.Errorf("%s: list and detail differ:\n%s", tt.raw, diff)
		}
		e, s := fromDetail, fromDetail.Steps[0]
		for i, got := range []time.Time{e.Started, e.Ended, e.Updated, s.Started, s.Ended, s.Attempts[0].Started, s.Attempts[0].Ended} {
			if got != tt.want {
				t.Errorf("%s: time %d is %v, want %v", tt.raw, i, got, tt.want)
			}
		}
		if len(e.Diagnostics) != 0 {
			t.Errorf("%s: diagnostics %v", tt.raw, e.Diagnostics)
		}
	}
}

// A time that nobody can read never fails a page: it is noted with what was found.
func TestTimesUnreadable(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`"yesterday"`, `-1`, `true`, `{"a":1}`, `[1]`, `1e300`, `"NaN"`, `"0x1p40"`, `"1_700_000"`, `"null"`, `253402300800000`, `"1969-12-31T00:00:00Z"`} {
		got, err := listed(t, `[{"execution_id":"exec","status":"success","end_time":`+raw+
			`,"execution_result_list":[{"node_id":"n","status":"success","begin_time":`+raw+`}]}]`)
		if err != nil {
			t.Fatal(err)
		}
		want := []history.Diagnostic{
			{Code: "unreadable_time", Severity: history.Defect, Text: "end_time is " + raw + "; want UTC milliseconds"},
			{Code: "unreadable_time", Severity: history.Defect, Step: "n", Text: "begin_time is " + raw + "; want UTC milliseconds"},
		}
		if diff := cmp.Diff(want, got[0].Diagnostics); diff != "" {
			t.Errorf("%s: diagnostics mismatch (-want +got):\n%s", raw, diff)
		}
		if !got[0].Ended.IsZero() || !got[0].Steps[0].Started.IsZero() {
			t.Errorf("%s: read as %v", raw, got[0].Ended)
		}
	}
}

// The fake's switches are all read the same.
func TestForms(t *testing.T) {
	t.Parallel()
	whole := huaweitest.DemoExecutions()
	want := list(t, second(startWith(t, nil, nil, whole...)), history.ExecutionQuery{Workflow: huaweitest.DemoWorkflow})
	if len(want) != len(whole) {
		t.Fatalf("%d executions, want %d", len(want), len(whole))
	}
	for _, nested := range []bool{false, true} {
		for _, old := range []bool{false, true} {
			for _, form := range []huaweitest.TimeForm{huaweitest.Milliseconds, huaweitest.MillisecondStrings} {
				for _, unset := range []huaweitest.UnsetForm{huaweitest.UnsetAbsent, huaweitest.UnsetZero, huaweitest.UnsetNull} {
					so := &huaweitest.Options{Nested: nested, OldKeys: old, Times: form, UnsetEnd: unset}
					got := list(t, second(startWith(t, so, nil, whole...)), history.ExecutionQuery{Workflow: huaweitest.DemoWorkflow})
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%+v: executions mismatch (-want +got):\n%s", so, diff)
					}
				}
			}
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

// Describe says what the list says, but for who created the execution.
func TestDescribeLikeTheList(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, huaweitest.DemoExecutions()...)
	for _, want := range list(t, client, history.ExecutionQuery{Workflow: huaweitest.DemoWorkflow}) {
		got, err := client.Describe(t.Context(), want.Ref)
		if err != nil {
			t.Fatal(err)
		}
		want.CreatedBy = ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("execution mismatch (-want +got):\n%s", diff)
		}
	}
}

// Steps have an ID each, are in order of their start, and those without one come last.
func TestSteps(t *testing.T) {
	t.Parallel()
	got, err := described(t, body("executing", 0, -1,
		node("b", "success", 3, 4), node("a", "fail", 1, 2), node("wait", "waitExecute", -1, -1), "null",
		node("a", "success", 2, 3), node("a#2", "success", 2, 3), node("", "success", 5, 6), node("a", "executing", 9, -1)))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range got.Steps {
		ids = append(ids, s.ID+" "+s.Name)
	}
	want := []string{"a a", "a#2 a", "a#2#2 a#2", "b b", "#2 ", "a#3 a", "wait wait"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("steps mismatch (-want +got):\n%s", diff)
	}
	missing := []history.Diagnostic{{Code: "missing_node", Severity: history.Defect, Text: "element 3 of execution_result_list is null"}}
	if diff := cmp.Diff(missing, got.Diagnostics); diff != "" {
		t.Errorf("diagnostics mismatch (-want +got):\n%s", diff)
	}
}

// Steps that began together stay in the order of the answer, however many they are.
func TestStepsThatBeganTogether(t *testing.T) {
	t.Parallel()
	const n, starts = 60, 3
	var nodes, want []string
	for i := range n {
		nodes = append(nodes, fmt.Sprintf(`{"node_id":"n%d","begin_time":%d}`, i, 1600000000000+i%starts))
	}
	for start := range starts {
		for i := start; i < n; i += starts {
			want = append(want, fmt.Sprint("n", i))
		}
	}
	list, err := listed(t, `[{"execution_id":"exec","execution_result_list":[`+strings.Join(nodes, ",")+`]}]`)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d executions, error %v", len(list), err)
	}
	var got []string
	for _, s := range list[0].Steps {
		got = append(got, s.ID)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps mismatch (-want +got):\n%s", diff)
	}
}

// A failed node has a failure if its output says which.
func TestStepFailure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, status, output string
		want                 *history.Failure
	}{
		{"instances as in the document's example", "fail", `{"fail":[{"name":"x"},{"code":"1","log":"Restart failed."}]}`, &history.Failure{Code: "1", Cause: "Restart failed."}},
		{"numeric code", "fail", `{"fail":[{"code":7}]}`, &history.Failure{Code: "7"}},
		{"error and cause", "timeout", `{"error":"FSS.0500","cause":"late"}`, &history.Failure{Code: "FSS.0500", Cause: "late"}},
		{"nothing said", "fail", `{"fail":[]}`, nil},
		{"no output", "fail", `null`, nil},
		{"a word", "fail", `"no"`, nil},
		{"not failed", "success", `{"fail":[{"code":"1","log":"ignored"}]}`, nil},
	} {
		got, err := described(t, `{"execution_id":"exec","status":"fail","execution_result_list":[{"node_id":"n","status":"`+tt.status+`","output":`+tt.output+`}]}`)
		if err != nil {
			t.Fatal(err)
		}
		step := got.Steps[0]
		if diff := cmp.Diff(tt.want, step.Failure); diff != "" {
			t.Errorf("%s: failure mismatch (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.want, step.Attempts[0].Failure); diff != "" {
			t.Errorf("%s: failure of the attempt mismatch (-want +got):\n%s", tt.name, diff)
		}
		if want := strings.Replace(tt.output, "null", "", 1); string(step.Output) != want {
			t.Errorf("%s: output is %s, want %s", tt.name, step.Output, want)
		}
	}
}
