// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
)

// lanes are what all requests of one operation share, for each operation of one client.
type lanes struct {
	quotas map[string]Quota
	limit  history.RateLimit

	mu   sync.Mutex
	byOp map[string]*lane
}

// lane is one operation's part of a client.
type lane struct {
	quota *quota // nil = no limit of our own

	mu     sync.Mutex
	paused time.Time // the service wants no request before
}

func newLanes(quotas map[string]Quota, limit history.RateLimit) *lanes {
	return &lanes{quotas: quotas, limit: limit, byOp: map[string]*lane{}}
}

// of returns an operation's lane.
func (l *lanes) of(op string) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	if found := l.byOp[op]; found != nil {
		return found
	}
	made := &lane{}
	share := l.limit.Share
	if share == 0 {
		share = 1
	}
	if q := l.quotas[op]; q.PerSecond > 0 && !l.limit.Off && l.limit.Limiter == nil {
		made.quota = newQuota(q, share)
	}
	l.byOp[op] = made
	return made
}

// limiter returns what a request of an operation has to pass: the options' own limiter, or ours; nil for none.
func (l *lanes) limiter(op string, own *lane) history.Limiter {
	if l.limit.Limiter != nil {
		limiter := l.limit.Limiter(op)
		// A lookup in a map of *rate.Limiter that finds nothing returns a nil that is not nil as an interface.
		if l, ok := limiter.(*rate.Limiter); ok && l == nil {
			return nil
		}
		return limiter
	}
	if own.quota == nil {
		return nil
	}
	return own.quota
}

// pause keeps the operation's requests back for a time that the service named.
func (l *lane) pause(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.paused) {
		l.paused = until
	}
}

// pausedFor is how long the operation's requests are still kept back, 0 if they are not.
func (l *lane) pausedFor() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paused.IsZero() {
		return 0
	}
	return max(time.Until(l.paused), 0)
}
