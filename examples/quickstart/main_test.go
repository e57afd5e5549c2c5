// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// TestQuickstart reads what a newcomer reads: a line of each kind must be there, whole.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), nil, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^alibaba +order-flow +order-1002 +failed +2026-11-01 10:30:00 +4\.877s$`,
		`(?m)^alibaba +order-flow +order-1003 +running +2026-11-01 11:45:00 +-$`,
		`(?m)^alibaba +flow +exec +`,
		`(?m)^huawei +restart-workloads +\S+a002 +failed +2026-11-02 02:00:00 +1m5\.3s$`,
		`(?m)^huawei +xxxxxxx +xxxx +succeeded +`,
		`(?m)^alibaba://cn-hangzhou/order-flow/order-1002: failed, `,
		`(?m)^1 +0\.000s +ExecutionStarted `,
		`(?m)^33 +32 +4\.877s +ExecutionFailed .*CardDeclined`,
		`(?m)^    charge-card +failed +339ms +7ms +4\.529s +1 +CardDeclined: `,
		`(?m)^root cause: fulfil > branch 1 > charge-card failed: CardDeclined: the bank declined the card$`,
		`(?m)^reserve-stock +succeeded +44ms +7ms +8\.529s +3 \(failed, timed_out, succeeded\)$`,
		`(?m)^    pack-item +succeeded +21\.788s `,
		`(?m)^restart-backend +failed +5\.05s +- +1m0s +1$`,
		`(?m)^root cause: restart-backend failed$`,
		`(?m)^\d+ +\d+ +65\.050s +StepFailed +restart-backend `,
		`(?m)^alibaba +.* execution not found +ExecutionNotExists +404 +\S+ +Execution no-such-execution`,
		`(?m)^huawei +.* unauthenticated +AOM\.31009004 +401 +\S+ +auth failed\.$`,
	} {
		if !regexp.MustCompile(want).Match(out.Bytes()) {
			t.Errorf("the output has no line %s", want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// TestWrongUse: what a command line says must mean something, and the program ends with 2 when it does not.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`what is "my-flow"`:   {"my-flow"},
		"-alibaba or -huawei": {"my-flow", "-timeout", "1s"},
		"not defined":         {"-colour", "blue"},
		"-timeout is 0s":      {"-timeout", "0"},
	} {
		err := run(t.Context(), args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(err) != 2 {
			t.Errorf("run(%q) = %v, exit code %d; want an error with %s in it, and 2", args, err, exitCode(err), want)
		}
	}
	if got := exitCode(errors.New("any other")); got != 1 {
		t.Errorf("another error ends the program with %d, want 1", got)
	}
}

// TestRealCloudsNeedCredentials: the flags lead to the real clouds, and without credentials there is a hint what to set.
func TestRealCloudsNeedCredentials(t *testing.T) {
	for _, name := range []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN",
		"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_PROJECT_ID", "CLOUD_SDK_AK", "CLOUD_SDK_SK"} {
		t.Setenv(name, "")
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-alibaba", "flow/exec"}, "ALIBABA_CLOUD_ACCESS_KEY_ID"},
		{[]string{"-huawei", "workflow"}, "HUAWEICLOUD_SDK_"},
	} {
		err := run(t.Context(), tt.args, &bytes.Buffer{})
		if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("run(%q) = %v; want ErrInvalid with %s in it", tt.args, err, tt.want)
		}
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"-timeout", time.Nanosecond.String()}, &bytes.Buffer{})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("run with a time-out of 1ns = %v; want DeadlineExceeded", err)
	}
}
