// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

func TestParseTarget(t *testing.T) {
	t.Parallel()
	inside := history.Ref{Workflow: "flow", Execution: "exec"}
	for text, want := range map[string]target{
		"demo:":                               {kind: "demo"},
		"demo:/":                              {kind: "demo"},
		"demo:flow":                           {kind: "demo", ref: history.Ref{Workflow: "flow"}},
		"demo:flow/exec":                      {kind: "demo", ref: inside},
		"file:a.jsonl":                        {kind: "file", path: "a.jsonl"},
		"file:///tmp/a b.jsonl":               {kind: "file", path: "/tmp/a b.jsonl"},
		"file:dir#flow/exec":                  {kind: "file", path: "dir", ref: inside},
		"file:di#r#":                          {kind: "file", path: "di#r"},
		"file:di%23r":                         {kind: "file", path: "di#r"},
		"file:di%23r%2523%20#flow":            {kind: "file", path: "di#r%23%20", ref: history.Ref{Workflow: "flow"}},
		"file:dir#a%2Fb":                      {kind: "file", path: "dir", ref: history.Ref{Workflow: "a/b"}},
		"file:dir#huawei://r%2Fp/flow/exec":   {kind: "file", path: "dir", ref: history.Ref{Provider: "huawei", Scope: "r/p", Workflow: "flow", Execution: "exec"}},
		"alibaba://cn-hangzhou/":              {kind: "alibaba", ref: history.Ref{Provider: "alibaba", Scope: "cn-hangzhou"}},
		"alibaba://cn-hangzhou/flow/exec":     {kind: "alibaba", ref: history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: "exec"}},
		"huawei://cn-north-4/flow":            {kind: "huawei", ref: history.Ref{Provider: "huawei", Scope: "cn-north-4", Workflow: "flow"}},
		"huawei://cn-north-4%2Fproject/flow/": {kind: "huawei", ref: history.Ref{Provider: "huawei", Scope: "cn-north-4/project", Workflow: "flow"}},
	} {
		got, err := parseTarget(text)
		if err != nil || got != want {
			t.Errorf("parseTarget(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "demo", "nimbus://r/f", "file:", "file:#x", "alibaba:", "alibaba://", "alibaba://r/f/e/x", "demo:a/b/c", "demo:%zz", "file:d#://x"} {
		if got, err := parseTarget(text); exitCode(err) != exitUsage {
			t.Errorf("parseTarget(%q) = %+v, %v; want a usage error", text, got, err)
		}
	}
}

// FuzzParseTarget: a target is refused as wrong use, or what is read there has a name that leads there again.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"demo:", "demo:flow/exec", "file:a#b/c", "file:#", "alibaba://r/f/e", "huawei://r%2Fp/f", "huawei://%", "file:a#huawei://r/f", "file:a%23%2523%25%%23"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseTarget(text)
		if err != nil {
			if _, ok := errors.AsType[usageError](err); !ok && !errors.Is(err, history.ErrInvalid) {
				t.Fatalf("parseTarget(%q): %v is no usage error", text, err)
			}
			return
		}
		ref := history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: "exec"}
		if got.kind == fileTarget && strings.HasPrefix(got.path, "///") {
			return
		}
		again, err := parseTarget(got.name(ref))
		if got.kind == demoTarget {
			ref.Provider, ref.Scope = "", ""
		}
		if diff := cmp.Diff(ref, again.ref); diff != "" || err != nil || again.path != got.path {
			t.Errorf("the name %q of what is at %q leads elsewhere (error %v, path %q):\n%s", got.name(ref), text, err, again.path, diff)
		}
	})
}
