// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/corpus"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

var fuzzRef = history.Ref{Provider: provider, Scope: "region/project", Workflow: "flow", Execution: "exec"}

// readAll decodes a list to its end and maps what is in it.
func readAll(body io.Reader) (out []history.Execution, err error) {
	err = readList(&exchange.Reply{Body: body}, func(item *executionItem) error {
		if item != nil {
			out = append(out, item.execution(fuzzRef))
		}
		return nil
	})
	return out, err
}

// A list is read or refused, never both ways: whatever the pieces in which it comes, and as deep as it is nested.
func FuzzList(f *testing.F) {
	f.Add(huaweitest.SeedAnswer())
	f.Add(slices.Concat([]byte("["), huaweitest.SeedAnswer(), []byte("]")))
	f.Add([]byte(`[null,[{"execution_id":17,"execution_result_list":[null,{"output":"\ud800"}]}],[]]`))
	f.Add([]byte(`[{"execution_id":"a","Create_By":null,"createBy":"x","workflowEditTime":"0","odd":[{}]}`))
	f.Add([]byte(`{"error_code":"AOM.31009004"}`))
	f.Add([]byte("<html>"))
	corpus.Add("aom_list", func(text string) { f.Add([]byte(text)) })
	f.Fuzz(func(t *testing.T, body []byte) {
		whole, err := readAll(bytes.NewReader(body))
		checkDecodeError(t, err)
		checkExecutions(t, whole)
		pieces, pieceErr := readAll(iotest.OneByteReader(bytes.NewReader(body)))
		if diff := cmp.Diff(whole, pieces); diff != "" || (err == nil) != (pieceErr == nil) {
			t.Errorf("in pieces: %v, not %v; executions mismatch (-whole +pieces):\n%s", pieceErr, err, diff)
		}
		if err != nil {
			return
		}
		if len(whole) > 0 && !json.Valid(body) {
			t.Errorf("%q is no JSON and was read", body)
		}
		nested, err := readAll(io.MultiReader(bytes.NewReader([]byte("[")), bytes.NewReader(body), bytes.NewReader([]byte("]"))))
		if diff := cmp.Diff(whole, nested); err == nil && diff != "" {
			t.Errorf("nested: executions mismatch (-flat +nested):\n%s", diff)
		}
	})
}

// A detail is read or refused; what is derived from it is in order and keeps its IDs.
func FuzzDetail(f *testing.F) {
	f.Add(bytes.Trim(huaweitest.SeedAnswer(), "[] "))
	f.Add([]byte(`{"execution_id":"exec","status":"fail","begin_time":1,"execution_result_list":[{"node_id":"a","status":"success"},null]}`))
	f.Add([]byte(`{"execution_id":"exec","status":"cancel","end_time":"2026-11-02 08:00:00","execution_result_list":[{"end_time":1e12,"begin_time":"x"}]}`))
	f.Add([]byte(`null`))
	corpus.Add("aom_detail", func(text string) { f.Add([]byte(text)) })
	f.Fuzz(func(t *testing.T, body []byte) {
		item, err := decode(body)
		checkDecodeError(t, err)
		if err != nil {
			return
		}
		checkExecutions(t, []history.Execution{item.execution(fuzzRef)})
		facts, err := item.facts(fuzzRef)
		checkDecodeError(t, err)
		place := eventPlace{pos: history.Position{Ref: fuzzRef}}
		for i, fact := range facts {
			if i > 0 && fact.event.ID <= facts[i-1].event.ID {
				t.Errorf("ID %d follows %d", fact.event.ID, facts[i-1].event.ID)
			}
			place.pass(fact)
			if _, err := json.Marshal(fact.event); err != nil {
				t.Errorf("an event cannot be written: %v", err)
			}
			back, err := placeAt(fuzzRef, place.cursor())
			if err != nil {
				t.Fatal(err)
			}
			if news := back.news(facts); len(news) != len(facts)-i-1 {
				t.Errorf("behind %d of %d there are %d", i+1, len(facts), len(news))
			}
		}
	})
}

// checkDecodeError makes sure that an error has the kind of an unreadable or broken answer.
func checkDecodeError(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, history.ErrDecode) && !errors.Is(err, history.ErrUnavailable) && !errors.Is(err, history.ErrTooLarge) {
		t.Errorf("error is %T %v", err, err)
	}
}

// checkExecutions makes sure that executions can be used and written.
func checkExecutions(t *testing.T, executions []history.Execution) {
	t.Helper()
	for _, e := range executions {
		if e.Execution == "" || e.Workflow != fuzzRef.Workflow {
			t.Errorf("reference is %v", e.Ref)
		}
		ids := make(map[string]bool)
		for _, s := range e.Steps {
			if s.ID == "" || ids[s.ID] {
				t.Errorf("step ID %q is empty or there twice", s.ID)
			}
			ids[s.ID] = true
		}
		if _, err := json.Marshal(e); err != nil {
			t.Errorf("the execution cannot be written: %v", err)
		}
		if got := WorkflowExecutionBrief(e); *got.ExecutionId != e.Execution {
			t.Errorf("the brief is of %q", *got.ExecutionId)
		}
	}
}

// An error body of any kind is classified; a success never comes out of it.
func FuzzErrorBody(f *testing.F) {
	f.Add(401, huaweitest.SeedUnauthorized())
	f.Add(500, huaweitest.SeedInternalError())
	f.Add(429, []byte(`{"error":{"code":429,"message":{"a":1}}}`))
	f.Add(404, []byte(`{"error":{"error":{"error":{}}}}`))
	f.Add(502, []byte("<html>"))
	f.Add(400, []byte(`{"error_code":"APIGW.03`))
	corpus.Add("aom_error", func(text string) { f.Add(401, []byte(text)) })
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 400 || status > 599 {
			return
		}
		if e := fail(exchange.Answer{Status: status, Body: body}); e.Kind == "" {
			t.Errorf("HTTP %d %q has no kind", status, body)
		}
	})
}

// A time is within what RFC 3339 can say, or zero, or refused; and what says nothing replaces nothing.
func FuzzTime(f *testing.F) {
	for _, raw := range []string{`1600073877378`, `"2020-09-14T08:57:57Z"`, `1.6e9`, `null`, `""`, `-1`, `"null"`, `"\u0031"`, `[]`, `1e400`} {
		f.Add(raw)
	}
	corpus.Add("aom_time", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, raw string) {
		if !json.Valid([]byte(raw)) {
			return
		}
		r := newItemReader()
		read := func(s *stamp) {
			r.Reset([]byte(raw))
			if r.stamp(s); !r.End() {
				t.Fatalf("%s: %v", raw, r.Err())
			}
		}
		var s stamp
		read(&s)
		at, ok := s.time()
		if !ok && !at.IsZero() || at.Location() != time.UTC {
			t.Errorf("%s is %v, %v", raw, at, ok)
		}
		if !at.IsZero() && (at.UnixMilli() <= 0 || at.UnixMilli() > maxTime) {
			t.Errorf("%s is %v, out of range", raw, at)
		}
		known := stamp{plain: true, number: 1600073877378}
		read(&known)
		if got, _ := known.time(); ok && at.IsZero() && got.UnixMilli() != 1600073877378 {
			t.Errorf("%s, which says nothing, replaced a time by %v", raw, got)
		}
	})
}
