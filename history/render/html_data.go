// SPDX-License-Identifier: Apache-2.0

package render

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// data is what a report knows. Its keys are short because there may be 10,000 steps. Times are milliseconds from begin.
type data struct {
	Name     string `json:"name"`
	Ref      string `json:"ref"`
	Status   string `json:"status"`
	Headline string `json:"headline"`
	When     string `json:"when"`
	Summary  string `json:"summary"`
	Begin    int64  `json:"begin"` // Unix milliseconds
	Span     int64  `json:"span"`
	Open     bool   `json:"open,omitempty"` // not ended yet
	Now      bool   `json:"now,omitempty"`  // the end of Span is the present, else the latest time that is known

	Facts       [][2]string      `json:"facts"`
	Input       int              `json:"in,omitempty"` // index of texts; 0 = none
	Output      int              `json:"out,omitempty"`
	Definition  int              `json:"def,omitempty"`
	Cause       *causeData       `json:"cause,omitempty"`
	Survived    []int            `json:"survived,omitempty"` // indexes of steps
	Caught      []int            `json:"caught,omitempty"`
	Steps       []stepData       `json:"steps"` // each before those in it
	Texts       []textData       `json:"texts"`
	Diagnostics []diagnosticData `json:"diagnostics,omitempty"`
}

type causeData struct {
	Title  string `json:"title"`
	Status string `json:"status"`
	Place  string `json:"place"`
	Path   []int  `json:"path"`
	Code   string `json:"code,omitempty"`
	Text   int    `json:"text,omitempty"`
}

type diagnosticData struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Step     int    `json:"step"` // -1 = the execution
	Text     string `json:"text"`
}

type stepData struct {
	Parent   int           `json:"p"` // -1 on top
	Name     string        `json:"n"`
	ID       string        `json:"i,omitempty"` // if it is not the name
	Kind     string        `json:"k,omitempty"` // if it is not a step
	Status   string        `json:"s"`
	Native   string        `json:"w,omitempty"`
	Hidden   bool          `json:"h,omitempty"` // one of many that are alike
	Entered  *int64        `json:"e,omitempty"`
	Started  *int64        `json:"b,omitempty"`
	Ended    *int64        `json:"f,omitempty"`
	Open     bool          `json:"o,omitempty"` // has not ended, as far as is known
	Bar      []barData     `json:"g,omitempty"`
	Attempts []attemptData `json:"a,omitempty"`
	Code     string        `json:"x,omitempty"`
	Cause    int           `json:"y,omitempty"`
	Input    int           `json:"in,omitempty"`
	Output   int           `json:"out,omitempty"`
	Events   []int64       `json:"v,omitempty"` // the first and the last
}

// barData is a segment: its phase (an index of barPhases), where it begins and where it ends.
type barData [3]int64

func barPhases() []phase { return []phase{waiting, working, failing, around} }

type attemptData struct {
	Scheduled *int64 `json:"q,omitempty"`
	Started   *int64 `json:"b,omitempty"`
	Ended     *int64 `json:"f,omitempty"`
	Status    string `json:"s,omitempty"`
	Code      string `json:"x,omitempty"`
	Cause     int    `json:"y,omitempty"`
	Call      string `json:"c,omitempty"` // InvocationID
}

// dataBuilder is data in the making.
type dataBuilder struct {
	*timeline
	texts texts
	index map[*history.Step]int
	data  data
}

func newData(t *timeline, opts HTMLOptions) data {
	e := t.exec
	b := dataBuilder{
		timeline: t, index: map[*history.Step]int{},
		texts: newTexts(opts.MaxDetail, opts.MaxDetails),
	}
	b.data = data{
		Name: plain(b.name()), Ref: plain(history.FormatRef(e.Ref)), Status: statusKey(e.Status), Headline: plain(b.headline()),
		When: b.when(), Summary: b.summary(), Span: milliseconds(b.begin, b.end), Open: !e.Status.Terminal(), Now: b.told, Steps: []stepData{},
		Input: b.texts.add(string(e.Input)), Output: b.texts.add(string(e.Output)),
	}
	if !b.begin.IsZero() {
		b.data.Begin = b.begin.UnixMilli()
	}
	for _, s := range e.Walk() { // what failed comes first: the room may not be enough for all
		if s.Failure != nil {
			b.texts.add(s.Failure.Cause)
			b.texts.add(string(s.Input))
			b.texts.add(string(s.Output))
		}
	}
	b.level(&layout{t: b.timeline, alike: cmp.Or(opts.Alike, defaultAlike)}, e.Steps, -1)
	b.reason()
	b.facts()
	b.data.Definition = b.texts.add(e.Definition)
	b.data.Texts = b.texts.list
	return b.data
}

// statusKey is a status as a word that style sheets know.
func statusKey(s history.Status) string {
	if !s.Known() {
		return "unknown"
	}
	return string(s)
}

func (b *dataBuilder) level(l *layout, steps []history.Step, parent int) {
	hidden, repeated := l.hidden(steps), repeatedNames(steps)
	for i := range steps {
		s := &steps[i]
		n := len(b.data.Steps)
		b.index[s] = n
		b.data.Steps = append(b.data.Steps, b.step(s, parent, plain(label(s, repeated)), hidden[i]))
		b.level(l, s.Children, n)
	}
}

func (b *dataBuilder) step(s *history.Step, parent int, name string, hidden bool) stepData {
	d := stepData{
		Parent: parent, Name: name, Status: statusKey(s.Status), Hidden: hidden,
		Entered: b.ms(s.Entered), Started: b.ms(s.Started), Ended: b.ms(s.Ended), Open: b.open(s),
		Input: b.texts.add(string(s.Input)), Output: b.texts.add(string(s.Output)),
	}
	if id := plain(s.ID); id != name {
		d.ID = id
	}
	if s.Kind != history.StepNode {
		d.Kind = plain(string(s.Kind))
	}
	if s.NativeStatus != string(s.Status) {
		d.Native = plain(s.NativeStatus)
	}
	if s.Failure != nil {
		d.Code, d.Cause = plain(s.Failure.Code), b.texts.add(s.Failure.Cause)
	}
	if s.FirstEvent != 0 {
		d.Events = []int64{s.FirstEvent, s.LastEvent}
	}
	for _, g := range b.segments(s) {
		kind := int64(slices.Index(barPhases(), g.phase))
		d.Bar = append(d.Bar, barData{kind, *b.ms(g.from), *b.ms(g.until)})
	}
	for _, a := range s.Attempts {
		d.Attempts = append(d.Attempts, b.attempt(a))
	}
	return d
}

func (b *dataBuilder) attempt(a history.Attempt) attemptData {
	d := attemptData{
		Scheduled: b.ms(a.Scheduled), Started: b.ms(a.Started), Ended: b.ms(a.Ended), Status: statusKey(a.Status), Call: plain(a.InvocationID),
	}
	if a.Failure != nil {
		d.Code, d.Cause = plain(a.Failure.Code), b.texts.add(a.Failure.Cause)
	}
	return d
}

// ms is a time from the beginning, nil for none.
func (b *dataBuilder) ms(at time.Time) *int64 {
	if at.IsZero() {
		return nil
	}
	return new(milliseconds(b.begin, at))
}

// milliseconds are those from one time to another, however far apart: a Duration ends at 292 years.
func milliseconds(from, to time.Time) int64 { return (to.UnixMicro() - from.UnixMicro()) / 1000 }

// reason is what the execution failed by.
func (b *dataBuilder) reason() {
	indexes := func(steps []*history.Step) []int {
		list := make([]int, len(steps))
		for i, s := range steps {
			list[i] = b.index[s]
		}
		return list
	}
	b.data.Survived, b.data.Caught = indexes(b.cause.Survived), indexes(b.cause.Caught)
	if b.found {
		b.data.Cause = &causeData{
			Title: b.verdict(), Status: statusKey(b.cause.Status), Place: plain(b.place(" › ")), Path: indexes(b.cause.Path),
			Code: plain(b.cause.Failure.Code), Text: b.texts.add(b.cause.Failure.Cause),
		}
	}
	ids := map[string]int{"": -1}
	for _, s := range b.exec.Walk() {
		if _, again := ids[s.ID]; !again { // in an archive that somebody edited, several may have one ID
			ids[s.ID] = b.index[s]
		}
	}
	for _, d := range b.exec.Diagnostics {
		step, ok := ids[d.Step]
		if !ok {
			step = -1
		}
		b.data.Diagnostics = append(b.data.Diagnostics, diagnosticData{
			Severity: plain(string(d.Severity)), Code: plain(d.Code), Step: step, Text: plain(d.Text),
		})
	}
}

// facts are what else is known about the execution, by name.
func (b *dataBuilder) facts() {
	e := b.exec
	add := func(name, value string) {
		if value != "" {
			b.data.Facts = append(b.data.Facts, [2]string{plain(name), plain(value)})
		}
	}
	b.data.Facts = [][2]string{}
	add("provider", e.Provider)
	add("scope", e.Scope)
	add("workflow", e.Workflow)
	add("execution", e.Execution)
	add("native status", e.NativeStatus)
	for _, at := range []struct {
		name string
		time time.Time
	}{{"started", e.Started}, {"ended", e.Ended}, {"updated", e.Updated}} {
		if !at.time.IsZero() {
			add(at.name, at.time.UTC().Format("2006-01-02 15:04:05.000 UTC"))
		}
	}
	add("created by", e.CreatedBy)
	for _, name := range e.Approvers {
		add("approver", name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		add(name, e.Attributes[name])
	}
}
