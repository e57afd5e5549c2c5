// SPDX-License-Identifier: Apache-2.0

package history

import "fmt"

// The codes of what Fold notes; Fold's documentation says what they mean.
const (
	noteMissingStart   = "missing_start"
	noteMissingEvents  = "missing_events"
	noteNoEnd          = "no_end"
	noteMissingOutcome = "missing_outcome"
	noteRepeated       = "repeated_event"
	noteOutOfOrder     = "out_of_order"
	noteNoEntry        = "exit_without_entry"
	noteUnknownType    = "unknown_type"
	noteClock          = "clock_backwards"
	noteBrokenChain    = "broken_chain"
	noteAfterEnd       = "events_after_end"
	noteUnclosed       = "unclosed_step"
	noteOtherExecution = "other_execution"
	noteCutShort       = "read_cut_short"
)

// maxNotes is how many notes of one code are kept.
const maxNotes = 100

// noteList collects notes.
type noteList struct {
	list   []note
	counts map[string]int // by code
	more   []Diagnostic   // one of each code of which some were left out
}

// note is a Diagnostic whose Step is not named yet.
type note struct {
	Diagnostic
	node *node
}

// add keeps a note unless there are too many of its code.
func (l *noteList) add(d Diagnostic, n *node, format string, args ...any) {
	if l.counts == nil {
		l.counts = make(map[string]int)
	}
	switch l.counts[d.Code]++; {
	case l.counts[d.Code] <= maxNotes:
		d.Text = fmt.Sprintf(format, args...)
		l.list = append(l.list, note{d, n})
	case l.counts[d.Code] == maxNotes+1:
		l.more = append(l.more, Diagnostic{Code: d.Code, Severity: d.Severity})
	}
}

// diagnostics are the notes, and one for each code of which some were left out.
func (f *Folder) listed(l *noteList) []Diagnostic {
	var out []Diagnostic
	for _, n := range l.list {
		if n.node != nil {
			n.Step = f.id(n.node)
		}
		out = append(out, n.Diagnostic)
	}
	for _, d := range l.more {
		d.Text = fmt.Sprintf("%d more like this are not listed", l.counts[d.Code]-maxNotes)
		out = append(out, d)
	}
	return out
}

// note notes something about an event, and about a node if n is not nil.
func (f *Folder) note(code string, severity Severity, n *node, e *Event, format string, args ...any) {
	if f.notes.counts[code] >= maxNotes {
		format, args = "", nil // it is only counted
	} else {
		args = append([]any{e.ID, clip(string(e.Type), 40), clip(e.Step, 80)}, args...)
		format = "event %d (%s %q): " + format
	}
	f.notes.add(Diagnostic{Code: code, Severity: severity, Event: e.ID}, n, format, args...)
}

// cut notes that reading ended with an error.
func (f *Folder) cut(err error) {
	f.notes.add(Diagnostic{Code: noteCutShort, Severity: Defect}, nil, "what follows event %d was not read: %v", f.last, err)
}

// diagnostics are what was noted event by event, and what only the whole can tell.
func (f *Folder) diagnostics() []Diagnostic {
	whole := noteList{}
	if !f.begun || !f.root.seen.has(ownStarted) {
		d := Diagnostic{Code: noteMissingStart, Severity: Defect}
		if f.derived || !f.begun {
			d.Severity = Info // the provider does not always say when an execution began; or it has not begun
		}
		whole.add(d, nil, "no %s was read", ExecutionStarted)
	}
	f.gaps.note(&whole)
	for _, n := range f.exited {
		if !n.seen.has(ownSucceeded | ownFailed) {
			whole.add(Diagnostic{Code: noteMissingOutcome, Severity: Defect}, n, "the step was exited; whether it succeeded or failed was not read")
		}
	}
	for _, n := range f.unclosed {
		whole.add(Diagnostic{Code: noteUnclosed, Severity: Info}, n, "the execution succeeded; the step never ended")
	}
	return append(f.listed(&whole), f.listed(&f.notes)...)
}

// excused reports whether it is no wonder that a step never ended: it ended the execution, or something that it is in
// failed or ended before it.
func (f *Folder) excused(n, last *node) bool {
	if f.climb(last, func(p *node) bool { return p == n }) != nil {
		return true
	}
	return f.climb(f.node(n.parent), (*node).ended) != nil
}
