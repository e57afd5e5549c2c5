// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// The answers, as the service's documents print them. Fields of another type than documented are taken as they stand
// where that loses nothing; what cannot be done without is raw, to be checked and quoted.

type historyAnswer struct {
	NextToken text
	RequestID text         `json:"RequestId"`
	Events    *[]eventItem // nil: the answer has none, and is not what the document says
}

type eventItem struct {
	Type            text
	EventID         json.RawMessage `json:"EventId"`
	Time            text
	ScheduleEventID json.RawMessage `json:"ScheduleEventId"`
	EventDetail     text
	StepName        text
}

type listAnswer struct {
	NextToken  text
	RequestID  text `json:"RequestId"`
	Executions *[]executionItem
}

type executionItem struct {
	FlowName, Name, Status           text
	StartedTime, StoppedTime         text
	Input, Output, FlowDefinition    text
	ExternalInputURI                 text `json:"ExternalInputUri"`
	ExternalOutputURI                text `json:"ExternalOutputUri"`
	Environment                      text // of newer API versions
	FlowVersion, FlowType, Qualifier text // likewise
}

type describeAnswer struct {
	RequestID text `json:"RequestId"`
	executionItem
}

// text is a JSON string's value; of null it is "", of any other value the JSON as it stands (an EventDetail that is an
// object and not a string with one inside).
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	switch {
	case data[0] == '"' && bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data):
		*t = text(data[1 : len(data)-1]) // what most are; the decoder below costs three allocations
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(s)
	case string(data) == "null":
		*t = ""
	default:
		*t = text(data)
	}
	return nil
}

// decode reads one answer: a JSON object and nothing behind it. An answer that ends early is one that broke off.
func decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	switch {
	case err == nil:
		return nil
	case len(bytes.TrimSpace(data)) == 0:
		return unreadable("the answer is empty; want a JSON object")
	case endsEarly(data):
		return exchange.Broken(io.ErrUnexpectedEOF)
	default:
		return unreadable("%v; the answer begins %q", err, clip(string(data)))
	}
}

// endsEarly reports whether data is the beginning of a JSON value. Of json.Unmarshal's errors only the text would tell.
func endsEarly(data []byte) bool {
	var value json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(data)).Decode(&value), io.ErrUnexpectedEOF)
}

func unreadable(format string, args ...any) *history.Error {
	return &history.Error{Kind: history.ErrDecode, Message: fmt.Sprintf(format, args...)}
}
