// SPDX-License-Identifier: Apache-2.0

package analyze

import "github.com/flowhistory/flowhistory/history"

// none is the partner of a step that has none.
const none = -1

// pairs says which steps of two lists belong together: for each the index of its partner in the other list, or none.
type pairs struct{ ofBefore, ofAfter []int }

// matchKey is what two steps must have in common.
type matchKey struct {
	kind history.StepKind
	name string
	hint string // of a branch: the step that it begins with
}

// match pairs the steps of two levels: what has the same kind and name in the order in which it came. Branches are told
// apart by the step that they begin with before anything else is tried.
func match(before, after []history.Step) pairs {
	p := pairs{unmatched(len(before)), unmatched(len(after))}
	// Most executions of a workflow begin, and many go on, in the same way: that needs no table.
	same := 0
	for same < min(len(before), len(after)) && keyOf(&before[same]) == keyOf(&after[same]) {
		p.ofBefore[same], p.ofAfter[same] = same, same
		same++
	}
	if same == len(before) || same == len(after) {
		return p
	}
	p.match(before, after, keyOf)
	p.match(before, after, func(s *history.Step) matchKey { return matchKey{kind: s.Kind, name: s.Name} })
	return p
}

func keyOf(s *history.Step) matchKey {
	key := matchKey{kind: s.Kind, name: s.Name}
	if s.Kind == history.BranchNode && len(s.Children) > 0 {
		key.hint = s.Children[0].Name
	}
	return key
}

func unmatched(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = none
	}
	return list
}

// match pairs those that have no partner yet.
func (p pairs) match(before, after []history.Step, key func(*history.Step) matchKey) {
	waiting := make(map[matchKey][]int, len(before))
	for i := range before {
		if s := &before[i]; p.ofBefore[i] == none {
			k := key(s)
			waiting[k] = append(waiting[k], i)
		}
	}
	for i := range after {
		s := &after[i]
		if p.ofAfter[i] != none {
			continue
		}
		k := key(s)
		if first := waiting[k]; len(first) > 0 {
			p.ofAfter[i], p.ofBefore[first[0]] = first[0], i
			waiting[k] = first[1:]
		}
	}
}
