// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

const whole = `{"message":"a body of some length, longer than one chunk of a drip"}`

// asStream writes body in pieces, as a large answer does.
func asStream(body string) func(io.Writer) error {
	return func(w io.Writer) error {
		for rest := body; len(rest) > 0; {
			n := min(7, len(rest))
			if _, err := io.WriteString(w, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	}
}

func TestWriteBodies(t *testing.T) {
	t.Parallel()
	double := func(b []byte) []byte { return append(b, b...) }
	tests := []struct {
		name       string
		fault      fakecloud.Fault
		wantBody   string
		wantLength int64 // -1: chunked
		wantErr    error
	}{
		{"no fault", fakecloud.Fault{}, whole, int64(len(whole)), nil},
		{"delay", fakecloud.Fault{Delay: time.Millisecond}, whole, int64(len(whole)), nil},
		{"mutate", fakecloud.Fault{Mutate: double}, whole + whole, int64(2 * len(whole)), nil},
		{"drip", fakecloud.Fault{Drip: time.Millisecond}, whole, int64(len(whole)), nil},
		{"truncate", fakecloud.Fault{Truncate: 5}, whole[:5], int64(len(whole)), io.ErrUnexpectedEOF},
		{"truncate and drip", fakecloud.Fault{Truncate: 40, Drip: time.Millisecond}, whole[:40], int64(len(whole)), io.ErrUnexpectedEOF},
		{"truncate behind the end", fakecloud.Fault{Truncate: 1 << 20}, whole, int64(len(whole)), nil},
		{"cut", fakecloud.Fault{CutAfter: 5}, whole[:5], -1, nil},
		{"cut behind the end", fakecloud.Fault{CutAfter: 1 << 20}, whole, -1, nil},
		{"truncate before cut", fakecloud.Fault{Truncate: 6, CutAfter: 5}, whole[:6], -1, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		for _, stream := range []bool{false, true} {
			name, answer := tt.name, fakecloud.Answer{Body: []byte(whole)}
			if stream {
				name, answer = tt.name+" streamed", fakecloud.Answer{Stream: asStream(whole)}
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var log fakecloud.Log
				server := serve(t, &log, tt.fault, answer)
				got := get(t, newClient(t), server.URL())
				if got.status != http.StatusOK || got.body != tt.wantBody || !errors.Is(got.err, tt.wantErr) {
					t.Errorf("got %d %q, error %v, want 200 %q, error %v",
						got.status, got.body, got.err, tt.wantBody, tt.wantErr)
				}
				// Only what rewrites a stream knows its length.
				known := !stream || tt.fault.Mutate != nil || tt.fault.Truncate > 0
				if known && got.length != tt.wantLength {
					t.Errorf("Content-Length %d, want %d", got.length, tt.wantLength)
				}
			})
		}
	}
}

func TestWriteNotesTheAnswer(t *testing.T) {
	t.Parallel()
	var log fakecloud.Log
	fault := fakecloud.Fault{Header: http.Header{"Retry-After": {"7"}, "Content-Type": {"text/html"}}}
	answer := fakecloud.Answer{
		Status: http.StatusTooManyRequests, Code: "Throttled",
		Header: http.Header{"X-Request-Id": {"r1"}}, Body: []byte("{}"),
	}
	server := serve(t, &log, fault, answer)
	got := get(t, newClient(t), server.URL())
	if got.status != 429 || got.header.Get("Retry-After") != "7" ||
		got.header.Get("X-Request-Id") != "r1" || got.header.Get("Content-Type") != "text/html" {
		t.Errorf("got %d with header %v", got.status, got.header)
	}
	noted := log.All()[0]
	if noted.Status != 429 || noted.Code != "Throttled" {
		t.Errorf("log has %d %q, want 429 Throttled", noted.Status, noted.Code)
	}
}

// An answer may be one that is kept and given again, so that a fault must not write into it.
func TestWriteMutatesACopy(t *testing.T) {
	t.Parallel()
	kept := []byte(whole)
	upper := func(b []byte) []byte { copy(b, bytes.ToUpper(b)); return b }
	server := serve(t, new(fakecloud.Log), fakecloud.Fault{Mutate: upper}, fakecloud.Answer{Body: kept})
	if got, want := get(t, newClient(t), server.URL()).body, strings.ToUpper(whole); got != want {
		t.Errorf("body = %q, want %q", got, want)
	}
	if string(kept) != whole {
		t.Errorf("the answer itself is %q now, want %q", kept, whole)
	}
}

func TestWriteWithoutBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified} {
		server := serve(t, new(fakecloud.Log), fakecloud.Fault{}, fakecloud.Answer{Status: status, Body: []byte("x")})
		got := get(t, newClient(t), server.URL())
		if got.status != status || got.body != "" || got.err != nil || got.header.Get("Content-Length") != "" {
			t.Errorf("got %+v, want an empty %d", got, status)
		}
	}
}

func TestWriteGzip(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]fakecloud.Answer{
		"body":   {Body: []byte(whole)},
		"stream": {Stream: asStream(whole)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, new(fakecloud.Log), fakecloud.Fault{Gzip: true}, answer)
			for _, accept := range []string{"identity", "br, gzip;q=0"} {
				if got := get(t, newClient(t), server.URL(), "Accept-Encoding", accept); got.body != whole {
					t.Errorf("with Accept-Encoding %q the body is %q", accept, got.body)
				}
			}
			got := get(t, newClient(t), server.URL(), "Accept-Encoding", "br, GZIP;q=0.5")
			if got.header.Get("Content-Encoding") != "gzip" {
				t.Fatalf("Content-Encoding = %q", got.header.Get("Content-Encoding"))
			}
			zr, err := gzip.NewReader(bytes.NewReader([]byte(got.body)))
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(zr); err != nil || string(body) != whole {
				t.Errorf("decompressed %q, error %v", body, err)
			}
		})
	}
}

func TestWriteReset(t *testing.T) {
	t.Parallel()
	var log fakecloud.Log
	server := serve(t, &log, fakecloud.Fault{Reset: true}, fakecloud.Answer{})
	got := get(t, newClient(t), server.URL())
	// Depending on timing the client reads the reset or the end before it.
	if !errors.Is(got.err, syscall.ECONNRESET) && !errors.Is(got.err, io.EOF) {
		t.Errorf("error = %v, want a reset", got.err)
	}
	if status := log.All()[0].Status; status != 0 {
		t.Errorf("log has status %d for a request without an answer", status)
	}
}

func TestWriteHolds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault fakecloud.Fault
		want  string // the part of the body that comes
	}{
		{"hang", fakecloud.Fault{Hang: true}, ""},
		{"long delay", fakecloud.Fault{Delay: time.Hour}, ""},
		{"hang in the body", fakecloud.Fault{HangAfter: 5}, whole[:5]},
		{"hang behind the body", fakecloud.Fault{HangAfter: 1 << 20}, whole},
		{"long drip", fakecloud.Fault{Drip: time.Hour}, whole[:fakecloud.DripSize]},
	}
	for _, tt := range tests {
		t.Run(tt.name+", client leaves", func(t *testing.T) {
			t.Parallel()
			var log fakecloud.Log
			server := serve(t, &log, tt.fault, fakecloud.Answer{Body: []byte(whole)})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			held(ctx, t, server, &log, tt.want, cancel)
			server.Close() // would wait for ever for a handler that is still held
		})
		t.Run(tt.name+", server closes", func(t *testing.T) {
			t.Parallel()
			var log fakecloud.Log
			server := serve(t, &log, tt.fault, fakecloud.Answer{Body: []byte(whole)})
			held(t.Context(), t, server, &log, tt.want, server.Close)
		})
	}
}

// held makes a request that never ends by itself, reads what comes of the body,
// then calls end and expects the exchange to break.
func held(ctx context.Context, t *testing.T, server *fakecloud.Server, log *fakecloud.Log, want string, end func()) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if want == "" {
		go func() {
			if log.Wait(t.Context(), "Op", 1) == nil {
				end()
			}
		}()
	}
	response, err := newClient(t).Do(request)
	if want == "" {
		if err == nil {
			_ = response.Body.Close()
			t.Errorf("got an answer with status %d, want none", response.StatusCode)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(response.Body, got); err != nil || string(got) != want {
		t.Fatalf("read %q, error %v, want %q", got, err, want)
	}
	end()
	if rest, err := io.ReadAll(response.Body); err == nil || len(rest) > 0 {
		t.Errorf("after the end read %q, error %v", rest, err)
	}
}

func TestWriteStreamFails(t *testing.T) {
	t.Parallel()
	stream := func(w io.Writer) error {
		_, _ = io.WriteString(w, strings.Repeat("x", 10_000))
		return errors.New("out of paper")
	}
	for name, fault := range map[string]fakecloud.Fault{
		"plain":  {},
		"mutate": {Mutate: func(b []byte) []byte { return b }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, new(fakecloud.Log), fault, fakecloud.Answer{Stream: stream})
			if got := get(t, newClient(t), server.URL()); got.err == nil {
				t.Errorf("got %d with %d bytes, want a broken answer", got.status, len(got.body))
			}
		})
	}
}
