// SPDX-License-Identifier: Apache-2.0

package group

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// The limits of Options where it says nothing.
const (
	defaultConcurrency = 32
	defaultPerClient   = 8 // enough to use FnF's 5 requests a second up when one takes a second
)

// Options sets how a group reads. nil and the zero value are good defaults.
type Options struct {
	// Concurrency is how many targets are read at once in one loop. 0 = 32. (A method that also lists what there is to read
	// does that besides, and lists as many at once.)
	Concurrency int
	// PerClient is how many of them may be of one client, so that a client that is slow, or waits for its rate limit,
	// does not keep the others waiting. 0 = 8. (Of a client's targets that were found 64 more may wait for their turn; then
	// no more of them are looked for, and with references of the caller's own, which are one sequence, none of any client.)
	PerClient int
	// Ignore is what a target may fail with without a Result that says so: it is counted as skipped. A failure is ignored
	// when errors.Is matches it with any of these: Kinds such as history.ErrPermission, or errors.ErrUnsupported for
	// clients that cannot list workflows. What was read of the target before was delivered.
	Ignore []error
}

// Group reads from many clients as one. It is safe for concurrent use, starts no goroutine that outlives a loop, and
// needs no closing. It is cheap: make one for each run whose Counts are of interest.
type Group struct {
	clients []*history.Client
	opts    Options

	mu     sync.Mutex
	counts map[string]Counts
}

// New makes a group of clients; opts may be nil. Each client must have a Provider and Scope of its own, since these tell
// where a result is from: two accounts in one region need a Config.Scope. Else, and for a limit below 0, the error is
// ErrInvalid. A group of no clients reads nothing.
func New(clients []*history.Client, opts *Options) (*Group, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Concurrency < 0 || o.PerClient < 0 {
		return nil, invalid("Concurrency is %d and PerClient %d; use 0 for the default, or a positive number", o.Concurrency, o.PerClient)
	}
	o.Concurrency = cmp.Or(o.Concurrency, defaultConcurrency)
	o.PerClient = cmp.Or(o.PerClient, defaultPerClient)
	o.Ignore = slices.Clone(o.Ignore)
	seen := make(map[history.Ref]bool, len(clients))
	for i, c := range clients {
		if c == nil {
			return nil, invalid("client %d is nil", i)
		}
		place := placeOf(c)
		if seen[place] {
			return nil, invalid("two clients are of %s, so that nobody could tell their results apart; set Config.Scope", quote(place))
		}
		seen[place] = true
	}
	return &Group{clients: slices.Clone(clients), opts: o, counts: make(map[string]Counts)}, nil
}

// Clients are the group's clients, in the order in which New got them. The slice is the caller's own.
func (g *Group) Clients() []*history.Client { return slices.Clone(g.clients) }

// Client finds the client that reads a target, by its Provider and Scope. One that is empty is that of any client; when
// more than one client fits, or none, the error is ErrInvalid and says what the group reads.
func (g *Group) Client(target history.Ref) (*history.Client, error) {
	var found *history.Client
	for _, c := range g.clients {
		if target.Provider != "" && target.Provider != c.Provider() || target.Scope != "" && target.Scope != c.Scope() {
			continue
		}
		if found != nil {
			return nil, invalid("more than one client reads %s; set %s: the group reads %s", quote(target), unset(target), g.places())
		}
		found = c
	}
	if found == nil {
		return nil, invalid("no client reads %s: the group reads %s", quote(target), g.places())
	}
	return found, nil
}

// placeOf is the target that is all of a client.
func placeOf(c *history.Client) history.Ref {
	return history.Ref{Provider: c.Provider(), Scope: c.Scope()}
}

// quote writes where a target is for people. FormatRef is for whole ones: of a Scope with a slash it shows what nobody can
// set, and of nothing "://".
func quote(target history.Ref) string {
	return fmt.Sprintf("Provider %q, Scope %q", target.Provider, target.Scope)
}

// unset names what a target that is of more than one client leaves open.
func unset(target history.Ref) string {
	switch {
	case target.Scope != "":
		return "its Provider"
	case target.Provider != "":
		return "its Scope"
	}
	return "its Provider and Scope"
}

// places says what the group reads, or that it is too much to say.
func (g *Group) places() string {
	const most = 4
	switch n := len(g.clients); {
	case n == 0:
		return "nothing, it has no clients"
	case n > most:
		return fmt.Sprintf("%d places, see Group.Clients", n)
	}
	var all []string
	for _, c := range g.clients {
		all = append(all, quote(placeOf(c)))
	}
	return strings.Join(all, "; ")
}

// within is a workflow, or an execution, as a target of a client.
func within(c *history.Client, ref history.Ref) history.Ref {
	ref.Provider, ref.Scope = c.Provider(), c.Scope()
	return ref
}

func invalid(format string, args ...any) error {
	return &history.Error{Op: "group", Kind: history.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
