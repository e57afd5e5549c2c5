// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// seeds are answers of every operation, good and bad ones.
func seeds() []string {
	return []string{
		seedAnswer, ``, `{}`, `null`, `[]`, `"x"`, `<html>`, `{"Code":502}`, `{"RequestId":"r"`,
		`{"RequestId":"r","Events":[]}`,
		`{"RequestId":"r","Events":null}`,
		`{"RequestId":"r","NextToken":"2","Events":[{"EventId":3,` + someTime + `},{"EventId":1,` + someTime + `},{"EventId":1,` + someTime + `}]}`,
		`{"RequestId":"r","Events":[{"EventId":"8","Time":"2019-01-01T01:01:01+08:00","EventDetail":{"a":1},"ScheduleEventId":1e3}]}`,
		`{"RequestId":"r","Events":[{"EventId":9223372036854775807,` + someTime + `},{"EventId":9223372036854775806,` + someTime + `}]}`,
		`{"RequestId":"r","Events":[{"EventId":1,` + someTime + `},{"EventId":0}]}`,
		`{"RequestId":"r","Name":"exec","Status":"Failed","StartedTime":"2019-01-01T01:01:01.001Z","StoppedTime":"1970-01-01T00:00:00Z"}`,
		`{"RequestId":"r","NextToken":"t","Executions":[{"Name":"a","Status":"Running"},{"Name":"b","Input":{"a":1}},{"Name":""}]}`,
		string(alibabatest.ErrorBody("Throttling.User", "slow down", "r", "host")),
	}
}

// once makes a client like local, whose calls make one attempt each: a second one would only cost what the first did. So a
// target tries some hundreds of inputs a second.
func once(t testing.TB, transport http.RoundTripper) *history.Client {
	t.Helper()
	o := quick()
	o.Transport, o.Retry.Max, o.Retry.Budget = transport, -1, -1
	return open(t, good(), o)
}

// checkFailure holds for whatever goes wrong with whatever answer.
func checkFailure(t *testing.T, err error) {
	t.Helper()
	e := failure(t, err)
	kinds := []history.Kind{
		history.ErrDecode, history.ErrUnavailable, history.ErrThrottled, history.ErrInvalid, history.ErrUnauthenticated,
		history.ErrPermission, history.ErrNotFound, history.ErrWorkflowNotFound, history.ErrExecutionNotFound, history.ErrTooLarge,
		history.ErrClockSkew, history.ErrCursor,
	}
	if !slices.Contains(kinds, e.Kind) || e.Provider != "alibaba" || e.Op == "" || !utf8.ValidString(err.Error()) || len(err.Error()) > 4<<10 {
		t.Errorf("error is %#v", e)
	}
}

// Whatever the service answers to GetExecutionHistory: no panic, and what is read has its order, its place and its cursors.
func FuzzHistoryAnswer(f *testing.F) {
	for _, body := range seeds() {
		f.Add([]byte(body), int64(0))
		f.Add([]byte(body), int64(1))
	}
	corpus.Add("fnf_page", func(text string) { f.Add([]byte(text), int64(0)) })
	f.Fuzz(func(t *testing.T, body []byte, last int64) {
		client := once(t, answerWith(func(*http.Request) (int, []byte) { return http.StatusOK, body }))
		q := history.EventQuery{Ref: ref(), From: history.NewCursor(history.Position{Ref: ownRef(), LastEvent: last})}
		got, err := client.EventPage(t.Context(), q)
		if err != nil {
			checkFailure(t, err)
			return
		}
		for _, e := range got.Items {
			if e.ID <= last || e.ID < 1 || e.Ref != ownRef() || e.Time.Location() != time.UTC {
				t.Errorf("event behind %d: %+v", last, e)
			}
			last = e.ID
		}
		resume, err := got.Resume.Position()
		if err != nil || resume.LastEvent != last {
			t.Errorf("Resume is behind %d, %v, want %d", resume.LastEvent, err, last)
		}
		if _, err := got.Next.Position(); got.Next != "" && err != nil {
			t.Errorf("Next: %v", err)
		}
	})
}

// The same for ListExecutions.
func FuzzListAnswer(f *testing.F) {
	for _, body := range seeds() {
		f.Add([]byte(body), "")
		f.Add([]byte(body), "a/t")
	}
	corpus.Add("fnf_list", func(text string) { f.Add([]byte(text), "") })
	f.Fuzz(func(t *testing.T, body []byte, token string) {
		client := once(t, answerWith(func(*http.Request) (int, []byte) { return http.StatusOK, body }))
		where := ownRef()
		where.Execution = ""
		q := history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(history.Position{Ref: where, Token: token})}
		got, err := client.ExecutionPage(t.Context(), q)
		if err != nil {
			checkFailure(t, err)
			return
		}
		for _, e := range got.Items {
			if e.Execution == "" || e.Workflow != "flow" || e.Provider != "alibaba" || e.Scope != "cn-hangzhou" {
				t.Errorf("execution %+v", e)
			}
		}
		if got.Resume == "" {
			t.Error("there is no Resume")
		}
	})
}

// The same for DescribeExecution, whose times and status may be odd but are then noted.
func FuzzDescribeAnswer(f *testing.F) {
	for _, body := range seeds() {
		f.Add([]byte(body))
	}
	corpus.Add("fnf_describe", func(text string) { f.Add([]byte(text)) })
	f.Fuzz(func(t *testing.T, body []byte) {
		client := once(t, answerWith(func(*http.Request) (int, []byte) { return http.StatusOK, body }))
		got, err := client.Describe(t.Context(), ref())
		if err != nil {
			checkFailure(t, err)
			return
		}
		if got.Ref != ownRef() || got.Status == "" && len(got.Diagnostics) == 0 {
			t.Errorf("execution %+v", got)
		}
		for _, d := range got.Diagnostics {
			if d.Code == "" || d.Severity == "" || d.Text == "" {
				t.Errorf("diagnostic %+v", d)
			}
		}
	})
}

// Any body with any status that is not a success is an error with a kind, and the same one each time.
func FuzzErrorAnswer(f *testing.F) {
	for _, body := range seeds() {
		f.Add([]byte(body), 400)
		f.Add([]byte(body), 503)
	}
	corpus.Add("fnf_error", func(text string) { f.Add([]byte(text), 400) })
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		if status < 300 || status > 599 {
			return
		}
		client := once(t, answerWith(func(*http.Request) (int, []byte) { return status, body }))
		_, first := client.Describe(t.Context(), ref())
		_, second := client.Describe(t.Context(), ref())
		checkFailure(t, first)
		a, b := failure(t, first), failure(t, second)
		// A nonce or a signature, which are others each time, may by chance be like something in the answer.
		same := a.Message == b.Message || strings.Contains(a.Message+b.Message, "[redacted]")
		if a.Kind != b.Kind || a.Code != b.Code || !same || a.HTTPStatus != status {
			t.Errorf("HTTP %d: %#v, then %#v", status, a, b)
		}
	})
}

// A name is sent as it is or refused; no name changes which operation is asked for.
func FuzzNames(f *testing.F) {
	for name := range badNames() {
		f.Add(name)
	}
	f.Add("flow")
	f.Fuzz(func(t *testing.T, name string) {
		sent := 0
		client := once(t, answerWith(func(r *http.Request) (int, []byte) {
			sent++
			q := r.URL.Query()
			if fmt.Sprint(q["FlowName"], q["ExecutionName"], q["Action"], r.URL.Path) != fmt.Sprint([]string{name}, []string{name}, []string{"DescribeExecution"}, "/") {
				t.Errorf("%q became %v", name, r.URL)
			}
			return http.StatusNotFound, nil
		}))
		_, err := client.Describe(t.Context(), history.Ref{Workflow: name, Execution: name})
		if errors.Is(err, history.ErrInvalid) == (sent > 0) {
			t.Errorf("%q: %v after %d requests", name, err, sent)
		}
	})
}
