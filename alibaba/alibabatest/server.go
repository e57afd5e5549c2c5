// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"context"
	"net/http"
	"sync"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// Fault changes what the server does to the requests it matches. The zero value matches the next request and changes
// nothing. Delay, Drip, Gzip and Header go with the others; of those that end an answer the first of Hang, Reset, HangAfter,
// Truncate and CutAfter counts. The fields:
//
//	Op            string              the operation it applies to, e.g. OpGetExecutionHistory; "" = any
//	After         int                 let this many matching requests pass first
//	Times         int                 how many requests it then applies to; 0 = 1, negative = every one
//
//	Status        int                 answer with this HTTP status; 0 = that of a documented Code, else 400; with a Body 200
//	Code, Message string              answer with an error in the cloud's own shape, e.g. a code of DocumentedErrors
//	Body          []byte              answer with exactly this; nil = no such answer, not nil and empty = an empty body
//	Header        http.Header         fields that replace the answer's, also a real one's, e.g. Retry-After
//
//	Delay         time.Duration       wait before the answer's headers
//	Hang          bool                never answer
//	HangAfter     int                 hang after this many bytes of the body; 0 = off
//	Reset         bool                reset the connection without an answer
//	Truncate      int                 cut the connection after this many bytes of the body; 0 = off
//	CutAfter      int                 end cleanly after this many bytes, as if the body were whole; 0 = off
//	Drip          time.Duration       pause after each 32 bytes of the body
//	Gzip          bool                compress the answer if the request accepts that
//	Mutate        func([]byte) []byte rewrites the body of the real answer
//	Overlap       int                 a page also repeats this many items from before its start
type Fault = fakecloud.Fault

// Recorded is one request as the server saw it.
type Recorded = fakecloud.Recorded

// Server is a fake FnF server. All methods are safe for concurrent use.
type Server struct {
	opts   Options
	http   *fakecloud.Server
	store  store
	tokens tokens
	nonces nonces
	faults fakecloud.Faults
	log    fakecloud.Log
	quotas quotas

	mu    sync.Mutex
	creds credentials
}

// NewServer starts a server that is closed when the test ends. t is a *testing.T, *testing.B or *testing.F; nil opts are
// the defaults.
func NewServer(t fakecloud.TB, opts *Options) *Server {
	t.Helper()
	s, err := Start(opts)
	if err != nil {
		t.Fatalf("alibabatest: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server without a test. The caller must Close it. nil opts are the
// defaults. The only error is that of listening on Options.Addr.
func Start(opts *Options) (*Server, error) {
	o := opts.withDefaults()
	s := &Server{
		opts:   o,
		quotas: newQuotas(o),
		faults: fakecloud.Faults{Plan: o.Plan},
		tokens: tokens{lifetime: o.TokenLifetime, strict: o.StrictTokens},
		creds:  credentials{o.AccessKeyID, o.AccessKeySecret, o.SecurityToken},
	}
	server, err := fakecloud.Listen(o.Addr, http.HandlerFunc(s.serve))
	if err != nil {
		return nil, err
	}
	s.http = server
	return s, nil
}

// serve answers one request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	rq := parseRequest(r)
	entry := s.log.Add(fakecloud.Record(r, rq.op, rq.form, s.opts.Now()))
	fault := s.faults.For(r, rq.op)
	// A fault comes after the nonce was used up: sending the same request again
	// must not work just because the first answer was a bad one.
	refused := s.authenticate(rq)
	answer, replaced := rq.complete(fault).Replacement(func(status int, code, message string) fakecloud.Answer {
		return rq.errorAnswer(&apiError{status, code, message})
	})
	if !replaced && !fault.Silent() {
		answer = s.answer(rq, refused, fault.Overlap)
	}
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	answer.Header.Set("X-Acs-Request-Id", rq.id)
	fakecloud.Write(w, r, entry, fault, answer)
}

// answer returns the answer of the service, or of the gateway in front of it.
func (s *Server) answer(rq *request, refused *apiError, overlap int) fakecloud.Answer {
	if refused != nil {
		return rq.errorAnswer(refused)
	}
	body, bad := s.operate(rq, overlap)
	if bad != nil {
		return rq.errorAnswer(bad)
	}
	return fakecloud.Answer{Body: body}
}

// operate carries out a request that is signed well.
func (s *Server) operate(rq *request, overlap int) ([]byte, *apiError) {
	var do func(*request, int) ([]byte, *apiError)
	switch rq.op {
	case OpGetExecutionHistory:
		do = s.getExecutionHistory
	case OpDescribeExecution:
		do = s.describeExecution
	case OpListExecutions:
		do = s.listExecutions
	case OpListFlows:
		do = s.listFlows
	default:
		return nil, rq.fail("ActionNotSupported")
	}
	if rq.version != apiVersion {
		return nil, rq.fail("APIVersionNotSupported", "Version", rq.version)
	}
	if !s.quotas.take(rq.op) {
		return nil, rq.fail(s.opts.ThrottleCode)
	}
	return do(rq, overlap)
}

// URL is the server's address, "http://127.0.0.1:port", without a final slash.
func (s *Server) URL() string { return s.http.URL() }

// Region is the region the server says it is in.
func (s *Server) Region() string { return s.opts.Region }

// AccessKeyID is the access key the server accepts now.
func (s *Server) AccessKeyID() string { return s.credentials().accessKeyID }

// AccessKeySecret is the secret of the access key.
func (s *Server) AccessKeySecret() string { return s.credentials().accessKeySecret }

// SecurityToken is what requests must carry, "" for permanent keys.
func (s *Server) SecurityToken() string { return s.credentials().securityToken }

// RotateKeys changes the credentials. Later requests must use the new ones. An
// empty securityToken makes the keys permanent.
func (s *Server) RotateKeys(accessKeyID, accessKeySecret, securityToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.creds = credentials{accessKeyID, accessKeySecret, securityToken}
}

func (s *Server) credentials() credentials {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.creds
}

// ExpireTokens makes the server refuse every NextToken it handed out so far. Handing
// out the same one again makes it good again.
func (s *Server) ExpireTokens() { s.tokens.expire() }

// Inject adds a fault. Faults are tried in the order they were injected. One that
// replaces the answer does so for every request, also for one that is not signed.
func (s *Server) Inject(f Fault) { s.faults.Add(f) }

// ClearFaults drops all faults.
func (s *Server) ClearFaults() { s.faults.Clear() }

// Requests returns the requests so far, also those without an answer yet. Each has its Op, Method, Path (escaped, as
// sent), Query, Header and Form, the Status and Code of its answer, the Time when it came and its RemoteAddr. It holds
// signatures and tokens as they were sent: look at them in a test, do not print them in a program.
func (s *Server) Requests() []Recorded { return s.log.All() }

// Count returns how many requests of an operation came; "" counts all.
func (s *Server) Count(op string) int { return s.log.Count(op) }

// Wait blocks until at least n requests of an operation ("" for any) came. The only
// error is the context's.
func (s *Server) Wait(ctx context.Context, op string, n int) error { return s.log.Wait(ctx, op, n) }

// ResetRequests forgets the requests so far.
func (s *Server) ResetRequests() { s.log.Reset() }

// Conns returns how many client connections are open, idle ones included.
func (s *Server) Conns() int { return s.http.Conns() }

// Close ends all requests and connections. Closing again is fine.
func (s *Server) Close() { s.http.Close() }
