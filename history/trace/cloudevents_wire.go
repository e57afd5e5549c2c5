// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
)

// cloudEvent is a CloudEvent in structured JSON.
type cloudEvent struct {
	Version  string `json:"specversion"`
	ID       string `json:"id"`
	Source   string `json:"source"`
	Type     string `json:"type"`
	Subject  string `json:"subject,omitempty"`
	Time     string `json:"time"` // at
	DataType string `json:"datacontenttype"`
	StepKind string `json:"stepkind,omitempty"` // an extension attribute
	Data     any    `json:"data"`

	at time.Time
}

// workflowData is what the specification has in a workflow's lifecycle events: a name, and what belongs to the event.
type workflowData struct {
	Name       string          `json:"name"`
	Definition *definitionData `json:"definition,omitempty"`
	Started    string          `json:"startedAt,omitempty"`
	Completed  string          `json:"completedAt,omitempty"`
	Faulted    string          `json:"faultedAt,omitempty"`
	Cancelled  string          `json:"cancelledAt,omitempty"`
	Error      *errorData      `json:"error,omitempty"`
}

type definitionData struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Version   string `json:"version"`
}

// taskData is what the specification has in a task's lifecycle events.
type taskData struct {
	Workflow  string     `json:"workflow"`
	Task      string     `json:"task"`
	Created   string     `json:"createdAt,omitempty"`
	Started   string     `json:"startedAt,omitempty"`
	Retried   string     `json:"retriedAt,omitempty"`
	Completed string     `json:"completedAt,omitempty"`
	Faulted   string     `json:"faultedAt,omitempty"`
	Cancelled string     `json:"cancelledAt,omitempty"`
	Error     *errorData `json:"error,omitempty"`
}

// errorData is the specification's error, which is a problem of RFC 7807.
type errorData struct {
	Type     string `json:"type"`
	Status   int    `json:"status"`
	Instance string `json:"instance"` // a JSON Pointer to what failed
	Title    string `json:"title,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// errorOf makes an error of the specification's: the two of its types that a status tells apart.
func errorOf(s history.Status, f *history.Failure, instance string) *errorData {
	const types = "https://serverlessworkflow.io/spec/1.0.0/errors/"
	out := &errorData{Type: types + "runtime", Status: 500, Instance: instance}
	if s == history.TimedOut {
		out.Type, out.Status = types+"timeout", 408
	}
	if f != nil {
		out.Title, out.Detail = f.Code, f.Cause
	}
	return out
}

// sourceOf is a reference as a URI that every reader of URIs takes. The part behind the two slashes is a host to them, and
// many, net/url among them, refuse %2F in one: so the slash in Huawei's scope is written as it is. What makes no such URI is
// written as a path.
func sourceOf(ref history.Ref) string {
	ref.Provider = cmp.Or(ref.Provider, "unknown")
	escaped := history.FormatRef(ref)
	scope := url.PathEscape(ref.Scope)
	uri := strings.Replace(escaped, "://"+scope, "://"+strings.ReplaceAll(scope, "%2F", "/"), 1)
	if u, err := url.Parse(uri); err == nil && u.Scheme != "" && u.Host != "" {
		return uri
	}
	return "/" + strings.Replace(escaped, "://", "/", 1)
}

// qualified is the name of an execution in the specification's form, instance.namespace.
func qualified(ref history.Ref) string {
	return cmp.Or(ref.Execution, ref.Workflow) + "." + namespace(ref)
}

// namespace is the provider and scope as one name: lower-case letters, digits and hyphens.
func namespace(ref history.Ref) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		default:
			return '-'
		}
	}, ref.Provider+"-"+ref.Scope)
	return cmp.Or(strings.Trim(name, "-"), "unknown")
}

// pointer is a JSON Pointer as a URI wants it.
func pointer(id string) string {
	id = strings.NewReplacer("~", "~0", "/", "~1").Replace(id)
	return "/do/" + url.PathEscape(id)
}

// written is a time as RFC 3339, "" if it is not known or that has no form for it.
func written(t time.Time) string {
	if t = t.UTC(); t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// attributeText is a text as CloudEvents want an attribute: without control characters and such as are none.
func attributeText(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r&0xFFFE == 0xFFFE || 0xFDD0 <= r && r <= 0xFDEF {
			return unicode.ReplacementChar
		}
		return r
	}, valid(s))
}
