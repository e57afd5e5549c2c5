// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// DefaultMaxPaths is what an Aggregate's MaxPaths of 0 means.
const DefaultMaxPaths = 10_000

// Aggregate sums up any number of executions: how often each step of each workflow ran, how often it failed and how long
// it took. The zero value is empty and ready.
//
// Its memory does not grow with the number of executions. It grows with the number of different paths (see Path), of which
// there are at most MaxPaths. For each it keeps a histogram of the durations, with buckets that get wider as durations get
// longer: half a KiB, and as much again for each power of two (1 ns, 2 ns, … 1.07 s, 2.15 s, …) that durations were counted
// in, but never more than 30 KiB.
//
// An Aggregate is not safe for use by several goroutines: give each its own and Merge them in the end. Which executions
// were added is not remembered, one that is added twice counts twice.
//
// As JSON (see MarshalJSON) it can be stored, or sent to where others are merged.
type Aggregate struct {
	// MaxPaths limits how many different paths are kept, each workflow itself included; 0 is DefaultMaxPaths, a negative
	// number is no limit. Steps beyond it are counted in Report.Dropped, and so is what is in them.
	MaxPaths int

	workflows map[history.Ref]*node
	paths     int // how many nodes there are
	dropped   int64
}

// node is one path of a workflow, or the workflow itself.
type node struct {
	tally
	children map[nodeKey]*node
}

type nodeKey struct {
	name string
	kind history.StepKind
}

// tally is what is counted for one path. Counts are added, so their order makes no difference.
type tally struct {
	count     int64 // all
	ended     int64 // with a terminal status
	failed    int64
	retries   int64
	durations sketch
}

func (t *tally) merge(other *tally) {
	t.count += other.count
	t.ended += other.ended
	t.failed += other.failed
	t.retries += other.retries
	t.durations.merge(&other.durations)
}

func (t *tally) addStatus(s history.Status) {
	t.count++
	if s.Terminal() {
		t.ended++
	}
	if failed(s) {
		t.failed++
	}
}

// Add counts an execution and its steps. Nothing of e is kept.
func (a *Aggregate) Add(e history.Execution) {
	root := a.workflow(history.Ref{Provider: e.Provider, Scope: e.Scope, Workflow: e.Workflow})
	if root == nil {
		a.dropped++
		a.drop(e.Steps)
		return
	}
	root.addStatus(e.Status)
	if ended(e) {
		root.durations.add(elapsed(e.Started, e.Ended))
	}
	a.add(root, e.Steps)
}

func (a *Aggregate) add(parent *node, steps []history.Step) {
	for i := range steps {
		s := &steps[i]
		n := a.child(parent, nodeKey{s.Name, s.Kind})
		if n == nil {
			a.drop(steps[i : i+1])
			continue
		}
		n.addStatus(s.Status)
		n.retries += int64(retries(s))
		if d, ok := timed(s); ok {
			n.durations.add(d)
		}
		a.add(n, s.Children)
	}
}

func (a *Aggregate) drop(steps []history.Step) {
	each(steps, func(*history.Step) { a.dropped++ })
}

// Merge counts what other has counted, as if all its executions had been added to a; other stays as it is and shares
// nothing with a. A nil other is empty. Unless MaxPaths is reached, the order of additions and merges makes no difference
// to a Report, not by a nanosecond.
func (a *Aggregate) Merge(other *Aggregate) {
	if other == nil {
		return
	}
	a.dropped += other.dropped
	for ref, n := range other.workflows {
		a.merge(a.workflow(ref), n)
	}
}

// merge counts what n has counted in to, which is nil if there is no room for it.
func (a *Aggregate) merge(to, n *node) {
	if to == nil {
		a.dropped += n.count
	} else {
		to.tally.merge(&n.tally)
	}
	for key, child := range n.children {
		var next *node
		if to != nil {
			next = a.child(to, key)
		}
		a.merge(next, child)
	}
}

// workflow finds or makes the node of a workflow; nil when there is no room.
func (a *Aggregate) workflow(ref history.Ref) *node {
	if n := a.workflows[ref]; n != nil {
		return n
	}
	if !a.room() {
		return nil
	}
	if a.workflows == nil {
		a.workflows = make(map[history.Ref]*node)
	}
	n := &node{}
	a.workflows[history.Ref{
		Provider: strings.Clone(ref.Provider), Scope: strings.Clone(ref.Scope), Workflow: strings.Clone(ref.Workflow),
	}] = n
	return n
}

// child finds or makes the node of a step in another; nil when there is no room.
func (a *Aggregate) child(parent *node, key nodeKey) *node {
	if n := parent.children[key]; n != nil {
		return n
	}
	if !a.room() {
		return nil
	}
	if parent.children == nil {
		parent.children = make(map[nodeKey]*node)
	}
	n := &node{}
	// A clone, because a name may be a small part of a large text that would stay in memory with it.
	parent.children[nodeKey{strings.Clone(key.name), key.kind}] = n
	return n
}

// room takes the room for one more path, if there is any.
func (a *Aggregate) room() bool {
	limit := a.MaxPaths
	if limit == 0 {
		limit = DefaultMaxPaths
	}
	if limit > 0 && a.paths >= limit {
		return false
	}
	a.paths++
	return true
}
