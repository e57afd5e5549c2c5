// SPDX-License-Identifier: Apache-2.0

// Package mask prints configurations without their secrets, in every way that a program may print one: fmt with any
// verb, encoding/json and log/slog.
package mask

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
)

// Redacted stands in the place of a secret that is set.
const Redacted = "[redacted]"

// Field is one field of a configuration.
type Field struct {
	Name   string
	Value  any
	Secret bool
}

// Format is the body of a fmt.Formatter. Every verb prints the same: pkg.Type{Name: "value", …} with the fields that are
// set.
func Format(w io.Writer, typeName string, fields []Field) {
	var parts []string
	for _, f := range fields {
		switch v := shown(f).(type) {
		case nil:
		case string:
			parts = append(parts, f.Name+": "+strconv.Quote(v))
		default:
			parts = append(parts, fmt.Sprintf("%s: %v", f.Name, v))
		}
	}
	fmt.Fprintf(w, "%s{%s}", typeName, strings.Join(parts, ", "))
}

// JSON is the body of a json.Marshaler: an object with the fields that are set.
func JSON(fields []Field) ([]byte, error) {
	m := make(map[string]any, len(fields))
	for _, f := range fields {
		if v := shown(f); v != nil {
			m[f.Name] = v
		}
	}
	return json.Marshal(m)
}

// Log is the body of a slog.LogValuer: a group of the fields that are set.
func Log(fields []Field) slog.Value {
	var attrs []slog.Attr
	for _, f := range fields {
		if v := shown(f); v != nil {
			attrs = append(attrs, slog.Any(f.Name, v))
		}
	}
	return slog.GroupValue(attrs...)
}

// shown is what may be seen of a field: nil if it is not set, and of anything but plain values only that it is set, since
// a function, a client or a credential may hold secrets of its own.
func shown(f Field) any {
	v := reflect.ValueOf(f.Value)
	switch {
	case !v.IsValid() || v.IsZero():
		return nil
	case f.Secret:
		return Redacted
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	default:
		return "set"
	}
}
