// SPDX-License-Identifier: Apache-2.0

package history

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
)

// Cursor is a place between two items of a sequence, as a text of at most 4 KiB that is safe to store, to put into a URL
// and to use in another process on another day. "" is the beginning (in a query) or the end (in Page.Next).
//
// A cursor belongs to the provider, scope, target and filters that it was made for; used elsewhere it is ErrCursor. It
// is not secret and not signed: it shows what it holds to whoever decodes it.
type Cursor string

// Position is what a Cursor holds, for sources and for the curious.
type Position struct {
	Ref              // where; without an Execution it is a place in a list of executions, without a Workflow in one of workflows
	Token     string `json:"token,omitempty"`      // the provider's own page token, or what the source keeps in its place; "" = none
	LastEvent int64  `json:"last_event,omitempty"` // ID of the last event before the place; 0 = none or not a place between events
	End       bool   `json:"end,omitempty"`        // the end was reached: the terminal event, or of a list its last page
	Query     string `json:"query,omitempty"`      // Fingerprint of the filters of an ExecutionQuery or WorkflowQuery; "" = none, always so for events
}

const (
	cursorVersion = "fh1." // the form of the text behind it; another form gets another number
	maxCursor     = 4 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// NewCursor makes the cursor of a position. When a provider's token is so long that the cursor would exceed 4 KiB, the
// token is left out of an event's cursor (LastEvent is enough to go on); of other cursors Position tells the error.
func NewCursor(p Position) Cursor {
	c := encode(p)
	if len(c) > maxCursor && p.LastEvent > 0 {
		p.Token = ""
		c = encode(p)
	}
	return c
}

func encode(p Position) Cursor {
	b := make([]byte, 0, 96)
	for _, s := range []string{p.Provider, p.Scope, p.Workflow, p.Execution, p.Token, p.Query} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendVarint(b, p.LastEvent)
	if p.End {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return Cursor(cursorVersion + base64.RawURLEncoding.EncodeToString(b))
}

// After is the cursor behind an event: EventQuery{Ref: e.Ref, From: After(e)} goes on with the next one.
//
// It knows nothing but the event. Of derived events (AOM) some may appear late, with a time already passed: such a one
// is delivered to a reader that goes on from a page's or an error's cursor, which hold what was delivered, but a reader
// that goes on from After takes everything with a smaller ID as delivered.
func After(e Event) Cursor {
	return NewCursor(Position{Ref: e.Ref, LastEvent: e.ID, End: e.Type.Terminal()})
}

// Position reads the cursor. The error is ErrCursor.
func (c Cursor) Position() (Position, error) {
	if len(c) > maxCursor {
		return Position{}, cursorError("the cursor has %d bytes, more than the %d that one may have; start from \"\"", len(c), maxCursor)
	}
	text, ok := strings.CutPrefix(string(c), cursorVersion)
	if !ok {
		return Position{}, cursorError("%q is no cursor, or one of another version (this one writes %s…); use one as it was returned, or start from \"\"", clip(string(c), 40), cursorVersion)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 4 || strings.ContainsAny(text, "\r\n") { // the decoder skips line ends
		return Position{}, cursorError("the cursor %q was cut or changed; use it as it was returned, or start from \"\"", clip(string(c), 40))
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return Position{}, cursorError("the cursor %q was cut or changed; use it as it was returned, or start from \"\"", clip(string(c), 40))
	}
	p, ok := decodePosition(body)
	if !ok {
		return Position{}, cursorError("the cursor %q holds no position; start from \"\"", clip(string(c), 40))
	}
	return p, nil
}

func decodePosition(b []byte) (p Position, ok bool) {
	for _, s := range []*string{&p.Provider, &p.Scope, &p.Workflow, &p.Execution, &p.Token, &p.Query} {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return p, false
		}
		*s, b = string(b[used:used+int(n)]), b[used+int(n):]
	}
	last, used := binary.Varint(b)
	if used <= 0 || len(b) != used+1 || b[used] > 1 {
		return p, false
	}
	p.LastEvent, p.End = last, b[used] == 1
	return p, true
}

func cursorError(format string, args ...any) *Error {
	return &Error{Op: "cursor", Kind: ErrCursor, Message: fmt.Sprintf(format, args...)}
}

// check reports whether a query's From belongs to what the query asks for; want is the position without a place.
func (c Cursor) check(want Position) error {
	if c == "" {
		return nil
	}
	got, err := c.Position()
	if err != nil {
		return err
	}
	for _, f := range []struct{ what, got, want string }{
		{"provider", got.Provider, want.Provider},
		{"scope", got.Scope, want.Scope},
		{"workflow", got.Workflow, want.Workflow},
		{"execution", got.Execution, want.Execution},
	} {
		if f.got != f.want {
			return cursorError("the cursor is of %s, the query of %s; use a cursor that came from the same query, or start from \"\"",
				named(f.what, f.got), named(f.what, f.want))
		}
	}
	if got.Query != want.Query {
		return cursorError("the cursor was made with other filters; use the same Status, NamePrefix and times as before, or start from \"\"")
	}
	return nil
}

// named is a part of a position as an error calls it.
func named(what, value string) string {
	if value == "" {
		return "no " + what
	}
	return fmt.Sprintf("%s %q", what, clip(value, 80))
}
