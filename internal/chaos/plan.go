// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
)

// The headers by which a request tells the fake cloud what to do to it. No signature covers them.
const (
	headerFault = "X-Chaos-Fault" // name of the kind
	headerUse   = "X-Chaos-Use"   // hit.n
	headerKeys  = "X-Chaos-Keys"  // number of the keys that are good now
)

// plan decides which requests go wrong and how: a part of them, drawn at random, with all kinds taking turns. It counts
// them too. It is safe for concurrent use.
type plan struct {
	kinds []kind // empty = nothing goes wrong
	rate  float64
	// strict makes every second request go wrong, in place of a part drawn at random: each walk of one request then has
	// one fault, and one retry without.
	strict bool

	mu       sync.Mutex
	rng      *rand.Rand
	turn     int
	uses     []int // of each kind
	requests int
	faults   int
	keys     int // number of the keys that are good now
}

// newPlan makes a plan. The same seed makes the same choices, as far as requests come in the same order.
func newPlan(list []kind, rate float64, seed uint64) *plan {
	return &plan{kinds: list, rate: rate, rng: rand.New(rand.NewPCG(seed, 5)), uses: make([]int, len(list))}
}

// mark counts a request and marks it with its fault, if it gets one. It reports whether the request is to be refused
// before it is sent.
func (p *plan) mark(r *http.Request) (refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	k, n, ok := p.choose(r)
	if ok {
		p.faults++
		if k.fault == nil {
			return true
		}
		if k.name == credentialsExpire {
			p.keys++
		}
		r.Header.Set(headerFault, k.name)
		r.Header.Set(headerUse, strconv.Itoa(n))
	}
	r.Header.Set(headerKeys, strconv.Itoa(p.keys))
	return false
}

// choose draws whether a request goes wrong, and takes the next kind that fits it.
func (p *plan) choose(r *http.Request) (kind, int, bool) {
	if !p.draw() {
		return kind{}, 0, false
	}
	behind := r.URL.Query().Get("NextToken") != ""
	for range p.kinds {
		i := p.turn % len(p.kinds)
		p.turn++
		if k := p.kinds[i]; behind || !k.behind {
			p.uses[i]++
			return k, p.uses[i] - 1, true
		}
	}
	return kind{}, 0, false
}

func (p *plan) draw() bool {
	switch {
	case len(p.kinds) == 0:
		return false
	case p.strict:
		return p.requests%2 == 1
	default:
		return p.rng.Float64() < p.rate
	}
}

// set changes what goes wrong from now on.
func (p *plan) set(rate float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate = rate
}

// goodKeys is the number of the keys that are good now.
func (p *plan) goodKeys() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys
}

// counts returns how many requests there were, and how many of them went wrong.
func (p *plan) counts() (requests, faults int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests, p.faults
}
