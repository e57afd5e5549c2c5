// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
)

// stateVersion is that of the JSON below. The shape of the buckets is part of it.
const stateVersion = 1

// maxCount is the largest count that is read: the largest that every JSON decoder keeps exactly. It also leaves room for a
// thousand merges before a sum overflows.
const maxCount = 1 << 53

type stateJSON struct {
	Version   int            `json:"version"`
	Workflows []workflowJSON `json:"workflows"`
	Dropped   int64          `json:"dropped,omitempty"`
}

type workflowJSON struct {
	history.Ref
	nodeJSON
}

type nodeJSON struct {
	Name      string           `json:"name,omitempty"`
	Kind      history.StepKind `json:"kind,omitempty"`
	Count     int64            `json:"count,omitempty"`
	Ended     int64            `json:"ended,omitempty"`
	Failed    int64            `json:"failed,omitempty"`
	Retries   int64            `json:"retries,omitempty"`
	Durations *sketchJSON      `json:"durations,omitempty"`
	Steps     []nodeJSON       `json:"steps,omitempty"`
}

type sketchJSON struct {
	Min     time.Duration `json:"min"`
	Max     time.Duration `json:"max"`
	Buckets [][2]int64    `json:"buckets"` // number and count of those that are not empty
}

// MarshalJSON writes all that was counted (not MaxPaths), so that UnmarshalJSON goes on from there. The text is the same
// for the same executions, has a version in it, and is not made to be read by others: a Report is. It fails only on a name
// that is not UTF-8, which no decoder of this module makes.
func (a Aggregate) MarshalJSON() ([]byte, error) {
	state := stateJSON{Version: stateVersion, Workflows: []workflowJSON{}, Dropped: a.dropped}
	for _, ref := range slices.SortedFunc(maps.Keys(a.workflows), compareRefs) {
		n, err := a.workflows[ref].state(nodeKey{})
		if err != nil {
			return nil, err
		}
		state.Workflows = append(state.Workflows, workflowJSON{ref, n})
	}
	return json.Marshal(state)
}

func (n *node) state(key nodeKey) (nodeJSON, error) {
	if !utf8.ValidString(key.name) {
		return nodeJSON{}, stateError("the step name %q is not UTF-8 and cannot be written as JSON without loss", key.name)
	}
	state := nodeJSON{
		Name: key.name, Kind: key.kind, Count: n.count, Ended: n.ended, Failed: n.failed, Retries: n.retries,
		Durations: n.durations.state(),
	}
	for _, key := range n.keys() {
		child, err := n.children[key].state(key)
		if err != nil {
			return nodeJSON{}, err
		}
		state.Steps = append(state.Steps, child)
	}
	return state, nil
}

func (s *sketch) state() *sketchJSON {
	if s.n == 0 {
		return nil
	}
	state := &sketchJSON{Min: s.min, Max: s.max}
	for bucket, count := range s.buckets() {
		state.Buckets = append(state.Buckets, [2]int64{int64(bucket), count})
	}
	return state
}

// UnmarshalJSON replaces what was counted by what MarshalJSON wrote; MaxPaths stays, and is obeyed. The error is
// ErrDecode when the text is damaged, of another version or contradicts itself; a is then as it was.
func (a *Aggregate) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var state stateJSON
	if err := json.Unmarshal(data, &state); err != nil {
		return &history.Error{Op: "Aggregate", Kind: history.ErrDecode, Err: err}
	}
	if state.Version != stateVersion {
		return stateError("the version is %d, want %d", state.Version, stateVersion)
	}
	if state.Dropped < 0 || state.Dropped > maxCount {
		return stateError("dropped is %d", state.Dropped)
	}
	fresh := Aggregate{MaxPaths: a.MaxPaths, dropped: state.Dropped}
	for i := range state.Workflows {
		w := &state.Workflows[i]
		if w.Execution != "" || fresh.workflows[w.Ref] != nil {
			return stateError("the workflow %q is there twice or names an execution", history.FormatRef(w.Ref))
		}
		if err := fresh.read(fresh.workflow(w.Ref), &w.nodeJSON); err != nil {
			return err
		}
	}
	*a = fresh
	return nil
}

// read fills a new node; nil if there was no room for one.
func (a *Aggregate) read(n *node, state *nodeJSON) error {
	if state.Failed < 0 || state.Failed > state.Ended || state.Ended > state.Count || state.Count > maxCount ||
		state.Retries < 0 || state.Retries > maxCount {
		return stateError("the counts of %q contradict each other: %d failed of %d ended of %d, %d retries",
			state.Name, state.Failed, state.Ended, state.Count, state.Retries)
	}
	if n == nil {
		if a.dropped += state.Count; a.dropped > maxCount {
			return stateError("more than %d steps have no room", int64(maxCount))
		}
		return a.readSteps(nil, state.Steps)
	}
	n.count, n.ended, n.failed, n.retries = state.Count, state.Ended, state.Failed, state.Retries
	if err := n.durations.read(state.Durations, state.Count); err != nil {
		return err
	}
	return a.readSteps(n, state.Steps)
}

func (a *Aggregate) readSteps(parent *node, steps []nodeJSON) error {
	for i := range steps {
		var n *node
		if parent != nil {
			key := nodeKey{steps[i].Name, steps[i].Kind}
			if parent.children[key] != nil {
				return stateError("the step %q is there twice", key.name)
			}
			n = a.child(parent, key)
		}
		if err := a.read(n, &steps[i]); err != nil {
			return err
		}
	}
	return nil
}

// read fills an empty sketch, which must not hold more than limit durations.
func (s *sketch) read(state *sketchJSON, limit int64) error {
	if state == nil {
		return nil
	}
	last := len(state.Buckets) - 1
	if last < 0 || state.Min < 0 || state.Max < state.Min ||
		int64(bucketOf(state.Min)) != state.Buckets[0][0] || int64(bucketOf(state.Max)) != state.Buckets[last][0] {
		return stateError("durations from %s to %s do not fit their buckets", state.Min, state.Max)
	}
	s.min, s.max = state.Min, state.Max
	previous := int64(-1)
	for _, b := range state.Buckets {
		bucket, count := b[0], b[1]
		if bucket <= previous || bucket > state.Buckets[last][0] || count < 1 || count > limit-s.n {
			return stateError("the bucket %d with %d durations is out of order or too large", bucket, count)
		}
		s.count(int(bucket), count)
		s.n += count
		previous = bucket
	}
	return nil
}

func stateError(format string, args ...any) error {
	return &history.Error{Op: "Aggregate", Kind: history.ErrDecode, Message: fmt.Sprintf(format, args...)}
}
