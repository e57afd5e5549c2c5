// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

const (
	// maxNesting is how deep lists may be in lists. The documents have one and two.
	maxNesting = 16

	// window is how much of an answer is in memory at once, in bytes, unless one value is longer.
	window = 128 << 10
)

// readList decodes a list of executions as it comes in and hands each one on, nil for a null. The list is flat, as the
// document's example is, or has lists in it, as its table says, or both. At most one execution is in memory, and one that
// is larger than reply.MaxResponse is ErrTooLarge. An execution is valid until each returns; an error of each is returned
// as it is.
func readList(reply *exchange.Reply, each func(*executionItem) error) error {
	return readListThrough(make([]byte, 0, window), reply, each)
}

// readListThrough is readList with memory of another size for the window.
func readListThrough(memory []byte, reply *exchange.Reply, each func(*executionItem) error) error {
	in := &bounded{src: reply.Body, limit: reply.MaxResponse(), beyond: reply.TooLarge("one execution of the answer")}
	r := newItemReader()
	r.ResetReader(in, memory)
	if !r.Array() {
		return noList(r, in)
	}
	item := newItem()
	for count, depth := 0, 1; depth > 0; {
		if !r.Next() {
			if err := r.Err(); err != nil {
				return decodeError(err, fmt.Sprintf("the list, behind %d executions", count))
			}
			depth--
			continue
		}
		next := item
		switch r.Kind() {
		case scan.Array:
			if depth++; depth > maxNesting {
				return wire.Unreadable("the list has more than %d lists in one another", maxNesting)
			}
			r.Array()
			continue
		case scan.Object:
			if err := r.execution(item); err != nil {
				return decodeError(err, fmt.Sprintf("execution %d of the list", count+1))
			}
		case scan.Null:
			r.Skip()
			next = nil
		default:
			return strangeItem(r, count)
		}
		if r.Err() != nil {
			continue // a null was none, or broke off
		}
		count++
		if err := each(next); err != nil {
			return err
		}
		if next != nil { // an endless row of nothing is too large too
			in.limit = min(r.Offset(), math.MaxInt64-reply.MaxResponse()) + reply.MaxResponse()
		}
	}
	return r.endOfAnswer()
}

// noList is the error of an answer that does not begin with a bracket. An object with an error code is no list either.
func noList(r *itemReader, in *bounded) error {
	if r.Kind() != scan.Object {
		r.Skip() // what breaks off may have become anything
	}
	switch err := r.Err(); {
	case errors.Is(err, io.EOF):
		return wire.Unreadable("the answer is empty; want a list of executions")
	case err != nil:
		return decodeError(err, beginning(in.head))
	default:
		return wire.Unreadable("want a list of executions; %s", beginning(in.head))
	}
}

// strangeItem is the error of an item that is neither an execution nor a list nor null.
func strangeItem(r *itemReader, count int) error {
	sent := clip(r.Text())
	if err := r.Err(); err != nil {
		return decodeError(err, fmt.Sprintf("the list, behind %d executions", count))
	}
	return wire.Unreadable("item %d of the list is %q; want an object", count+1, sent)
}

// bounded is a reader that fails at a limit, which moves on with each item. A decoder asks for more only while an item is
// not whole, so at the limit the item is too large.
type bounded struct {
	src    io.Reader
	read   int64
	limit  int64
	beyond error
	head   []byte // how the answer begins, for errors
}

// Read reads no further than the limit.
func (b *bounded) Read(p []byte) (int, error) {
	if b.read >= b.limit {
		return 0, b.beyond
	}
	n, err := b.src.Read(p[:min(int64(len(p)), b.limit-b.read)])
	b.read += int64(n)
	const enough = 120
	if missing := enough - len(b.head); missing > 0 {
		b.head = append(b.head, p[:min(n, missing)]...)
	}
	return n, err
}
