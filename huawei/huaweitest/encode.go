// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"time"
)

const (
	// flushBytes is how much of an answer is collected before it is sent.
	flushBytes = 32 << 10

	// nestedGroup is how many executions one inner array holds.
	//
	// Model: the document prints the type Array<Array<…>> and no example of it.
	nestedGroup = 10
)

// form writes answers, with the keys in the order and the blanks that the
// document's example has.
type form struct {
	project  string
	nested   bool
	oldKeys  bool
	times    TimeForm
	unsetEnd UnsetForm
}

// writeList writes executions as one array, without holding more than a few of them.
func (f form) writeList(w io.Writer, executions iter.Seq[Execution]) error {
	buf := append(make([]byte, 0, flushBytes+4<<10), '[')
	n := 0
	for e := range executions {
		switch {
		case f.nested && n == 0:
			buf = append(buf, " [ "...)
		case f.nested && n%nestedGroup == 0:
			buf = append(buf, " ], [ "...)
		case n == 0:
			buf = append(buf, ' ')
		default:
			buf = append(buf, ", "...)
		}
		n++
		if buf = f.appendExecution(buf, e, true); len(buf) < flushBytes {
			continue
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	if f.nested && n > 0 {
		buf = append(buf, " ]"...)
	}
	_, err := w.Write(append(buf, " ]"...))
	return err
}

// appendExecution appends an item of the list, or the answer with the detail,
// which has no creator.
func (f form) appendExecution(b []byte, e Execution, brief bool) []byte {
	createdBy, editTime := "created_by", "workflow_edit_time"
	if f.oldKeys {
		createdBy, editTime = "create_by", "workflowEditTime"
	}
	b = append(b, '{')
	b = appendStrings(appendKey(b, "approve_user_name_list"), e.Approvers)
	b = f.appendTime(b, "begin_time", e.Begin, f.unsetEnd)
	if brief {
		b = appendOptional(b, createdBy, e.CreatedBy)
	}
	b = f.appendTime(b, "end_time", e.End, f.unsetEnd)
	b = appendText(b, "execution_id", e.ID)
	b = f.appendNodes(appendKey(b, "execution_result_list"), e.Nodes)
	b = appendOptional(b, "last_record_id_with_snapshot", e.LastRecordID)
	b = f.appendTime(b, "last_update_time", e.Updated, UnsetAbsent)
	b = appendText(b, "project_id", f.project)
	b = appendText(b, "status", e.Status)
	b = f.appendTime(b, editTime, e.EditTime, UnsetZero)
	b = appendText(b, "workflow_id", e.Workflow)
	return append(b, " }"...)
}

func (f form) appendNodes(b []byte, nodes []Node) []byte {
	b = append(b, '[')
	for i, n := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, " {"...)
		b = f.appendTime(b, "begin_time", n.Begin, f.unsetEnd)
		b = f.appendTime(b, "end_time", n.End, f.unsetEnd)
		b = appendOptional(b, "function_execution_id", n.FunctionExecutionID)
		b = appendText(b, "node_id", n.ID)
		if n.Output != nil {
			b = append(appendKey(b, "output"), n.Output...)
		}
		b = append(appendText(b, "status", n.Status), " }"...)
	}
	return append(b, " ]"...)
}

// appendTime appends a field with a time in the form asked for; unset says what is
// written for the zero time.
func (f form) appendTime(b []byte, key string, t time.Time, unset UnsetForm) []byte {
	if t.IsZero() {
		switch unset {
		case UnsetZero:
			return append(appendKey(b, key), f.zeroTime()...)
		case UnsetNull:
			return append(appendKey(b, key), "null"...)
		default:
			return b
		}
	}
	b = appendKey(b, key)
	switch f.times {
	case Seconds:
		return strconv.AppendInt(b, t.Unix(), 10)
	case MillisecondStrings:
		return append(strconv.AppendInt(append(b, '"'), t.UnixMilli(), 10), '"')
	case RFC3339Strings:
		return append(t.UTC().AppendFormat(append(b, '"'), time.RFC3339), '"')
	default:
		return strconv.AppendInt(b, t.UnixMilli(), 10)
	}
}

func (f form) zeroTime() string {
	switch f.times {
	case MillisecondStrings:
		return `"0"`
	case RFC3339Strings:
		return `""`
	default:
		return "0"
	}
}

// appendKey appends a key and what belongs in front of it: a comma, unless the
// object has only been opened.
func appendKey(b []byte, key string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, ' ')
	return append(appendQuoted(b, key), " : "...)
}

func appendText(b []byte, key, value string) []byte { return appendQuoted(appendKey(b, key), value) }

func appendOptional(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	return appendText(b, key, value)
}

func appendStrings(b []byte, values []string) []byte {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(append(b, ' '), v)
	}
	return append(b, " ]"...)
}

func appendQuoted(b []byte, s string) []byte {
	// Nearly every string is plain; a large answer has millions of them.
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, _ := json.Marshal(s) // a string always has a JSON form
	return append(b, quoted...)
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
