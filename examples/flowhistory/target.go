// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// target is what a TARGET argument says.
type target struct {
	kind string      // "demo", "file", or a provider
	path string      // of a file
	ref  history.Ref // what is meant; parts that are not named are empty
}

const (
	demoTarget = "demo"
	fileTarget = "file"
)

func parseTarget(s string) (target, error) {
	if rest, ok := strings.CutPrefix(s, "demo:"); ok {
		ref, err := parseInside(rest)
		return target{kind: demoTarget, ref: ref}, err
	}
	if rest, ok := strings.CutPrefix(s, "file:"); ok {
		return parseFileTarget(rest)
	}
	if provider, _, ok := strings.Cut(s, "://"); !ok || provider != "alibaba" && provider != "huawei" {
		return target{}, usageError{fmt.Sprintf("%q is no target: want demo:, file:PATH, alibaba://REGION/FLOW or huawei://REGION/WORKFLOW", clip(s, 200))}
	}
	ref, err := history.ParseRef(tidy(s))
	if err != nil {
		return target{}, err
	}
	if ref.Scope == "" {
		return target{}, usageError{fmt.Sprintf("%q has no region, e.g. alibaba://cn-hangzhou or huawei://cn-north-4", s)}
	}
	return target{kind: ref.Provider, ref: ref}, nil
}

// tidy is a target without the slash that people leave behind a region or workflow.
func tidy(s string) string {
	if strings.HasSuffix(s, "://") {
		return s
	}
	return strings.TrimSuffix(s, "/")
}

// parseFileTarget reads what is behind file:, the path of something that is there, or else a path and behind the last #
// what is meant of the archive. In such a path %23 is a # and %25 a %; nothing else is an escape, since people paste paths.
func parseFileTarget(rest string) (target, error) {
	if strings.HasPrefix(rest, "///") {
		rest = rest[2:] // the form of a URL with an empty host
	}
	if _, err := os.Stat(rest); err == nil {
		return target{kind: fileTarget, path: rest}, nil
	}
	path, inside := rest, ""
	if at := strings.LastIndexByte(rest, '#'); at >= 0 {
		path, inside = rest[:at], rest[at+1:]
	}
	path = strings.NewReplacer("%23", "#", "%25", "%").Replace(path)
	if path == "" {
		return target{}, usageError{"file: has no path; want file:histories.jsonl, or file:DIRECTORY"}
	}
	ref, err := parseInside(inside)
	return target{kind: fileTarget, path: path, ref: ref}, err
}

// parseInside reads workflow/execution, or a whole reference where several clouds are in one place.
func parseInside(s string) (history.Ref, error) {
	s = strings.Trim(s, "/")
	if s == "" {
		return history.Ref{}, nil
	}
	if strings.Contains(s, "://") {
		return history.ParseRef(s)
	}
	ref, err := history.ParseRef("any://any/" + s)
	if err != nil {
		return history.Ref{}, usageError{fmt.Sprintf("%q is not workflow/execution (a slash inside a name is written %%2F)", clip(s, 200))}
	}
	ref.Provider, ref.Scope = "", ""
	return ref, nil
}

// name is the target of something that was read there: what a person may paste behind a command.
func (t target) name(ref history.Ref) string {
	whole := history.FormatRef(ref)
	switch t.kind {
	case demoTarget:
		_, inside, _ := strings.Cut(strings.TrimPrefix(whole, ref.Provider+"://"), "/")
		return "demo:" + inside
	case fileTarget:
		return "file:" + strings.NewReplacer("#", "%23", "%23", "%2523", "%25", "%2525").Replace(t.path) + "#" + whole
	}
	return whole
}

// has reports whether the target may mean what a provider has in a scope.
func (t target) has(provider, scope string) bool {
	return (t.ref.Provider == "" || t.ref.Provider == provider) && (t.ref.Scope == "" || t.ref.Scope == scope)
}
