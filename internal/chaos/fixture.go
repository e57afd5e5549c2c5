// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// shape says what a fake cloud holds. Its contents follow from it alone, so that another process can hold, or check, the same.
type shape struct {
	Cloud  string
	Events int // in all; on Huawei a multiple of those of one workflow
	Each   int // of one execution; on Huawei an even number, up to 402 by the service's own limit of 200 nodes
	Group  int // executions of one workflow; means nothing on Alibaba, where each has its own
	Page   int // events of one page of a walk; 0 = the largest there is
	Lists  part

	ListPage int // executions of one page of a walk; 0 = the largest there is
}

// part says which part of the executions is read from lists. FnF's are not: a list there has no events.
type part int

const (
	noLists part = iota
	halfLists
	allLists
)

// monday is when the executions begin.
var monday = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// samples are the events of a generated history between the first and the last: what a real one has, in steps' names,
// types and details.
func samples() []history.Event {
	const events = 400
	all := historytest.Generate(1, &historytest.GenerateOptions{MaxEvents: events, Fill: true}).Events
	return all[1 : len(all)-1]
}

// outputs are the details among the samples that are JSON objects, for clouds that send them as such.
func outputs() []json.RawMessage {
	var out []json.RawMessage
	for _, e := range samples() {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(e.Detail), &object) == nil && len(object) > 0 {
			out = append(out, json.RawMessage(e.Detail))
		}
	}
	return out
}

// jobs are the walks over all that the shape describes.
func (s shape) jobs() []job {
	if s.Cloud == alibabaCloud {
		return newAlibabaFixture(s).jobs()
	}
	return newHuaweiFixture(s).jobs()
}
