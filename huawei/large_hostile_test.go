// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// nested is a JSON value of so many levels: lists, objects, or both in turn.
func nested(kind string, levels int) string {
	switch kind {
	case "lists":
		return strings.Repeat("[", levels) + strings.Repeat("]", levels)
	case "objects":
		return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
	default:
		return strings.Repeat(`[{"a":`, levels/2) + "1" + strings.Repeat("}]", levels/2)
	}
}

// nestedAnswers are answers of each operation with a value where anything may stand.
func nestedAnswers(value string) map[string]string {
	execution := fmt.Sprintf(`{"execution_id":"exec","x":%[1]s,"output":%[1]s,"begin_time":%[1]s,"approve_user_name_list":[%[1]s],`+
		`"execution_result_list":[{"node_id":"n","x":%[1]s,"output":%[1]s,"status":%[1]s}]}`, value)
	return map[string]string{
		"ListWorkflowExecutions":        "[" + execution + "]",
		"SearchWorkflowExecutionDetail": execution,
		"ListWorkflow":                  fmt.Sprintf(`{"x":%[1]s,"elements":[{"id":"a","x":%[1]s,"tags":%[1]s}]}`, value),
	}
}

// Nesting is read as deep as encoding/json does it, and beyond that refused: nowhere does it end the program.
func TestHostileNesting(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"lists", "objects", "both"} {
		for _, levels := range []int{9_000, 10_000, 100_000} {
			for op, body := range nestedAnswers(nested(kind, levels)) {
				err := operations(local(t, always(http.StatusOK, body)))[op](t.Context())
				if deep := levels > 9_000; deep && !errors.Is(err, history.ErrDecode) || !deep && err != nil {
					t.Errorf("%s: %d levels of %s: %v", op, levels, kind, err)
				}
			}
		}
	}
}

// The same in the body of an error, which has its kind by its status then; and nothing but nesting, without an end.
func TestHostileNestingInErrors(t *testing.T) {
	t.Parallel()
	for _, levels := range []int{9_000, 10_000, 100_000, 1_000_000} {
		for body, kind := range map[string]history.Kind{
			`{"error_code":"AOM.31009004","x":` + nested("both", levels) + `}`: history.ErrUnauthenticated,
			`{"error_code":` + nested("lists", levels) + `}`:                   history.ErrPermission,
			`{"error":` + nested("objects", levels) + `}`:                      history.ErrPermission,
			strings.Repeat("[", levels):                                        history.ErrPermission,
		} {
			if levels > 9_000 {
				kind = history.ErrPermission // the code cannot be read
			}
			o := once()
			o.Transport = always(http.StatusForbidden, body)
			_, err := open(t, localConfig(), o).Describe(t.Context(), ref())
			if e := failure(t, err); !e.Kind.Is(kind) && e.Kind != history.ErrUnavailable || len(e.Error()) > 4<<10 {
				t.Errorf("%d levels, %.30s: %.200v, want %s", levels, body, err, kind)
			}
		}
	}
}

// However deep the nesting, it takes a few times the answer's size in memory, beside what any answer takes.
func TestHostileNestingIsLinear(t *testing.T) {
	for _, levels := range []int{100_000, 1_000_000} {
		value := nested("both", levels)
		for op, body := range map[string]string{
			"ListWorkflowExecutions":        `[{"execution_id":"exec","x":` + value + `}]`,
			"SearchWorkflowExecutionDetail": `{"execution_id":"exec","execution_result_list":[{"output":` + value + `}]}`,
			"ListWorkflow":                  `{"elements":[],"x":` + value + `}`,
		} {
			took, err := allocated(t, operations(local(t, always(http.StatusOK, body)))[op])
			if took > 1<<20+8*uint64(len(body)) || !errors.Is(err, history.ErrDecode) {
				t.Errorf("%s: %d levels in %d bytes take %d, error %v", op, levels, len(body), took, err)
			}
		}
	}
}

// zeros is a text of so many zeros, read without being in memory.
func zeros(n int64) io.Reader { return io.LimitReader(&endless{text: strings.Repeat("0", 64)}, n) }

// A string of 100 MB ends the reading at Options.MaxResponseBytes, wherever in the answer it is.
func TestHostileLargeString(t *testing.T) {
	const size = 100_000_000
	executions := func(client *history.Client) func(context.Context) error {
		return operations(client)["ListWorkflowExecutions"]
	}
	describe := func(client *history.Client) func(context.Context) error {
		return operations(client)["SearchWorkflowExecutionDetail"]
	}
	workflows := func(client *history.Client) func(context.Context) error { return operations(client)["ListWorkflow"] }
	for _, tt := range []struct {
		where string
		call  func(*history.Client) func(context.Context) error
		begin string
	}{
		{"an output in a list", executions, `[{"execution_id":"a","execution_result_list":[{"output":"`},
		{"an unknown field in a list", executions, `[{"x":"`},
		{"a name in a list", executions, `[{"`},
		{"an id in a list", executions, `[{"execution_id":"`},
		{"an approver in a list", executions, `[{"approve_user_name_list":["`},
		{"a number in a list", executions, `[{"begin_time":1`},
		{"an item of a list", executions, `["`},
		{"an output", describe, `{"execution_result_list":[{"output":"`},
		{"a name", describe, `{"`},
		{"a workflow", workflows, `{"elements":[{"id":"`},
	} {
		o := once()
		o.MaxResponseBytes = 1 << 20
		o.Transport = streaming(func(*http.Request) io.Reader { return io.MultiReader(strings.NewReader(tt.begin), zeros(size)) })
		took, err := allocated(t, tt.call(open(t, localConfig(), o)))
		if !errors.Is(err, history.ErrTooLarge) || took > 16<<20 {
			t.Errorf("100 MB in %s, with a limit of 1 MiB: %v, %d bytes allocated", tt.where, err, took)
		}
	}
}

// If Options.MaxResponseBytes allows it, as the default does, such a string comes whole, at a few times its size in memory.
func TestHostileLargeOutput(t *testing.T) {
	const size = 100_000_000
	o := once()
	o.Transport = streaming(func(*http.Request) io.Reader {
		return io.MultiReader(strings.NewReader(`[{"execution_id":"exec","execution_result_list":[{"output":"`), zeros(size), strings.NewReader(`"}]}]`))
	})
	client := open(t, localConfig(), o)
	var got []history.Execution
	took, err := allocated(t, func(ctx context.Context) (err error) {
		got, err = history.Collect(client.Executions(ctx, history.ExecutionQuery{Workflow: "flow"}))
		return err
	})
	if err != nil || len(got) != 1 || len(got[0].Steps[0].Output) != size+2 {
		t.Fatalf("%d executions, error %v", len(got), err)
	}
	if took > 6*size {
		t.Errorf("an output of %d bytes took %d", size, took)
	}
}

// A service's own words cannot break a line of a log, nor colour a terminal, nor hide what comes behind them.
func TestHostileControlCharacters(t *testing.T) {
	t.Parallel()
	const odd = `a\u001b[31m\r\n2026-11-02 level=INFO\u0000\u0007\u009b\u2028`
	for name, answer := range map[string]string{
		"an error":    `{"error_code":"` + odd + `","error_msg":"` + odd + `","request_id":"` + odd + `"}`,
		"a detail":    `{"execution_id":"` + odd + `","begin_time":"` + odd + `"}`,
		"a list":      `["` + odd + `"]`,
		"an element":  `{"elements":[{"id":{"a":"` + odd + `"}}]}`,
		"a bad field": `{"execution_result_list":"` + odd + `"}`,
	} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
			srv, client := start(t, once())
			srv.Inject(huaweitest.Fault{Status: status, Body: []byte(answer), Times: -1})
			for op, call := range operations(client) {
				e := failure(t, call(t.Context()))
				for _, text := range []string{e.Error(), e.Message, e.Code, e.RequestID} {
					if strings.ContainsAny(text, controls) {
						t.Errorf("%s for %s with HTTP %d: %q", name, op, status, text)
					}
				}
			}
		}
	}
}

// controls are characters that no line of a log may have.
const controls = "\x1b\r\n\x00\x07\u009b\u2028"
