// SPDX-License-Identifier: Apache-2.0

package huawei

import "fmt"

// stepIDs makes the IDs of an execution's steps of the ids of their nodes. Executions of one workflow mostly have the same
// nodes in the same order, so the IDs of the execution before are given out again for as long as that is so.
type stepIDs struct {
	given []stepID       // in order: the first count of this execution, those behind of the one before it
	count int            // how many this execution has
	taken map[string]int // of given: the last number behind each id, 1 for none
	long  bool           // there is an id too long to be kept for the next execution
}

// stepID is the ID of a step, and of the node that it was made of.
type stepID struct{ node, unique string }

// begin begins another execution.
func (s *stepIDs) begin() {
	const most = 1024 // what a larger execution took is given back
	if len(s.given) > most || s.long {
		*s = stepIDs{}
	}
	s.count = 0
}

// next is the node's id, with a number behind it when it was there before: a node that was tried again is there once
// for each try. The number counts places in the list, so it stays the same while the list grows.
func (s *stepIDs) next(node string) string {
	i := s.count
	s.count++
	if i < len(s.given) && s.given[i].node == node {
		return s.given[i].unique
	}
	if i < len(s.given) {
		clear(s.given[i:]) // or they would keep the ids
		s.given = s.given[:i]
		clear(s.taken)
		for _, id := range s.given {
			s.take(id.node)
		}
	}
	const longest = 256
	s.long = s.long || len(node) > longest
	id := stepID{node, s.take(node)}
	s.given = append(s.given, id)
	return id.unique
}

// take is the ID of a node behind those that are taken.
func (s *stepIDs) take(node string) string {
	if s.taken == nil {
		s.taken = make(map[string]int)
	}
	unique := node
	for unique == "" || s.taken[unique] > 0 {
		s.taken[node] = max(s.taken[node], 1) + 1 // not again from 2: a list may have one id ten thousand times
		unique = fmt.Sprintf("%s#%d", node, s.taken[node])
	}
	s.taken[unique] = 1
	return unique
}
