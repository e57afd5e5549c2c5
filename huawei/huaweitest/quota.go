// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"math"
	"net/http"
	"strconv"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// quotas counts requests: one bucket for each operation. Empty, it counts none.
type quotas struct {
	buckets map[string]*fakecloud.Bucket
	limit   float64
}

// newQuotas makes the buckets, if they are asked for.
//
// Model: the burst is what one second brings. The gateway's documents say "200
// times a second", and nothing about how they count.
func newQuotas(o Options) quotas {
	q := quotas{limit: o.QuotaPerSecond}
	if !o.Quotas {
		return q
	}
	burst := max(1, int(o.QuotaPerSecond))
	q.buckets = make(map[string]*fakecloud.Bucket)
	for _, op := range []string{OpListWorkflowExecutions, OpSearchWorkflowExecutionDetail, OpListWorkflow} {
		q.buckets[op] = fakecloud.NewBucket(burst, o.QuotaPerSecond*o.QuotaScale, o.Now)
	}
	return q
}

// take counts a request; the error is that of a quota used up.
//
// Model: Retry-After comes with it. AOM's status page says to read the header, the
// gateway's documents do not have it.
func (q quotas) take(op string) *apiError {
	bucket, ok := q.buckets[op]
	if !ok {
		return nil
	}
	ok, wait := bucket.Take()
	if ok {
		return nil
	}
	e := failure(http.StatusTooManyRequests, "APIGW.0308",
		"The throttling threshold has been reached: policy api over ratelimit,limit:%v,time:1 second", q.limit)
	seconds := int64(math.Ceil(wait.Seconds()))
	e.header = http.Header{"Retry-After": {strconv.FormatInt(seconds, 10)}}
	return e
}
