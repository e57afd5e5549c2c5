// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestClientKeepsItsPromises(t *testing.T) { historytest.TestClient(t, place) }

func TestSourceDoesItsDuties(t *testing.T) { historytest.TestSource(t, place) }

// place is a fake cloud, as far as the conformance suite must know it.
func place(t *testing.T) *historytest.Place {
	srv := alibabatest.NewServer(t, &alibabatest.Options{SecurityToken: "test-security-token"})
	inject := func(f alibabatest.Fault) {
		if f.Times == 0 {
			f.Times = -1
		}
		srv.Inject(f)
	}
	return &historytest.Place{
		Client: func(o *history.Options) *history.Client { return open(t, configOf(srv), o) },
		Source: func(o *history.Options) history.Source {
			src, err := alibaba.NewSource(configOf(srv), o)
			if err != nil {
				t.Fatal(err)
			}
			return src
		},
		Load: func(records ...historytest.Record) {
			for _, r := range records {
				srv.AddExecution(stored(r))
			}
		},
		Fail: func(kind history.Kind, after, times int) {
			inject(alibabatest.Fault{Code: codeOf(kind), After: after, Times: times})
		},
		Hang:  func(after int) { inject(alibabatest.Fault{Hang: true, After: after}) },
		Clear: srv.ClearFaults,
		Empty: func() {
			inject(alibabatest.Fault{Times: 1, Op: "GetExecutionHistory", Mutate: rewrite("Events", "[]", "NextToken", `"1"`)})
		},
		Circle: func() { inject(alibabatest.Fault{Op: "GetExecutionHistory", Mutate: rewrite("NextToken", `"1"`)}) },
		Wire: &historytest.Wire{
			Cut:      func(bytes, times int) { inject(alibabatest.Fault{Truncate: bytes, Times: times}) },
			HangBody: func(bytes int) { inject(alibabatest.Fault{HangAfter: bytes}) },
			Repeat:   func(items int) { inject(alibabatest.Fault{Op: "GetExecutionHistory", Overlap: items}) },
			Secrets: func(r *http.Request) []string {
				q := r.URL.Query()
				return []string{srv.AccessKeySecret(), q.Get("AccessKeyId"), q.Get("SecurityToken"), q.Get("Signature")}
			},
		},
	}
}

// stored is a record as the service keeps it.
func stored(r historytest.Record) alibabatest.Execution {
	words := map[history.Status]string{
		history.Running: alibabatest.StatusRunning, history.Succeeded: alibabatest.StatusSucceeded,
		history.Failed: alibabatest.StatusFailed, history.Stopped: alibabatest.StatusStopped, history.TimedOut: alibabatest.StatusTimedOut,
	}
	e := alibabatest.Execution{
		Flow: r.Execution.Workflow, Name: r.Execution.Execution, Status: words[r.Execution.Status],
		Started: r.Execution.Started, Stopped: r.Execution.Ended,
		Input: string(r.Execution.Input), Output: string(r.Execution.Output), Definition: r.Execution.Definition,
	}
	for _, v := range r.Events {
		e.Events = append(e.Events, alibabatest.Event{
			ID: v.ID, Cause: v.Cause, Type: string(v.Type), Time: v.Time, Step: v.Step, Detail: string(v.Detail),
		})
	}
	return e
}

// codeOf is a code with which the service says what a kind says.
func codeOf(kind history.Kind) string {
	return map[history.Kind]string{
		history.ErrUnauthenticated: "InvalidAccessKeyID",
		history.ErrPermission:      "NoPermission",
		history.ErrThrottled:       "Throttling.User",
		history.ErrUnavailable:     "InternalServerError",
		history.ErrClockSkew:       "RequestTimeTooSkewed",
	}[kind]
}

// rewrite replaces fields of an answer; the arguments are names and values in turn, the values as JSON.
func rewrite(fields ...string) func([]byte) []byte {
	return func(body []byte) []byte {
		var answer map[string]json.RawMessage
		if json.Unmarshal(body, &answer) != nil {
			return body
		}
		for i := 0; i < len(fields); i += 2 {
			answer[fields[i]] = json.RawMessage(fields[i+1])
		}
		out, err := json.Marshal(answer)
		if err != nil {
			return body
		}
		return out
	}
}
