// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// answering is an exchange whose every request gets a 200, with the options.
func answering(t *testing.T, o *history.Options) *exchange.Exchange {
	t.Helper()
	o.Transport = transport(func(*http.Request) (*http.Response, error) { return text(200, "{}"), nil })
	return newExchange(t, o)
}

// What Call.Read documents of its errors.
func TestReadErrorsOfTheNetworkAreRetried(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err      error
		want     history.Kind
		attempts int
	}{
		{&net.OpError{Op: "read", Err: errors.New("reset")}, history.ErrUnavailable, 5},
		{exchange.Broken(errors.New("cut")), history.ErrUnavailable, 5},
		{errors.New("what is that"), history.ErrDecode, 1},
	} {
		call := get("http://cloud.test/", nil)
		call.Read = func(context.Context, *exchange.Reply) error { return tt.err }
		e := failure(t, answering(t, quick()).Do(t.Context(), call))
		if e.Kind != tt.want || e.Attempts != tt.attempts {
			t.Errorf("%v: the error is %q after %d attempts, want %q after %d", tt.err, e.Kind, e.Attempts, tt.want, tt.attempts)
		}
	}
}

// What was never sent is no HTTP attempt.
func TestObserveSeesOnlyWhatWasSent(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Observe = func(_ context.Context, c history.Call) { t.Errorf("observed %+v", c) }
	call := get("http://cloud.test/", nil)
	call.Sign = func(context.Context) (exchange.Signed, error) { return exchange.Signed{}, errors.New("no key") }
	if e := failure(t, answering(t, o).Do(t.Context(), call)); e.Kind != history.ErrUnauthenticated || e.Attempts != 0 {
		t.Errorf("the error is %v", e)
	}
}

// DEL is as little a part of a header's value as a line end, and net/http would not say so in time.
func TestHeaderWithAControlCharacter(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"a\x7fb", "a\nb", "a\x00b"} {
		call := get("http://cloud.test/", nil)
		call.Sign = func(context.Context) (exchange.Signed, error) {
			r, err := http.NewRequest(http.MethodGet, "http://cloud.test/", nil)
			r.Header.Set("X-Name", value)
			return exchange.Signed{Request: r}, err
		}
		if e := failure(t, answering(t, quick()).Do(t.Context(), call)); e.Kind != history.ErrInvalid || e.Attempts != 0 {
			t.Errorf("%q: the error is %v, want ErrInvalid before any attempt", value, e)
		}
	}
}

// A service that says a secret back as its request's id, and an error that only shows one when its fields are printed.
func TestSecretsInPlacesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const secret = "test-secret-value"
	for name, told := range map[string]error{
		"a request id":       &history.Error{Kind: history.ErrInvalid, RequestID: secret},
		"a field of a cause": hiding{secret},
	} {
		call := get("http://cloud.test/", nil)
		signed := call.Sign
		call.Sign = func(ctx context.Context) (exchange.Signed, error) {
			s, err := signed(ctx)
			s.Secrets = []string{secret}
			return s, err
		}
		call.Read = func(context.Context, *exchange.Reply) error { return told }
		e := failure(t, answering(t, quick()).Do(t.Context(), call))
		if text := fmt.Sprintf("%v %+v %#v %#v", e, e, *e, e.Err); strings.Contains(text, secret) {
			t.Errorf("%s: the secret is in %s", name, text)
		}
	}
}

// hiding is an error that keeps to itself what it is about.
type hiding struct{ about string }

func (hiding) Error() string { return "it failed" }
