// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	redact := func(r *archive.Record) {
		if r.Execution != nil {
			r.Execution.Input = `{"card":"***"}`
			r.Execution.Attributes["a"] = "***"
			r.Execution.Failure.Cause = "***"
			r.Execution.Steps[0].Children[0].Attempts[0].Failure.Code = "***"
			return
		}
		r.Event.Detail = history.Detail(strings.ReplaceAll(string(r.Event.Detail), "n", "N"))
	}
	type texts struct {
		Input, Output, Child, First, Second history.Detail
		Definition, Cause, Code, Attribute  string
		Cut                                 [3]bool
	}
	for _, tt := range []struct {
		name   string
		policy archive.Policy
		want   texts
	}{
		{"all", archive.Policy{}, texts{`{"card":"4111"}`, "text", `{"b":2}`, `{"input":{"n":1}}`, "<not> JSON & é",
			"version: v1\n", "no money", "declined", "b", [3]bool{}}},
		{"capped", archive.Policy{Details: archive.CapDetails(14)}, texts{`{"card":"4111"`, "text", `{"b":2}`, `{"input":{"n":`, "<not> JSON & ",
			"version: v1\n", "no money", "declined", "b", [3]bool{true, true, true}}},
		{"none", archive.Policy{Details: archive.NoDetails}, texts{Cause: "no money", Code: "declined", Attribute: "b", Cut: [3]bool{true, true, true}}},
		{"capped to nothing", archive.Policy{Details: archive.CapDetails(0)}, texts{Cause: "no money", Code: "declined", Attribute: "b", Cut: [3]bool{true, true, true}}},
		{"redacted", archive.Policy{Redact: redact}, texts{`{"card":"***"}`, "text", `{"b":2}`, `{"iNput":{"N":1}}`, "<Not> JSON & é",
			"version: v1\n", "***", "***", "***", [3]bool{}}},
		{"both", archive.Policy{Redact: redact, Details: archive.CapDetails(8)}, texts{`{"card":`, "text", `{"b":2}`, `{"iNput"`, "<Not> JS",
			"version:", "***", "***", "***", [3]bool{true, true, true}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			given := sample()
			r := records(t, written(t, tt.policy, given...))
			e := r[0].Execution
			got := texts{e.Input, e.Output, e.Steps[0].Children[0].Output, r[1].Event.Detail, r[2].Event.Detail, e.Definition, e.Failure.Cause,
				e.Steps[0].Children[0].Attempts[0].Failure.Code, e.Attributes["a"], [3]bool{r[0].Cut, r[1].Cut, r[2].Cut}}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("texts mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(sample(), given); diff != "" {
				t.Errorf("the caller's records were changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWriterRefusesWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := archive.NewWriter(&b, archive.Policy{})
	for _, err := range []error{
		w.WriteRecord(archive.Record{}),
		w.WriteEvent(history.Event{ID: 1}),
		w.WriteExecution(history.Execution{Ref: history.Ref{Provider: "p", Workflow: "w"}}),
		w.WriteEvent(history.Event{Ref: history.Ref{Provider: "p", Workflow: "w", Execution: "e"}}),
		archive.NewWriter(&b, archive.Policy{Redact: func(r *archive.Record) { r.Event.ID++ }}).WriteRecord(sample()[1]),
	} {
		if !errors.Is(err, history.ErrInvalid) {
			t.Errorf("the error is %v, want ErrInvalid", err)
		}
	}
	bad := *sample()[1].Event
	bad.Detail = "\xff"
	if err := w.WriteEvent(bad); err == nil {
		t.Error("a detail that is not UTF-8 was written")
	}
	if b.Len() != 0 {
		t.Errorf("written was %q", b.String())
	}
	if err := w.WriteRecord(sample()[1]); err != nil || len(records(t, b.String())) != 1 {
		t.Errorf("behind records that were refused a good one is not written: %v, %q", err, b.String())
	}
}

// limited is a disk with so many bytes left.
type limited struct {
	bytes.Buffer
	left int
}

var errFull = errors.New("no space left")

func (l *limited) Write(text []byte) (int, error) {
	n := min(len(text), l.left)
	l.left -= n
	l.Buffer.Write(text[:n])
	if n < len(text) {
		return n, errFull
	}
	return n, nil
}

func TestWriterStopsAtAFullDisk(t *testing.T) {
	t.Parallel()
	whole := written(t, archive.Policy{}, sample()...)
	for size := range len(whole) {
		disk := &limited{left: size}
		w := archive.NewWriter(disk, archive.Policy{})
		var err error
		done := 0
		for _, r := range sample() {
			if err = w.WriteRecord(r); err != nil {
				break
			}
			done++
		}
		if !errors.Is(err, errFull) || !errors.Is(w.WriteRecord(sample()[0]), errFull) {
			t.Fatalf("%d bytes: the error is %v, want %v, and again", size, err, errFull)
		}
		torn := &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }}
		got, err := history.Collect(archive.Records(&disk.Buffer, "full", torn))
		if err != nil || len(got) < done {
			t.Fatalf("%d bytes: %d records were written and %d can be read (error %v)", size, done, len(got), err)
		}
	}
}
