// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
)

// TestLines reads the lines as a client in any language would, gets in with what they say, and stops the program.
func TestLines(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	in, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, out) }()
	lines := bufio.NewScanner(in)
	got := map[string]map[string]string{}
	for len(got) < 2 && lines.Scan() {
		cloud, rest, _ := strings.Cut(lines.Text(), " ")
		got[cloud] = map[string]string{}
		for field := range strings.FieldsSeq(rest) {
			key, value, _ := strings.Cut(field, "=")
			got[cloud][key] = value
		}
	}

	a := got["alibaba"]
	onAlibaba, err := alibaba.New(alibaba.Config{Region: a["region"], Endpoint: a["endpoint"],
		AccessKeyID: a["access_key_id"], AccessKeySecret: a["access_key_secret"]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := onAlibaba.Describe(t.Context(), history.Ref{Workflow: a["flow"], Execution: a["execution"]})
	if err != nil || e.Status != history.Succeeded {
		t.Errorf("the execution on Alibaba's line is %q, %v; want %q", e.Status, err, history.Succeeded)
	}

	h := got["huawei"]
	var statuses [][]history.Status
	for _, cfg := range []huawei.Config{
		{AccessKeyID: h["access_key_id"], SecretAccessKey: h["secret_access_key"]},
		{Token: h["token"]},
	} {
		cfg.Region, cfg.Endpoint, cfg.ProjectID = h["region"], h["endpoint"], h["project_id"]
		onHuawei, err := huawei.New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		var found []history.Status
		for e, err := range onHuawei.Executions(t.Context(), history.ExecutionQuery{Workflow: h["workflow"]}) {
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, e.Status)
		}
		statuses = append(statuses, found)
	}
	all := []history.Status{history.Running, history.Failed, history.Succeeded}
	if diff := cmp.Diff([][]history.Status{all, all}, statuses); diff != "" {
		t.Errorf("with keys and with the token, the workflow's executions mismatch (-want +got):\n%s", diff)
	}

	stop()
	if err := <-ended; err != nil {
		t.Errorf("run = %v; want nil after an interrupt", err)
	}
}

// TestWrongUse: what a command line says must mean something, and the program ends with 2 when it does not.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop() // a program that serves after all comes back
	for want, args := range map[string][]string{
		`what is "my-flow"`:   {"my-flow"},
		"-alibaba or -huawei": {"127.0.0.1:8001"},
		"not defined":         {"-colour", "blue"},
	} {
		err := run(ctx, args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(err) != 2 {
			t.Errorf("run(%q) = %v, exit code %d; want an error with %s in it, and 2", args, err, exitCode(err), want)
		}
	}
	if got := exitCode(errors.New("any other")); got != 1 {
		t.Errorf("another error ends the program with %d, want 1", got)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), []string{"-alibaba", "256.0.0.1:0"}, io.Discard); err == nil {
		t.Error("run with an address that cannot be listened on did not fail")
	}
}
