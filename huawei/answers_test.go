// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// Answers that are no list of executions: never a panic, never a silent success.
func TestExecutionsUnreadable(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100_000)
	for _, tt := range []struct {
		name, body string
		kind       history.Kind
		want       string // in the message
	}{
		{"null", `null`, history.ErrDecode, "null"},
		{"object", `{"items":[]}`, history.ErrDecode, "items"},
		{"error in a 200", `{"error_code":"200","error_message":"success"}`, history.ErrDecode, "success"},
		{"string", `"no"`, history.ErrDecode, "no"},
		{"number", `17`, history.ErrDecode, "17"},
		{"HTML", "<html></html>", history.ErrDecode, "<html>"},
		{"BOM", "\ufeff[]", history.ErrDecode, ""},
		{"empty", "", history.ErrDecode, "empty"},
		{"blanks", " \n", history.ErrDecode, "empty"},
		{"garbage behind it", `[] garbage`, history.ErrDecode, "behind"},
		{"another list behind it", `[][]`, history.ErrDecode, "behind"},
		{"item is a string", `["x"]`, history.ErrDecode, `item 1 of the list is "x"`},
		{"item is a number", `[{"execution_id":"a"},7]`, history.ErrDecode, "item 2"},
		{"no execution_id", `[{"status":"success"}]`, history.ErrDecode, "execution_id"},
		{"execution_id is an object", `[{"execution_id":{"a":1}}]`, history.ErrDecode, "execution_id"},
		{"long execution_id", `[{"execution_id":"` + strings.Repeat("x", 2000) + `"}]`, history.ErrDecode, "execution_id"},
		{"approvers are a string", `[{"execution_id":"a","approve_user_name_list":"x"}]`, history.ErrDecode, "approve_user_name_list"},
		{"results are an object", `[{"execution_id":"a","execution_result_list":{}}]`, history.ErrDecode, "execution_result_list"},
		{"a result is a string", `[{"execution_id":"a","execution_result_list":["x"]}]`, history.ErrDecode, "execution_result_list"},
		{"missing comma", `[{"execution_id":"a"} {"execution_id":"b"}]`, history.ErrDecode, "behind 1 executions"},
		{"trailing comma", `[{"execution_id":"a"},]`, history.ErrDecode, ""},
		{"lists in lists in lists", deep, history.ErrDecode, "lists in one another"},
		{"deep output", `[{"execution_id":"a","output":` + deep + `}]`, history.ErrDecode, ""},
		{"ends in the list", `[{"execution_id":"a"},`, history.ErrUnavailable, "broke off"},
		{"ends in an execution", `[{"execution_id":"a","status":"succ`, history.ErrUnavailable, "broke off"},
		{"ends in a result", `[{"execution_id":"a","execution_result_list":[{"node_id":`, history.ErrUnavailable, "broke off"},
		{"ends before the last bracket", `[{"execution_id":"a"}`, history.ErrUnavailable, "broke off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := listed(t, tt.body)
			e := failure(t, err)
			if e.Kind != tt.kind || !strings.Contains(e.Message, tt.want) || e.HTTPStatus != 200 || e.Op != "ListWorkflowExecutions" {
				t.Errorf("error is %#v, want %q with %q", e, tt.kind, tt.want)
			}
			if strings.Contains(err.Error(), "huawei.") {
				t.Errorf("error tells of Go types: %v", err)
			}
		})
	}
}

// What comes before the unreadable execution is not lost.
func TestExecutionsUnreadableInTheMiddle(t *testing.T) {
	t.Parallel()
	got, err := listed(t, `[{"execution_id":"a"},{"execution_id":"b"},{"execution_id":[]},{"execution_id":"d"}]`)
	if diff := cmp.Diff([]string{"a", "b"}, names(got)); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
	e := failure(t, err)
	pos, posErr := e.Cursor.Position()
	if e.Kind != history.ErrDecode || posErr != nil || pos.Token != "2/b" {
		t.Errorf("error is %v with %v, want ErrDecode behind b", err, pos)
	}
}

// Nulls, unknown fields, reordered and repeated keys do no harm.
func TestExecutionsTolerated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"null item", `[null,{"execution_id":"a"},null,[null]]`, []string{"a"}},
		{"all null", `[null]`, nil},
		{"empty lists", `[[],[[]]]`, nil},
		{"null fields", `[{"execution_id":"a","status":null,"begin_time":null,"approve_user_name_list":null,"execution_result_list":null,"workflow_id":null}]`, []string{"a"}},
		{"numeric id", `[{"execution_id":17}]`, []string{"17"}},
		{"another case", `[{"Execution_Id":"a","executionId":"a"}]`, []string{"a"}},
	} {
		got, err := listed(t, tt.body)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(fmt.Sprint(tt.want), fmt.Sprint(names(got))); diff != "" {
			t.Errorf("%s: executions mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

// MaxResponseBytes bounds one execution, not the answer.
func TestExecutionsTooLarge(t *testing.T) {
	t.Parallel()
	item := func(id string, size int) string {
		return `{"execution_id":"` + id + `","execution_result_list":[{"node_id":"n","output":"` + strings.Repeat("x", size) + `"}]}`
	}
	o := once()
	o.MaxResponseBytes = 4096
	for _, tt := range []struct {
		name, body string
		want       int
		kind       history.Kind
	}{
		{"many small ones", "[" + strings.Repeat(item("a", 3000)+",", 50) + item("b", 3000) + "]", 51, ""},
		{"one large one", "[" + item("a", 100) + "," + item("b", 5000) + "]", 1, history.ErrTooLarge},
		{"one without an end", "[" + item("a", 100) + `,{"execution_id":"` + strings.Repeat("x", 100_000), 1, history.ErrTooLarge},
	} {
		o.Transport = always(http.StatusOK, tt.body)
		got, err := history.Collect(open(t, localConfig(), o).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
		if len(got) != tt.want {
			t.Errorf("%s: %d executions, want %d", tt.name, len(got), tt.want)
		}
		if tt.kind == "" && err != nil || tt.kind != "" && !errors.Is(err, tt.kind) {
			t.Errorf("%s: error is %v, want %q", tt.name, err, tt.kind)
		}
	}
}
