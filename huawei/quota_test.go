// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// The gateway's quota is the default rate limit of each operation: so many calls at once, and so many in each second
// behind them.
func TestDefaultRateLimits(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"ListWorkflowExecutions", "SearchWorkflowExecutionDetail", "ListWorkflow"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := open(t, localConfig(), &history.Options{Transport: answerWith(func(r *http.Request) (int, []byte) {
					switch {
					case strings.HasSuffix(r.URL.Path, "/status"):
						return http.StatusOK, []byte(`{"execution_id":"exec"}`)
					case r.Method == http.MethodPost:
						return http.StatusOK, []byte(`{"elements":[],"total_elements":0}`)
					default:
						return http.StatusOK, []byte(`[]`)
					}
				})})
				if diff := cmp.Diff(pace{200, 200}, paceOf(t, operations(client)[op])); diff != "" {
					t.Errorf("calls mismatch (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// pace is how many calls are let through: at once, and in the second behind that.
type pace struct{ AtOnce, InASecond int }

// paceOf calls one after the other, by the clock of a synctest bubble.
func paceOf(t *testing.T, call func(context.Context) error) (p pace) {
	t.Helper()
	for begin := time.Now(); ; {
		if err := call(t.Context()); err != nil {
			t.Fatal(err)
		}
		switch passed := time.Since(begin); {
		case passed < time.Millisecond:
			p.AtOnce++
		case passed < time.Second+time.Millisecond:
			p.InASecond++
		default:
			return p
		}
	}
}
