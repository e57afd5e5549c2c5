// SPDX-License-Identifier: Apache-2.0

package group

import (
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// Limiters hands out rate limiters for history.Options, one for each account and operation, so that all clients of one
// account keep to its quotas together. Make it with NewLimiters. It is safe for concurrent use.
type Limiters struct {
	create func(account, operation string) history.Limiter

	mu   sync.Mutex
	made map[limited]history.Limiter
}

type limited struct{ account, operation string }

// NewLimiters returns limiters that are made by create, once for each account and operation, when the first request of
// that kind is made. create may return nil for no limit; it must not use the Limiters. With golang.org/x/time/rate and
// the quotas of FnF:
//
//	limiters := group.NewLimiters(func(account, operation string) history.Limiter {
//		if operation == "GetExecutionHistory" || operation == "DescribeExecution" {
//			return rate.NewLimiter(5, 50)
//		}
//		return rate.NewLimiter(2, 10)
//	})
//	client, err := alibaba.New(cfg, &history.Options{RateLimit: limiters.RateLimit("account-1")})
func NewLimiters(create func(account, operation string) history.Limiter) *Limiters {
	return &Limiters{create: create, made: make(map[limited]history.Limiter)}
}

// RateLimit is what the clients of one account set as Options.RateLimit. The account is any name that tells accounts
// apart; where a quota counts for each region, the account and the region.
func (l *Limiters) RateLimit(account string) history.RateLimit {
	return history.RateLimit{Limiter: func(operation string) history.Limiter {
		l.mu.Lock()
		defer l.mu.Unlock()
		key := limited{account, operation}
		limiter, ok := l.made[key]
		if !ok {
			limiter = l.create(account, operation)
			l.made[key] = limiter
		}
		return limiter
	}}
}
