// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// executionItem is an execution, as ListWorkflowExecutions and SearchWorkflowExecutionDetail send it. Fields of another
// type than documented are taken as they stand where that loses nothing.
type executionItem struct {
	WorkflowID   wire.Text
	ExecutionID  wire.Text
	Status       wire.Text
	BeginTime    stamp
	EndTime      stamp
	UpdateTime   stamp
	CreatedBy    wire.Text // created_by in the document's table, create_by in its example
	Approvers    []wire.Text
	Nodes        []*nodeItem // nil elements: the service sent null
	ProjectID    wire.Text
	EditTime     stamp // workflow_edit_time in the table, workflowEditTime in the example
	LastRecordID wire.Text
	Input        wire.Text // of the API before 2022-12, as is Output
	Output       wire.Text
	Others       map[string]wire.Text // what is in no document, if it is plain
}

// nodeItem is the result of one node: an element of execution_result_list.
type nodeItem struct {
	NodeID     wire.Text       `json:"node_id"`
	BeginTime  stamp           `json:"begin_time"`
	EndTime    stamp           `json:"end_time"`
	FunctionID wire.Text       `json:"function_execution_id"`
	Output     json.RawMessage `json:"output"`
	Status     wire.Text       `json:"status"`

	raw string // the node as it was sent; kept for events only
}

// target is where a field of an execution goes, nil for one that is in no document. key is its name in lower case and
// without underscores. Both spellings of the fields that the document spells in two ways have one target, and what is
// empty never replaces what is not: so the one that says something wins.
func (x *executionItem) target(key string) any {
	switch key {
	case "workflowid":
		return &x.WorkflowID
	case "executionid":
		return &x.ExecutionID
	case "status":
		return &x.Status
	case "begintime":
		return &x.BeginTime
	case "endtime":
		return &x.EndTime
	case "lastupdatetime":
		return &x.UpdateTime
	case "createdby", "createby":
		return &x.CreatedBy
	case "approveusernamelist":
		return &x.Approvers
	case "projectid":
		return &x.ProjectID
	case "workflowedittime":
		return &x.EditTime
	case "lastrecordidwithsnapshot":
		return &x.LastRecordID
	case "input":
		return &x.Input
	case "output":
		return &x.Output
	}
	return nil
}

// read reads an object whose opening brace was read. keepNodes keeps each node as it was sent, for events.
func (x *executionItem) read(dec *json.Decoder, keepNodes bool) error {
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // the decoder lets nothing else be a key
		if err := x.readField(dec, name, keepNodes); err != nil {
			return named(name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	return x.check()
}

func (x *executionItem) readField(dec *json.Decoder, name string, keepNodes bool) error {
	key := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	if key == "executionresultlist" {
		return x.readNodes(dec, keepNodes)
	}
	if target := x.target(key); target != nil {
		return dec.Decode(target)
	}
	var other wire.Text
	if err := dec.Decode(&other); err != nil {
		return err
	}
	if other != "" && other.Plain() {
		if x.Others == nil {
			x.Others = make(map[string]wire.Text)
		}
		x.Others[name] = other
	}
	return nil
}

// mostNodes bounds what one execution takes in memory: "{}," is three bytes of an answer and a hundred times that as a step.
const mostNodes = 100_000

func (x *executionItem) readNodes(dec *json.Decoder, keep bool) error {
	open, err := dec.Token()
	switch {
	case err != nil:
		return err
	case open == nil:
		return nil
	case open != json.Delim('['):
		return wire.Unreadable("want a list, it begins %v", open)
	}
	x.Nodes = x.Nodes[:0]
	for dec.More() {
		if len(x.Nodes) >= mostNodes {
			return wire.Unreadable("there are more than %d node results; the document says at most 200", mostNodes)
		}
		node, err := readNode(dec, keep)
		if err != nil {
			return err
		}
		x.Nodes = append(x.Nodes, node)
	}
	_, err = dec.Token()
	return err
}

func readNode(dec *json.Decoder, keep bool) (*nodeItem, error) {
	var node *nodeItem
	if !keep {
		err := dec.Decode(&node)
		return node, err
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &node); err != nil {
		return nil, err
	}
	if node != nil {
		node.raw = wire.Valid(raw)
	}
	return node, nil
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
	dec := json.NewDecoder(bytes.NewReader(data))
	begins := fmt.Sprintf("the answer begins %q", wire.Clip(string(data)))
	token, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, wire.Unreadable("the answer is empty; want an execution")
	case err != nil:
		return nil, decodeError(err, begins)
	case token != json.Delim('{'):
		return nil, wire.Unreadable("want an object with an execution_id; %s", begins)
	}
	item := new(executionItem)
	if err := item.read(dec, true); err != nil {
		return nil, decodeError(err, begins)
	}
	return item, endOfAnswer(dec)
}

// named says in which field an error was found, if it is one of the content.
func named(field string, err error) error {
	if e, ok := errors.AsType[*history.Error](err); ok && e.Kind == history.ErrDecode {
		return wire.Unreadable("%s: %s", wire.Clip(field), e.Message)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return wire.Unreadable("%s: there is a JSON %s where the document has something else", wire.Clip(field), e.Value)
	}
	return err
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
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return wire.Unreadable("%s: %v", where, err)
	}
	return err
}
