// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// problem is an error as an answer tells it (RFC 9457), with what the library knows about it.
type problem struct {
	Type   string       `json:"type"` // always about:blank: kind tells more than a page could
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Kind   history.Kind `json:"kind,omitempty"`
	// Target is what was being read, in answers that were put together from several reads.
	Target    *history.Ref `json:"target,omitempty"`
	Code      string       `json:"code,omitempty"`       // the cloud's own
	RequestID string       `json:"request_id,omitempty"` // the cloud's own
	Retryable bool         `json:"retryable,omitempty"`

	retryAfter time.Duration
}

func (p *problem) Error() string { return p.Detail }

// refuse is the problem of a request that cannot be answered as it is.
func refuse(detail string) *problem {
	return &problem{Status: http.StatusBadRequest, Kind: history.ErrInvalid, Detail: detail}
}

// newProblem tells any error. Those of the library hold no secrets.
func newProblem(err error) *problem {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = &problem{Status: http.StatusInternalServerError, Detail: err.Error()}
		if e, ok := errors.AsType[*history.Error](err); ok {
			p.Status, p.Kind, p.Code, p.RequestID, p.Retryable = e.Kind.HTTPStatus(), e.Kind, e.Code, e.RequestID, e.Retryable()
			p.retryAfter = e.RetryAfter
		}
		if errors.Is(err, context.DeadlineExceeded) { // the deadline is this server's own
			p.Status, p.Retryable = http.StatusGatewayTimeout, true
		}
	}
	p.Type = cmp.Or(p.Type, "about:blank")
	p.Title = cmp.Or(p.Title, http.StatusText(p.Status), "Client Closed Request")
	return p
}

// orProblem makes a handler of a function that may fail before it has written anything.
func (s *server) orProblem(answer func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := answer(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// fail answers with a problem: as a page to who wants pages.
func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := newProblem(err)
	if p.Status >= 500 {
		s.log.WarnContext(r.Context(), "answered with an error", slog.String("route", r.Pattern), slog.Int("status", p.Status), slog.Any("error", err))
	}
	if p.Retryable || p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(max(p.retryAfter, time.Second).Round(time.Second)/time.Second)))
	}
	if strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
		if tmpl, err := template.ParseFS(assets, "assets/problem.html"); err == nil {
			w.Header().Set("Content-Security-Policy", pagePolicy)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(p.Status)
			_ = tmpl.Execute(w, p) // a reader who has gone needs no answer
			return
		}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// writeJSON answers with a value. What cannot be encoded is an error before anything was written.
func writeJSON(w http.ResponseWriter, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(text, '\n')) // a reader who has gone needs no answer
	return nil
}
