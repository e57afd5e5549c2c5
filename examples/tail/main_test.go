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
)

// TestTail follows an execution on each cloud to its end: the first event, one of a step, the last and what it all means.
func TestTail(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cloud string
		want  []string
	}{
		{"alibaba", []string{
			`(?m)^following alibaba://cn-hangzhou/order-flow/order-1002$`,
			`(?m)^  0\.000s  ExecutionStarted$`,
			`(?m)^  0\.\d+s  StepSucceeded       reserve-stock +succeeded after \d+ms$`,
			`(?m)^  0\.\d+s  ExecutionFailed$`,
			`(?m)^failed after (499|500)ms\nbecause of charge-card: CardDeclined: the bank declined the card\n\z`,
		}},
		{"huawei", []string{
			`(?m)^following huawei://\S+a002$`,
			`(?m)^  0\.000s  ExecutionStarted$`,
			`(?m)^  0\.\d+s  StepFailed          restart-backend +failed after \d+ms$`,
			`(?m)^failed after (499|500)ms\nbecause of restart-backend\n\z`,
		}},
	} {
		t.Run(tt.cloud, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := run(t.Context(), []string{"-fast", "-cloud", tt.cloud}, &out); err != nil {
				t.Fatalf("%v, after\n%s", err, out.String())
			}
			for _, want := range tt.want {
				if !regexp.MustCompile(want).Match(out.Bytes()) {
					t.Errorf("the output has no line %s", want)
				}
			}
			if t.Failed() {
				t.Log("\n" + out.String())
			}
		})
	}
}

// TestTailComesLive: events are printed while the execution still runs.
func TestTailComesLive(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := cancelAfter{text: "StepEntered", cancel: cancel}
	err := run(ctx, nil, &out)
	if !errors.Is(err, context.Canceled) || strings.Contains(out.String(), "ExecutionFailed") {
		t.Errorf("interrupted behind the first step the error is %v and the output\n%s", err, out.String())
	}
}

// cancelAfter is a buffer that cancels when a text was written.
type cancelAfter struct {
	bytes.Buffer
	text   string
	cancel context.CancelFunc
}

func (c *cancelAfter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.text)) {
		c.cancel()
	}
	return c.Buffer.Write(p)
}

func TestHelpIsNoFailure(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), []string{"-h"}, &bytes.Buffer{}); err != nil {
		t.Errorf("run -h = %v", err)
	}
}

// TestWrongUse: what a command line says must mean something, and the program ends with 2 when it does not.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`what is "my-flow"`:  {"-fast", "my-flow"},
		"flowhistory follow": {"my-flow", "-cloud", "huawei"},
		"alibaba or huawei":  {"-cloud", "nimbus"},
		"not defined":        {"-colour", "blue"},
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

// TestAnew: all begins now, in the order in which it happened.
func TestAnew(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	now := anew(from, from.Add(time.Hour), time.Second)
	if !now(time.Time{}).IsZero() {
		t.Error("a time that is not known became one")
	}
	if got := now(from.Add(30 * time.Minute)).Sub(now(from)); got != 500*time.Millisecond {
		t.Errorf("half of the way is %s, want 500ms", got)
	}
}
