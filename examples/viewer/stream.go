// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	sendTimeout = 15 * time.Second // for a reader to take a message, before it counts as gone
	reconnect   = 2 * time.Second  // how long a browser waits before it connects again
)

// stream writes Server-Sent Events. Its head is written with the first of them, so that what fails before can still be
// answered with a status. It is for one goroutine.
type stream struct {
	w      http.ResponseWriter
	begun  bool
	closer func()
	ctx    context.Context // ends with the request, and with the server
}

// stream admits a stream, unless there are too many. The caller must close it.
func (s *server) stream(w http.ResponseWriter, r *http.Request) (*stream, error) {
	if r.Method != http.MethodGet { // the head alone is nothing to wait for
		w.Header().Set("Allow", http.MethodGet)
		return nil, &problem{Status: http.StatusMethodNotAllowed, Detail: "a stream can only be read with GET"}
	}
	if s.metrics.streams.Add(1) > s.streams {
		s.metrics.streams.Add(-1)
		return nil, &problem{Status: http.StatusServiceUnavailable, Retryable: true, Detail: fmt.Sprintf("%d streams are open, which is all there may be", s.streams)}
	}
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(s.ending, cancel)
	return &stream{w: w, ctx: ctx, closer: func() {
		stop()
		cancel()
		s.metrics.streams.Add(-1)
	}}, nil
}

func (st *stream) close() { st.closer() }

// send writes a message; an empty id leaves the reader's last one as it is, an empty event is "message".
func (st *stream) send(id, event string, data any) error {
	text, err := json.Marshal(data) // has no line ends
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if id != "" {
		fmt.Fprintf(&b, "id: %s\n", id)
	}
	if event != "" {
		fmt.Fprintf(&b, "event: %s\n", event)
	}
	fmt.Fprintf(&b, "data: %s\n\n", text)
	return st.write(b.Bytes())
}

// beat writes a comment, so that nobody between here and the reader takes the connection for dead.
func (st *stream) beat() error { return st.write([]byte(": still there\n\n")) }

func (st *stream) write(text []byte) error {
	control := http.NewResponseController(st.w)
	if err := control.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	if !st.begun {
		st.begun = true
		st.w.Header().Set("Content-Type", "text/event-stream")
		st.w.Header().Set("X-Accel-Buffering", "no") // proxies must not collect messages
		text = append(fmt.Appendf(nil, "retry: %d\n\n", reconnect.Milliseconds()), text...)
	}
	if _, err := st.w.Write(text); err != nil {
		return err
	}
	return control.Flush()
}

// fail tells the reader of an error: as the answer, or when that has begun as a message. An error of the stream's own
// context is not told: nobody is there, or the server ends and the reader connects elsewhere.
func (st *stream) fail(err error) error {
	switch {
	case !st.begun:
		return err
	case st.ctx.Err() == nil:
		_ = st.send("", "problem", newProblem(err))
	}
	return nil
}
