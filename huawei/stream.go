// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// maxNesting is how deep lists may be in lists. The documents have one and two.
const maxNesting = 16

// readList decodes a list of executions as it comes in and hands each one on, nil for a null. The list is flat, as the
// document's example is, or has lists in it, as its table says, or both. At most one execution is in memory, and one that
// is larger than reply.MaxResponse is ErrTooLarge. An error of each is returned as it is.
func readList(reply *exchange.Reply, each func(*executionItem) error) error {
	in := &bounded{src: reply.Body, limit: reply.MaxResponse(), beyond: reply.TooLarge("one execution of the answer")}
	dec := json.NewDecoder(in)
	if err := openList(dec, in); err != nil {
		return err
	}
	count := 0
	for depth := 1; depth > 0; {
		token, err := dec.Token()
		if err != nil {
			return decodeError(err, fmt.Sprintf("the list, behind %d executions", count))
		}
		var item *executionItem
		switch token {
		case json.Delim('['):
			if depth++; depth > maxNesting {
				return wire.Unreadable("the list has more than %d lists in one another", maxNesting)
			}
			continue
		case json.Delim(']'):
			depth--
			continue
		case json.Delim('{'):
			item = new(executionItem)
			if err := item.read(dec, false); err != nil {
				return decodeError(err, fmt.Sprintf("execution %d of the list", count+1))
			}
		case nil:
		default:
			return wire.Unreadable("item %d of the list is %q; want an object", count+1, wire.Clip(fmt.Sprint(token)))
		}
		count++
		if err := each(item); err != nil {
			return err
		}
		if item != nil { // an endless row of nothing is too large too
			in.limit = min(dec.InputOffset(), math.MaxInt64-reply.MaxResponse()) + reply.MaxResponse()
		}
	}
	return endOfAnswer(dec)
}

// openList reads up to the list's opening bracket. Anything else, an object with an error code included, is no list.
func openList(dec *json.Decoder, in *bounded) error {
	token, err := dec.Token()
	switch {
	case token == json.Delim('['):
		return nil
	case errors.Is(err, io.EOF):
		return wire.Unreadable("the answer is empty; want a list of executions")
	case err != nil:
		return decodeError(err, in.beginning())
	default:
		return wire.Unreadable("want a list of executions; %s", in.beginning())
	}
}

// endOfAnswer makes sure that nothing comes behind what was read.
func endOfAnswer(dec *json.Decoder) error {
	_, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if _, syntax := errors.AsType[*json.SyntaxError](err); err == nil || syntax {
		return wire.Unreadable("there is more behind the end of the JSON")
	}
	return err
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

func (b *bounded) beginning() string {
	return fmt.Sprintf("the answer begins %q", wire.Clip(string(b.head)))
}
