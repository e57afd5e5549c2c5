// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// The documented quotas are the default rate limits: so many calls at once, and so many in each second behind them.
func TestDefaultRateLimits(t *testing.T) {
	t.Parallel()
	for op, want := range map[string]pace{
		"GetExecutionHistory": {50, 5}, "DescribeExecution": {50, 5}, "ListExecutions": {10, 2}, "ListFlows": {10, 2},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := open(t, alibaba.Config{
					Region: "cn-hangzhou", AccessKeyID: alibabatest.DefaultAccessKeyID, AccessKeySecret: alibabatest.DefaultAccessKeySecret,
				}, &history.Options{
					Transport: always(http.StatusOK, `{"RequestId":"r","Name":"exec","Events":[],"Executions":[],"Flows":[]}`),
				})
				if diff := cmp.Diff(want, paceOf(t, operations(client)[op])); diff != "" {
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
