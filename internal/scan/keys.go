// SPDX-License-Identifier: Apache-2.0

package scan

import "bytes"

// Unknown is what Field returns for a key that is none of its Keys.
const Unknown = -1

// Keys are the names of the fields that a decoder knows in one kind of object. They remember how the last object was
// written, because the next one of a list is most likely written in the same way, with its keys in the same order and as much
// space between them: that saves reading them. So they are not safe for concurrent use.
type Keys struct {
	names [][]byte
	after []guess // after[0] is of the field that came first the last time, after[i+1] of the one that came behind field i
	next  *guess  // one of them: of the field that comes next
}

// guess is what stood between one value and the next.
type guess struct {
	field int
	first bool   // of its object
	text  []byte // with the comma, the key, the colon and all space; empty for none
	then  *guess // of what came behind the field
}

// NewKeys makes the Keys of names, which Field tells by their place in the list. They must be different from one another in
// more than their case.
func NewKeys(names ...string) *Keys {
	k := &Keys{after: make([]guess, len(names)+1)}
	k.next = &k.after[0]
	for _, name := range names {
		k.names = append(k.names, []byte(name))
	}
	return k
}

// Field goes to the next field of the object that was entered last and returns which of keys its name is, or Unknown; Name
// says then what it is. A name is matched as it is, and if that is none, in any case, as by encoding/json. What
// comes next is the field's value, which must be read. It reports false behind the closing brace, which it has read
// then, and after an error.
func (s *Scanner) Field(keys *Keys) (field int, ok bool) {
	if s.first {
		keys.next = &keys.after[0]
	}
	g := keys.next
	if n := len(g.text); n > 0 && g.first == s.first && n < len(s.buf)-s.at && string(s.buf[s.at:s.at+n]) == string(g.text) {
		s.first = false
		s.at += n
		keys.next = g.then
		return g.field, true
	}
	return s.newField(keys, g)
}

// newField is Field for what was not guessed.
func (s *Scanner) newField(keys *Keys, g *guess) (field int, ok bool) {
	first, from := s.first, s.Offset()
	if !s.member('}') {
		return Unknown, false
	}
	name, ok := s.name()
	if !ok {
		return Unknown, false
	}
	field = keys.find(name)
	if field == Unknown {
		return Unknown, true
	}
	const longest = 64
	s.Kind() // the space before the value
	keys.next = &keys.after[field+1]
	if begin := from - s.base; begin >= 0 && s.at-int(begin) <= longest {
		*g = guess{field, first, append(g.text[:0], s.buf[begin:s.at]...), keys.next}
	}
	return field, s.err == nil
}

// find is the field of a name.
func (k *Keys) find(name []byte) int {
	for i := range k.names {
		if bytes.Equal(name, k.names[i]) {
			return i
		}
	}
	for i := range k.names {
		if bytes.EqualFold(name, k.names[i]) {
			return i
		}
	}
	return Unknown
}

// Key goes to the next field of the object that was entered last, as Field does, and returns its name.
func (s *Scanner) Key() (name []byte, ok bool) {
	if !s.member('}') {
		return nil, false
	}
	return s.name()
}

// name reads a key and its colon.
func (s *Scanner) name() (name []byte, ok bool) {
	name = s.Bytes()
	if s.at < len(s.buf) && s.buf[s.at] == ':' {
		s.at++
	} else {
		s.scratch = append(s.scratch[:0], name...) // looking for the colon may move the window
		name = s.scratch
		s.colon()
	}
	s.key = name
	return name, s.err == nil
}

// Name is the key that Field last found to be Unknown, or Key returned. It is valid until its value is read.
func (s *Scanner) Name() []byte { return s.key }

// colon reads the colon behind a key.
func (s *Scanner) colon() bool {
	if s.peek() != ':' {
		s.invalid()
		return false
	}
	s.at++
	return s.err == nil
}
