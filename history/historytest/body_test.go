// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history/historytest"
)

type counts struct {
	Requests, Opened, Open int
	Bytes                  int64
}

func TestBodyCounter(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "12345") }))
	t.Cleanup(srv.Close)
	var c historytest.BodyCounter
	t.Cleanup(c.CloseIdleConnections)
	check := func(when string, want counts) {
		t.Helper()
		if diff := cmp.Diff(want, counts{c.Requests(), c.Opened(), c.Open(), c.Bytes()}); diff != "" {
			t.Errorf("counts %s mismatch (-want +got):\n%s", when, diff)
		}
	}
	check("before", counts{})
	resp, err := (&http.Client{Transport: &c}).Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	check("with an open body", counts{1, 1, 1, 0})
	if _, err := io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	check("with a read body", counts{1, 1, 1, 5})
	for range 2 {
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		check("with a closed body", counts{1, 1, 0, 5})
	}
}

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }

func TestBodyCounterOfFailedRequests(t *testing.T) {
	t.Parallel()
	c := historytest.BodyCounter{Base: refusing{}}
	resp, err := (&http.Client{Transport: &c}).Get("http://127.0.0.1")
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("the request did not fail")
	}
	c.CloseIdleConnections() // the base has none
	if c.Requests() != 1 || c.Opened() != 0 || c.Open() != 0 {
		t.Errorf("%d requests, %d answers, %d open", c.Requests(), c.Opened(), c.Open())
	}
}
