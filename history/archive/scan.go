// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxLine bounds one line: twice the largest answer that a client reads into memory by default, since a text grows when
// it is quoted.
const maxLine = 256 << 20

// maxReason bounds the Reason of a LineError, which quotes what may be a line of any length.
const maxReason = 400

// byteOrderMark is what some editors put in front of a UTF-8 text.
const byteOrderMark = "\ufeff"

// ReadOptions sets how archives are read. nil and the zero value stop at the first damaged line.
type ReadOptions struct {
	// Skip is asked about each damaged line. When it returns true the line is left out and reading goes on behind it.
	// nil = stop with the error.
	Skip func(*LineError) bool
}

func (o *ReadOptions) skips(err error) bool {
	damage, ok := errors.AsType[*LineError](err)
	return ok && o != nil && o.Skip != nil && o.Skip(damage)
}

// Records reads the records of a stream in the order in which they were written, the same id as often as it comes. name
// is what errors call the stream. An error ends the sequence: a *LineError, a *SchemaError or the stream's own.
//
// It keeps one line in memory, and ranges over r once. opts may be nil.
func Records(r io.Reader, name string, opts *ReadOptions) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for found, err := range scan(r, name, opts) {
			if !yield(found.record, err) {
				return
			}
		}
	}
}

// located is a record and the place of its line.
type located struct {
	record       Record
	offset, size int64
}

// scan is Records with places.
func scan(r io.Reader, name string, opts *ReadOptions) iter.Seq2[located, error] {
	return func(yield func(located, error) bool) {
		s := scanner{r: bufio.NewReaderSize(r, 64<<10), name: name}
		for {
			found, err := s.next()
			if err == io.EOF {
				return
			}
			if err != nil && opts.skips(err) {
				continue
			}
			if !yield(found, err) || err != nil {
				return
			}
		}
	}
}

// scanner reads a stream line by line.
type scanner struct {
	r      *bufio.Reader
	name   string
	line   int   // number of the line read last
	offset int64 // behind it
	headed bool  // the first line was there, or was skipped

	counted, seen int // records: those that the first line says will come, and those that came
}

// next is the next record; io.EOF behind the last. Behind a *LineError the next call goes on.
func (s *scanner) next() (located, error) {
	for {
		start := s.offset
		text, err := s.read()
		if err == io.EOF {
			return located{}, cmp.Or(s.missing(), err)
		}
		if err != nil {
			s.seen++
			return located{}, err
		}
		if len(text) == 0 {
			continue
		}
		headed := s.headed
		s.headed = true
		found, header, err := s.decode(text)
		if !header {
			s.seen++
		}
		switch {
		case err != nil:
			return located{}, err
		case header:
			continue
		case !headed:
			return located{}, s.damage("the first line is not that of an archive; want %s", bytes.TrimSpace(firstLine(0)))
		}
		return located{record: found, offset: start, size: s.offset - start}, nil
	}
}

// read is the next line without its end.
func (s *scanner) read() ([]byte, error) {
	var text []byte
	for size := 0; ; {
		part, err := s.r.ReadSlice('\n')
		s.offset += int64(len(part))
		size += len(part)
		if size <= maxLine {
			text = append(text, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err != nil && err != io.EOF:
			return nil, fmt.Errorf("archive: %s: %w", s.name, err)
		case err == io.EOF && size == 0:
			return nil, io.EOF
		}
		s.line++
		if size > maxLine {
			return nil, s.damage("the line has %d bytes, more than the %d that one may have", size, maxLine)
		}
		if s.line == 1 {
			text = bytes.TrimPrefix(text, []byte(byteOrderMark))
		}
		return bytes.TrimSpace(text), nil
	}
}

// decode reads a line, which is a record or a file's first line.
func (s *scanner) decode(text []byte) (r Record, header bool, err error) {
	if !utf8.Valid(text) {
		return r, false, s.damage("the line is not UTF-8")
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		// A line of a newer schema need not fit into today's types, so its number is looked for on its own.
		var first struct {
			Schema int `json:"schema"`
		}
		if _ = json.Unmarshal(text, &first); first.Schema > Schema {
			return r, false, &SchemaError{File: s.name, Line: s.line, Schema: first.Schema}
		}
		return r, false, s.damage("the line is not a record: %v", err)
	}
	if l.Archive != "" || l.Schema != 0 {
		return r, true, s.checkHeader(l)
	}
	r = Record{Execution: l.Execution, Event: l.Event, Cut: l.Cut}
	if why := r.defect(); why != "" {
		return r, false, s.damage("the line is not a record: %s", why)
	}
	if want := r.ID(); l.ID != want {
		return r, false, s.damage("the record's id is %q, and it is about %q", l.ID, want)
	}
	return r, false, nil
}

func (s *scanner) checkHeader(l line) error {
	switch {
	case l.Schema > Schema:
		return &SchemaError{File: s.name, Line: s.line, Schema: l.Schema}
	case l.Archive != product || l.Schema < 1:
		return s.damage("the line names the archive %q and the schema %d; want %q and a number from 1 to %d", l.Archive, l.Schema, product, Schema)
	}
	err := s.missing()
	s.counted, s.seen = l.Records, 0
	return err
}

// missing is the error, told once, of a first line behind which there are fewer records than it says.
func (s *scanner) missing() error {
	seen, counted := s.seen, s.counted
	s.counted = 0
	if seen >= counted {
		return nil
	}
	return s.damage("there are only %d of the %d records that the first line counts: the file was cut; if lines were taken out on purpose, take \"records\" out of the first one too",
		seen, counted)
}

func (s *scanner) damage(format string, args ...any) error {
	reason := fmt.Sprintf(format, args...)
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	return &LineError{File: s.name, Line: s.line, Reason: reason}
}
