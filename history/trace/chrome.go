// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
)

// Chrome writes an execution in the trace event format, which Perfetto (ui.perfetto.dev) and chrome://tracing open. The
// execution is a process; steps that follow each other share a lane (a thread in the format's words), branches,
// iterations and steps that run side by side have lanes of their own. Attempts are bars in the bar of their step when
// there are several. A failure is a mark at its time. Times are in microseconds since 1970.
//
// An error is w's.
func Chrome(w io.Writer, e history.Execution, opts *Options) error {
	whole := plan(&e, opts.now())
	tops, lanes := layOut(newSlice(&whole))
	out := &chromeWriter{jsonWriter: newJSONWriter(w), execution: &e}
	out.begin(lanes)
	for _, top := range tops {
		out.slice(top)
	}
	return out.end()
}

// newSlice is a part and what is in it as bars, attempts among them where there is more than one.
func newSlice(p *part) *slice {
	b := &slice{start: unixNano(p.start) / 1000, end: unixNano(p.end) / 1000, part: p}
	for i := range p.children {
		b.below = append(b.below, newSlice(&p.children[i]))
	}
	if p.step == nil || len(p.step.Attempts) < 2 {
		return b
	}
	for i, a := range p.step.Attempts {
		from := cmp.Or(a.Scheduled, a.Started)
		if from.IsZero() {
			continue
		}
		to := latest(from, cmp.Or(a.Ended, p.end))
		b.below = append(b.below, &slice{start: unixNano(from) / 1000, end: unixNano(to) / 1000, part: p, attempt: i + 1})
	}
	return b
}

// chromeEvent is one element of the format's traceEvents.
type chromeEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	Time     int64          `json:"ts"`
	Duration *int64         `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Lane     int            `json:"tid"`
	Scope    string         `json:"s,omitempty"`
	Color    string         `json:"cname,omitempty"`
	Args     map[string]any `json:"args,omitempty"` // encoding/json sorts the keys
}

const chromeProcess = 1

// chromeWriter writes events one by one.
type chromeWriter struct {
	*jsonWriter
	execution *history.Execution
	events    int
}

func (c *chromeWriter) begin(lanes int) {
	c.text(`{"displayTimeUnit":"ms","traceEvents":[`)
	c.about("process_name", 0, map[string]any{"name": history.FormatRef(c.execution.Ref)})
	for lane := 1; lane <= lanes; lane++ {
		name := "execution"
		if lane > 1 {
			name = fmt.Sprintf("side by side %d", lane-1)
		}
		c.about("thread_name", lane, map[string]any{"name": name})
		c.about("thread_sort_index", lane, map[string]any{"sort_index": lane})
	}
}

func (c *chromeWriter) end() error {
	c.text("]}\n")
	return c.flush()
}

func (c *chromeWriter) about(what string, lane int, args map[string]any) {
	c.event(chromeEvent{Name: what, Phase: "M", Process: chromeProcess, Lane: lane, Args: args})
}

// event writes an event on a line of its own.
func (c *chromeWriter) event(e chromeEvent) {
	if c.events++; c.events > 1 {
		c.text(",")
	}
	c.text("\n")
	c.value(e)
}

// slice writes a bar and what is on its lane below it.
func (c *chromeWriter) slice(s *slice) {
	length := s.end - s.start
	bar := chromeEvent{Phase: "X", Time: s.start, Duration: &length, Process: chromeProcess, Lane: s.lane}
	var failure *history.Failure
	switch step := s.part.step; {
	case step == nil:
		bar.Name, bar.Category = orUnnamed(c.execution.Workflow), "execution"
		bar.Color, bar.Args = chromeColor(c.execution.Status), chromeArgs(executionAttributes(c.execution))
		failure = c.execution.Failure
	case s.attempt > 0:
		a := &step.Attempts[s.attempt-1]
		bar.Name, bar.Category, bar.Color = fmt.Sprintf("attempt %d", s.attempt), "attempt", chromeColor(a.Status)
		bar.Args = chromeArgs(attemptAttributes(a, s.attempt))
		failure = a.Failure
	default:
		bar.Name, bar.Category = orUnnamed(step.Name), string(step.Kind)
		bar.Color, bar.Args = chromeColor(step.Status), chromeArgs(stepAttributes(step))
		failure = step.Failure
	}
	if s.unfinished() {
		bar.Args[keyUnfinished] = true
	}
	c.event(bar)
	if about := failureAttributes(failure); len(about) > 0 {
		c.event(chromeEvent{
			Name: "failure", Category: "failure", Phase: "i", Scope: "t", Time: s.end,
			Process: chromeProcess, Lane: s.lane, Args: chromeArgs(about),
		})
	}
	for _, b := range s.below {
		c.slice(b)
	}
}

// unfinished reports whether the end of a bar is a guess.
func (s *slice) unfinished() bool {
	if s.attempt > 0 {
		return s.part.step.Attempts[s.attempt-1].Ended.IsZero()
	}
	return s.part.unfinished
}

func chromeArgs(list []Attribute) map[string]any {
	out := make(map[string]any, len(list))
	for _, a := range list {
		out[a.Key] = a.Value
	}
	return out
}

// chromeColor is one of the viewer's reserved colours, "" for its own choice.
func chromeColor(s history.Status) string {
	switch s {
	case history.Succeeded:
		return "good"
	case history.Failed:
		return "terrible"
	case history.TimedOut, history.Stopped:
		return "bad"
	default:
		return ""
	}
}
