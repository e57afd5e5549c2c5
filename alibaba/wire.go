// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The answers, as the service's documents print them. Fields of another type than documented are taken as they stand
// where that loses nothing; what cannot be done without is raw, to be checked and quoted.

type executionItem struct {
	FlowName, Name, Status           wire.Text
	StartedTime, StoppedTime         wire.Text
	Input, Output, FlowDefinition    wire.Text
	ExternalInputURI                 wire.Text `json:"ExternalInputUri"`
	ExternalOutputURI                wire.Text `json:"ExternalOutputUri"`
	Environment                      wire.Text // of newer API versions
	FlowVersion, FlowType, Qualifier wire.Text // likewise
}

type describeAnswer struct {
	RequestID wire.Text `json:"RequestId"`
	executionItem
}

// read decodes a 2xx answer and makes sure that it is one of the operation: it has a request id and what was asked for.
// An error that came with a 2xx is told as what it is.
func read(reply *exchange.Reply, into any, requestID *wire.Text, whole func() bool, want string) error {
	return reply.Borrow(func(data []byte) error {
		if err := decode(data, into); err != nil {
			return err
		}
		return verify(reply, data, requestID, whole(), want)
	})
}

// verify is what read makes sure of, once the answer is decoded.
func verify(reply *exchange.Reply, data []byte, requestID *wire.Text, whole bool, want string) error {
	*requestID = wire.Text(reply.Redact(string(*requestID))) // it goes into pages, and from there into logs
	reply.RequestID = string(*requestID)
	switch {
	case whole && *requestID != "":
		return nil
	case !whole:
		if e := fail(exchange.Answer{Status: reply.Status, Header: reply.Header, Body: data}); e.Code != "" {
			e.Kind = cmp.Or(e.Kind, history.ErrDecode) // an unknown code in a success says nothing more
			return e
		}
		return wire.Unreadable("the answer has no %s; it %s", want, beginning(data))
	default:
		return wire.Unreadable("the answer has no RequestId; it %s", beginning(data))
	}
}

// decode reads one answer: a JSON object and nothing behind it. An answer that ends early is one that broke off.
func decode(data []byte, into any) error {
	if err := crowded(data); err != nil {
		return err
	}
	err := json.Unmarshal(data, into)
	switch {
	case err == nil:
		return nil
	case len(bytes.TrimSpace(data)) == 0:
		return wire.Unreadable("the answer is empty; want a JSON object")
	case endsEarly(data):
		return exchange.Broken(io.ErrUnexpectedEOF)
	default:
		return wire.Unreadable("%v; the answer %s", err, beginning(data))
	}
}

// endsEarly reports whether data is the beginning of a JSON value. Of json.Unmarshal's errors only the text would tell.
func endsEarly(data []byte) bool {
	var value json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(data)).Decode(&value), io.ErrUnexpectedEOF)
}

// mostValues bounds what an answer takes in memory: "{}," is three bytes of it and a hundred times that as an event.
const mostValues = 500_000

// crowded is the error of an answer that has more values than any real one; nil if it has not.
func crowded(data []byte) error {
	if !exchange.Crowded(data, mostValues) {
		return nil
	}
	return wire.Unreadable("the answer has more than %d values; the largest page has %d items", mostValues, maxEventPage)
}

// beginning says how an answer begins, for errors.
func beginning(data []byte) string { return fmt.Sprintf("begins %q", clip(data)) }

// clip is wire.Clip for bytes, of which it copies no more than it shows: they may be a whole answer.
func clip(data []byte) string {
	const enough = 120 // more than are shown
	return wire.Clip(string(data[:min(len(data), enough)]))
}
