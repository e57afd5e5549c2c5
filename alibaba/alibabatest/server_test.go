// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		request *fnf.GetExecutionHistoryRequest
		status  int
		code    string
		text    string // beginning of the message
	}{
		{"no flow", historyOf("", "exec", "", 0), 400, "MissingRequiredParams", "The HTTP query 'FlowName' must be specified."},
		{"no execution", historyOf("flow", "", "", 0), 400, "MissingRequiredParams", "The HTTP query 'ExecutionName' must be specified."},
		{"flow begins with a digit", historyOf("1flow", "exec", "", 0), 400, "InvalidArgument", "Parameter error. FlowName"},
		{"flow has a dot", historyOf("a.b", "exec", "", 0), 400, "InvalidArgument", "Parameter error. FlowName"},
		{"letters of another script", historyOf("flöw", "exec", "", 0), 400, "InvalidArgument", "Parameter error. FlowName"},
		{"execution begins with a dash", historyOf("flow", "-e", "", 0), 400, "InvalidArgument", "Parameter error. ExecutionName"},
		{"execution has a letter too many", historyOf("flow", strings.Repeat("e", 129), "", 0), 400, "InvalidArgument", "Parameter error. ExecutionName"},
		{"longest name", historyOf("flow", strings.Repeat("e", 128), "", 0), 404, "ExecutionNotExists", ""},
		{"unusual names", historyOf("_", "A-0_z", "", 0), 404, "FlowNotExists", "Flow _ does not exist."},
		{"unknown flow", historyOf("other", "exec", "", 0), 404, "FlowNotExists", "Flow other does not exist."},
		{"unknown execution", historyOf("flow", "other", "", 0), 404, "ExecutionNotExists", "Execution other for flow flow does not exist."},
		{"other case", historyOf("Flow", "exec", "", 0), 404, "FlowNotExists", "Flow Flow does not exist."},
		{"limit negative", historyOf("flow", "exec", "", -1), 400, "InvalidArgument", "Parameter error. Limit must be between 1 and 999."},
		{"limit 1000", historyOf("flow", "exec", "", 1000), 400, "InvalidArgument", "Parameter error. Limit"},
		{"largest limit", historyOf("flow", "exec", "", 999), 0, "", ""},
	}
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	client := newClient(t, srv)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client.GetExecutionHistory(tt.request)
			if status, code := answerOf(t, err); status != tt.status || code != tt.code {
				t.Errorf("got %d %q, want %d %q", status, code, tt.status, tt.code)
			}
			refused, ok := errors.AsType[*sdkerrors.ServerError](err)
			if ok && (!strings.HasPrefix(refused.Message(), tt.text) || refused.RequestId() == "" || refused.HostId() == "" || refused.Recommend() == "") {
				t.Errorf("refusal %v, want the text %q and every field", refused, tt.text)
			}
		})
	}
}

func TestOtherOperations(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	client := newClient(t, srv)
	request := fnf.CreateStartExecutionRequest()
	request.FlowName = "flow"
	_, err := client.StartExecution(request)
	if status, code := answerOf(t, err); status != 400 || code != "ActionNotSupported" {
		t.Errorf("got %d %q", status, code)
	}
	history := historyOf("flow", "exec", "", 0)
	history.InitWithApiInfo("fnf", "2020-01-01", "GetExecutionHistory", "", "")
	_, err = client.GetExecutionHistory(history)
	if status, code := answerOf(t, err); status != 400 || code != "APIVersionNotSupported" {
		t.Errorf("got %d %q", status, code)
	}
	describing := fnf.CreateDescribeExecutionRequest()
	describing.FlowName, describing.ExecutionName, describing.WaitTimeSeconds = "flow", "exec", "61"
	_, err = client.DescribeExecution(describing)
	if status, code := answerOf(t, err); status != 400 || code != "InvalidArgument" {
		t.Errorf("got %d %q", status, code)
	}
}

// TestDocumentedErrors answers every documented code by a fault that names nothing
// but the code.
func TestDocumentedErrors(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	client := newClient(t, srv)
	for _, documented := range alibabatest.DocumentedErrors() {
		t.Run(documented.Code, func(t *testing.T) {
			srv.Inject(alibabatest.Fault{Op: alibabatest.OpGetExecutionHistory, Code: documented.Code})
			_, err := client.GetExecutionHistory(historyOf("flow", "exec", "", 0))
			refused, ok := errors.AsType[*sdkerrors.ServerError](err)
			if !ok || refused.ErrorCode() != documented.Code {
				t.Fatalf("error = %v", err)
			}
			beginning, _, _ := strings.Cut(documented.Message, "%s")
			if refused.HttpStatus() != documented.Status || !strings.HasPrefix(refused.Message(), beginning) {
				t.Errorf("got %d %q, want %d %q", refused.HttpStatus(), refused.Message(), documented.Status, documented.Message)
			}
		})
	}
	all := srv.Requests()
	if last := all[len(all)-1]; last.Status != 400 || last.Code != "UnsupportedHTTPMethod" {
		t.Errorf("the log has %d %q", last.Status, last.Code)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	client := newClient(t, srv)
	read := func() (*fnf.GetExecutionHistoryResponse, error) {
		return client.GetExecutionHistory(historyOf("flow", "exec", "", 0))
	}
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListExecutions, Reset: true})
	srv.Inject(alibabatest.Fault{Status: 503})
	srv.Inject(alibabatest.Fault{Code: "FlowNotExists", Message: "other text", Status: 410, Header: http.Header{"Retry-After": {"3"}}})
	srv.Inject(alibabatest.Fault{Body: alibabatest.ErrorBody("Own", "text", "id", "host"), Status: 500})
	srv.Inject(alibabatest.Fault{Code: "FlowNotExists", Body: alibabatest.SeedAnswer()})
	srv.Inject(alibabatest.Fault{Mutate: func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), "passStep", "other")) }})
	var got []string
	for range 4 {
		_, err := read()
		status, code := answerOf(t, err)
		said := fmt.Sprint(status, code)
		if refused, ok := errors.AsType[*sdkerrors.ServerError](err); ok && code != "" {
			said += ": " + refused.Message()
		}
		got = append(got, said)
	}
	if diff := cmp.Diff([]string{"503", "410FlowNotExists: other text", "500Own: text", "0"}, got); diff != "" {
		t.Errorf("answers mismatch (-want +got):\n%s", diff)
	}
	if page, err := read(); err != nil || page.Events[1].StepName != "other" {
		t.Errorf("the answer was not changed: %v, error %v", page, err)
	}
	srv.ClearFaults()
	srv.ResetRequests()
	if _, err := client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) { r.FlowName = "flow" })); err != nil {
		t.Errorf("a fault is left: %v", err)
	}
	if got := srv.Count(""); got != 1 {
		t.Errorf("Count = %d after ResetRequests and one request", got)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	tests := []struct {
		throttle string
		status   int
		code     string
	}{
		{"", 429, "ResourceThrottled"},
		{"Throttling.User", 400, "Throttling.User"},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			now := time.Now()
			srv := alibabatest.NewServer(t, &alibabatest.Options{
				Quotas: true, QuotaScale: 2, ThrottleCode: tt.throttle,
				Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return now },
			})
			srv.AddExecution(alibabatest.SeedExecution())
			client := newClient(t, srv)
			history := func() error {
				_, err := client.GetExecutionHistory(historyOf("flow", "exec", "", 0))
				return err
			}
			listing := func() error {
				_, err := client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) { r.FlowName = "flow" }))
				return err
			}
			exhaust := func(ask func() error, want int) {
				t.Helper()
				for n := 0; ; n++ {
					status, code := answerOf(t, ask())
					if code == "" {
						continue
					}
					if status != tt.status || code != tt.code || n != want {
						t.Errorf("got %d %q after %d requests, want %d %q after %d", status, code, n, tt.status, tt.code, want)
					}
					return
				}
			}
			exhaust(history, 50)
			exhaust(listing, 10)
			mu.Lock()
			now = now.Add(time.Second)
			mu.Unlock()
			exhaust(history, 10)
			exhaust(listing, 4)
		})
	}
}

func TestServerCloses(t *testing.T) {
	t.Parallel()
	srv, err := alibabatest.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	srv.AddExecution(alibabatest.SeedExecution())
	client := newClient(t, srv)
	if _, err := client.GetExecutionHistory(historyOf("flow", "exec", "", 0)); err != nil {
		t.Fatal(err)
	}
	if got := srv.Conns(); got != 1 {
		t.Errorf("Conns() = %d, want 1", got)
	}
	taken := strings.TrimPrefix(srv.URL(), "http://")
	if second, err := alibabatest.Start(&alibabatest.Options{Addr: taken}); err == nil {
		second.Close()
		t.Error("two servers have one address")
	}
	srv.Close()
	if got := srv.Conns(); got != 0 {
		t.Errorf("Conns() = %d after Close", got)
	}
}

func TestServerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			client := newClient(t, srv)
			for range 5 {
				srv.Append("f", "e", alibabatest.Event{Type: "StepEntered"})
				if _, _, err := walk(client, "f", "e", 3); err != nil {
					t.Error(err)
				}
				if _, err := client.ListExecutions(list(func(*fnf.ListExecutionsRequest) {})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, _, err := walk(newClient(t, srv), "f", "e", 0)
	if diff := cmp.Diff(ids(1, 40), got); err != nil || diff != "" {
		t.Errorf("error %v, ids mismatch (-want +got):\n%s", err, diff)
	}
}

// TestPlan chooses a fault by the request, before its signature is looked at.
func TestPlan(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{Plan: func(r *http.Request, op string) (alibabatest.Fault, bool) {
		return alibabatest.Fault{Code: "ServiceUnavailable"}, op == alibabatest.OpListFlows && r.Method == http.MethodGet
	}})
	client := newClient(t, srv)
	_, err := client.ListFlows(fnf.CreateListFlowsRequest())
	if status, code := answerOf(t, err); status != http.StatusServiceUnavailable || code != "ServiceUnavailable" {
		t.Errorf("answer = %d %s, want the planned one", status, code)
	}
	_, err = client.GetExecutionHistory(historyOf("flow", "exec", "", 0))
	if status, code := answerOf(t, err); status != http.StatusNotFound || code != "FlowNotExists" {
		t.Errorf("answer = %d %s, want the server's own", status, code)
	}
}
