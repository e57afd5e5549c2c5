// SPDX-License-Identifier: Apache-2.0

package scan

// Shapes remember how values of one field were written. Values that programs write are mostly alike but for the texts and
// numbers in them: where that is so, only these are looked at, and what is between them is compared. They remember at most 8
// values of at most 8 KiB. Where values are not alike, looking for their shapes costs an eighth of reading them at most. The
// zero value is ready; it is not safe for concurrent use, and must not be copied after its first value.
type Shapes struct {
	known [8]shape
	last  *shape // of the last value whose shape is known, nil for none yet
	next  uint   // of known: which one is learnt over next
	debt  int    // bytes that were looked at in vain, less those that made up for it
}

// shape is how a value was written. The zero value is that of none.
type shape struct {
	parts []part
	then  *shape // the other one that was found or learnt behind it the last time, nil for none yet
}

// part is what stands before a text or a number, or before the end.
type part struct {
	fixed string // with the quote before a text
	then  Kind   // String, Number, or Invalid for the end
}

// What Shapes may lose. Beyond mostDebt nothing is looked for until reading has paid for it.
const (
	mostDebt = 32 << 10
	payment  = 8 // one byte for so many that are read
	dear     = 4 // times its length is what it costs to learn a value
)

// RawLike is Raw, faster if the value has one of the shapes.
func (s *Scanner) RawLike(shapes *Shapes) []byte {
	if s.peek() == 0 || s.depth > MaxDepth-skimDepth {
		return s.Raw()
	}
	if shapes.debt > mostDebt {
		raw := s.Raw()
		shapes.debt -= len(raw)/payment + 1
		return raw
	}
	if end := shapes.find(s.buf, s.at); end >= 0 {
		raw := s.buf[s.at:end]
		s.at = end
		return raw
	}
	base := s.base
	raw := s.Raw()
	if begin := s.at - len(raw); s.base == base || shapes.find(s.buf, begin) < 0 { // else it was not all in the window
		shapes.learn(s.buf, begin, s.at)
	}
	return raw
}

// find is the place behind the value that begins at i, -1 if its shape is not known. It is most likely the one that came
// behind that of the value before, or that one again.
func (h *Shapes) find(buf []byte, i int) int {
	last := h.last
	if last == nil {
		return -1
	}
	if last.then != nil {
		if end := h.try(last.then, buf, i); end >= 0 {
			h.last = last.then
			return end
		}
	}
	if end := h.try(last, buf, i); end >= 0 {
		return end
	}
	for k := range h.known {
		other := &h.known[k]
		if other == last || other == last.then {
			continue
		}
		if end := h.try(other, buf, i); end >= 0 {
			last.then, h.last = other, other
			return end
		}
	}
	return -1
}

// try is the place behind the value that begins at i, -1 if it has another shape.
func (h *Shapes) try(one *shape, buf []byte, i int) int {
	end, ok := one.fit(buf, i)
	if !ok {
		h.debt += end - i
		return -1
	}
	h.debt = max(0, h.debt-(end-i)/2)
	return end
}

// fit is the place behind the value that begins at i, or how far it has the shape.
func (one *shape) fit(buf []byte, i int) (end int, ok bool) {
	for k := range one.parts {
		part := &one.parts[k]
		n := len(part.fixed)
		if n > len(buf)-i || string(buf[i:i+n]) != part.fixed {
			return i, false
		}
		i += n
		behind := 0
		switch part.then {
		case String:
			behind = skimString(buf, i-1)
		case Number:
			behind = skimNumber(buf, i)
		default:
			return i, true
		}
		if behind < 0 {
			return i, false
		}
		i = behind
	}
	return i, false
}

// learn remembers the shape of the value from begin to end.
func (h *Shapes) learn(buf []byte, begin, end int) {
	const longest = 8 << 10
	if end-begin > longest || skimValue(buf, begin) != end {
		h.debt += end - begin
		return
	}
	h.debt += dear * (end - begin)
	found := &h.known[h.next%uint(len(h.known))]
	h.next++
	found.learn(buf, begin, end)
	if h.last != nil && h.last != found {
		h.last.then = found
	}
	h.last = found
}

// learn makes it the shape of the value from begin to end, which skimValue understands. One of very many parts is not
// worth its memory, and is that of none.
func (one *shape) learn(buf []byte, begin, end int) {
	const mostParts = 256
	one.forget()
	text := string(buf[begin:end])
	from := begin // of the part
	add := func(to int, then Kind) { one.parts = append(one.parts, part{text[from-begin : to-begin], then}) }
	for i := begin; i < end; {
		if len(one.parts) == mostParts {
			one.forget()
			return
		}
		switch c := buf[i]; {
		case c == '"':
			behind := skimString(buf, i)
			if next := skimSpace(buf, behind); next < 0 || buf[next] != ':' { // else it is a key
				add(i+1, String)
				from = behind
			}
			i = behind
		case c == '-' || c-'0' <= 9:
			add(i, Number)
			i = skimNumber(buf, i)
			from = i
		default:
			i++
		}
	}
	add(end, Invalid)
}

// forget leaves room for another shape, and nothing of the text.
func (one *shape) forget() {
	clear(one.parts)
	one.parts, one.then = one.parts[:0], nil
}
