// SPDX-License-Identifier: Apache-2.0

package history

import (
	"fmt"
	"net/url"
	"strings"
)

// Ref names one execution, or with an empty Execution a workflow. It is comparable. It has no methods because it is
// embedded in what is read and asked for.
//
// Provider and Scope are filled in on everything that is read. In a query they may be empty; set, they must be the
// client's own, else the call is ErrInvalid.
type Ref struct {
	Provider  string `json:"provider,omitempty"`  // "alibaba" or "huawei"
	Scope     string `json:"scope,omitempty"`     // tells accounts and regions apart: Alibaba region, Huawei region/project
	Workflow  string `json:"workflow,omitempty"`  // FnF FlowName; AOM workflow_id
	Execution string `json:"execution,omitempty"` // FnF ExecutionName; AOM execution_id
}

// FormatRef writes a Ref as a URL: provider://scope/workflow/execution. Each part is escaped, a slash in it too (Huawei's
// scope is region%2Fproject), and empty ones at the end are left out, so that ParseRef gives the same
// Ref back if it has a Provider.
func FormatRef(r Ref) string {
	s := url.PathEscape(r.Provider) + "://" + url.PathEscape(r.Scope)
	if r.Workflow != "" || r.Execution != "" {
		s += "/" + url.PathEscape(r.Workflow)
	}
	if r.Execution != "" {
		s += "/" + url.PathEscape(r.Execution)
	}
	return s
}

// ParseRef reads what FormatRef writes. The error is ErrInvalid and says what was expected.
func ParseRef(s string) (Ref, error) {
	provider, rest, ok := strings.Cut(s, "://")
	if !ok || provider == "" {
		return Ref{}, refError(s, "it has no provider://")
	}
	parts := append([]string{provider}, strings.Split(rest, "/")...)
	if len(parts) > 4 {
		return Ref{}, refError(s, "it has too many parts (a slash inside one is written %2F)")
	}
	for i, p := range parts {
		p, err := url.PathUnescape(p)
		if err != nil {
			return Ref{}, refError(s, "it has a broken % escape")
		}
		parts[i] = p
	}
	parts = append(parts, "", "")
	return Ref{Provider: parts[0], Scope: parts[1], Workflow: parts[2], Execution: parts[3]}, nil
}

func refError(s, why string) error {
	return &Error{Op: "ParseRef", Kind: ErrInvalid, Message: fmt.Sprintf(
		"%q is not a reference: %s; want provider://scope/workflow/execution, e.g. alibaba://cn-hangzhou/flow/execution", clip(s, 200), why)}
}

// clip shortens a text that goes into an error, at a rune's boundary.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
