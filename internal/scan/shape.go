// SPDX-License-Identifier: Apache-2.0

package scan

// Shapes remember how the last values of one field were written. Values that programs write are mostly alike but for the texts
// and numbers in them: where that is so, only these are looked at, and what is between them is compared. The zero value is
// ready; it is not safe for concurrent use, and must not be copied after its first value.
type Shapes struct {
	known [4]shape
	last  *shape // that fitted, or was learnt, last; nil for none
	next  uint   // of known: which one is learnt over next
	pause int    // for how many more values nothing is learnt
	idle  int    // how long the next pause is: longer and longer while nothing fits
}

// shape is how a value was written. The zero value fits none.
type shape struct {
	parts []part
	then  *shape // the other one that came behind it the last time, nil for none yet
}

// part is what stands before a text or a number, or before the end.
type part struct {
	fixed string // with the quote before a text
	then  Kind   // String, Number, or Invalid for the end
}

// RawLike is Raw, faster if the value has one of the shapes.
func (s *Scanner) RawLike(shapes *Shapes) []byte {
	if s.peek() == 0 || s.depth > MaxDepth-skimDepth {
		return s.Raw()
	}
	if end := shapes.fit(s.buf, s.at); end >= 0 {
		raw := s.buf[s.at:end]
		s.at = end
		return raw
	}
	raw := s.Raw()
	shapes.learn(s.buf, s.at-len(raw), s.at)
	return raw
}

// fit is the place behind the value that begins at i, -1 if it has none of the two shapes that are most likely.
func (h *Shapes) fit(buf []byte, i int) int {
	last := h.last
	if last == nil {
		return -1
	}
	end := -1
	if last.then != nil {
		end = last.then.fit(buf, i)
	}
	if end >= 0 {
		h.last = last.then
	} else {
		end = last.fit(buf, i)
	}
	if end >= 0 {
		h.pause, h.idle = 0, 0
	}
	return end
}

// fit is the place behind the value that begins at i, -1 if it does not have the shape.
func (h *shape) fit(buf []byte, i int) int {
	for k := range h.parts {
		part := &h.parts[k]
		n := len(part.fixed)
		if n > len(buf)-i || string(buf[i:i+n]) != part.fixed {
			return -1
		}
		i += n
		switch part.then {
		case String:
			i = skimString(buf, i-1)
		case Number:
			i = skimNumber(buf, i)
		default:
			return i
		}
		if i < 0 {
			return -1
		}
	}
	return -1
}

// learn makes the shape of the value from begin to end the last one.
func (h *Shapes) learn(buf []byte, begin, end int) {
	const longest, mostIdle = 8 << 10, 63
	if h.pause > 0 {
		h.pause--
		return
	}
	h.idle = min(2*h.idle+1, mostIdle)
	h.pause = h.idle
	if end-begin > longest || skimValue(buf, begin) != end {
		return
	}
	found := h.find(buf, begin)
	if found == nil {
		found = &h.known[h.next%uint(len(h.known))]
		h.next++
		found.learn(buf, begin, end)
	}
	if h.last != nil && h.last != found {
		h.last.then = found
	}
	h.last = found
}

// find is the shape of the value that begins at i, nil if it is not known.
func (h *Shapes) find(buf []byte, i int) *shape {
	for k := range h.known {
		if h.known[k].fit(buf, i) >= 0 {
			return &h.known[k]
		}
	}
	return nil
}

// learn makes it the shape of the value from begin to end, which skimValue understands. One of very many parts is not
// worth its memory, and fits nothing.
func (h *shape) learn(buf []byte, begin, end int) {
	const mostParts = 256
	text := string(buf[begin:end])
	h.parts, h.then = h.parts[:0], nil
	from := begin // of the part
	add := func(to int, then Kind) { h.parts = append(h.parts, part{text[from-begin : to-begin], then}) }
	for i := begin; i < end; {
		if len(h.parts) == mostParts {
			h.parts = h.parts[:0]
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
