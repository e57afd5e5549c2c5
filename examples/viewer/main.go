// SPDX-License-Identifier: Apache-2.0

// Command viewer is a small web service around the library: a page with the executions of several clouds, the report of
// each, which grows on screen while the execution runs, and the JSON API behind them.
//
// Without flags it serves a demonstration: both fake clouds in its own process, read over real, signed HTTP, with an
// execution on each that happens just now. With -alibaba or -huawei, or both, it reads the real clouds, with the
// credentials that the clouds' own tools find in the environment:
//
//	go run ./examples/viewer
//	go run ./examples/viewer -alibaba my-flow,my-other-flow -alibaba-region cn-hangzhou
//	go run ./examples/viewer -alibaba '*' -huawei my-workflow-id
//
// # Who may read
//
// Whoever reaches the address reads everything that the credentials can read: there is no log-in. So it listens on a
// loopback address, and on another one only with -allow-remote. It answers only to addresses, to localhost and to the
// names given with -host, so that no web site can reach it under a name of its own (DNS rebinding), and no script of
// another site at all.
//
// # API
//
// Every target is /{provider}/{scope}/{workflow}/{execution}, each part escaped.
//
//	GET /api/clouds                clouds, and what they can do
//	GET /api/executions            executions, newest first: status, prefix, after, before, provider, scope, workflow, limit, cursor
//	GET /api/executions/{target}   one execution with its steps, and what it failed by
//	GET /api/events/{target}       a page of its events: limit, cursor, detail=no
//	GET /api/follow/{target}       its events as they come, as Server-Sent Events: cursor, or the header Last-Event-ID
//	GET /healthz /readyz /metrics  for whoever runs it; metrics in the text format of Prometheus
//
// The pages are / and /executions/{target}; /live/{target} is the stream that keeps a page up to date, not a page. In a list
// the limit is for each workflow, so an answer may hold more; its element more has a cursor for each workflow that goes on,
// to be sent with the provider, scope and workflow beside it. A page of events has the next cursor in its element next.
//
// Following waits for an execution that does not exist yet: the stream is a 200 with comments, and when the execution is
// not there after 30 seconds either, its only message is a problem of status 404. A workflow that does not exist is a 404
// at once.
//
// Cursors are sealed: they show nothing, and are good for the target that they were given out for. An answer that was
// put together from several clouds has an error for each that failed, beside what the others said; a provider, scope or
// workflow that was asked for and is nowhere is a 404. Errors are application/problem+json (RFC 9457).
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "viewer:", err)
		os.Exit(exitCode(err))
	}
}

// usageError says what is wrong with the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is what the program ends with for an error: 2 for one of the command line, as package flag has it.
func exitCode(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}

// settings are what the flags say.
type settings struct {
	listen, hosts, keyFile string
	remote                 bool
	lasts, poll            time.Duration
	clouds                 realClouds
}

func parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("viewer", flag.ContinueOnError)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 = a free one")
	flags.BoolVar(&s.remote, "allow-remote", false, "listen on an address that others can reach; everybody who does reads everything")
	flags.StringVar(&s.hosts, "host", "", "further `names` to answer to, with commas between them")
	flags.StringVar(&s.keyFile, "key-file", "", "`file` of 16 random bytes at least that cursors are sealed with; empty = a key that ends with the program")
	flags.DurationVar(&s.lasts, "demo-lasts", 40*time.Second, "the `time` that the demonstration's growing executions take")
	flags.DurationVar(&s.poll, "poll", 0, "how often a running execution is looked at; 0 = every 2s, the demonstration twice a second")
	s.clouds.flags(flags)
	if err := flags.Parse(args); err != nil {
		return s, usageError{err}
	}
	if flags.NArg() > 0 {
		return s, usageError{fmt.Errorf("what is %q? The workflows to show go behind -alibaba or -huawei, with commas between them", flags.Arg(0))}
	}
	if s.poll < 0 {
		return s, usageError{fmt.Errorf("-poll is %s; want a time such as 5s, or 0 for the default", s.poll)}
	}
	return s, nil
}

// run is main without the process around it.
func run(ctx context.Context, args []string, out io.Writer) error {
	set, err := parse(args)
	if err != nil {
		return err
	}
	key, err := set.key()
	if err != nil {
		return err
	}
	meter := newMetrics(time.Now())
	clouds, closeAll, err := set.connect(ctx, meter)
	if err != nil {
		return err
	}
	defer closeAll()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	srv, err := newServer(clouds, config{key: key, metrics: meter, log: log, remote: set.remote, hosts: strings.FieldsFunc(set.hosts, isComma)})
	if err != nil {
		return err
	}
	listener, err := listen(set.listen, set.remote)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s/\n", listener.Addr())
	return srv.serve(ctx, listener)
}

// connect makes the clients: of the real clouds if any is asked for, else of the demonstration.
func (s settings) connect(ctx context.Context, m *metrics) (clouds []cloud, closeAll func(), err error) {
	opts := history.Options{Observe: m.call, PollInterval: s.poll}
	if s.clouds.wanted() {
		clouds, err = s.clouds.connect(opts)
		return clouds, func() {}, err
	}
	opts.PollInterval = cmp.Or(s.poll, 500*time.Millisecond)
	return startDemo(ctx, opts, s.lasts)
}

// key is what cursors are sealed with.
func (s settings) key() ([]byte, error) {
	if s.keyFile == "" {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // crypto/rand never fails: it ends the program instead
		return key, nil
	}
	key, err := os.ReadFile(s.keyFile)
	if err != nil {
		return nil, fmt.Errorf("the key of -key-file: %w", err)
	}
	if _, err := history.Open(key, "", ""); err != nil {
		return nil, fmt.Errorf("the key of -key-file: %w", err)
	}
	return key, nil
}

func isComma(r rune) bool { return r == ',' || r == ' ' }

// timeouts of connections. A stream gives itself more time with each message.
const (
	headerTimeout   = 5 * time.Second
	readTimeout     = 10 * time.Second
	writeTimeout    = 75 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
	requestTimeout  = 60 * time.Second // of what is read from the clouds for one answer
	maxHeader       = 32 << 10
)

func httpServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		DisableGeneralOptionsHandler: true, // it would answer without the headers that every answer has
	}
}
