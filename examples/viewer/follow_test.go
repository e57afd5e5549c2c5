// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// events are the ids of the events in messages.
func events(t *testing.T, list []message) []int64 {
	t.Helper()
	var ids []int64
	for _, m := range list {
		if m.event != "page" {
			continue
		}
		var page struct{ Items []history.Event }
		if err := json.Unmarshal([]byte(m.data), &page); err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Items {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// TestFollow follows executions to their ends, on both clouds, broken off once and gone on with Last-Event-ID: each event
// comes once.
func TestFollow(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, grow := range growing() {
		grow(s, 0)
		before := messages(t, s.get(t, "/api/follow"+path), func(m message) bool { return m.id != "" })
		last := before[len(before)-1].id
		grow(s, 1)
		grow(s, 2)
		after := messages(t, s.get(t, "/api/follow"+path, "Last-Event-ID", last), nil)
		got := events(t, append(before, after...))
		slices.Sort(got)
		if want := s.count(t, path); len(got) != want || len(slices.Compact(got)) != want {
			t.Errorf("%s: events %d, want %d different ones", path, got, want)
		}
		end := after[len(after)-1]
		if diff := cmp.Diff(message{event: "end", data: "{}"}, end, cmp.AllowUnexported(message{})); diff != "" {
			t.Errorf("%s: last message mismatch (-want +got):\n%s", path, diff)
		}
		if answer := s.get(t, "/api/follow"+path, "Last-Event-ID", after[len(after)-2].id); answer.StatusCode != http.StatusNoContent {
			t.Errorf("%s: behind the end the answer is %s, want 204", path, answer.Status)
		}
	}
}

// count is how many events an execution has.
func (s *site) count(t *testing.T, path string) int {
	t.Helper()
	var page eventsAnswer
	s.json(t, "/api/events"+path+"?limit=999", http.StatusOK, &page)
	return len(page.Items)
}

// TestFollowGoesOnFromAPage: the resume of a page of events is where following can begin.
func TestFollowGoesOnFromAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	var page eventsAnswer
	s.json(t, "/api/events"+onAlibaba("order-1002")+"?limit=30", http.StatusOK, &page)
	got := events(t, messages(t, s.get(t, "/api/follow"+onAlibaba("order-1002")+"?cursor="+page.Resume), nil))
	if diff := cmp.Diff([]int64{31, 32, 33}, got); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
}

func TestFollowBeats(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	got := messages(t, s.get(t, "/api/follow"+onAlibaba("order-1003")), func(m message) bool { return m.comment != "" })
	if last := got[len(got)-1]; last.id != "" || last.data != "" {
		t.Errorf("while nothing happens the stream says %+v", last)
	}
}

// TestFollowIsPatient: an execution that is not there yet may still begin.
func TestFollowIsPatient(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	e := alibabatest.DemoExecutions()[0]
	e.Name = "late"
	answer := s.get(t, "/api/follow"+onAlibaba(e.Name))
	if answer.StatusCode != http.StatusOK { // its head comes with the first look that found nothing
		t.Fatalf("before it begins the stream is %s", answer.Status)
	}
	s.alibaba.AddExecution(e)
	list := messages(t, answer, nil)
	if got := events(t, list); len(got) != len(e.Events) || list[len(list)-1].event != "end" {
		t.Errorf("%d events and the last message %+v, want %d and the end", len(got), list[len(list)-1], len(e.Events))
	}
}

// TestFollowFails: before the stream has begun an error is the answer, behind that a message.
func TestFollowFails(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	s.json(t, "/api/follow/alibaba/cn-hangzhou/other/none", http.StatusNotFound, new(problem))
	s.json(t, "/live/alibaba/cn-hangzhou/other/none", http.StatusNotFound, new(problem))

	answer := s.get(t, "/api/follow"+onAlibaba("order-1003"))
	s.alibaba.Inject(alibabatest.Fault{Code: "AccessDenied", Times: -1})
	got := messages(t, answer, nil)
	last := got[len(got)-1]
	var p problem
	if err := json.Unmarshal([]byte(last.data), &p); err != nil || last.event != "problem" || p.Status != http.StatusForbidden {
		t.Errorf("the last message is %+v, want a problem with 403", last)
	}
}

// TestStreamsAreCounted: there are not more of them than may be, and a closed one makes room.
func TestStreamsAreCounted(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{streams: 1})
	first := s.get(t, "/api/follow"+onAlibaba("order-1003"))
	second := s.get(t, "/live"+onAlibaba("order-1003"))
	if second.StatusCode != http.StatusServiceUnavailable || second.Header.Get("Retry-After") == "" {
		t.Errorf("one stream too many: %s, %v", second.Status, second.Header)
	}
	if text := body(t, s.get(t, "/metrics")); !strings.Contains(text, "\nviewer_streams 1\n") {
		t.Errorf("the metrics do not count the stream:\n%s", text)
	}
	s.srv.end() // as at the end of the server
	messages(t, first, nil)
	if n := s.srv.metrics.streams.Load(); n != 0 {
		t.Errorf("%d streams are left", n)
	}
}

// TestLive: each message is a whole picture, and they grow to that of an execution that has ended.
func TestLive(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, grow := range growing() {
		grow(s, 0)
		page := body(t, s.get(t, "/executions"+path))
		if want := `data-live="/live` + path + `"`; !strings.Contains(page, want) {
			t.Errorf("%s runs, and its page has no %s", path, want)
		}
		part, steps, open := 0, 0, true
		messages(t, s.get(t, "/live"+path), func(m message) bool {
			if m.comment != "" {
				return false
			}
			var picture struct {
				Open  bool
				Steps []any
			}
			if err := json.Unmarshal([]byte(m.data), &picture); err != nil || !open {
				t.Fatalf("%s: a picture behind the last one, or %v", path, err)
			}
			open = picture.Open
			if len(picture.Steps) > steps && part < 2 {
				part++
				grow(s, part)
			}
			steps = max(steps, len(picture.Steps))
			return false
		})
		if open || part != 2 {
			t.Errorf("%s: still open: %t, after %d of 2 times that it grew", path, open, part)
		}
		if strings.Contains(body(t, s.get(t, "/executions"+path)), `data-live="/live`) {
			t.Errorf("%s has ended, and its page still looks for news", path)
		}
	}
}
