// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
)

//go:embed assets
var assets embed.FS

// config is what a server needs beside the clouds.
type config struct {
	key     []byte   // cursors are sealed with it; 16 bytes at least
	remote  bool     // others may reach it
	hosts   []string // further names to answer to
	metrics *metrics
	log     *slog.Logger // nil = silent
	streams int64        // how many may be open at once; 0 = maxStreams
}

// maxStreams bounds what is followed at once: each stream asks its cloud every few seconds.
const maxStreams = 64

// server answers. It is safe for concurrent use.
type server struct {
	config
	clouds   []cloud
	group    *group.Group
	ending   context.Context // ends with the server; streams look at it, because they have no end of their own
	end      context.CancelFunc
	draining atomic.Bool
}

func newServer(clouds []cloud, cfg config) (*server, error) {
	clients := make([]*history.Client, len(clouds))
	for i, c := range clouds {
		clients[i] = c.client
	}
	g, err := group.New(clients, nil)
	if err != nil {
		return nil, err
	}
	cfg.log = cmp.Or(cfg.log, slog.New(slog.DiscardHandler))
	cfg.streams = cmp.Or(cfg.streams, maxStreams)
	s := &server{config: cfg, clouds: clouds, group: g}
	s.ending, s.end = context.WithCancel(context.Background())
	return s, nil
}

// handler is everything that is answered.
func (s *server) handler() http.Handler {
	const target = "/{provider}/{scope}/{workflow}/{execution}"
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(http.ResponseWriter, *http.Request) error{
		"/":                        notFound,
		"/{$}":                     s.index,
		"/assets/{name}":           s.asset,
		"/executions" + target:     s.report,
		"/live" + target:           s.live,
		"/api/clouds":              s.listClouds,
		"/api/executions":          s.listExecutions,
		"/api/executions" + target: s.execution,
		"/api/events" + target:     s.events,
		"/api/follow" + target:     s.follow,
		"/healthz":                 s.healthz,
		"/readyz":                  s.readyz,
		"/metrics":                 s.showMetrics,
	} {
		mux.HandleFunc("GET "+pattern, s.orProblem(answer))
	}
	mux.HandleFunc("/", s.orProblem(onlyRead))
	return s.metrics.count(s.guard(mux))
}

// serve answers until the context ends. What is being answered then is finished; streams are not, because browsers
// connect again.
func (s *server) serve(ctx context.Context, listener net.Listener) error {
	srv := httpServer(s.handler(), s.log)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()
	select {
	case err := <-served:
		s.end()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.end()
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := srv.Shutdown(patience); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off: %w", err), srv.Close())
	}
	return nil
}

func (s *server) index(w http.ResponseWriter, _ *http.Request) error {
	const page = "list.html"
	text, err := assets.ReadFile("assets/" + page)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	writeFile(w, page, text)
	return nil
}

func (s *server) asset(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	text, err := assets.ReadFile("assets/" + name)
	if err != nil || filepath.Ext(name) == ".html" { // pages have addresses of their own, and templates none
		return notFound(w, r)
	}
	writeFile(w, name, text)
	return nil
}

// writeFile answers with all of a file. http.ServeContent would refuse ranges and conditions that do not fit, and not with a
// problem; they gain nothing where no answer is stored.
func writeFile(w http.ResponseWriter, name string, text []byte) {
	w.Header().Set("Content-Type", mime.TypeByExtension(filepath.Ext(name)))
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, _ = w.Write(text) // a reader who has gone needs no answer
}

// onlyRead refuses all other methods than those that read.
func onlyRead(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Allow", "GET, HEAD")
	return &problem{Status: http.StatusMethodNotAllowed, Detail: "there is nothing here to " + r.Method + "; all is read with GET"}
}

func notFound(_ http.ResponseWriter, r *http.Request) error {
	return &problem{Status: http.StatusNotFound, Kind: history.ErrNotFound, Detail: "there is nothing at " + r.URL.Path}
}

// healthz says that the process answers.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, map[string]string{"status": "ok"})
}

// readyz says whether requests should be sent here. A cloud that is out is no reason against it: the others are there.
func (s *server) readyz(w http.ResponseWriter, _ *http.Request) error {
	if s.draining.Load() {
		return &problem{Status: http.StatusServiceUnavailable, Detail: "the server is about to end"}
	}
	return writeJSON(w, map[string]string{"status": "ready"})
}
