// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"cmp"
	"net/http"
	"time"
)

// What a server uses where Options says nothing.
const (
	DefaultRegion          = "cn-north-4"
	DefaultProjectID       = "0123456789abcdef0123456789abcdef"
	DefaultAccessKeyID     = "test-access-key-id"
	DefaultSecretAccessKey = "test-secret-access-key"
	DefaultToken           = "test-token"

	// DefaultQuotaPerSecond is what the gateway grants by default to one API.
	// AOM's own quota is not documented.
	DefaultQuotaPerSecond = 200
)

// Options says how a server behaves. The zero value, and nil, is a good default.
type Options struct {
	Addr      string // address to listen on; "" = a free loopback port
	Region    string // what Region returns; "" = DefaultRegion
	ProjectID string // the one project there is; "" = DefaultProjectID

	AccessKeyID     string // "" = DefaultAccessKeyID
	SecretAccessKey string // "" = DefaultSecretAccessKey
	SecurityToken   string // set: the keys are temporary, and a signed request must carry it
	Token           string // accepted as X-Auth-Token in place of a signature; "" = DefaultToken

	Now func() time.Time // the server's clock, for skew, quotas and growth; nil = time.Now

	Quotas         bool    // refuse requests over the quota with 429 APIGW.0308
	QuotaPerSecond float64 // requests a second for each operation, and the burst; 0 = DefaultQuotaPerSecond
	QuotaScale     float64 // makes the quota refill faster; 0 = 1

	// Plan chooses a fault for each request, before those that were injected are tried; false leaves the request to them.
	// It may look at the request, and must be safe for concurrent use. Of its faults Op, After and Times mean nothing.
	Plan func(r *http.Request, op string) (Fault, bool)

	// The document's table and its example disagree about the next two.
	Nested  bool // answer lists as [ [ … ] ], like the table; default flat, like the example
	OldKeys bool // create_by and workflowEditTime, like the example; default created_by and workflow_edit_time, like the table

	Times     TimeForm   // how times are written; default Milliseconds
	UnsetEnd  UnsetForm  // how a begin or end that is not there yet is written; default UnsetAbsent
	ErrorForm ErrorShape // the shape of all error bodies; default ShapeDocumented
}

// TimeForm is a way to write a time. The documents say "Long" and, elsewhere in
// the service, milliseconds; their examples are masked numbers of 8 to 11 digits.
type TimeForm int

// The ways to write a time.
const (
	Milliseconds       TimeForm = iota // 1600073877378
	Seconds                            // 1600073877
	MillisecondStrings                 // "1600073877378"
	RFC3339Strings                     // "2020-09-14T08:57:57Z"
)

// UnsetForm is a way to write a time that is not there yet. No document says which
// the service uses.
type UnsetForm int

// The ways to write a time that is not there yet.
const (
	UnsetAbsent UnsetForm = iota // the field is left out
	UnsetZero                    // 0
	UnsetNull                    // null
)

// withDefaults returns a copy of o in which nothing is missing.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.Region = cmp.Or(c.Region, DefaultRegion)
	c.ProjectID = cmp.Or(c.ProjectID, DefaultProjectID)
	c.AccessKeyID = cmp.Or(c.AccessKeyID, DefaultAccessKeyID)
	c.SecretAccessKey = cmp.Or(c.SecretAccessKey, DefaultSecretAccessKey)
	c.Token = cmp.Or(c.Token, DefaultToken)
	c.QuotaPerSecond = cmp.Or(c.QuotaPerSecond, DefaultQuotaPerSecond)
	c.QuotaScale = cmp.Or(c.QuotaScale, 1)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
