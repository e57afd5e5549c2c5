// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"net/http"
	"time"
)

// What a server uses where Options says nothing.
const (
	DefaultRegion          = "cn-hangzhou"
	DefaultAccessKeyID     = "test-access-key-id"
	DefaultAccessKeySecret = "test-access-key-secret"

	// DefaultMaxLimit is the largest Limit of GetExecutionHistory in the newer
	// documents. The older ones say 1000.
	DefaultMaxLimit = 999
)

// Options says how a server behaves. The zero value, and nil, is a good default.
type Options struct {
	Addr   string // address to listen on; "" = a free loopback port
	Region string // what Region returns; "" = DefaultRegion

	AccessKeyID     string // "" = DefaultAccessKeyID
	AccessKeySecret string // "" = DefaultAccessKeySecret
	SecurityToken   string // set: the keys are temporary, and a request must carry it

	Now func() time.Time // the server's clock, for skew, quotas and growth; nil = time.Now

	Quotas     bool    // refuse requests over the documented quotas, one bucket for each operation
	QuotaScale float64 // makes the quotas refill faster; 0 = 1

	// Plan chooses a fault for each request, before those that were injected are tried; false leaves the request to them.
	// It may look at the request, and must be safe for concurrent use. Of its faults Op, After and Times mean nothing.
	Plan func(r *http.Request, op string) (Fault, bool)

	// Codes of DocumentedErrors, where the service and the gateway before it have
	// different ones.
	ThrottleCode  string // over the quota; "" = "ResourceThrottled" (429); the gateway's are "Throttling.User" and the like (400)
	SkewCode      string // date off by more than 15 minutes; "" = "InvalidTimeStamp.Expired" (400); FnF's own is "RequestTimeTooSkewed" (403)
	SignatureCode string // wrong signature; "" = "SignatureNotMatch" (403); the gateway's is "SignatureDoesNotMatch" (400)

	MaxLimit       int       // largest Limit of GetExecutionHistory; 0 = DefaultMaxLimit
	ExclusiveToken bool      // NextToken names the last event of the page; default the first one of the next page
	StrictTokens   bool      // refuse every NextToken that this server did not hand out
	TokenLifetime  int       // how many further requests for a page a NextToken lives: with 1 only the next one may use it; 0 = for ever
	UnsetEnd       UnsetForm // how a StoppedTime that is not there yet is written; default UnsetEmpty
}

// UnsetForm is a way to write a time that is not there yet.
type UnsetForm int

// The ways to write a time that is not there yet. Both were seen.
const (
	UnsetEmpty UnsetForm = iota // "", in 2020
	UnsetEpoch                  // "1970-01-01T00:00:00Z", in 2019
)

// withDefaults returns a copy of o in which nothing is missing.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.Region = cmp.Or(c.Region, DefaultRegion)
	c.AccessKeyID = cmp.Or(c.AccessKeyID, DefaultAccessKeyID)
	c.AccessKeySecret = cmp.Or(c.AccessKeySecret, DefaultAccessKeySecret)
	c.QuotaScale = cmp.Or(c.QuotaScale, 1)
	c.ThrottleCode = cmp.Or(c.ThrottleCode, "ResourceThrottled")
	c.SkewCode = cmp.Or(c.SkewCode, "InvalidTimeStamp.Expired")
	c.SignatureCode = cmp.Or(c.SignatureCode, "SignatureNotMatch")
	c.MaxLimit = cmp.Or(c.MaxLimit, DefaultMaxLimit)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
