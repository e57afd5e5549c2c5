// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// errCut tells a body's writer that the rest is not wanted.
var errCut = errors.New("fakecloud: the fault ends the body here")

// shaper sends a body the way a fault wants: slowly, or only its beginning.
type shaper struct {
	ctx   context.Context
	w     io.Writer
	flush func() error
	drip  time.Duration
	begun bool   // a first chunk is out
	limit int    // bytes that may still pass; negative means all
	end   func() // what happens at the limit; nil just ends the body
}

func newShaper(ctx context.Context, w http.ResponseWriter, f Fault) *shaper {
	s := &shaper{
		ctx: ctx, w: w, flush: http.NewResponseController(w).Flush,
		drip: f.Drip, limit: -1,
	}
	switch {
	case f.HangAfter > 0:
		s.limit, s.end = f.HangAfter, func() { hold(ctx) }
	case f.Truncate > 0:
		s.limit, s.end = f.Truncate, func() { panic(http.ErrAbortHandler) }
	case f.CutAfter > 0:
		s.limit = f.CutAfter
	}
	return s
}

// Write sends p, or as much of it as the limit allows and then errCut.
func (s *shaper) Write(p []byte) (int, error) {
	allowed := p
	if s.limit >= 0 {
		allowed = p[:min(len(p), s.limit)]
		s.limit -= len(allowed)
	}
	n, err := s.send(allowed)
	if err == nil && n < len(p) {
		err = errCut
	}
	return n, err
}

func (s *shaper) send(p []byte) (int, error) {
	if s.drip <= 0 {
		return s.w.Write(p)
	}
	sent := 0
	for sent < len(p) {
		if s.begun {
			pause(s.ctx, s.drip)
		}
		s.begun = true
		n, err := s.w.Write(p[sent:min(sent+DripSize, len(p))])
		sent += n
		if err == nil {
			err = s.flush()
		}
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// finish ends the answer; err is what writing the body returned.
func (s *shaper) finish(err error) {
	if err != nil && !errors.Is(err, errCut) {
		panic(http.ErrAbortHandler)
	}
	if s.limit < 0 {
		return
	}
	// What is buffered must be out before the connection hangs or breaks; for a
	// clean end, flushing is what makes net/http use chunks.
	if s.flush() != nil {
		panic(http.ErrAbortHandler)
	}
	if s.end != nil {
		s.end()
	}
}

// zip returns the compressed body.
func zip(body []byte) []byte {
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	// A bytes.Buffer never fails.
	_, _ = zw.Write(body)
	_ = zw.Close()
	return buf.Bytes()
}

// streamGzip compresses what stream writes on its way to w.
func streamGzip(w io.Writer, stream func(io.Writer) error) error {
	zw := gzip.NewWriter(w)
	if err := stream(zw); err != nil {
		return err
	}
	return zw.Close()
}
