// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestClientKeepsItsPromises(t *testing.T) { historytest.TestClient(t, place) }

func TestSourceDoesItsDuties(t *testing.T) { historytest.TestSource(t, place) }

// place is a fake cloud, as far as the conformance suite must know it.
func place(t *testing.T) *historytest.Place {
	srv := huaweitest.NewServer(t, &huaweitest.Options{SecurityToken: "test-security-token"})
	inject := func(f huaweitest.Fault) {
		if f.Times == 0 {
			f.Times = -1
		}
		srv.Inject(f)
	}
	return &historytest.Place{
		Client: func(o *history.Options) *history.Client { return open(t, configOf(srv), o) },
		Source: func(o *history.Options) history.Source {
			src, err := huawei.NewSource(configOf(srv), o)
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
			f := answerOf(kind)
			f.After, f.Times = after, times
			inject(f)
		},
		Hang:  func(after int) { inject(huaweitest.Fault{Hang: true, After: after}) },
		Clear: srv.ClearFaults,
		Wire: &historytest.Wire{
			Cut:      func(bytes, times int) { inject(huaweitest.Fault{Truncate: bytes, Times: times}) },
			HangBody: func(bytes int) { inject(huaweitest.Fault{HangAfter: bytes}) },
			Secrets: func(r *http.Request) []string {
				authorization := r.Header.Get("Authorization")
				_, signature, _ := strings.Cut(authorization, "Signature=")
				return []string{srv.SecretAccessKey(), srv.AccessKeyID(), r.Header.Get("X-Security-Token"), authorization, signature}
			},
		},
	}
}

// stored is a record as the service keeps it.
func stored(r historytest.Record) huaweitest.Execution {
	words := map[history.Status]string{
		history.Running: huaweitest.StatusExecuting, history.Succeeded: huaweitest.StatusSuccess,
		history.Failed: huaweitest.StatusFail, history.Stopped: huaweitest.StatusCancel, history.TimedOut: "timeout",
	}
	e := huaweitest.Execution{
		Workflow: r.Execution.Workflow, ID: r.Execution.Execution, Status: words[r.Execution.Status],
		Begin: r.Execution.Started, End: r.Execution.Ended,
	}
	for _, s := range r.Execution.Steps {
		e.Nodes = append(e.Nodes, huaweitest.Node{
			ID: s.Name, Status: words[s.Status], Begin: s.Started, End: s.Ended, Output: json.RawMessage(s.Output),
		})
	}
	return e
}

// answerOf is an answer with which the service, or the gateway before it, says what a kind says.
func answerOf(kind history.Kind) huaweitest.Fault {
	return map[history.Kind]huaweitest.Fault{
		history.ErrUnauthenticated: {Code: "AOM.31009004"},
		history.ErrPermission:      {Code: "APIGW.0302"},
		history.ErrThrottled:       {Code: "APIGW.0308"},
		history.ErrUnavailable:     {Code: "AOM.31001405"},
		history.ErrClockSkew:       {Code: "APIGW.0301", Message: "Incorrect IAM authentication information: signature expired"},
	}[kind]
}
