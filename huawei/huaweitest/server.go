// SPDX-License-Identifier: Apache-2.0

package huaweitest

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
//	Op            string              the operation it applies to, e.g. OpListWorkflowExecutions; "" = any
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
//	Overlap       int                 nothing: AOM's answers have no pages
type Fault = fakecloud.Fault

// Recorded is one request as the server saw it.
type Recorded = fakecloud.Recorded

// Server is a fake AOM server. All methods are safe for concurrent use.
type Server struct {
	opts   Options
	http   *fakecloud.Server
	store  store
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
		t.Fatalf("huaweitest: %v", err)
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
		creds: credentials{
			accessKeyID: o.AccessKeyID, secretAccessKey: o.SecretAccessKey,
			securityToken: o.SecurityToken, token: o.Token,
		},
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
	rt := parseRoute(r)
	entry := s.log.Add(fakecloud.Record(r, rt.op, nil, s.opts.Now()))
	fault := s.faults.For(r, rt.op)
	id := newRequestID()
	answer, replaced := complete(fault).Replacement(func(status int, code, message string) fakecloud.Answer {
		return failure(status, code, "%s", message).answer(s.opts.ErrorForm, id)
	})
	if !replaced && !fault.Silent() {
		answer = s.answer(r, rt, id)
	}
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	answer.Header.Set("X-Request-Id", id)
	fakecloud.Write(w, r, entry, fault, answer)
}

// answer returns the answer of the service, or of the gateway in front of it.
func (s *Server) answer(r *http.Request, rt route, id string) fakecloud.Answer {
	answer, failed := s.operate(r, rt)
	if failed != nil {
		return failed.answer(s.opts.ErrorForm, id)
	}
	return answer
}

// operate checks a request, in the order a gateway with a service behind it does,
// and carries it out.
func (s *Server) operate(r *http.Request, rt route) (fakecloud.Answer, *apiError) {
	if bad := rt.check(); bad != nil {
		return fakecloud.Answer{}, bad
	}
	body, bad := readBody(r)
	if bad != nil {
		return fakecloud.Answer{}, bad
	}
	if bad := s.credentials().authenticate(r, body, s.opts.Now()); bad != nil {
		return fakecloud.Answer{}, bad
	}
	if bad := rt.checkProject(r, s.opts.ProjectID); bad != nil {
		return fakecloud.Answer{}, bad
	}
	if bad := s.quotas.take(rt.op); bad != nil {
		return fakecloud.Answer{}, bad
	}
	switch rt.op {
	case OpListWorkflowExecutions:
		return s.listExecutions(rt, r.URL.Query())
	case OpSearchWorkflowExecutionDetail:
		return s.describeExecution(rt, r.URL.Query())
	default:
		return s.listWorkflows(body)
	}
}

func (s *Server) form() form {
	return form{
		project: s.opts.ProjectID, nested: s.opts.Nested, oldKeys: s.opts.OldKeys,
		times: s.opts.Times, unsetEnd: s.opts.UnsetEnd,
	}
}

// URL is the server's address, "http://127.0.0.1:port", without a final slash.
func (s *Server) URL() string { return s.http.URL() }

// Region is the region the server says it is in.
func (s *Server) Region() string { return s.opts.Region }

// ProjectID is the id of the one project there is.
func (s *Server) ProjectID() string { return s.opts.ProjectID }

// AccessKeyID is the access key the server accepts now.
func (s *Server) AccessKeyID() string { return s.credentials().accessKeyID }

// SecretAccessKey is the secret of the access key.
func (s *Server) SecretAccessKey() string { return s.credentials().secretAccessKey }

// SecurityToken is what signed requests must carry, "" for permanent keys.
func (s *Server) SecurityToken() string { return s.credentials().securityToken }

// Token is the X-Auth-Token the server accepts now.
func (s *Server) Token() string { return s.credentials().token }

// RotateKeys changes all credentials. Later requests must use the new ones. An
// empty securityToken makes the keys permanent, an empty token is never accepted.
func (s *Server) RotateKeys(accessKeyID, secretAccessKey, securityToken, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.creds = credentials{accessKeyID, secretAccessKey, securityToken, token}
}

func (s *Server) credentials() credentials {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.creds
}

// Inject adds a fault. Faults are tried in the order they were injected. They come
// before every check: a request that is answered by one needs no credentials.
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
