// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
