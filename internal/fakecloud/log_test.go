// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	request := httptest.NewRequest(http.MethodPost, "http://fake.test/a%2Fb?q=1", http.NoBody)
	request.RemoteAddr = "127.0.0.1:7"
	request.Header.Set("X-Test", "1")
	want := fakecloud.Recorded{
		Op: "Op", Method: "POST", Path: "/a%2Fb",
		Query:  url.Values{"q": {"1"}},
		Header: http.Header{"X-Test": {"1"}, "Host": {"fake.test"}},
		Form:   url.Values{"f": {"2"}},
		Time:   now, RemoteAddr: "127.0.0.1:7",
	}
	got := fakecloud.Record(request, "Op", url.Values{"f": {"2"}}, now)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(http.Header{"X-Test": {"1"}}, request.Header); diff != "" {
		t.Errorf("the request's own header mismatch (-want +got):\n%s", diff)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var log fakecloud.Log
	recorded := func() fakecloud.Recorded {
		return fakecloud.Recorded{Op: "A", Query: url.Values{"q": {"1"}}, Header: http.Header{"H": {"2"}}, Form: url.Values{"f": {"3"}}}
	}
	first := log.Add(recorded())
	log.Add(fakecloud.Recorded{Op: "B"})
	first.Done(200, "code")
	read := log.All()[0]
	read.Query.Set("q", "changed by a reader")
	read.Header.Set("H", "changed by a reader")
	read.Form.Set("f", "changed by a reader")
	answered := recorded()
	answered.Status, answered.Code = 200, "code"
	want := []fakecloud.Recorded{answered, {Op: "B"}}
	if diff := cmp.Diff(want, log.All()); diff != "" {
		t.Errorf("log mismatch (-want +got):\n%s", diff)
	}
	got := []int{log.Count("A"), log.Count("B"), log.Count("C"), log.Count("")}
	if diff := cmp.Diff([]int{1, 1, 0, 2}, got); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	log.Reset()
	first.Done(500, "late")
	if got := log.All(); len(got) != 0 {
		t.Errorf("after Reset the log has %v", got)
	}
}

func TestLogWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			log fakecloud.Log
			wg  sync.WaitGroup
		)
		for range 3 {
			wg.Go(func() {
				if err := log.Wait(t.Context(), "A", 2); err != nil {
					t.Errorf("Wait: %v", err)
				}
			})
		}
		for _, op := range []string{"A", "B", "A"} {
			synctest.Wait()
			log.Add(fakecloud.Recorded{Op: op})
		}
		wg.Wait()

		gone := errors.New("gone")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, gone)
		defer cancel()
		if err := log.Wait(ctx, "A", 3); !errors.Is(err, gone) {
			t.Errorf("Wait = %v, want the context's cause", err)
		}
	})
}
