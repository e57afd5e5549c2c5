// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"log/slog"
	"net/http"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

const provider = "huawei"

// The pages that are cut from an answer when the query does not say how large they are to be. An event is small: one node
// has two at most, and a node result list has at most 200 of them by the documents.
const (
	maxEventPage         = 1000
	defaultExecutionPage = 100
)

// The operations.
const (
	opList      = "ListWorkflowExecutions"
	opDetail    = "SearchWorkflowExecutionDetail"
	opWorkflows = "ListWorkflow"
)

// New makes a client that reads one project in one region. It does no I/O: that the credentials are good shows with the
// first call. Bad input is ErrInvalid. opts may be nil.
func New(cfg Config, opts *history.Options) (*history.Client, error) {
	src, err := NewSource(cfg, opts)
	if err != nil {
		return nil, err
	}
	return history.NewClient(src, opts.ClientOptions()), nil
}

// NewSource makes the source of such a client, to wrap it or to read from it without a client's checks. The source
// is a history.WorkflowLister too.
func NewSource(cfg Config, opts *history.Options) (history.Source, error) {
	cfg, host, err := cfg.settle()
	if err != nil {
		return nil, err
	}
	// Assumption: the gateway's default, 200 requests a second to one API, since no document has AOM's own quotas.
	quota := exchange.Quota{Burst: 200, PerSecond: 200}
	x, err := exchange.New(exchange.Service{
		Provider:  provider,
		Scope:     cfg.Scope,
		Quotas:    map[string]exchange.Quota{opList: quota, opDetail: quota, opWorkflows: quota},
		Fail:      fail,
		RequestID: func(h http.Header) string { return h.Get(headerRequestID) },
	}, opts)
	if err != nil {
		return nil, err
	}
	o := *cmp.Or(opts, &history.Options{})
	return &source{
		scope:      cfg.Scope,
		project:    cfg.ProjectID,
		enterprise: cfg.EnterpriseProjectID,
		exchange:   x,
		signer:     newSigner(cfg, host, o.Transport),
		log:        cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
	}, nil
}

// source reads one project in one region. It is safe for concurrent use.
type source struct {
	scope      string
	project    string
	enterprise string // "" = not sent
	exchange   *exchange.Exchange
	signer     *signer
	log        *slog.Logger
}

func (s *source) Provider() string { return provider }

func (s *source) Scope() string { return s.scope }

func (s *source) Capabilities() history.Capabilities {
	return history.Capabilities{Steps: true, MaxEventPage: maxEventPage, Workflows: true, MaxWorkflowPage: maxWorkflowPage}
}

// own is ref with the source's provider and scope.
func (s *source) own(ref history.Ref) history.Ref {
	ref.Provider, ref.Scope = provider, s.scope
	return ref
}
