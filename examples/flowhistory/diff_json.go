// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

// differenceJSON is what diff prints as JSON: the library's difference with the unit in the names of durations. Its fields
// hide those that it embeds.
type differenceJSON struct {
	analyze.Difference
	Execution *changeJSON  `json:"execution,omitempty"`
	Steps     []changeJSON `json:"steps,omitempty"`
}

type changeJSON struct {
	analyze.Change
	Before *stateJSON `json:"before,omitempty"`
	After  *stateJSON `json:"after,omitempty"`
}

// stateJSON has the fields of analyze.State, as the conversion needs them.
type stateJSON struct {
	ID       string           `json:"id,omitempty"`
	Status   history.Status   `json:"status,omitempty"`
	Native   string           `json:"native_status,omitempty"`
	Duration time.Duration    `json:"duration_ns,omitempty"`
	Attempts int              `json:"attempts,omitempty"`
	Failure  *history.Failure `json:"failure,omitempty"`
}

func differenceOf(d analyze.Difference) differenceJSON {
	out := differenceJSON{Difference: d}
	if d.Execution != nil {
		out.Execution = new(changeOf(*d.Execution))
	}
	for _, c := range d.Steps {
		out.Steps = append(out.Steps, changeOf(c))
	}
	return out
}

func changeOf(c analyze.Change) changeJSON {
	return changeJSON{c, (*stateJSON)(c.Before), (*stateJSON)(c.After)}
}
