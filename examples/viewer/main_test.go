// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// TestRun is what a newcomer does: the program prints an address, serves the demonstration there, and ends when it is
// told to, though somebody still follows an execution.
func TestRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, in) }()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(string(line[:n]))
	if !strings.HasPrefix(address, "http://127.0.0.1:") || !strings.HasSuffix(address, "/") {
		t.Fatalf("the program prints %q", address)
	}
	s := site{Server: &httptest.Server{URL: strings.TrimSuffix(address, "/")}}
	var got listAnswer
	s.json(t, "/api/executions", http.StatusOK, &got)
	if len(got.Items) != 10 || got.Items[0].Status != history.Running || got.Items[1].Status != history.Running {
		t.Errorf("the demonstration shows %v, want 10 executions, the first two running", short(got.Items))
	}
	stream := s.get(t, "/live"+onAlibaba("order-2001"))
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ready"}`, "/": "<title>Executions</title>"} {
		if text := body(t, s.get(t, path)); !strings.Contains(text, want) {
			t.Errorf("%s says %s", path, text)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("the program ended with %v", err)
	}
	messages(t, stream, nil)
}

func TestNotReadyWhileEnding(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	s.srv.draining.Store(true)
	s.json(t, "/readyz", http.StatusServiceUnavailable, new(problem))
	s.json(t, "/healthz", http.StatusOK, new(any))
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	short := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(short, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-listen", "0.0.0.0:0"}, "-allow-remote"},
		{[]string{"-key-file", short}, "16 random"},
		{[]string{"-key-file", short + "s"}, "-key-file"},
		{[]string{"-demo-lasts", "-1s"}, "positive"},
		{[]string{"-colour", "blue"}, "not defined"},
	} {
		if err := run(t.Context(), tt.args, new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("run(%q) = %v; want an error with %s in it", tt.args, err, tt.want)
		}
	}
	if err := run(t.Context(), []string{"-h"}, new(bytes.Buffer)); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("run -h = %v", err)
	}
}

// TestWrongUse: what a command line says must mean something, and the program ends with 2 when it does not.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop() // a program that serves after all comes back
	for want, args := range map[string][]string{
		`what is "my-flow"`:       {"my-flow"},
		"-alibaba or -huawei":     {"my-flow", "my-other-flow"},
		`what is "my-other-flow"`: {"-alibaba", "my-flow", "my-other-flow"},
		"not defined":             {"-colour", "blue"},
		"-poll is -1s":            {"-poll", "-1s"},
		"-demo-lasts is 0s":       {"-demo-lasts", "0"},
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

// TestRealCloudsNeedCredentials: the flags lead to the real clouds, and without credentials there is a hint what to set.
func TestRealCloudsNeedCredentials(t *testing.T) {
	for _, name := range []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN",
		"HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_PROJECT_ID", "CLOUD_SDK_AK", "CLOUD_SDK_SK"} {
		t.Setenv(name, "")
	}
	for flag, want := range map[string]string{"-alibaba": "ALIBABA_CLOUD_ACCESS_KEY_ID", "-huawei": "HUAWEICLOUD_SDK_"} {
		err := run(t.Context(), []string{flag, "*"}, new(bytes.Buffer))
		if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("run %s = %v; want ErrInvalid with %s in it", flag, err, want)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, bytes.Repeat([]byte("k"), 32), 0o600); err != nil {
		t.Fatal(err)
	}
	if key, err := (settings{keyFile: file}).key(); err != nil || len(key) != 32 {
		t.Errorf("a key from a file: %d bytes, %v", len(key), err)
	}
	one, err1 := settings{}.key()
	two, err2 := settings{}.key()
	if err := errors.Join(err1, err2); err != nil || bytes.Equal(one, two) || len(one) != 32 {
		t.Errorf("keys made up: %d and %d bytes, %v", len(one), len(two), err)
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
