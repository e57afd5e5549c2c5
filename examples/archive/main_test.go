// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func output(t *testing.T, terminal bool, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), append(args, "-delay", "0"), &out, terminal); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func has(t *testing.T, out string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("the output has no line %s", want)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

// The second run reads only what had not ended, the third what is new besides.
func TestArchiveTwice(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "histories")
	has(t, output(t, false, "-out", root, "-executions", "12"),
		`(?m)^alibaba  100% 12 of 12 executions, \d+ events, \d+ events/s$`,
		`(?m)^alibaba: 12 executions listed, 0 were whole already, 12 read \(1 of them still running\), \d+ events, 13 requests$`,
		`(?m)^huawei: 12 executions listed, 0 were whole already, 12 read \(1 of them still running\), \d+ events, 13 requests$`,
		`(?m)^  alibaba://cn-hangzhou/order-flow: 12 executions \([1-9] failed\), \d+ events$`,
		`(?m)^  huawei://\S+/restart-workloads: 12 executions \([1-9] failed\), \d+ events$`)
	has(t, output(t, false, "-out", root, "-executions", "12"),
		`(?m)^alibaba: 12 executions listed, 11 were whole already, 1 read \(1 of them still running\), 0 events, 2 requests$`,
		`(?m)^huawei: 12 executions listed, 11 were whole already, 1 read \(1 of them still running\), 0 events, 2 requests$`)
	has(t, output(t, true, "-out", root, "-executions", "14"),
		`alibaba  \[#{30}\] 14 of 14 executions`,
		`(?m)^alibaba: 14 executions listed, 11 were whole already, 3 read \(1 of them still running\), [1-9]\d* events, 4 requests$`,
		`(?m)^huawei: 14 executions listed, 11 were whole already, 3 read \(1 of them still running\), [1-9]\d* events, 4 requests$`)
}

// What the archive tells is what the clouds tell.
func TestTheArchiveIsAsGoodAsTheClouds(t *testing.T) {
	t.Parallel()
	clouds, closeAll, err := startClouds(6, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll()
	root := t.TempDir()
	dir := archive.NewDir(root)
	for _, c := range clouds {
		q := history.ExecutionQuery{Workflow: c.workflow}
		if _, err := archive.Sync(t.Context(), c.client, q, dir, &archive.SyncOptions{PageSize: 7}); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Open(root, nil)
		if err != nil {
			t.Fatal(err)
		}
		src, err := a.Source(c.client.Provider(), c.client.Scope())
		if err != nil {
			t.Fatal(err)
		}
		offline := history.NewClient(src, nil)
		for e, err := range c.client.Executions(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			want, err1 := c.client.Execution(t.Context(), e.Ref)
			want.CreatedBy = e.CreatedBy // AOM says that in lists only
			got, err2 := offline.Execution(t.Context(), e.Ref)
			if diff := cmp.Diff(want, got); diff != "" || err1 != nil || err2 != nil {
				t.Errorf("%s: execution mismatch (-want +got), errors %v and %v:\n%s", history.FormatRef(e.Ref), err1, err2, diff)
			}
			wantEvents, err1 := history.Collect(c.client.Events(t.Context(), history.EventQuery{Ref: e.Ref}))
			gotEvents, err2 := history.Collect(offline.Events(t.Context(), history.EventQuery{Ref: e.Ref}))
			if diff := cmp.Diff(wantEvents, gotEvents); diff != "" || err1 != nil || err2 != nil {
				t.Errorf("%s: events mismatch (-want +got), errors %v and %v:\n%s", history.FormatRef(e.Ref), err1, err2, diff)
			}
		}
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), []string{"-out", file, "-delay", "0"}, io.Discard, false)
	if err == nil || exitCode(err) != 2 || !strings.Contains(err.Error(), "no directory") {
		t.Errorf("into a file: the error is %v, exit code %d; want one that says so, and 2", err, exitCode(err))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, []string{"-out", t.TempDir(), "-delay", "0"}, &bytes.Buffer{}, false); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestDetailsAreCut(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	output(t, false, "-out", root, "-executions", "3", "-details", "-1")
	text, err := os.ReadFile(filepath.Join(root, "alibaba", "cn-hangzhou", "order-flow", "order-1001.jsonl"))
	if err != nil || strings.Contains(string(text), `"detail"`) || !strings.Contains(string(text), `"cut":true`) {
		t.Errorf("the archive (error %v) holds %.300s", err, text)
	}
}

func TestRunRefusesWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	for want, args := range map[string][]string{
		"what is":     {"-out", out, "extra"},
		"-executions": {"-out", out, "-executions", "-3"},
		"Set -out":    nil,
		"not defined": {"-colour", "blue"},
	} {
		err := run(t.Context(), args, io.Discard, false)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(err) != 2 {
			t.Errorf("%q: the error is %v, exit code %d; want one with %q, and 2", args, err, exitCode(err), want)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, false); err != nil {
		t.Errorf("-h: %v", err)
	}
}
