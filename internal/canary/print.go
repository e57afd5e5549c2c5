// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// Prints writes a value in every form that a program may: all verbs of fmt, JSON, and the records of slog.
func Prints(v any) string {
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+"\n", v)
	}
	fmt.Fprintln(&out, v)
	// A type that cannot be JSON says so, and its error may quote it.
	data, err := json.Marshal(v)
	fmt.Fprintf(&out, "%s %v\n", data, err)
	for _, handler := range Handlers(&out, slog.LevelDebug) {
		slog.New(handler).Info("value", "value", v, slog.Group("group", "value", v))
	}
	return out.String()
}

// Handlers are the handlers of slog that write as text and as JSON.
func Handlers(out io.Writer, level slog.Level) []slog.Handler {
	o := &slog.HandlerOptions{Level: level, AddSource: true}
	return []slog.Handler{slog.NewTextHandler(out, o), slog.NewJSONHandler(out, o)}
}

// Chain writes an error in every form, then each one that it wraps, and the position of its cursor.
func Chain(err error) string {
	if err == nil {
		return ""
	}
	var out strings.Builder
	out.WriteString(Prints(err))
	if e, ok := err.(*history.Error); ok {
		out.WriteString(Prints(*e) + Place(e.Cursor))
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		out.WriteString(Chain(wrapper.Unwrap()))
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			out.WriteString(Chain(inner))
		}
	}
	if e, ok := errors.AsType[*history.Error](err); ok {
		out.WriteString(e.Error())
	}
	return out.String()
}

// Place writes what a cursor holds.
func Place(c history.Cursor) string {
	if c == "" {
		return ""
	}
	position, err := c.Position()
	return Prints(position) + Prints(c) + fmt.Sprintln(err)
}
