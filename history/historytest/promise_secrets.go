// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// No error, no log record, no observed call and no text of a client holds a secret, whatever goes wrong.
func noSecretGetsOut(t *trial) {
	if !t.wired() {
		return
	}
	spy := &spy{secrets: t.place.Wire.Secrets, known: make(map[string]bool), next: t.bodies}
	w := t.walker(retries(1), func(o *history.Options) {
		o.Transport = spy
		o.Retry.AttemptTimeout = 100 * time.Millisecond
		o.Logger = slog.New(slog.NewJSONHandler(spy, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Observe = func(_ context.Context, c history.Call) { spy.print(c, c.Err) }
	})
	spy.print(w.client)
	for what, fault := range t.secretFaults(spy) {
		t.place.Clear()
		spy.breaks = nil
		fault()
		var failed error
		for _, w.walks = range t.kinds() {
			_, err := collect(w.items(t.Context(), "", 2))
			spy.print(err)
			failed = errors.Join(failed, err)
		}
		_, err := w.client.Describe(t.Context(), w.eventQuery("", 0).Ref)
		spy.print(err)
		if failed == nil && err == nil && what != "nothing" {
			t.Errorf("%s: nothing failed", what)
		}
	}
	if len(spy.known) == 0 {
		t.Error("the place knows no secrets")
	}
	for secret, form := range spy.found() {
		t.Errorf("a secret got out: %s, in %s", secret, form)
	}
}

// secretFaults are things that go wrong while a secret is at hand.
func (t *trial) secretFaults(spy *spy) map[string]func() {
	faults := map[string]func(){
		"nothing":       func() {},
		"cut":           func() { t.place.Wire.Cut(10, -1) },
		"no headers":    func() { t.place.Hang(0) },
		"no body":       func() { t.place.Wire.HangBody(10) },
		"no connection": func() { spy.breaks = func(*http.Request) error { return errors.New("connection refused") } },
		"a transport that talks": func() {
			spy.breaks = func(r *http.Request) error {
				body := ""
				if r.GetBody != nil {
					if b, err := r.GetBody(); err == nil {
						var text bytes.Buffer
						_, _ = text.ReadFrom(b)
						body = text.String()
					}
				}
				return &url.Error{Op: r.Method, URL: r.URL.String(), Err: fmt.Errorf("cannot send %v %s", r.Header, body)}
			}
		},
	}
	for _, kind := range kinds() {
		faults[kind.Error()] = func() { t.place.Fail(kind, 0, -1) }
	}
	return faults
}

// spy is a transport that learns the secrets of each request, and a writer that takes what must hold none of them.
type spy struct {
	secrets func(*http.Request) []string
	next    http.RoundTripper
	breaks  func(*http.Request) error // nil = send it

	mu    sync.Mutex
	known map[string]bool
	texts bytes.Buffer
}

func (s *spy) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	for _, secret := range s.secrets(r) {
		if secret != "" {
			s.known[secret] = true
		}
	}
	s.mu.Unlock()
	if s.breaks != nil {
		return nil, s.breaks(r)
	}
	return s.next.RoundTrip(r)
}

func (s *spy) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.texts.Write(p)
}

// print writes values in all the ways in which a program might, errors with all that they wrap.
func (s *spy) print(values ...any) {
	for _, v := range values {
		if v == nil {
			continue
		}
		_, _ = fmt.Fprintf(s, "%v\n%+v\n%#v\n", v, v, v)
		if b, err := json.Marshal(v); err == nil {
			_, _ = s.Write(append(b, '\n'))
		}
		if err, ok := v.(error); ok {
			slog.New(slog.NewTextHandler(s, nil)).Error("failed", "err", err)
			s.print(wrapped(err)...)
		}
	}
}

// wrapped is what an error wraps.
func wrapped(err error) []any {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []any
		for _, e := range many.Unwrap() {
			all = append(all, e)
		}
		return all
	}
	if inner := errors.Unwrap(err); inner != nil {
		return []any{inner}
	}
	return nil
}

// found is the secrets that were printed, as they are or escaped, and the form in which they were.
func (s *spy) found() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.texts.String()
	found := make(map[string]string)
	for secret := range s.known {
		for form, text := range map[string]string{"plain text": secret, "a query": url.QueryEscape(secret), "a path": url.PathEscape(secret)} {
			if i := strings.Index(out, text); i >= 0 {
				found[secret] = fmt.Sprintf("%s: …%s…", form, out[max(0, i-100):min(len(out), i+len(text)+20)])
			}
		}
	}
	return found
}
