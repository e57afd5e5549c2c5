// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"strings"
	"sync"
)

// tokens keeps what became of every NextToken that was handed out. It is safe for
// concurrent use.
//
// Model: no document says how long a token lives.
type tokens struct {
	strict   bool // refuse tokens that were not handed out
	lifetime int  // in requests for a page; 0 = for ever

	mu       sync.Mutex
	requests int // for a page, so far
	issued   map[string]issue
}

// issue is what is known about one token.
type issue struct {
	at      int // requests so far when it was handed out last
	expired bool
}

// tokenKey names a token of a list of things.
func tokenKey(rq *request, token string) string {
	return strings.Join([]string{rq.op, rq.param("FlowName"), rq.param("ExecutionName"), token}, "\n")
}

// accept counts a request for a page and reports whether it may use its token; an
// empty one is always good.
func (t *tokens) accept(rq *request, token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	if token == "" {
		return true
	}
	known, ok := t.issued[tokenKey(rq, token)]
	if !ok {
		return !t.strict
	}
	return !known.expired && (t.lifetime <= 0 || t.requests-known.at <= t.lifetime)
}

// issue hands a token out; an empty one is none.
func (t *tokens) issue(rq *request, token string) {
	if token == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.issued == nil {
		t.issued = make(map[string]issue)
	}
	t.issued[tokenKey(rq, token)] = issue{at: t.requests}
}

// expire ends the life of all tokens so far.
func (t *tokens) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, known := range t.issued {
		known.expired = true
		t.issued[key] = known
	}
}
