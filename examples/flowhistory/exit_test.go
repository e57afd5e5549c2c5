// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// TestExitCodes: each code that --help lists, and what stderr says to do.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line string
		code int
		want string // on stderr
	}{
		{"shwo demo:", exitUsage, "did you mean show?"},
		{"version", exitUsage, "there is no command \"version\"\n  See flowhistory --help"},
		{"exprot demo:", exitUsage, "did you mean export?"},
		{"help shwo", exitUsage, "there is no command \"shwo\"; did you mean show?"},
		{"-o json list demo:", exitUsage, "there is no flag -o in front of a command; write it behind: flowhistory COMMAND TARGET -o …"},
		{"--limit 3 list demo:", exitUsage, "flowhistory COMMAND TARGET --limit …"},
		{"--nope list demo:", exitUsage, "there is no flag --nope\n"},
		{"demo:", exitUsage, "flowhistory show demo:"},
		{"show", exitUsage, "show needs a TARGET; to try it: flowhistory show demo:"},
		{"show demo: demo:", exitUsage, `what is "demo:"?`},
		{"show demo", exitUsage, "want demo:"},
		{"show file:", exitUsage, "file:histories.jsonl"},
		{"show alibaba://", exitUsage, "has no region"},
		{"show alibaba://cn-hangzhou/a/b/c", exitUsage, "too many parts"},
		{"show demo:a/b/c", exitUsage, "%2F"},
		{"show demo: --nope", exitUsage, "there is no flag --nope"},
		{"list demo: --limit x", exitUsage, `"x" is no value for --limit: want a whole number`},
		{"show alibaba://cn-hangzhou/flow --endpoint nonsense", exitUsage, "--endpoint is no URL"},
		{"completion nope", exitUsage, `no completion for "nope"; want one of bash, `},
		{"show demo: -o xml", exitUsage, "want one of table, wide, json"},
		{"show demo: --width -1", exitUsage, "less than 0"},
		{"show demo: --steps --events", exitUsage, "exclude each other"},
		{"list demo: --status odd", exitUsage, "timed_out"},
		{"list demo: --since yesterday", exitUsage, "24h"},
		{"list demo: --since 1h --until 2h", exitUsage, "--since must be before --until; they are 2026-11-03 02:00:00 and 2026-11-03 01:00:00 (UTC)\n  See"},
		{"list demo: --workflows --failed", exitUsage, "--failed is about executions"},
		{"list demo: --workflows --since 1h", exitUsage, "--since is about executions"},
		{"export demo:", exitUsage, "Set -f"},
		{"export demo: -f html --raw", exitUsage, "--raw is for -f csv only"},
		{"export demo: -f jsonl --events", exitUsage, "--events is for -f csv only"},
		{"sync demo: out --details some", exitUsage, "number of bytes"},
		{"sync demo:order-flow/order-1001 out", exitUsage, "-f jsonl"},
		{"sync demo:", exitUsage, "sync needs a DIRECTORY"},
		{"sync demo: testdata/show.txt", exitUsage, `"testdata/show.txt" is no directory`},
		{"sync demo: testdata/show.txt/below", exitOther, "Make it first, or write elsewhere."},
		{"list file:-", exitUsage, "save it to a file first"},
		{"list file:" + os.DevNull, exitUsage, "save it to a file first"},
		{"help nope", exitUsage, "there is no command \"nope\"\n  See flowhistory --help"},
		{"follow file:testdata/archive.jsonl", exitUsage, "flowhistory show"},
		{"show demo:order-flow/nope", exitNotFound, "flowhistory list TARGET"},
		{"list demo:nope", exitNotFound, "list --workflows"},
		{"stats demo:nope", exitNotFound, "list --workflows"},
		{"sync demo:nope out", exitNotFound, "list --workflows"},
		{"show file:nope", exitNotFound, "flowhistory sync"},
		{"show file:testdata/archive.jsonl#huawei://x/y", exitNotFound, "no executions of huawei://x"},
		{"diff file:testdata/archive.jsonl", exitNotFound, "name one"},
		{"show demo: --timeout 1ns", exitRetry, "--timeout"},
		{"show file:testdata/archive.jsonl#order-1001", exitNotFound, "Is the name right (FLOW or FLOW/EXECUTION)?"},
		{"show file:testdata/show.txt", exitNotFound, "left out"},
		{"show file:testdata/show.txt", exitNotFound, "testdata/show.txt is no archive; want what flowhistory export -f jsonl or flowhistory sync wrote"},
		{"export demo:order-flow --prefix nope -f html", exitNotFound, "none passes the filters"},
		{"export demo:order-flow/order-1001 --failed -f svg", exitNotFound, "none passes the filters"},
		{"export demo:order-flow/nope --failed -f csv", exitNotFound, "flowhistory list TARGET"},
		{"export demo: --out testdata/no/dir/a.html", exitNotFound, "there is no directory \"testdata/no/dir\" to write in\n  Make it first"},
		{"export demo: -f csv --out testdata", exitOther, "testdata"},
		{"stats demo: --prefix nope -v", exitOK, "no execution passes the filters"},
		{"show demo: --exit-status", exitNotSucceeded, ""},
		{"show demo:order-flow/order-1003 --exit-status", exitNotSucceeded, ""},
		{"show demo: --events --exit-status", exitNotSucceeded, ""},
		{"show demo:order-flow/order-1001 --events --exit-status", exitOK, ""},
		{"show demo:order-flow/order-1001 --exit-status", exitOK, ""},
		{"diff demo: --exit-status", exitNotSucceeded, ""},
		{"diff demo: demo: --exit-status", exitOK, ""},
	} {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			s := newStage()
			code := s.run(t.Context(), strings.Fields(tt.line))
			if said := s.stderr.String(); code != tt.code || !strings.Contains(said, tt.want) || tt.want == "" && said != "" {
				t.Errorf("exit code %d, want %d; stderr, which should have %q:\n%s", code, tt.code, tt.want, said)
			}
		})
	}
}

// TestAdvice: nothing is advised that a command does not have.
func TestAdvice(t *testing.T) {
	t.Parallel()
	if got := advice(context.DeadlineExceeded); strings.Contains(got, "--since") || strings.Contains(got, "--limit") {
		t.Errorf("advice when it took too long, of any command: %q", got)
	}
}

// TestAdviceOnHosts: a host that is not known is a wrong name rather than a cloud that is down.
func TestAdviceOnHosts(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"is the region right": &net.DNSError{Err: "no such host", Name: "host.invalid", IsNotFound: true},
		"Try again":           &net.DNSError{Err: "server misbehaving", Name: "host.invalid", IsTemporary: true},
	} {
		err := &history.Error{Kind: history.ErrUnavailable, Err: fmt.Errorf("the request failed: %w", cause)}
		if got := advice(err); !strings.Contains(got, want) {
			t.Errorf("advice on %v is %q, want %q in it", err, got, want)
		}
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, line := range []string{"list demo:", "list demo: -o jsonl", "show demo:", "follow demo:", "diff demo:", "stats demo:", "export demo: -f jsonl", "open demo:",
		"sync demo: " + filepath.Join(t.TempDir(), "out")} {
		s := newStage()
		if code := s.run(ctx, strings.Fields(line)); code != exitInterrupted || s.stderr.String() != "flowhistory: interrupted\n" {
			t.Errorf("%s, interrupted: exit code %d, stderr %q", line, code, s.stderr.String())
		}
	}
}

// withKeys sets the environment as a fake wants it.
func withKeys(t *testing.T, id, secret string) {
	t.Helper()
	for name, value := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": id, "ALIBABA_CLOUD_ACCESS_KEY_SECRET": secret, "ALIBABA_CLOUD_SECURITY_TOKEN": "",
		"HUAWEICLOUD_SDK_AK": id, "HUAWEICLOUD_SDK_SK": secret, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "", "HUAWEICLOUD_SDK_PROJECT_ID": "",
		"CLOUD_SDK_AK": "", "CLOUD_SDK_SK": "",
	} {
		t.Setenv(name, value)
	}
}

func TestWithoutCredentials(t *testing.T) {
	withKeys(t, "", "")
	for target, want := range map[string]string{
		"alibaba://cn-hangzhou/flow": "set ALIBABA_CLOUD_ACCESS_KEY_ID",
		"huawei://cn-north-4/id":     "set HUAWEICLOUD_SDK_AK",
	} {
		s := newStage()
		if code := s.run(t.Context(), []string{"show", target}); code != exitDenied || !strings.Contains(s.stderr.String(), want) {
			t.Errorf("%s without credentials: exit code %d, stderr %q", target, code, s.stderr.String())
		}
	}
}

// TestEndpoint: what is wrong with --endpoint is said of the flag, without fields that only programmers can set.
func TestEndpoint(t *testing.T) {
	withKeys(t, "test-access-key-id", "test-access-key-secret")
	t.Setenv("HUAWEICLOUD_SDK_PROJECT_ID", "project")
	for endpoint, want := range map[string]string{
		"http://example.com":       "the endpoint \"example.com\" would send signatures and tokens in the clear; use https; http:// is for this machine only, where a tunnel may end\n",
		"https://example.com/path": "the endpoint \"example.com\" has more than a host, a path",
	} {
		for _, target := range []string{"alibaba://cn-hangzhou/flow", "huawei://cn-north-4/id"} {
			s := newStage()
			code := s.run(t.Context(), []string{"show", target, "--endpoint", endpoint})
			if said := s.stderr.String(); code != exitUsage || !strings.HasPrefix(said, "flowhistory: --endpoint: "+want) {
				t.Errorf("%s with --endpoint %s: exit code %d, stderr, which should begin with %q:\n%s", target, endpoint, code, want, said)
			}
		}
	}
}

// TestClouds reads clouds as they are: by their targets, with the environment's credentials, and with what goes wrong there.
func TestClouds(t *testing.T) {
	srv := alibabatest.NewServer(t, nil)
	for _, e := range alibabatest.DemoExecutions() {
		srv.AddExecution(e)
	}
	withKeys(t, srv.AccessKeyID(), srv.AccessKeySecret())
	read := func(line string, fault *alibabatest.Fault) (int, string) {
		if fault != nil {
			srv.Inject(*fault)
			defer srv.ClearFaults()
		}
		s := newStage()
		code := s.run(t.Context(), append(strings.Fields(line), "--endpoint", srv.URL()))
		return code, s.stdout.String() + s.stderr.String()
	}
	for _, tt := range []struct {
		line  string
		fault *alibabatest.Fault
		code  int
		want  string
	}{
		{"list alibaba://cn-hangzhou -o name --limit 1", nil, exitOK, "alibaba://cn-hangzhou/order-flow/order-1005\n"},
		{"show alibaba://cn-hangzhou/order-flow", nil, exitOK, "order-1005"},
		{"show alibaba://cn-hangzhou/nope", nil, exitNotFound, "FlowNotExists"},
		{"list alibaba://cn-hangzhou --retries 0", &alibabatest.Fault{Code: "Throttling", Status: 400, Times: -1}, exitRetry, "Try again"},
		{"list alibaba://cn-hangzhou --retries 0", &alibabatest.Fault{Status: 503, Times: -1}, exitRetry, "-v"},
		{"list alibaba://cn-hangzhou", &alibabatest.Fault{Status: 404, Body: []byte("404 page not found\n"), Times: -1}, exitNotFound, "is --endpoint right?"},
		{"list alibaba://cn-hangzhou", &alibabatest.Fault{Code: "Forbidden.RAM", Status: 403, Times: -1}, exitDenied, "right to read"},
		{"list alibaba://cn-hangzhou", &alibabatest.Fault{Code: "RequestTimeTooSkewed", Status: 403, Times: -1}, exitDenied, "clock"},
		{"list alibaba://cn-hangzhou --timeout 50ms", &alibabatest.Fault{Delay: time.Minute, Times: -1}, exitRetry, "--timeout"},
		{"list alibaba://cn-hangzhou", &alibabatest.Fault{Status: 200, Body: []byte("{}"), Times: -1}, exitOther, "unreadable"},
	} {
		if code, said := read(tt.line, tt.fault); code != tt.code || !strings.Contains(said, tt.want) {
			t.Errorf("%s with %+v: exit code %d, want %d and %q in\n%s", tt.line, tt.fault, code, tt.code, tt.want, said)
		}
	}
	withKeys(t, srv.AccessKeyID(), "test-wrong-secret")
	if code, said := read("list alibaba://cn-hangzhou", nil); code != exitDenied || !strings.Contains(said, "Check the key") {
		t.Errorf("with a wrong secret: exit code %d\n%s", code, said)
	}
}

// TestBareRegion: the project of a Huawei target comes from the environment, or from the target.
func TestBareRegion(t *testing.T) {
	srv := huaweitest.NewServer(t, nil)
	for _, e := range huaweitest.DemoExecutions() {
		srv.AddExecution(e)
	}
	withKeys(t, srv.AccessKeyID(), srv.SecretAccessKey())
	read := func(target string) (int, string) {
		s := newStage()
		code := s.run(t.Context(), []string{"show", target, "--cause", "--endpoint", srv.URL()})
		return code, s.stdout.String() + s.stderr.String()
	}
	bare := "huawei://" + srv.Region() + "/" + huaweitest.DemoWorkflow
	whole := "huawei://" + srv.Region() + "%2F" + srv.ProjectID() + "/" + huaweitest.DemoWorkflow
	if code, said := read(bare); code != exitUsage || !strings.Contains(said, "HUAWEICLOUD_SDK_PROJECT_ID") {
		t.Errorf("without a project: exit code %d\n%s", code, said)
	}
	if code, said := read(whole); code != exitOK || !strings.Contains(said, "restart-backend") {
		t.Errorf("with the project in the target: exit code %d\n%s", code, said)
	}
	t.Setenv("HUAWEICLOUD_SDK_PROJECT_ID", srv.ProjectID())
	if code, said := read(bare); code != exitOK || !strings.Contains(said, whole) {
		t.Errorf("with the project in the environment: exit code %d\n%s", code, said)
	}
}
