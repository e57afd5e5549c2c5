// SPDX-License-Identifier: Apache-2.0

package historytest

const (
	maxTries = 4
	// maxTurns is how many branches and how many concurrent iterations FnF's documents allow.
	maxTurns = 100
)

// task draws a task that succeeds or whose failure is caught.
func (p *planner) task(budget int) *plannedStep {
	s := &plannedStep{kind: Task, name: p.name(Task), tries: 1}
	if p.allowed[Retry] {
		s.tries = 1 + p.rng.IntN(min(maxTries, (budget-stepCost)/attemptCost))
	}
	if p.allowed[Catch] && budget-s.cost() >= p.cheapest() && p.rng.IntN(5) == 0 {
		s.fails, s.target = true, p.target(budget-s.cost())
	}
	return s
}

// target draws the step that goes on after a failure that was caught.
func (p *planner) target(budget int) *plannedStep { return p.step(budget, 0) }

func (p *planner) parallel(budget, depth int) *plannedStep {
	s := &plannedStep{kind: Parallel, name: p.name(Parallel)}
	p.within(s.name, func() {
		rest := budget - stepCost
		cheapest := branchCost + p.cheapest()
		for n := 2 + p.rng.IntN(4); n > 0 && rest >= cheapest; n-- {
			share := max(cheapest, rest/n)
			body := p.body(share-branchCost, depth-1, 1+p.rng.IntN(3))
			rest -= branchCost + costOf(body)
			s.bodies = append(s.bodies, body)
		}
		p.spoil(s, rest, depth)
	})
	return s
}

func (p *planner) foreach(budget, depth int) *plannedStep {
	s := &plannedStep{kind: Foreach, name: p.name(Foreach)}
	p.within(s.name, func() {
		rest := budget - stepCost
		share := max(p.cheapest(), (rest-branchCost)/(1+p.rng.IntN(8)))
		body := p.body(share, depth-1, 1+p.rng.IntN(3))
		each := branchCost + costOf(body)
		for range 1 + p.rng.IntN(maxTurns) {
			if rest < each {
				break
			}
			rest -= each
			s.bodies = append(s.bodies, body)
		}
		p.spoil(s, rest, depth)
	})
	return s
}

// spoil lets one of the bodies fail, now and then, and the step catch it.
func (p *planner) spoil(s *plannedStep, budget, depth int) {
	target := p.cheapest()
	if !p.allowed[Catch] || !p.allowed[Task] || len(s.bodies) == 0 || budget < target+stepCost+attemptCost || p.rng.IntN(2) > 0 {
		return
	}
	failing := p.failing(budget-target, depth-1, false)
	p.append(s, failing)
	s.fails = true
	outer := p.around
	p.around = p.around[:len(p.around)-1] // the target runs behind the step, not in it
	s.target = p.target(budget - failing.cost())
	p.around = outer
}

// append puts a step at the end of one of the bodies. Bodies may share their steps, so it is put into a copy.
func (p *planner) append(s *plannedStep, last *plannedStep) {
	i := p.rng.IntN(len(s.bodies))
	s.bodies[i] = append(s.bodies[i][:len(s.bodies[i]):len(s.bodies[i])], last)
}

// choice draws a choice and what it chooses.
func (p *planner) choice(budget, depth int) *plannedStep {
	s := &plannedStep{kind: Choice, name: p.name(Choice)}
	p.within(s.name, func() {
		s.bodies = append(s.bodies, p.body(budget-stepCost, depth-1, 1+p.rng.IntN(2)))
	})
	return s
}

// loop draws steps that a choice behind them runs again a few times.
func (p *planner) loop(budget, depth int) *plannedStep {
	s := &plannedStep{kind: Loop, name: p.name(Choice), turns: 2 + p.rng.IntN(3)}
	share := budget/s.turns - stepCost
	if share < p.cheapest() {
		s.turns, share = 2, budget/2-stepCost
	}
	s.bodies = append(s.bodies, p.body(share, max(depth-1, 0), 1+p.rng.IntN(3)))
	return s
}

// failing draws a step that fails and that nothing catches: a task, a fail step, or one of them inside others.
func (p *planner) failing(budget, depth int, failStep bool) *plannedStep {
	const task = stepCost + attemptCost
	around := stepCost + branchCost + task
	kinds := []Construct{}
	for _, kind := range []Construct{Parallel, Foreach, Choice} {
		if p.allowed[kind] && depth > 0 && budget >= around && (p.allowed[Task] || failStep) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 || p.rng.IntN(3) == 0 {
		return p.failingLeaf(budget, failStep)
	}
	s := &plannedStep{kind: pick(p.rng, kinds), fails: true}
	s.name = p.name(s.kind)
	p.within(s.name, func() { p.failingBodies(s, budget, depth, failStep) })
	return s
}

// failingLeaf draws a task that fails, or a fail step.
func (p *planner) failingLeaf(budget int, failStep bool) *plannedStep {
	const task = stepCost + attemptCost
	if failStep && (budget < task || !p.allowed[Task] || !p.allowed[Failure] || p.rng.IntN(4) == 0) {
		return &plannedStep{kind: Fail, name: p.name(Fail), fails: true}
	}
	if budget < task { // no room to try anything: it fails before that
		return &plannedStep{kind: Task, name: p.name(Task), fails: true}
	}
	s := p.task(task)
	if p.allowed[Retry] {
		s.tries = 1 + p.rng.IntN(min(maxTries, (budget-stepCost)/attemptCost))
	}
	s.fails = true
	return s
}

// failingBodies draws what is inside a step that fails: bodies of which one ends with a step that fails.
func (p *planner) failingBodies(s *plannedStep, budget, depth int, failStep bool) {
	rest := budget - stepCost - branchCost
	failing := p.failing(max(stepCost+attemptCost, rest/2), depth-1, failStep)
	rest -= failing.cost()
	if s.kind == Choice {
		s.bodies = [][]*plannedStep{append(p.body(rest, depth-1, 1), failing)}
		return
	}
	s.bodies = [][]*plannedStep{append(p.body(min(rest, 20), depth-1, 1), failing)}
	rest = budget - s.cost()
	cheapest := branchCost + p.cheapest()
	for n := p.rng.IntN(5); n > 0 && rest >= cheapest; n-- {
		body := p.body(max(cheapest, rest/n)-branchCost, depth-1, 1+p.rng.IntN(3))
		rest -= branchCost + costOf(body)
		s.bodies = append(s.bodies, body)
	}
	p.rng.Shuffle(len(s.bodies), func(i, j int) { s.bodies[i], s.bodies[j] = s.bodies[j], s.bodies[i] })
}
