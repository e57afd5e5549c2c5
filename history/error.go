// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Error is what every call of a Client returns when it fails, and what bad input is refused with; where files are read or
// written, as in package archive, there are the file system's errors beside it. Find it with
// errors.AsType[*history.Error], or test its kind with errors.Is(err, history.ErrNotFound). All its fields are exported
// so that a source outside this module can make one. It holds no secret: no key, signature, token or signed URL.
//
// It matches context.Canceled and context.DeadlineExceeded only when the caller's own context ended the call, and then
// context.Cause too.
type Error struct {
	Provider string `json:"provider,omitempty"` // "alibaba", "huawei", …
	Scope    string `json:"scope,omitempty"`    // account and region, as in Ref.Scope
	Op       string `json:"op,omitempty"`       // the provider's operation, e.g. "GetExecutionHistory"; of the module's own checks a word like "query"
	Kind     Kind   `json:"kind,omitempty"`     // what went wrong; "" when the caller's context ended it
	Code     string `json:"code,omitempty"`     // the provider's own error code, "" if it gave none
	Message  string `json:"message,omitempty"`  // what the provider, or this module, says about it
	// RequestID is the provider's id of the failed request, for its support desk; "" if no answer came.
	RequestID  string `json:"request_id,omitempty"`
	HTTPStatus int    `json:"http_status,omitempty"` // of the last answer; 0 if none came
	// Cursor goes on where reading stopped: EventQuery{From: e.Cursor} loses nothing and repeats nothing. On ErrInvalid
	// and ErrCursor it is the query's own From.
	Cursor     Cursor        `json:"cursor,omitempty"`
	RetryAfter time.Duration `json:"retry_after,omitempty"` // the provider's wish, 0 if it had none; not capped; in JSON nanoseconds
	Attempts   int           `json:"attempts,omitempty"`    // HTTP attempts made, 0 when the call ended before any
	Elapsed    time.Duration `json:"elapsed,omitempty"`     // from the first attempt to the last, their waits included; in JSON nanoseconds
	Err        error         `json:"-"`                     // the cause, if any: a network error, a context's; in JSON its text, as "cause"
}

// Error says it in one line: where, what, the provider's code and words, and what its support desk asks for.
func (e *Error) Error() string {
	var b strings.Builder
	for _, part := range []string{cmp.Or(e.Provider, "history"), e.Op, string(e.Kind), e.Code, e.Message} {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(part)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	var facts []string
	if e.HTTPStatus != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", e.HTTPStatus))
	}
	if e.RequestID != "" {
		facts = append(facts, "request id "+e.RequestID)
	}
	switch elapsed := e.Elapsed.Round(time.Millisecond); {
	case e.Attempts > 1:
		facts = append(facts, fmt.Sprintf("%d attempts in %s", e.Attempts, elapsed))
	case e.Attempts == 1 && elapsed >= time.Second && (e.Retryable() || e.Kind == ""):
		// One attempt is worth a word only when the time it took, or was kept waiting, is what went wrong.
		facts = append(facts, fmt.Sprintf("1 attempt in %s", elapsed))
	case e.Attempts == 0 && elapsed > 0:
		facts = append(facts, fmt.Sprintf("nothing was sent in %s", elapsed))
	}
	if e.RetryAfter > 0 {
		facts = append(facts, "retry after "+e.RetryAfter.String())
	}
	if len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is match the error's Kind, and ErrNotFound for both not-founds.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && e.Kind.Is(k)
}

// Retryable reports whether the same call may succeed later without anything being changed.
func (e *Error) Retryable() bool { return e.Kind.Retryable() }

// LogValue gives a structured logger the error's fields one by one.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("error", e.Error()), slog.String("kind", string(e.Kind))}
	for _, s := range []struct{ key, value string }{
		{"provider", e.Provider}, {"scope", e.Scope}, {"op", e.Op}, {"code", e.Code}, {"request_id", e.RequestID},
	} {
		if s.value != "" {
			attrs = append(attrs, slog.String(s.key, s.value))
		}
	}
	if e.HTTPStatus != 0 {
		attrs = append(attrs, slog.Int("http_status", e.HTTPStatus))
	}
	if e.Attempts != 0 {
		attrs = append(attrs, slog.Int("attempts", e.Attempts), slog.Duration("elapsed", e.Elapsed))
	}
	return slog.GroupValue(attrs...)
}

// errorFields is an Error without its methods, and so with the JSON of its fields.
type errorFields Error

// errorJSON is the JSON form of an Error.
type errorJSON struct {
	errorFields
	Cause string `json:"cause,omitempty"`
}

// MarshalJSON writes the error's fields, the cause as its text. The form is stable. It is a method of the pointer, which is
// what calls return: encoding/json writes a value of type Error without the cause.
func (e *Error) MarshalJSON() ([]byte, error) {
	j := errorJSON{errorFields: errorFields(*e)}
	if e.Err != nil {
		j.Cause = e.Err.Error()
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote; the cause comes back as a plain text.
func (e *Error) UnmarshalJSON(data []byte) error {
	var j errorJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*e = Error(j.errorFields)
	if j.Cause != "" {
		e.Err = errors.New(j.Cause)
	}
	return nil
}
