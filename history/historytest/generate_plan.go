// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/flowhistory/flowhistory/history"
)

const (
	maxDepth = 4 // of parallel, foreach and choice steps inside each other

	// What parts of a flow cost: the events that they leave at most.
	executionCost = 2 // its start and its end
	stepCost      = 4 // entered, started, succeeded or failed, exited
	attemptCost   = 4 // scheduled, started, submitted, outcome
	branchCost    = 2 // entered, exited
)

// plannedStep is a step of a flow that an execution is going to run. A Loop is none itself: it runs its body and a
// choice as often as turns says.
type plannedStep struct {
	kind   Construct
	name   string
	bodies [][]*plannedStep // the branches, the iterations, what a choice chooses, what a loop repeats
	turns  int              // of a loop
	tries  int              // attempts of a task, at most
	fails  bool             // a task fails in its last attempt; another step fails since one in its bodies does
	target *plannedStep     // what goes on after a failure; nil = nothing catches it
}

// cost is how many events the step leaves at most.
func (p *plannedStep) cost() int {
	if p.kind == Loop {
		return p.turns * (costOf(p.bodies[0]) + stepCost)
	}
	cost := stepCost + p.tries*attemptCost
	for _, body := range p.bodies {
		cost += costOf(body)
		if p.kind != Choice {
			cost += branchCost
		}
	}
	if p.target != nil {
		cost += p.target.cost()
	}
	return cost
}

func costOf(steps []*plannedStep) (cost int) {
	for _, s := range steps {
		cost += s.cost()
	}
	return cost
}

// planner draws flows. No step has the name of one that it is in; apart from that, names may repeat.
type planner struct {
	rng     *rand.Rand
	allowed constructSet
	around  []string // the names of the steps around the one that is drawn
}

// flowPlan is a flow and how its execution ends.
type flowPlan struct {
	end     history.EventType
	size    int  // how many events there may be
	filled  bool // size is to be used up
	allowed constructSet
	last    *plannedStep                  // nil = none in particular
	next    func(budget int) *plannedStep // draws the step in front of last, nil when the budget is too small for any
}

// flow draws a flow whose execution has at most so many events.
func (p *planner) flow(o GenerateOptions) flowPlan {
	plan := flowPlan{end: p.ending(), size: o.MaxEvents, filled: o.Fill, allowed: p.allowed}
	if !o.Fill {
		// Squared, so that small ones are as frequent as they are in life.
		share := p.rng.Float64()
		plan.size = 8 + int(share*share*float64(o.MaxEvents-7))
	}
	switch budget := plan.size - executionCost; {
	case plan.end == history.ExecutionFailed:
		plan.last = p.failing(min(budget, stepCost+p.rng.IntN(budget)), maxDepth, p.allowed[Fail])
	case plan.end == history.ExecutionSucceeded && p.allowed[Succeed] && p.rng.IntN(3) == 0:
		plan.last = &plannedStep{kind: Succeed, name: p.name(Succeed)}
	}
	plan.next = func(budget int) *plannedStep {
		if budget < p.cheapest() {
			return nil
		}
		return p.step(p.share(budget), maxDepth)
	}
	return plan
}

// ending draws how the execution ends.
func (p *planner) ending() history.EventType {
	ends := []history.EventType{history.ExecutionSucceeded, history.ExecutionSucceeded, history.ExecutionSucceeded}
	if p.allowed[Failure] || p.allowed[Fail] {
		ends = append(ends, history.ExecutionFailed, history.ExecutionFailed, history.ExecutionFailed)
	}
	if p.allowed[ExecutionTimeout] {
		ends = append(ends, history.ExecutionTimedOut)
	}
	if p.allowed[Stop] {
		ends = append(ends, history.ExecutionStopped)
	}
	return pick(p.rng, ends)
}

// body draws steps that follow each other, at most so many.
func (p *planner) body(budget, depth, most int) []*plannedStep {
	var steps []*plannedStep
	for len(steps) < most && budget >= p.cheapest() {
		s := p.step(p.share(budget), depth)
		budget -= s.cost()
		steps = append(steps, s)
	}
	return steps
}

// share is the part of a budget that one step may use: most steps are small.
func (p *planner) share(budget int) int {
	if p.rng.IntN(4) > 0 {
		return min(budget, 60)
	}
	return min(budget, 1000)
}

// step draws one step. Every budget of at least stepCost is enough for some.
func (p *planner) step(budget, depth int) *plannedStep {
	switch kind := p.kind(budget, depth); kind {
	case Task:
		return p.task(budget)
	case Parallel:
		return p.parallel(budget, depth)
	case Foreach:
		return p.foreach(budget, depth)
	case Choice:
		return p.choice(budget, depth)
	case Loop:
		return p.loop(budget, depth)
	default:
		return &plannedStep{kind: kind, name: p.name(kind)}
	}
}

// kind draws among what is allowed and affordable.
func (p *planner) kind(budget, depth int) Construct {
	inner := p.cheapest()
	var kinds []Construct
	for _, c := range []struct {
		kind        Construct
		cost, depth int
		weight      int
	}{
		{Pass, stepCost, 0, 2},
		{Wait, stepCost, 0, 1},
		{Task, stepCost + attemptCost, 0, 5},
		{Choice, stepCost + inner, 1, 2},
		{Loop, 2 * (stepCost + inner), 0, 1},
		{Parallel, stepCost + 2*(branchCost+inner), 1, 2},
		{Foreach, stepCost + branchCost + inner, 1, 2},
	} {
		if p.allowed[c.kind] && budget >= c.cost && depth >= c.depth {
			kinds = append(kinds, slices.Repeat([]Construct{c.kind}, c.weight)...)
		}
	}
	if len(kinds) == 0 {
		return Pass
	}
	return pick(p.rng, kinds)
}

// cheapest is what the cheapest body costs.
func (p *planner) cheapest() int {
	if p.allowed[Task] && !p.allowed[Pass] && !p.allowed[Wait] {
		return stepCost + attemptCost
	}
	return stepCost
}

// name draws a name that no step around has.
func (p *planner) name(kind Construct) string {
	for {
		name := string(kind) + "-" + strconv.Itoa(1+p.rng.IntN(40))
		if !slices.Contains(p.around, name) {
			return name
		}
	}
}

// within draws what is inside the step of a name.
func (p *planner) within(name string, draw func()) {
	p.around = append(p.around, name)
	draw()
	p.around = p.around[:len(p.around)-1]
}
