// SPDX-License-Identifier: Apache-2.0

package main

import (
	"reflect"

	"github.com/flowhistory/flowhistory/history"
)

// job is one walk and the truth about what it must deliver: the events of an execution, or, without Ref.Execution, the
// executions of a list.
type job struct {
	ref    history.Ref
	page   int // items of one page
	size   int // items there are
	weight int // events that one item stands for

	event func(i int) history.Event  // the truth about an item, nil for a list
	index func(id int64) (int, bool) // which event an ID is

	execution func(i int) history.Execution // the truth about an item of a list; for events on Huawei that about their execution
	find      func(name string) (int, bool) // which item a name is
}

// noteEvent tells a ledger of an event that came.
func (j job) noteEvent(l *ledger, e history.Event) {
	i, known := j.index(e.ID)
	l.note(i, known, known && e == j.event(i))
}

// noteExecution tells a ledger of an execution that came.
func (j job) noteExecution(l *ledger, e history.Execution) {
	i, known := j.find(e.Execution)
	l.note(i, known, known && reflect.DeepEqual(e, j.execution(i)))
}

// expected is how many events the jobs stand for.
func expected(jobs []job) int {
	n := 0
	for _, j := range jobs {
		n += j.size * j.weight
	}
	return n
}
