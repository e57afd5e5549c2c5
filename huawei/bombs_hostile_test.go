// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// An answer of nothing but small values does not take a hundred times its size in memory: what no service sends is refused
// when it is too much, before it is made.
func TestHostileManyValues(t *testing.T) {
	t.Parallel()
	const many = 200_000
	var keys strings.Builder
	for i := range many {
		fmt.Fprintf(&keys, `"k%d":1,`, i)
	}
	repeated := func(item string) string { return "[" + strings.Repeat(item+",", many) + item + "]" }
	for name, body := range map[string]string{
		"workflows":                   `{"elements":` + repeated("{}") + `}`,
		"nulls in place of workflows": `{"elements":` + repeated("null") + `}`,
		"fields of a workflow":        `{"elements":[{` + keys.String() + `"id":"a"}]}`,
		"tags of a workflow":          `{"elements":[{"id":"a","tags":{` + keys.String() + `"k":1}}]}`,
		"approvers":                   `{"execution_id":"exec","approve_user_name_list":` + repeated(`""`) + `}`,
		"approvers in a list":         `[{"execution_id":"exec","approve_user_name_list":` + repeated(`""`) + `}]`,
		"fields":                      `{` + keys.String() + `"execution_id":"exec"}`,
		"fields in a list":            `[{` + keys.String() + `"execution_id":"exec"}]`,
	} {
		client := local(t, always(http.StatusOK, body))
		for op, call := range operations(client) {
			if err := call(t.Context()); !errors.Is(err, history.ErrDecode) && !errors.Is(err, history.ErrTooLarge) {
				t.Errorf("%s, %s: %v, want ErrDecode", op, name, err)
			}
		}
	}
}

// allocated is what a call allocates.
func allocated(t testing.TB, call func(context.Context) error) (bytes uint64, err error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = call(t.Context())
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// What is just not too much is read, and takes no more than so much memory, whatever it is made of. Nor does it take longer
// than the test can wait, when names that have to be different are all the same.
func TestHostileValuesWithinBounds(t *testing.T) {
	const most = 64 << 20
	list := func(n int, items string) string { return "[" + strings.Repeat(items+",", n-1) + items + "]" }
	var fields strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&fields, `,"k%d":1`, i)
	}
	bodies := map[string]map[string]string{"ListWorkflow": {
		"workflows":           `{"elements":` + list(10_000, `{"id":"a"}`) + `}`,
		"nulls":               `{"elements":` + list(10_000, "null") + `}`,
		"fields of workflows": `{"elements":` + list(99, `{"id":"a"`+fields.String()+`}`) + `}`,
		"tags of workflows":   `{"elements":` + list(99, `{"id":"a","tags":{"k":1`+fields.String()+`}}`) + `}`,
	}, "SearchWorkflowExecutionDetail": {}, "ListWorkflowExecutions": {}}
	for name, field := range map[string]string{
		"nodes":            `"execution_result_list":` + list(10_000, "{}"),
		"nulls":            `"execution_result_list":` + list(10_000, "null"),
		"nodes of one id":  `"execution_result_list":` + list(10_000, `{"node_id":"n"}`),
		"nodes of two ids": `"execution_result_list":` + list(5_000, `{"node_id":"n"},{"node_id":"n#2"}`),
		"approvers":        `"approve_user_name_list":` + list(10_000, `""`),
		"fields":           `"k":1` + strings.TrimSuffix(fields.String(), `,"k999":1`),
	} {
		bodies["SearchWorkflowExecutionDetail"][name] = `{"execution_id":"exec",` + field + "}"
		bodies["ListWorkflowExecutions"][name] = `[{"execution_id":"exec",` + field + "}]"
	}
	for op, bodies := range bodies {
		for name, body := range bodies {
			took, err := allocated(t, operations(local(t, always(http.StatusOK, body)))[op])
			if err != nil || took > most {
				t.Errorf("%s, %s: %d bytes allocated for an answer of %d, error %v; want %d at most", op, name, took, len(body), err, most)
			}
		}
	}
}
