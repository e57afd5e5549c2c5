// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Fault makes some requests of a Source go wrong. A request is one Describe or one page.
type Fault struct {
	Op    string // OpDescribe, OpEventPages, OpExecutionPages, OpWorkflowPages; "" = any
	After int    // let this many matching requests pass first
	Times int    // how many requests it then applies to; 0 = 1, negative = every one

	Delay time.Duration               // wait before the answer; ends early with the context
	Hang  bool                        // never answer: wait for the context to end
	Hook  func(context.Context, Call) // called before the answer

	Err    error // answer with this error
	Items  int   // of a page that fails: deliver so many of its items before the error
	Empty  bool  // answer with an empty page that has a Next, from which the same items come
	Circle bool  // answer with a page whose Next is the beginning
}

// Call is one request that a Source was asked for.
type Call struct {
	Op         string // the Source's method
	Ref        history.Ref
	From       history.Cursor
	PageSize   int
	OmitDetail bool
}

// Inject adds a fault. Of several that match a request the oldest applies.
func (s *Source) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, f)
}

// ClearFaults removes all faults.
func (s *Source) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Calls returns the requests so far, oldest first.
func (s *Source) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// begin notes a request, waits as its fault says, and returns the fault and the request's id.
func (s *Source) begin(ctx context.Context, c Call) (Fault, string, error) {
	if ctx.Err() != nil {
		return Fault{}, "", ctx.Err()
	}
	f, id := s.note(c)
	if f.Hook != nil {
		f.Hook(ctx, c)
	}
	if f.Hang {
		<-ctx.Done()
		return f, id, ctx.Err()
	}
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return f, id, ctx.Err()
		}
	}
	return f, id, nil
}

func (s *Source) note(c Call) (Fault, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	id := fmt.Sprintf("request-%d", len(s.calls))
	for i := range s.faults {
		f := &s.faults[i]
		switch {
		case f.Times == 0 || f.Op != "" && f.Op != c.Op:
			continue
		case f.After > 0:
			f.After--
			continue
		case f.Times > 0:
			f.Times--
		}
		return *f, id
	}
	return Fault{}, id
}

func (f Fault) fails() bool { return f.Err != nil }

// failure is the fault's error; a bare Kind becomes an error of that kind, as a cloud would send it.
func (f Fault) failure() error {
	if kind, ok := f.Err.(history.Kind); ok {
		return &history.Error{Kind: kind, Message: "scripted"}
	}
	return f.Err
}
