// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// executionItem is an execution, as ListWorkflowExecutions and SearchWorkflowExecutionDetail send it. Fields of another
// type than documented are taken as they stand where that loses nothing. Its lists and its map are used again for the next
// execution; its texts are not.
type executionItem struct {
	WorkflowID   wire.Text
	ExecutionID  wire.Text
	Status       wire.Text
	BeginTime    stamp
	EndTime      stamp
	UpdateTime   stamp
	CreatedBy    wire.Text // created_by in the document's table, create_by in its example
	Approvers    []wire.Text
	Nodes        []nodeItem
	ProjectID    wire.Text
	EditTime     stamp // workflow_edit_time in the table, workflowEditTime in the example
	LastRecordID wire.Text
	Input        wire.Text // of the API before 2022-12, as is Output
	Output       wire.Text
	Others       map[string]wire.Text // what is in no document, if it is plain

	made *made // what executions are made of
}

// nodeItem is the result of one node: an element of execution_result_list.
type nodeItem struct {
	missing    bool // the service sent null
	NodeID     wire.Text
	BeginTime  stamp
	EndTime    stamp
	FunctionID wire.Text
	Output     string // as it was sent, in JSON; "" if it was not
	Status     wire.Text

	raw string // the node as it was sent; kept for events only
}

func newItem() *executionItem { return &executionItem{made: new(made)} }

// reset makes an item ready for another execution.
func (x *executionItem) reset() {
	const most = 1024 // what a larger execution took is given back
	fresh := executionItem{made: x.made}
	if cap(x.Nodes) <= most {
		clear(x.Nodes)
		fresh.Nodes = x.Nodes[:0]
	}
	if cap(x.Approvers) <= most {
		fresh.Approvers = emptied(x.Approvers)
	}
	if len(x.Others) <= most {
		fresh.Others = x.Others
		clear(fresh.Others)
	}
	*x = fresh
}

// emptied is a list of no texts, with none left where it grows to.
func emptied(list []wire.Text) []wire.Text {
	clear(list[:cap(list)])
	return list[:0]
}

// check makes sure that the execution has an id: without one it cannot be asked for, and no cursor can stand behind it.
func (x *executionItem) check() error {
	const most = 1024 // the documents say 64; a cursor has room for no more than this
	if x.ExecutionID == "" || !x.ExecutionID.Plain() || len(x.ExecutionID) > most {
		return wire.Unreadable("its execution_id is %q; want an id", wire.Clip(string(x.ExecutionID)))
	}
	return nil
}

// decode reads one answer: an execution and nothing behind it. An answer that ends early is one that broke off.
func decode(data []byte) (*executionItem, error) {
	r := newItemReader()
	r.whole = data
	r.Reset(data)
	if kind := r.Kind(); kind != scan.Object {
		if kind != scan.Array { // a list is no execution, however it ends; of anything else its end is part of it
			r.Skip()
		}
		switch err := r.Err(); {
		case errors.Is(err, io.EOF):
			return nil, wire.Unreadable("the answer is empty; want an execution")
		case err != nil:
			return nil, decodeError(err, beginning(data))
		default:
			return nil, wire.Unreadable("want an object with an execution_id; %s", beginning(data))
		}
	}
	item := newItem()
	if err := r.execution(item); err != nil {
		return nil, decodeError(err, beginning(data))
	}
	return item, r.endOfAnswer()
}

// beginning says how an answer begins, for errors.
func beginning(data []byte) string { return fmt.Sprintf("the answer begins %q", clip(data)) }

// clip is wire.Clip for bytes, of which it copies no more than it shows: they may be a whole answer.
func clip(data []byte) string {
	const enough = 120 // more than are shown
	return wire.Clip(string(data[:min(len(data), enough)]))
}

// named says in which field an error was found, if it is one of the content.
func named(field string, err error) error {
	if e, ok := errors.AsType[*history.Error](err); ok && e.Kind == history.ErrDecode {
		return wire.Unreadable("%s: %s", wire.Clip(field), e.Message)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return strangeType(field, "a JSON "+e.Value)
	}
	return err
}

// strangeType is the error of a field that is of a type which loses what it says.
func strangeType(field, got string) error {
	return wire.Unreadable("%s: there is %s where the document has something else", wire.Clip(field), got)
}

// decodeError gives a decoder's error its kind: JSON that ends early is an answer that broke off, JSON that is none is
// unreadable, and what the body itself ran into stays what it is. where says what was being read.
func decodeError(err error, where string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return exchange.Broken(io.ErrUnexpectedEOF)
	}
	if e, ok := errors.AsType[*history.Error](err); ok {
		if e.Kind == history.ErrDecode {
			return wire.Unreadable("%s: %s", where, e.Message)
		}
		return err
	}
	if isSyntax(err) {
		return wire.Unreadable("%s: %v", where, err)
	}
	return err
}

// isSyntax reports whether an error is that of a text which is no JSON.
func isSyntax(err error) bool {
	if _, ok := errors.AsType[*scan.SyntaxError](err); ok {
		return true
	}
	_, ok := errors.AsType[*json.SyntaxError](err)
	return ok
}

// endOfAnswer makes sure that nothing comes behind what was read.
func endOfAnswer(dec *json.Decoder) error {
	_, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil || isSyntax(err) {
		return errBehind()
	}
	return err
}

func errBehind() error { return wire.Unreadable("there is more behind the end of the JSON") }
