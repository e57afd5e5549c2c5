// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "time"

const (
	// maxWait is the largest WaitTimeSeconds.
	maxWait = 60

	// waitStep is how often a held request looks whether its execution has ended.
	waitStep = 10 * time.Millisecond
)

// describeExecution answers with one execution, at once or after holding the request
// for WaitTimeSeconds at most until the execution has ended.
func (s *Server) describeExecution(rq *request, _ int) ([]byte, *apiError) {
	seconds, bad := rq.number("WaitTimeSeconds", 0, maxWait, 0)
	if bad != nil {
		return nil, bad
	}
	execution, bad := s.find(rq)
	if bad == nil && seconds > 0 && !execution.hasEnded() {
		execution, bad = s.awaitEnd(rq, time.Duration(seconds)*time.Second)
	}
	if bad != nil {
		return nil, bad
	}
	return encode(func(o *object) {
		o.text("RequestId", rq.id)
		o.execution(execution, s.opts.UnsetEnd, true)
	}), nil
}

// awaitEnd returns the execution when it has ended, the time has passed, or the
// client is gone. It looks again and again because Options.Now may be any clock.
func (s *Server) awaitEnd(rq *request, limit time.Duration) (Execution, *apiError) {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	again := time.NewTicker(waitStep)
	defer again.Stop()
	for {
		over := false
		select {
		case <-again.C:
		case <-timeout.C:
			over = true
		case <-rq.http.Context().Done():
			over = true
		}
		execution, bad := s.find(rq)
		if over || bad != nil || execution.hasEnded() {
			return execution, bad
		}
	}
}
