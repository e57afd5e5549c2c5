// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "github.com/flowhistory/flowhistory/internal/fakecloud"

// quotas counts requests: one bucket for each operation. Empty, it counts none.
type quotas map[string]*fakecloud.Bucket

// newQuotas makes the buckets of the service's page on limits, if they are asked for.
func newQuotas(o Options) quotas {
	if !o.Quotas {
		return nil
	}
	return quotas{
		OpGetExecutionHistory: fakecloud.NewBucket(50, 5*o.QuotaScale, o.Now),
		OpDescribeExecution:   fakecloud.NewBucket(50, 5*o.QuotaScale, o.Now),
		OpListExecutions:      fakecloud.NewBucket(10, 2*o.QuotaScale, o.Now),
		OpListFlows:           fakecloud.NewBucket(10, 2*o.QuotaScale, o.Now),
	}
}

// take counts a request and reports whether it is within the quota.
//
// Model: the refusal has no Retry-After, since no document shows one. A Fault with a
// Header can add it.
func (q quotas) take(op string) bool {
	bucket, counted := q[op]
	if !counted {
		return true
	}
	ok, _ := bucket.Take()
	return ok
}
