// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// liveStage has the clock of the fakes, which let an execution happen.
func liveStage() *stage {
	s := newStage()
	s.now = time.Now
	return s
}

func TestFollow(t *testing.T) {
	t.Parallel()
	for target, want := range map[string][]string{
		"demo:":                             {`(?m)^\S+ ▶ order-flow/order-live running$`, `(?m)^✗ order-flow/order-live  failed after`, `root cause  fulfil\[1\] › charge-card`},
		"demo:restart-workloads":            {`(?m)^✗ restart-workloads/restart-live  failed after`, `root cause  restart-backend`},
		"demo:order-flow/order-1002":        {`(?m)^✗ order-flow/order-1002  failed after 4.88s`},
		"demo:order-flow/order-1001 --all ": {`(?m)^✓ order-flow/order-1001  succeeded after 23.7s`},
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			said := liveStage().must(t, append([]string{"follow"}, strings.Fields(target)...)...)
			for _, line := range want {
				if !regexp.MustCompile(line).MatchString(said) {
					t.Errorf("no line %s in\n%s", line, said)
				}
			}
		})
	}
}

// TestFollowOnATerminal: pictures are drawn over each other, and the last one stays.
func TestFollowOnATerminal(t *testing.T) {
	t.Parallel()
	s := liveStage()
	s.terminal = screen{100, 30}
	if said := s.must(t, "follow", "demo:"); strings.Count(said, "order-flow/order-live") < 2 || !strings.Contains(said, "\r\x1b[") || !strings.Contains(said, "root cause") {
		t.Errorf("on a terminal:\n%q", said)
	}
}

func TestFollowJSON(t *testing.T) {
	t.Parallel()
	s := liveStage()
	if code := s.run(t.Context(), []string{"follow", "demo:", "-o", "jsonl", "--exit-status"}); code != exitNotSucceeded {
		t.Errorf("exit code %d\n%s", code, s.stderr.String())
	}
	lines := strings.Split(strings.TrimSpace(s.stdout.String()), "\n")
	var last history.Event
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Type != history.ExecutionFailed || len(lines) != 33 {
		t.Errorf("%d lines, the last of them is %+v, error %v", len(lines), last, err)
	}
	var whole history.Execution
	if err := json.Unmarshal([]byte(liveStage().must(t, "follow", "demo:", "-o", "json")), &whole); err != nil || whole.Status != history.Failed || len(whole.Steps) != 3 {
		t.Errorf("with -o json: %s with %d steps, error %v", whole.Status, len(whole.Steps), err)
	}
}

// TestFollowIsInterrupted: Ctrl-C ends it with what is known until then on the screen.
func TestFollowIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := liveStage()
	s.pace.lasts = time.Hour
	out := cancelAfter{text: "order-live running", cancel: cancel}
	s.out = &out
	code := s.run(ctx, []string{"follow", "demo:"})
	if code != exitInterrupted || s.stderr.String() != "flowhistory: interrupted\n" || !strings.Contains(out.said.String(), "▶ order-flow/order-live  running for") {
		t.Errorf("exit code %d, stderr %q, stdout\n%s", code, s.stderr.String(), out.said.String())
	}
}

// TestFollowAndShowAgree: of one that has stood still for weeks both say how far its history goes, not how long it ran.
func TestFollowAndShowAgree(t *testing.T) {
	t.Parallel()
	const target = "demo:order-flow/order-1003"
	head, _, _ := strings.Cut(output(t, "show", target), "\n")
	if want := "running, last event 364ms after the start"; !strings.Contains(head, want) {
		t.Errorf("the head is %q, want it to say %q", head, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := liveStage()
	out := cancelAfter{text: "order-1003 running", cancel: cancel}
	s.out = &out
	if code := s.run(ctx, []string{"follow", target}); code != exitInterrupted || !strings.Contains(out.said.String(), "\n"+head+"\n") {
		t.Errorf("exit code %d, no line %q in\n%s", code, head, out.said.String())
	}
}

// cancelAfter keeps what is written, and cancels when a text was.
type cancelAfter struct {
	said   bytes.Buffer // not embedded: its WriteString would go past Write
	text   string
	cancel context.CancelFunc
}

func (c *cancelAfter) Write(p []byte) (int, error) {
	n, err := c.said.Write(p)
	if bytes.Contains(c.said.Bytes(), []byte(c.text)) {
		c.cancel()
	}
	return n, err
}
