// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"io"
)

// Kind is the kind of a value, told by its first byte.
type Kind byte

// The kinds of values. Invalid is no value: the text is not JSON there, ended, or had an error before.
const (
	Invalid Kind = 0
	Null    Kind = 'n'
	Bool    Kind = 't'
	Number  Kind = '0'
	String  Kind = '"'
	Array   Kind = '['
	Object  Kind = '{'
)

// String is the kind in words, e.g. "an object".
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a bool"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Array:
		return "an array"
	case Object:
		return "an object"
	}
	return "no value"
}

// MaxDepth is how deep objects and arrays may be in one another, as in encoding/json.
const MaxDepth = 10_000

// SyntaxError is what Err returns for a text that is not JSON.
type SyntaxError struct {
	Offset int64  // of the byte that cannot be there, from the beginning of the text
	Reason string // e.g. "invalid character '}'"
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.Reason, e.Offset) }

// Scanner reads one JSON text. The zero value reads an empty one; Reset and ResetReader begin another. It is not safe for
// concurrent use.
type Scanner struct {
	buf   []byte // the text, or the window over it
	at    int    // what comes next, in buf
	base  int64  // where in the text buf begins
	src   io.Reader
	hold  int  // where in buf the part begins that must stay in the window, negative for none
	first bool // an object or array was entered and nothing in it read
	depth int
	err   error

	key     []byte // read last
	scratch []byte // a string's value, if it is not in buf as it is
	open    []byte // the brackets that Skip is in
}

// Reset begins a text that is wholly in memory. The scanner does not change data, and forgets it when it is Reset again.
func (s *Scanner) Reset(data []byte) {
	const most = 64 << 10 // a larger one was for an unusual text
	if cap(s.scratch) > most {
		s.scratch = nil
	}
	*s = Scanner{buf: data, hold: -1, scratch: s.scratch[:0], open: s.open[:0]}
}

// ResetReader begins a text that is read from src through a window, whose bytes become the scanner's until it is Reset
// again: 128 KiB are a good size, none at all are 512 bytes to begin with. The window grows for a value that Raw is asked
// for and that is longer; to bound that, src has to fail beyond some limit. Its error is what Err returns. src is read
// only when a byte is wanted that is not in the window.
func (s *Scanner) ResetReader(src io.Reader, window []byte) {
	s.Reset(window[:0])
	s.src = src
}

// Err is the first error: io.EOF for a text in which there is nothing where a value was wanted, io.ErrUnexpectedEOF for one
// that ends within a value, a *SyntaxError, or what the reader failed with, as it is.
func (s *Scanner) Err() error { return s.err }

// Offset is how many bytes of the text were read so far: the place behind the value, key or bracket read last, or that of
// the error.
func (s *Scanner) Offset() int64 { return s.base + int64(s.at) }

// Kind is the kind of the value that comes next. It reads nothing but the space before it.
func (s *Scanner) Kind() Kind {
	switch c := s.peek(); c {
	case 't', 'f':
		return Bool
	case '{', '[', '"', 'n':
		return Kind(c)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return Number
	case 0:
		if s.at == len(s.buf) {
			s.end()
			return Invalid
		}
	}
	s.invalid()
	return Invalid
}

// End reports whether nothing but space comes behind the value that was read. If something does, that is a *SyntaxError.
func (s *Scanner) End() bool {
	s.peek()
	if s.err == nil && s.at < len(s.buf) {
		s.fail(&SyntaxError{Offset: s.Offset(), Reason: fmt.Sprintf("invalid character %q after top-level value", s.buf[s.at])})
	}
	return s.err == nil
}

// peek is the next byte that is not space, 0 if there is none.
func (s *Scanner) peek() byte {
	if s.at < len(s.buf) && s.buf[s.at] > ' ' {
		return s.buf[s.at]
	}
	return s.peekFar()
}

func (s *Scanner) peekFar() byte {
	for {
		for ; s.at < len(s.buf); s.at++ {
			switch c := s.buf[s.at]; c {
			case ' ', '\n', '\r', '\t':
			default:
				return c
			}
		}
		if !s.more() {
			return 0
		}
	}
}

// more reads on behind a window that was read to its end. It changes buf, at and hold.
func (s *Scanner) more() bool {
	if s.src == nil {
		return false
	}
	from := s.at
	if s.hold >= 0 {
		from, s.hold = s.hold, 0
	}
	s.base += int64(from)
	s.at -= from
	if kept := copy(s.buf, s.buf[from:]); kept == cap(s.buf) {
		const least = 512
		s.buf = append(make([]byte, 0, max(least, 2*cap(s.buf))), s.buf[:kept]...)
	} else {
		s.buf = s.buf[:kept]
	}
	return s.read()
}

// read fills the window.
func (s *Scanner) read() bool {
	const patience = 100 // as of bufio: a reader that brings nothing that often never will
	for range patience {
		n, err := s.src.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		switch {
		case err == io.EOF: // a reader has to return it as it is
			s.src = nil
		case err != nil && n > 0:
			s.src = failing{err}
		case err != nil:
			s.fail(err)
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.fail(io.ErrNoProgress)
	return false
}

// failing is a reader that failed, but not before it brought something.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// fail keeps the first error. There is no text behind it, so that nothing has to look for it.
func (s *Scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.base += int64(s.at)
	s.buf, s.at, s.src, s.hold = nil, 0, nil, -1
}

// end is the error of a text that ended where there should be something.
func (s *Scanner) end() {
	if s.depth == 0 && s.hold < 0 {
		s.fail(io.EOF)
		return
	}
	s.broken()
}

// broken is the error of a text that ended within a value.
func (s *Scanner) broken() { s.fail(io.ErrUnexpectedEOF) }

// invalid is the error of a byte that cannot be where it is, or of the text's end there.
func (s *Scanner) invalid() {
	if s.at == len(s.buf) {
		s.broken()
		return
	}
	s.fail(&SyntaxError{Offset: s.Offset(), Reason: fmt.Sprintf("invalid character %q", s.buf[s.at])})
}
