// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"fmt"
	"strings"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// A fold of the events must give the execution that comes with them.
func ExampleGenerate() {
	g := historytest.Generate(43, &historytest.GenerateOptions{MaxEvents: 40, Fill: true, Variant: &historytest.Variant{Climb: true}})

	fmt.Println(len(g.Events), "events,", g.Execution.Status)
	var show func(indent int, steps []history.Step)
	show = func(indent int, steps []history.Step) {
		for _, s := range steps {
			fmt.Println(strings.Repeat("  ", indent)+s.ID, s.Status, len(s.Attempts))
			show(indent+1, s.Children)
		}
	}
	show(1, g.Execution.Steps)
	fmt.Println("because of", strings.Join(g.RootCause.Path, " > "), g.RootCause.Failure.Code)
	fmt.Println("although", strings.Join(g.RootCause.Survived, ", "), "had been tried again and succeeded")
	// Output:
	// 35 events, failed
	//   choice-25 succeeded 0
	//   task-10 succeeded 2
	//   pass-33 succeeded 0
	//   foreach-26 failed 0
	//     foreach-26[1] failed 0
	//       wait-7 succeeded 0
	//       task-10#2 failed 1
	// because of foreach-26 > foreach-26[1] > task-10#2 FC.ResourceThrottled
	// although task-10 had been tried again and succeeded
}
