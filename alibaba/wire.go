// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The answers, as the service's documents print them. Fields of another type than documented are taken as they stand
// where that loses nothing; what cannot be done without is raw, to be checked and quoted.

type historyAnswer struct {
	NextToken wire.Text
	RequestID wire.Text    `json:"RequestId"`
	Events    *[]eventItem // nil: the answer has none, and is not what the document says
	redact    func(string) string
}

type eventItem struct {
	Type            wire.Text
	EventID         json.RawMessage `json:"EventId"`
	Time            wire.Text
	ScheduleEventID json.RawMessage `json:"ScheduleEventId"`
	EventDetail     wire.Text
	StepName        wire.Text
}

type listAnswer struct {
	NextToken  wire.Text
	RequestID  wire.Text `json:"RequestId"`
	Executions *[]executionItem
}

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
	data, err := reply.ReadAll()
	if err != nil {
		return err
	}
	if err := decode(data, into); err != nil {
		return err
	}
	*requestID = wire.Text(reply.Redact(string(*requestID))) // it goes into pages, and from there into logs
	reply.RequestID = string(*requestID)
	switch {
	case whole() && *requestID != "":
		return nil
	case !whole():
		if e := fail(exchange.Answer{Status: reply.Status, Header: reply.Header, Body: data}); e.Code != "" {
			e.Kind = cmp.Or(e.Kind, history.ErrDecode) // an unknown code in a success says nothing more
			return e
		}
		return wire.Unreadable("the answer has no %s; it begins %q", want, wire.Clip(string(data)))
	default:
		return wire.Unreadable("the answer has no RequestId; it begins %q", wire.Clip(string(data)))
	}
}

// decode reads one answer: a JSON object and nothing behind it. An answer that ends early is one that broke off.
func decode(data []byte, into any) error {
	if crowded(data) {
		return wire.Unreadable("the answer has more than %d values; the largest page has %d items", mostValues, maxEventPage)
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
		return wire.Unreadable("%v; the answer begins %q", err, wire.Clip(string(data)))
	}
}

// endsEarly reports whether data is the beginning of a JSON value. Of json.Unmarshal's errors only the text would tell.
func endsEarly(data []byte) bool {
	var value json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(data)).Decode(&value), io.ErrUnexpectedEOF)
}

// mostValues bounds what an answer takes in memory: "{}," is three bytes of it and a hundred times that as an event.
const mostValues = 500_000

// crowded reports whether there are more commas between values than any real answer has; those in details do not count.
func crowded(data []byte) bool {
	if bytes.Count(data, []byte{','}) <= mostValues {
		return false
	}
	n, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			n++
		}
	}
	return n > mostValues
}
