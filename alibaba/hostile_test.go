// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
)

// A service that says a request's secrets back, wherever it can, gets them into no error, no log and no metric: not even a
// beginning of one, where an answer is quoted and cut.
func TestHostileEcho(t *testing.T) {
	t.Parallel()
	const x = "xxxxxxxxxx"
	for name, echo := range map[string]func(secret string) (status int, body string){
		"request id": func(s string) (int, string) {
			return 200, `{"RequestId":` + s + `,"Events":[],"Executions":[],"Name":"exec"}`
		},
		"event id": func(s string) (int, string) { return 200, `{"RequestId":"r","Events":[{"EventId":` + s + `}]}` },
		"event time": func(s string) (int, string) {
			return 200, `{"RequestId":"r","Events":[{"EventId":1,"Time":` + s + `}]}`
		},
		"event type": func(s string) (int, string) {
			return 200, `{"RequestId":"r","Events":[{"EventId":0,"Type":` + s + `}]}`
		},
		"nameless": func(s string) (int, string) { return 200, `{"RequestId":"r","Executions":[{"Status":` + s + `}]}` },
		"no events": func(s string) (int, string) {
			return 200, `{"Message":` + strings.Replace(s, `"`, `"`+strings.Repeat(x, 5), 1) + `}`
		},
		"no JSON": func(s string) (int, string) { return 200, strings.Repeat(x, 6) + s },
		"HTML":    func(s string) (int, string) { return 502, "<html>" + strings.Repeat(x, 6) + s },
		"code":    func(s string) (int, string) { return 400, `{"Code":` + s + `,"Message":` + s + `}` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, param := range []string{"AccessKeyId", "Signature", "SignatureNonce", "SecurityToken"} {
				var secret string
				var seen bytes.Buffer
				o := quick()
				o.Retry.Max = -1
				o.Logger = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
				o.Observe = func(_ context.Context, c history.Call) { fmt.Fprintf(&seen, "%+v\n", c) }
				o.Transport = answerWith(func(r *http.Request) (int, []byte) {
					secret = r.URL.Query().Get(param)
					quoted, _ := json.Marshal(secret)
					status, body := echo(string(quoted))
					return status, []byte(body)
				})
				client := open(t, alibaba.Config{Region: "cn-hangzhou",
					AccessKeyID: "canary-key-id", AccessKeySecret: "canary-secret", SecurityToken: "CANARY+token/of-a-good-length=="}, o)
				for _, call := range operations(client) {
					if err := call(t.Context()); err != nil {
						seen.WriteString(strings.Join(forms(err), "\n"))
					}
					noSecrets(t, []string{seen.String()}, secret[:6])
					seen.Reset()
				}
			}
		})
	}
}

// An error of the Credentials function may speak of the key that it returns with it, or of the one before.
func TestHostileCredentialsError(t *testing.T) {
	t.Parallel()
	key := alibaba.Credentials{AccessKeyID: "canary-key-id", AccessKeySecret: "canary-secret"}
	expired := errors.New("canary-key-id with canary-secret has expired")
	asked := 0
	o := quick()
	o.Transport = always(http.StatusOK, "{}")
	client := open(t, alibaba.Config{Region: "cn-hangzhou", Credentials: func(context.Context) (alibaba.Credentials, error) {
		switch asked++; asked {
		case 1:
			return key, expired
		case 2:
			return key, nil
		default:
			return alibaba.Credentials{}, expired
		}
	}}, o)
	for range 3 {
		_, err := client.Describe(t.Context(), ref())
		noSecrets(t, forms(err), "canary")
	}
	if asked != 3 {
		t.Errorf("asked %d times, want 3", asked)
	}
}

// An unreadable event in an answer that is out of order is no reason to lose an event: what comes behind it in the answer may
// have to come before others.
func TestHostileDisorderWithUnreadable(t *testing.T) {
	t.Parallel()
	events := func(ids ...string) string {
		var items []string
		for _, id := range ids {
			items = append(items, `{`+someTime+`,"EventId":`+id+`}`) // what follows in an id wins
		}
		return `{"RequestId":"r","Events":[` + strings.Join(items, ",") + `]}`
	}
	for _, tt := range []struct {
		name, broken, mended string
		from                 history.Cursor
		first                []int64
	}{
		{"behind it", events("1", "5", `"?"`, "3"), events("1", "5", "4", "3"), "", upTo(1, 1)},
		{"itself", events("1", "3", `2,"time":0`), events("1", "3", "2"), "", upTo(1, 1)},
		{"in order", events("1", "2", `"?"`, "4"), events("1", "2", "3", "4"), "", upTo(1, 2)},
		{"one that is no longer wanted", events("1", "2", "3", `"?"`, "2", "5"), events("1", "2", "3", "4", "2", "5"),
			history.After(history.Event{Ref: ownRef(), ID: 2}), upTo(3, 3)},
	} {
		body := tt.broken
		client := local(t, answerWith(func(*http.Request) (int, []byte) { return 200, []byte(body) }))
		first, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), From: tt.from}))
		if diff := cmp.Diff(tt.first, ids(first)); diff != "" {
			t.Errorf("%s: IDs before the error mismatch (-want +got):\n%s", tt.name, diff)
		}
		body = tt.mended
		rest := walk(t, client, history.EventQuery{Ref: ref(), From: failure(t, err).Cursor})
		if diff := cmp.Diff(ids(walk(t, client, history.EventQuery{Ref: ref(), From: tt.from})), append(ids(first), ids(rest)...)); diff != "" {
			t.Errorf("%s: IDs in all mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A zone can put a time into a year that has no form, in which nothing could be written as JSON.
func TestHostileTimes(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"} {
		if _, err := page(t, `{"RequestId":"r","Events":[{"EventId":1,"Time":"`+at+`"}]}`); !errors.Is(err, history.ErrDecode) {
			t.Errorf("an event at %s: %v, want ErrDecode", at, err)
		}
		e, err := local(t, always(200, `{"RequestId":"r","Name":"exec","StartedTime":"`+at+`"}`)).Describe(t.Context(), ref())
		if err != nil || !e.Started.IsZero() || len(e.Diagnostics) != 1 {
			t.Errorf("a start at %s: %v, diagnostics %v, error %v", at, e.Started, e.Diagnostics, err)
		}
	}
}

// The end is known behind a last page that is empty, and before it: the terminal event came with the page before.
func TestHostileEmptyPageBehindTheEnd(t *testing.T) {
	t.Parallel()
	requests := 0
	client := local(t, answerWith(func(r *http.Request) (int, []byte) {
		requests++
		if r.URL.Query().Get("NextToken") == "" {
			return 200, []byte(`{"RequestId":"r","NextToken":"2","Events":[{"EventId":1,"Type":"ExecutionSucceeded",` + someTime + `}]}`)
		}
		return 200, []byte(`{"RequestId":"r","Events":[]}`)
	}))
	var resume history.Cursor
	for p, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		resume = p.Resume
	}
	if events := walk(t, client, history.EventQuery{Ref: ref(), From: resume}); len(events) != 0 || requests != 2 {
		t.Errorf("%d events behind the end, %d requests in all; want 0 and 2", len(events), requests)
	}
}

// A service that goes on behind a terminal event is read on: what counts is the last event.
func TestHostileMoreBehindTheEnd(t *testing.T) {
	t.Parallel()
	last := ""
	client := local(t, answerWith(func(r *http.Request) (int, []byte) {
		if r.URL.Query().Get("NextToken") == "" {
			return 200, []byte(`{"RequestId":"r","NextToken":"2","Events":[{"EventId":1,"Type":"ExecutionSucceeded",` + someTime + `}]}`)
		}
		return 200, []byte(`{"RequestId":"r","Events":[{"EventId":2,"Type":"StepEntered",` + someTime + `}` + last + `]}`)
	}))
	var resume history.Cursor
	for p, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		resume = p.Resume
	}
	last = `,{"EventId":3,"Type":"StepExited",` + someTime + `}`
	if diff := cmp.Diff(upTo(3, 3), ids(walk(t, client, history.EventQuery{Ref: ref(), From: resume}))); diff != "" {
		t.Errorf("ids behind the end mismatch (-want +got):\n%s", diff)
	}
}

// Reading that has to start over leaves out what was delivered before, and not an event that cannot be read: nobody knows
// which one it is.
func TestHostileUnreadableWhileStartingOver(t *testing.T) {
	t.Parallel()
	client := local(t, answerWith(func(r *http.Request) (int, []byte) {
		switch r.URL.Query().Get("NextToken") {
		case "":
			return 200, []byte(`{"RequestId":"r","NextToken":"second","Events":[{"EventId":1,` + someTime + `},{"EventId":"?",` + someTime + `}]}`)
		case "second":
			return 200, []byte(`{"RequestId":"r","Events":[{"EventId":5,` + someTime + `}]}`)
		default:
			return 400, []byte(`{"Code":"InvalidArgument"}`)
		}
	}))
	from := history.After(history.Event{Ref: ownRef(), ID: 4})
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), From: from}))
	if !errors.Is(err, history.ErrDecode) || len(events) != 0 {
		t.Errorf("%d events, error %v; want none and ErrDecode", len(events), err)
	}
}

// Behind a terminal event no request is made, whichever cursor says so.
func TestHostileNothingBehindTheEnd(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	events := walk(t, client, history.EventQuery{Ref: ref()})
	srv.ResetRequests()
	p, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), From: history.After(events[2])})
	if err != nil || len(p.Items) != 0 || p.Next != "" || p.Resume != history.After(events[2]) {
		t.Errorf("behind the end: %+v, error %v", p, err)
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests behind the end", n)
	}
}

// An answer to the last event's ID that leaves a gap behind that event is not used: the event itself must be in it.
func TestHostileAnchorWithAGap(t *testing.T) {
	t.Parallel()
	answer := func(first, last int, next string) (int, []byte) {
		var items []string
		for id := first; id <= last; id++ {
			items = append(items, fmt.Sprintf(`{"EventId":%d,%s}`, id, someTime))
		}
		return 200, fmt.Appendf(nil, `{"RequestId":"r","NextToken":%q,"Events":[%s]}`, next, strings.Join(items, ","))
	}
	client := local(t, answerWith(func(r *http.Request) (int, []byte) {
		switch r.URL.Query().Get("NextToken") {
		case "":
			return answer(1, 3, "second")
		case "second":
			return answer(4, 6, "")
		case "3":
			return answer(6, 6, "")
		default:
			return 400, []byte(`{"Code":"InvalidArgument"}`)
		}
	}))
	from := history.NewCursor(history.Position{Ref: ownRef(), Token: "expired", LastEvent: 3})
	if diff := cmp.Diff(upTo(4, 6), ids(walk(t, client, history.EventQuery{Ref: ref(), From: from}))); diff != "" {
		t.Errorf("ids mismatch (-want +got):\n%s", diff)
	}
}

// An answer of nothing but items does not take a hundred times its size in memory. Commas in a detail are no items.
func TestHostileManyItems(t *testing.T) {
	t.Parallel()
	for _, item := range []string{"{}", "null"} {
		items := "[" + strings.Repeat(item+",", 600_000) + item + "]"
		client := local(t, always(http.StatusOK, `{"RequestId":"r","Name":"exec","Events":`+items+`,"Executions":`+items+`}`))
		for op, call := range operations(client) {
			if err := call(t.Context()); !errors.Is(err, history.ErrDecode) || !strings.Contains(err.Error(), "values") {
				t.Errorf("%s: 600,001 of %s: %v, want ErrDecode that says so", op, item, err)
			}
		}
	}
	detail := `{"a":"\",` + strings.Repeat(",", 600_000) + `"}`
	quoted, err := json.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	got, err := page(t, `{"RequestId":"r","Events":[{"EventId":1,`+someTime+`,"EventDetail":`+string(quoted)+`}]}`)
	if err != nil || len(got.Items) != 1 || string(got.Items[0].Detail) != detail {
		t.Errorf("a detail with many commas: %d events, error %v", len(got.Items), err)
	}
}
