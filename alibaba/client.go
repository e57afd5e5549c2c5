// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"net/http"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

const provider = "alibaba"

// The largest pages. The documents disagree on whether an event page may have 1000 or 999, and an execution page 100 or
// 99; the smaller of each is right in both.
const (
	maxEventPage     = 999
	maxExecutionPage = 99
)

// The operations.
const (
	opHistory  = "GetExecutionHistory"
	opDescribe = "DescribeExecution"
	opList     = "ListExecutions"
	opFlows    = "ListFlows"
)

// New makes a client that reads one account in one region. It does no I/O: that the credentials are good shows with the
// first call. Bad input is ErrInvalid. opts may be nil.
func New(cfg Config, opts *history.Options) (*history.Client, error) {
	src, err := NewSource(cfg, opts)
	if err != nil {
		return nil, err
	}
	return history.NewClient(src, opts.ClientOptions()), nil
}

// NewSource makes the source of such a client, to wrap it or to read from it without a client's checks. The source
// is a history.Waiter and a history.WorkflowLister too.
func NewSource(cfg Config, opts *history.Options) (history.Source, error) {
	cfg, host, err := cfg.settle()
	if err != nil {
		return nil, err
	}
	x, err := exchange.New(exchange.Service{
		Provider: provider,
		Scope:    cfg.Scope,
		// The documented quotas; "every other operation" has the smaller one.
		Quotas: map[string]exchange.Quota{
			opHistory:  {Burst: 50, PerSecond: 5},
			opDescribe: {Burst: 50, PerSecond: 5},
			opList:     {Burst: 10, PerSecond: 2},
			opFlows:    {Burst: 10, PerSecond: 2},
		},
		Fail:      fail,
		RequestID: func(h http.Header) string { return h.Get("X-Acs-Request-Id") },
	}, opts)
	if err != nil {
		return nil, err
	}
	return &source{scope: cfg.Scope, exchange: x, signer: newSigner(cfg, host)}, nil
}

// source reads one account in one region. It is safe for concurrent use.
type source struct {
	scope    string
	exchange *exchange.Exchange
	signer   *signer
	decoders decoders
}

func (s *source) Provider() string { return provider }

func (s *source) Scope() string { return s.scope }

func (s *source) Capabilities() history.Capabilities {
	return history.Capabilities{
		NativeEvents:     true,
		EventPaging:      true,
		ExecutionPaging:  true,
		MaxEventPage:     maxEventPage,
		MaxExecutionPage: maxExecutionPage,
		LongPoll:         true,
		ReadsAhead:       true,
		FilterStatus:     true,
		FilterName:       true,
		FilterStarted:    true,
		Workflows:        true,
		MaxWorkflowPage:  maxWorkflowPage,
	}
}

// own is ref with the source's provider and scope.
func (s *source) own(ref history.Ref) history.Ref {
	ref.Provider, ref.Scope = provider, s.scope
	return ref
}
