// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
)

// Writer writes records to a stream, each with one Write call and without a buffer, so that what was written is whole
// lines. Behind an error it writes nothing more: every later call returns the same error. It is not safe for concurrent
// use.
type Writer struct {
	w      io.Writer
	policy Policy
	begun  bool
	err    error // of the stream
}

// NewWriter makes a writer to a stream at its beginning. What lies behind a torn line cannot be read without ReadOptions.Skip,
// so a file that is gone on with must end with a whole line.
func NewWriter(w io.Writer, policy Policy) *Writer {
	return &Writer{w: w, policy: policy}
}

// WriteExecution writes an execution.
func (w *Writer) WriteExecution(e history.Execution) error {
	return w.WriteRecord(Record{Execution: &e})
}

// WriteEvent writes an event.
func (w *Writer) WriteEvent(e history.Event) error { return w.WriteRecord(Record{Event: &e}) }

// WriteRecord writes a record as the policy wants it. A record that could not be read back is refused with ErrInvalid, and
// the writer can go on; any other error is the stream's.
func (w *Writer) WriteRecord(r Record) error {
	if w.err != nil {
		return w.err
	}
	r, err := w.policy.apply(r)
	if err != nil {
		return err
	}
	text, err := r.encode()
	if err != nil {
		return err
	}
	if !w.begun {
		w.begun = true
		if err := w.write(firstLine(0)); err != nil {
			return err
		}
	}
	return w.write(text)
}

func (w *Writer) write(text []byte) error {
	if _, err := w.w.Write(text); err != nil {
		w.err = fmt.Errorf("archive: %w", err)
	}
	return w.err
}
