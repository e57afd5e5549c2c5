// SPDX-License-Identifier: Apache-2.0

package history

import "iter"

// Walk is all steps of the execution with their depth, which is 0 on top; each before its children, in order. The
// pointers point into e.Steps.
func (e Execution) Walk() iter.Seq2[int, *Step] {
	return func(yield func(int, *Step) bool) { walkSteps(e.Steps, 0, yield) }
}

func walkSteps(steps []Step, depth int, yield func(int, *Step) bool) bool {
	for i := range steps {
		if !yield(depth, &steps[i]) || !walkSteps(steps[i].Children, depth+1, yield) {
			return false
		}
	}
	return true
}
