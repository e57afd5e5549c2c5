// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
)

// Schema is the number of the format that this package writes, and the highest that it reads.
const Schema = 1

// product is what the first line of an archive says that it is.
const product = "flowhistory"

// Record is one line of an archive: an execution or an event. Exactly one of both pointers is set.
type Record struct {
	Execution *history.Execution // nil = it is an event
	Event     *history.Event     // nil = it is an execution
	// Cut is true when a DetailPolicy shortened or left out a text of the record.
	Cut bool
}

// Ref is the execution that the record is about.
func (r Record) Ref() history.Ref {
	switch {
	case r.Event != nil:
		return r.Event.Ref
	case r.Execution != nil:
		return r.Execution.Ref
	}
	return history.Ref{}
}

// ID names the record: history.FormatRef of its execution, and for an event # and the event's ID. It is the same whenever
// the record is made again, so that a sink that keeps one record for an id keeps each once.
func (r Record) ID() string {
	id := history.FormatRef(r.Ref())
	if r.Event != nil {
		id += "#" + strconv.FormatInt(r.Event.ID, 10)
	}
	return id
}

// line is the JSON form of every line: the first one has Archive, Schema and Records, the others the rest.
type line struct {
	Archive   string             `json:"archive,omitempty"`
	Schema    int                `json:"schema,omitempty"`
	Records   int                `json:"records,omitempty"` // lines behind it, at least; 0 = not counted
	ID        string             `json:"id,omitempty"`
	Cut       bool               `json:"cut,omitempty"`
	Execution *history.Execution `json:"execution,omitempty"`
	Event     *history.Event     `json:"event,omitempty"`
}

// firstLine is the line that every file begins with; records is how many follow, 0 if nobody knows yet.
func firstLine(records int) []byte {
	count := ""
	if records > 0 {
		count = fmt.Sprintf(`,"records":%d`, records)
	}
	return fmt.Appendf(nil, `{"archive":%q,"schema":%d%s}`+"\n", product, Schema, count)
}

// encode is the record's line, with its end. A record that could not be read back is ErrInvalid.
func (r Record) encode() ([]byte, error) {
	if why := r.defect(); why != "" {
		return nil, invalid("the record cannot be archived: %s", why)
	}
	text, err := json.Marshal(line{ID: r.ID(), Cut: r.Cut, Execution: r.Execution, Event: r.Event})
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", r.ID(), err)
	}
	return append(text, '\n'), nil
}

// defect says why a record is none, "" if it is one.
func (r Record) defect() string {
	ref := r.Ref()
	switch {
	case r.Execution == nil && r.Event == nil:
		return "it is neither an execution nor an event"
	case r.Execution != nil && r.Event != nil:
		return "it is an execution and an event at once"
	case ref.Provider == "" || ref.Workflow == "" || ref.Execution == "":
		return fmt.Sprintf("it names no execution: provider %q, workflow %q, execution %q; each must be there", ref.Provider, ref.Workflow, ref.Execution)
	case !utf8.ValidString(ref.Provider + "/" + ref.Scope + "/" + ref.Workflow + "/" + ref.Execution):
		return fmt.Sprintf("%s is not UTF-8", history.FormatRef(ref))
	case r.Event != nil && r.Event.ID < 1:
		return fmt.Sprintf("the event's ID is %d; want a positive number", r.Event.ID)
	case r.Execution != nil && nested(r.Execution.Steps):
		return fmt.Sprintf("%s has steps more than %d deep in one another, which no reader of JSON would take", history.FormatRef(ref), maxNesting)
	}
	return ""
}

// maxNesting is how deep steps may be in steps. A level of steps takes two of JSON, of which encoding/json reads 10,000.
const maxNesting = 2_000

func nested(steps []history.Step) bool {
	e := history.Execution{Steps: steps}
	for depth := range e.Walk() {
		if depth >= maxNesting {
			return true
		}
	}
	return false
}

// clone is a record that shares nothing that a Redact may change.
func (r Record) clone() Record {
	if r.Event != nil {
		e := *r.Event
		r.Event = &e
	}
	if r.Execution != nil {
		e := *r.Execution
		e.Failure = cloneFailure(e.Failure)
		e.Approvers = slices.Clone(e.Approvers)
		e.Attributes = maps.Clone(e.Attributes)
		e.Diagnostics = slices.Clone(e.Diagnostics)
		e.Steps = cloneSteps(e.Steps)
		r.Execution = &e
	}
	return r
}

func cloneSteps(steps []history.Step) []history.Step {
	steps = slices.Clone(steps)
	for i := range steps {
		s := &steps[i]
		s.Failure = cloneFailure(s.Failure)
		s.Attempts = slices.Clone(s.Attempts)
		for k := range s.Attempts {
			s.Attempts[k].Failure = cloneFailure(s.Attempts[k].Failure)
		}
		s.Children = cloneSteps(s.Children)
	}
	return steps
}

func cloneFailure(f *history.Failure) *history.Failure {
	if f == nil {
		return nil
	}
	copied := *f
	return &copied
}

func invalid(format string, args ...any) error {
	return &history.Error{Op: "archive", Kind: history.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
