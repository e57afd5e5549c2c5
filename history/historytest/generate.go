// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// The sizes of generated histories.
const (
	DefaultMaxEvents = 300  // what GenerateOptions.MaxEvents is when it is 0
	LargestMaxEvents = 5000 // FnF's limit of events per execution; a larger MaxEvents is taken as this
)

// GenerateOptions bound what [Generate] makes. The zero value, and nil, is a good default.
type GenerateOptions struct {
	// MaxEvents is how many events there are at most; 0 = DefaultMaxEvents, less than 8 = 8.
	MaxEvents int
	// Fill uses MaxEvents up, apart from a few, instead of drawing a size from the seed. It needs constructs that can
	// be as many as that.
	Fill bool
	// Variant is the reading of the documents to follow; nil = one drawn from the seed.
	Variant *Variant
	// Only are the constructs to use; empty = all. What nothing can be made without is there in any case.
	Only []Construct
	// Running ends the history at an event drawn from the seed, before the one that would end the execution.
	Running bool
	// Start is when the execution starts, to the millisecond; zero = 2026-11-02T08:00:00Z.
	Start time.Time
	// Ref names the execution. Empty fields have defaults: "alibaba", "cn-hangzhou", "generated", "run-<seed>".
	history.Ref
}

// Generated is a synthetic execution: its events, and the truth about what happened in it. The truth was written down
// as the events were made; nothing of it was found out from the events.
type Generated struct {
	Seed       uint64      // gives the same again
	Variant    Variant     // how the documents were read
	Constructs []Construct // that the events show, in the order of Constructs()

	// Events are those of FnF, in order of ID, contiguous from 1. They are not Derived.
	Events []history.Event

	// Execution is what history.Fold must make of the events. Its Diagnostics are empty. A fold may add to them that
	// the steps in Open never ended and, with Variant.LostCauses, that it had to guess.
	Execution history.Execution

	// RootCause is what Execution.RootCause must find.
	RootCause RootCause

	// Open are the IDs of the nodes that had no event of their end when the history ended, in the order of Walk.
	Open []string
}

// RootCause is the truth about why an execution did not succeed, with steps by their Step.ID. Lists are in the order of
// Execution.Walk.
type RootCause struct {
	// Found is false when there is nothing to find: the execution has not ended, or it succeeded. Path, Failure and
	// Status are empty then.
	Found bool
	// Status is that of the execution: failed, timed_out or stopped.
	Status history.Status
	// Path leads from the outermost step to the one that failed, branches and iterations included. Of an execution that
	// timed out or was stopped it leads to what was under way then, through the first of several branches; it is empty
	// when nothing was.
	Path []string
	// Failure is that of the last step of Path, zero if that has none.
	Failure history.Failure
	// Survived are the steps that succeeded after attempts that had not. They are there also when nothing is Found.
	Survived []string
	// Caught are the steps that failed and that another step went on after. They are there also when nothing is Found.
	// What failed inside such a step is not among them.
	Caught []string
}

// Generate makes an execution from a seed: the same one each time for the same seed and options. It is safe for
// concurrent use.
//
// Model: apart from pass steps, no document shows which events a construct leaves, how they name their causes and what
// their details hold. [Variant] lists the readings that the documents allow.
func Generate(seed uint64, o *GenerateOptions) Generated {
	opts := o.withDefaults(seed)
	// Each part draws from a source of its own, so that a change of one leaves the others as they were.
	plan := planner{rng: source(seed, 1), allowed: allowing(opts.Only)}
	variant := drawVariant(source(seed, 2))
	if opts.Variant != nil {
		variant = *opts.Variant
	}
	variant = variant.consistent()
	sim := simulation{rng: source(seed, 3), variant: variant, ref: opts.Ref, plan: plan.flow(opts)}
	sim.run(opts.Start)
	if opts.Running {
		sim.stopWatching()
	}
	return sim.generated(seed)
}

// source is a source of random numbers for one purpose.
func source(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }

// pick draws one of the items; there must be some.
func pick[T any](rng *rand.Rand, items []T) T { return items[rng.IntN(len(items))] }

// withDefaults is a copy of o in which nothing is missing but the variant.
func (o *GenerateOptions) withDefaults(seed uint64) GenerateOptions {
	var c GenerateOptions
	if o != nil {
		c = *o
	}
	const fewest = 8 // an execution of one step, with its end
	if c.MaxEvents == 0 {
		c.MaxEvents = DefaultMaxEvents
	}
	c.MaxEvents = min(max(c.MaxEvents, fewest), LargestMaxEvents)
	if c.Start.IsZero() {
		c.Start = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	}
	c.Start = c.Start.UTC().Truncate(time.Millisecond)
	for field, value := range map[*string]string{
		&c.Provider: "alibaba", &c.Scope: "cn-hangzhou", &c.Workflow: "generated", &c.Execution: fmt.Sprintf("run-%d", seed),
	} {
		if *field == "" {
			*field = value
		}
	}
	c.Only = slices.Clone(c.Only)
	return c
}
