// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The decoders as they would be with encoding/json: what it takes and refuses, ours do, too.

// UnmarshalJSON never fails: what is no time is found by who needs one.
func (s *stamp) UnmarshalJSON(data []byte) error {
	other := stamp{sent: wire.Valid(data)}
	if n, ok := wholeNumber(data); ok {
		other = stamp{plain: true, number: n}
	}
	s.take(other)
	return nil
}

// oracleNode is a nodeItem with what encoding/json needs to know.
type oracleNode struct {
	NodeID     wire.Text       `json:"node_id"`
	BeginTime  stamp           `json:"begin_time"`
	EndTime    stamp           `json:"end_time"`
	FunctionID wire.Text       `json:"function_execution_id"`
	Output     json.RawMessage `json:"output"`
	Status     wire.Text       `json:"status"`
}

// oracleList is readList.
func oracleList(reply *exchange.Reply, each func(*executionItem) error) error {
	dec := json.NewDecoder(reply.Body)
	dec.UseNumber() // a number may be anything, also too large for a float64
	token, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return wire.Unreadable("the answer is empty")
	case err != nil:
		return decodeError(err, "the answer")
	case token != json.Delim('['):
		return wire.Unreadable("want a list")
	}
	for depth := 1; depth > 0; {
		token, err := dec.Token()
		if err != nil {
			return decodeError(err, "the list")
		}
		var item *executionItem
		switch token {
		case json.Delim('['):
			if depth++; depth > maxNesting {
				return wire.Unreadable("the list is too deep")
			}
			continue
		case json.Delim(']'):
			depth--
			continue
		case json.Delim('{'):
			item = newItem()
			if err := item.oracleRead(dec, nil); err != nil {
				return decodeError(err, "an execution")
			}
		case nil:
		default:
			return wire.Unreadable("an item is %v", token)
		}
		if err := each(item); err != nil {
			return err
		}
	}
	return oracleEnd(dec, reply.Body)
}

// oracleEnd looks at the rest as at one text: how what should not be there ends makes no difference.
func oracleEnd(dec *json.Decoder, body io.Reader) error {
	rest, err := io.ReadAll(io.MultiReader(dec.Buffered(), body))
	if err == nil && len(bytes.Trim(rest, " \t\r\n")) > 0 {
		err = wire.Unreadable("there is more")
	}
	return err
}

// oracleDecode is decode.
func oracleDecode(data []byte) (*executionItem, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber() // a number may be anything, also too large for a float64
	token, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, wire.Unreadable("the answer is empty")
	case err != nil:
		return nil, decodeError(err, "the answer")
	case token != json.Delim('{'):
		return nil, wire.Unreadable("want an object")
	}
	item := newItem()
	if err := item.oracleRead(dec, data); err != nil {
		return nil, decodeError(err, "the answer")
	}
	return item, oracleEnd(dec, strings.NewReader(""))
}

// oracleRead reads an object whose opening brace was read; whole keeps each node as it was sent.
func (x *executionItem) oracleRead(dec *json.Decoder, whole []byte) error {
	for unknown := 0; dec.More(); {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		known, err := x.oracleField(dec, name, whole)
		if !known {
			unknown++
		}
		if unknown > mostUnknown || len(x.Approvers) > mostApprovers {
			return wire.Unreadable("there are too many")
		}
		if err != nil {
			return named(name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	return x.check()
}

func (x *executionItem) oracleField(dec *json.Decoder, name string, whole []byte) (known bool, err error) {
	targets := map[string]any{
		"workflowid": &x.WorkflowID, "executionid": &x.ExecutionID, "status": &x.Status, "begintime": &x.BeginTime,
		"endtime": &x.EndTime, "lastupdatetime": &x.UpdateTime, "createdby": &x.CreatedBy, "createby": &x.CreatedBy,
		"approveusernamelist": &x.Approvers, "projectid": &x.ProjectID, "workflowedittime": &x.EditTime,
		"lastrecordidwithsnapshot": &x.LastRecordID, "input": &x.Input, "output": &x.Output,
	}
	key := strings.ReplaceAll(name, "_", "")
	if strings.EqualFold(key, "executionresultlist") {
		return true, x.oracleNodes(dec, whole)
	}
	for name, target := range targets {
		if strings.EqualFold(key, name) {
			return true, dec.Decode(target)
		}
	}
	var other wire.Text
	if err := dec.Decode(&other); err != nil {
		return false, err
	}
	if other != "" && other.Plain() {
		if x.Others == nil {
			x.Others = make(map[string]wire.Text)
		}
		x.Others[name] = other
	}
	return false, nil
}

func (x *executionItem) oracleNodes(dec *json.Decoder, whole []byte) error {
	open, err := dec.Token()
	switch {
	case err != nil:
		return err
	case open == nil:
		return nil
	case open != json.Delim('['):
		return wire.Unreadable("want a list")
	}
	x.Nodes = x.Nodes[:0]
	for dec.More() {
		if len(x.Nodes) >= mostNodes {
			return wire.Unreadable("there are too many")
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		var sent *oracleNode
		if err := json.Unmarshal(raw, &sent); err != nil {
			return err
		}
		node := nodeItem{missing: sent == nil}
		if sent != nil {
			node = nodeItem{false, sent.NodeID, sent.BeginTime, sent.EndTime, sent.FunctionID, string(sent.Output), sent.Status, ""}
			if whole != nil {
				node.raw = wire.Valid(raw)
			}
		}
		x.Nodes = append(x.Nodes, node)
	}
	_, err = dec.Token()
	return err
}
