// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"encoding/json"
	"strconv"

	"github.com/flowhistory/flowhistory/history"
)

// value draws what a step could have as its input or output: a JSON object.
func (s *simulation) value() history.Detail {
	n := strconv.Itoa(s.rng.IntN(10_000))
	switch s.rng.IntN(8) {
	case 0:
		return "{}"
	case 1:
		return history.Detail(`{"order":{"id":` + n + `,"items":["lamp","desk"],"paid":true}}`)
	case 2: // what a decoder can stumble over: other keys of the same name further in, escapes, text that is not ASCII
		return history.Detail(`{"input":{"output":` + n + `},"text":"a \"quoted\" <b>Gr\u00fc\u00dfe 订单</b>\n"}`)
	default:
		return history.Detail(`{"n":` + n + `}`)
	}
}

// emptyDetail is a detail that tells nothing.
func (s *simulation) emptyDetail() history.Detail {
	if s.rng.IntN(4) == 0 {
		return ""
	}
	return "{}"
}

// told reports whether inputs and outputs are in the details.
func (s *simulation) told() bool { return s.variant.Details != DetailsEmpty }

// ifTold is a value as far as the details tell it.
func (s *simulation) ifTold(value history.Detail) history.Detail {
	if !s.told() {
		return ""
	}
	return value
}

// ifToldFailure is a failure as far as the details tell it.
func (s *simulation) ifToldFailure(f history.Failure) *history.Failure {
	if !s.told() {
		return nil
	}
	return &f
}

func (s *simulation) inputDetail(value history.Detail) history.Detail {
	return s.wrapped("input", value)
}

func (s *simulation) outputDetail(value history.Detail) history.Detail {
	return s.wrapped("output", value)
}

func (s *simulation) wrapped(key string, value history.Detail) history.Detail {
	if !s.told() {
		return s.emptyDetail()
	}
	return `{"` + history.Detail(key) + `":` + value + `}`
}

func enteredDetail(input history.Detail) history.Detail {
	return `{"input":` + input + `,"local":{}}`
}

func localDetail(value history.Detail) history.Detail { return `{"local":` + value + `}` }

// failureDetail is the detail of a failure, an empty one for none.
func (s *simulation) failureDetail(f *history.Failure) history.Detail {
	if f == nil {
		return s.emptyDetail()
	}
	text, _ := json.Marshal(struct { // two strings always have a JSON form
		Error string `json:"error"`
		Cause string `json:"cause"`
	}{f.Code, f.Cause})
	return history.Detail(text)
}

// taskFailure draws what a task could fail with.
func (s *simulation) taskFailure() history.Failure {
	causes := []history.Failure{
		{Code: "FC.ResourceThrottled", Cause: "the function is busy"},
		{Code: "FC.InternalServerError", Cause: "the function ended without an answer"},
		{Code: "FC.Unknown", Cause: "the service said \"no\""},
		{Code: "PaymentRefused", Cause: "the card has expired: 持卡人"},
	}
	return pick(s.rng, causes)
}

// timeoutFailure is what a task fails with that took too long.
func timeoutFailure() history.Failure {
	return history.Failure{Code: "FnF.TaskTimeout", Cause: "no answer in time"}
}

// flowFailure draws what a fail step could fail with.
func (s *simulation) flowFailure() history.Failure {
	return history.Failure{Code: "OrderRejected", Cause: "order " + strconv.Itoa(s.rng.IntN(10_000)) + " cannot be sent"}
}
