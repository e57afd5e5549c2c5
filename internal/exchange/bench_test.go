// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// BenchmarkDo compares an exchange with a plain client's Get of the same page: the difference is the price of all the rest.
func BenchmarkDo(b *testing.B) {
	page := strings.Repeat("x", 16<<10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	base := &http.Transport{}
	defer base.CloseIdleConnections()

	b.Run("exchange", func(b *testing.B) {
		o := quick()
		o.Transport = base
		x := newExchange(b, o)
		var got string
		call := get(server.URL, &got)
		b.ReportAllocs()
		for b.Loop() {
			if err := x.Do(b.Context(), call); err != nil || len(got) != len(page) {
				b.Fatal(len(got), err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		client := &http.Client{Transport: base}
		b.ReportAllocs()
		for b.Loop() {
			resp, err := client.Get(server.URL)
			if err != nil {
				b.Fatal(err)
			}
			data, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || len(data) != len(page) {
				b.Fatal(len(data), err)
			}
		}
	})
}

// BenchmarkOwnCost is what an exchange costs beside the network: the transport has its answer ready.
func BenchmarkOwnCost(b *testing.B) {
	page := strings.Repeat("x", 256<<10)
	answers := transport(func(*http.Request) (*http.Response, error) {
		resp := text(200, page, "X-Request-Id", "0A1B2C3D-0000-1111-2222-333344445555")
		resp.ContentLength = int64(len(page))
		return resp, nil
	})
	reads := map[string]func(context.Context, *exchange.Reply) error{
		"read": func(_ context.Context, r *exchange.Reply) error {
			_, err := r.ReadAll()
			return err
		},
		"borrow": func(_ context.Context, r *exchange.Reply) error {
			return r.Borrow(func([]byte) error { return nil })
		},
	}
	for name, read := range reads {
		b.Run(name, func(b *testing.B) {
			x := newExchange(b, &history.Options{Transport: answers})
			call := get("http://cloud.test/?Signature=test-signature", nil)
			call.Read = read
			unsigned := call.Sign
			call.Sign = func(ctx context.Context) (exchange.Signed, error) {
				signed, err := unsigned(ctx)
				signed.Secrets = []string{"test-access-key-id", "test-access-key-secret", "test-signature", "test+nonce/=="}
				return signed, err
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := x.Do(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
