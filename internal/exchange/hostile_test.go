// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// An answer that says our secrets back does not get them into what Read hands on either.
func TestAnEchoIsCleanedForRead(t *testing.T) {
	t.Parallel()
	const secret = "test-security-token"
	o := quick()
	o.Transport = transport(func(*http.Request) (*http.Response, error) {
		return answer(200, strings.NewReader(secret), "X-Request-Id", "id of "+secret), nil
	})
	var seen, redacted string
	call := get("http://cloud.test/", nil)
	signed := call.Sign
	call.Sign = func(ctx context.Context) (exchange.Signed, error) {
		s, err := signed(ctx)
		s.Secrets = []string{secret}
		return s, err
	}
	call.Read = func(_ context.Context, r *exchange.Reply) error {
		data, err := r.ReadAll()
		seen, redacted = r.RequestID, r.Redact("it says\n"+string(data))
		return err
	}
	if err := newExchange(t, o).Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if want := "id of [redacted]"; seen != want {
		t.Errorf("RequestID is %q, want %q", seen, want)
	}
	if want := "it says [redacted]"; redacted != want {
		t.Errorf("Redact gives %q, want %q", redacted, want)
	}
}

// nothing is a body that has neither data nor an end.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

// A transport whose body breaks io.Reader's rules does not keep Do draining it.
func TestDrainingOfNothingEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &history.Options{Transport: transport(func(*http.Request) (*http.Response, error) {
			return answer(200, yielding{nothing{}}), nil
		})}
		call := get("http://cloud.test/", nil)
		call.Read = func(context.Context, *exchange.Reply) error { return nil }
		if err := newExchange(t, o).Do(t.Context(), call); err != nil {
			t.Error(err)
		}
	})
}

// yielding lets the time of a synctest bubble go on with each read.
type yielding struct{ nothing }

func (y yielding) Read(p []byte) (int, error) {
	<-time.After(time.Millisecond)
	return y.nothing.Read(p)
}

// watched is a body that knows whether it was closed, and read.
type watched struct{ closed, read bool }

func (w *watched) Read([]byte) (int, error) { w.read = true; return 0, io.EOF }
func (w *watched) Close() error             { w.closed = true; return nil }

// A request that is signed and not sent leaves no open body.
func TestTheBodyOfAnUnfitRequestIsClosed(t *testing.T) {
	t.Parallel()
	body := &watched{}
	call := get("", nil)
	call.Sign = func(context.Context) (exchange.Signed, error) {
		return exchange.Signed{Request: &http.Request{Body: body}}, errors.New("no key")
	}
	if err := newExchange(t, nil).Do(t.Context(), call); !errors.Is(err, history.ErrUnauthenticated) {
		t.Errorf("got %v, want ErrUnauthenticated", err)
	}
	if !body.closed {
		t.Error("the request's body is open")
	}
}

// A length that is announced and too large is enough to know.
func TestAnAnnouncedLengthCostsNoReading(t *testing.T) {
	t.Parallel()
	body := &watched{}
	o := quick()
	o.MaxResponseBytes = 1000
	o.Transport = transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, ContentLength: 1001}, nil
	})
	call := get("http://cloud.test/", nil)
	read := call.Read
	call.Read = func(ctx context.Context, r *exchange.Reply) error {
		err := read(ctx, r)
		if body.read {
			t.Error("the body was read")
		}
		return err
	}
	if err := newExchange(t, o).Do(t.Context(), call); !errors.Is(err, history.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}
