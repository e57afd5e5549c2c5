// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// Policy says what of a record may be written. It is applied before anything reaches a sink or a stream. The zero value
// writes everything as it was read.
type Policy struct {
	// Redact may change a record before it is written, to take secrets out of it. The record is Redact's own; what it is
	// about (its ID) must stay as it is, else the record is refused with ErrInvalid. It sees the texts in full, before
	// Details shortens them. It must give the same for the same record, and is called from one goroutine at a time by
	// each Writer and Sync. nil = nothing is changed.
	Redact func(*Record)

	// Details limits the texts that may be large. 0 = AllDetails.
	Details DetailPolicy
}

// DetailPolicy limits the texts of a record that may be large: an event's Detail; an execution's Input, Output and
// Definition; a step's Input and Output. Causes of failures, attributes and diagnostics stay. A record that lost something
// is marked Cut.
type DetailPolicy int

// The policies without a number; for the others there is CapDetails.
const (
	AllDetails DetailPolicy = 0  // keep them whole
	NoDetails  DetailPolicy = -1 // leave them empty
)

// CapDetails cuts each text that has more than n bytes down to n or, so that it stays UTF-8, up to three fewer. What is
// left is then no JSON any more. n < 1 is NoDetails.
func CapDetails(n int) DetailPolicy {
	if n < 1 {
		return NoDetails
	}
	return DetailPolicy(n)
}

// apply is the record as it may be written. The caller's is not changed.
func (p Policy) apply(r Record) (Record, error) {
	if p.Redact == nil && p.Details == AllDetails {
		return r, nil
	}
	id := r.ID()
	r = r.clone()
	if p.Redact != nil {
		p.Redact(&r)
		if r.ID() != id {
			return Record{}, invalid("Redact made %s out of %s; it may change anything but what the record is about", r.ID(), id)
		}
	}
	if p.Details == AllDetails {
		return r, nil
	}
	if e := r.Event; e != nil {
		e.Detail = cut(p, &r, e.Detail)
	}
	if e := r.Execution; e != nil {
		e.Input, e.Output, e.Definition = cut(p, &r, e.Input), cut(p, &r, e.Output), cut(p, &r, e.Definition)
		p.cutSteps(&r, e.Steps)
	}
	return r, nil
}

func (p Policy) cutSteps(r *Record, steps []history.Step) {
	for i := range steps {
		s := &steps[i]
		s.Input, s.Output = cut(p, r, s.Input), cut(p, r, s.Output)
		p.cutSteps(r, s.Children)
	}
}

// cut is a text within the limit; the record remembers if it was not.
func cut[T ~string](p Policy, r *Record, text T) T {
	n := max(0, int(p.Details))
	if len(text) <= n {
		return text
	}
	r.Cut = true
	return T(strings.ToValidUTF8(string(text[:n]), ""))
}
