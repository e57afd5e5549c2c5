// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Answer is a prepared answer, before a Fault is applied to it.
type Answer struct {
	Status int         // HTTP status; 0 means 200
	Code   string      // the cloud's error code, for the log only
	Header http.Header // may be nil; Content-Type is application/json unless set
	Body   []byte      // not changed by Write
	// Stream writes the body instead of Body, when it is too large to hold. Its
	// error, also one of the writer, means the answer cannot go on: the
	// connection is cut. The answer has no declared length.
	Stream func(w io.Writer) error
}

// Write sends the answer as the fault bends it, and notes it in the entry, which
// may be nil. It returns when the answer is sent. To hold, cut or reset the
// connection it does not return normally but panics with http.ErrAbortHandler,
// which net/http expects; callers must not write anything after it.
func Write(w http.ResponseWriter, r *http.Request, entry *Entry, f Fault, a Answer) {
	ctx := r.Context()
	if f.Delay > 0 {
		pause(ctx, f.Delay)
	}
	switch {
	case f.Hang:
		hold(ctx)
	case f.Reset:
		reset(w)
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	rewrite(f, &a)
	compress := f.Gzip && acceptsGzip(r.Header)
	if compress && a.Stream == nil {
		a.Body = zip(a.Body)
	}
	entry.Done(a.Status, a.Code)
	writeHeader(w, f, a, compress)
	writeBody(ctx, w, f, a, compress)
}

// rewrite applies what needs the whole body in memory.
func rewrite(f Fault, a *Answer) {
	if f.Mutate == nil && f.Truncate == 0 {
		return
	}
	if a.Stream != nil {
		var whole bytes.Buffer
		if a.Stream(&whole) != nil {
			panic(http.ErrAbortHandler)
		}
		a.Body, a.Stream = whole.Bytes(), nil
	}
	if f.Mutate != nil {
		a.Body = f.Mutate(bytes.Clone(a.Body))
	}
}

func writeHeader(w http.ResponseWriter, f Fault, a Answer, compress bool) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	maps.Copy(header, a.Header)
	if compress {
		header.Set("Content-Encoding", "gzip")
	}
	// Without a length net/http sends chunks, whose missing end the client notices.
	if a.Stream == nil && f.HangAfter == 0 && f.CutAfter == 0 && bodyAllowed(a.Status) {
		header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	}
	maps.Copy(header, f.Header)
	w.WriteHeader(a.Status)
}

func writeBody(ctx context.Context, w http.ResponseWriter, f Fault, a Answer, compress bool) {
	shaped := newShaper(ctx, w, f)
	err := error(nil)
	switch {
	case a.Stream == nil && bodyAllowed(a.Status):
		_, err = shaped.Write(a.Body)
	case a.Stream != nil && compress:
		err = streamGzip(shaped, a.Stream)
	case a.Stream != nil:
		err = a.Stream(shaped)
	}
	shaped.finish(err)
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// acceptsGzip looks for the coding by name; a q-value is not looked at, but for 0.
func acceptsGzip(h http.Header) bool {
	for coding := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(name, "gzip") && strings.TrimSpace(params) != "q=0" {
			return true
		}
	}
	return false
}

// pause waits, and gives the request up when its context ends first.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		panic(http.ErrAbortHandler)
	}
}

// hold keeps the request until its context ends.
func hold(ctx context.Context) {
	<-ctx.Done()
	panic(http.ErrAbortHandler)
}

// reset makes the client read "connection reset by peer".
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	// Linger 0 discards unsent data and sends RST instead of FIN.
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
	panic(http.ErrAbortHandler)
}
