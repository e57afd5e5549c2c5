// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// proxiedEnv tells the process that TestSDKReadsNoProxyAsExpressions starts that its variables name a proxy.
const proxiedEnv = "FLOWHISTORY_TEST_PROXIED"

// The SDK takes the entries of NO_PROXY for regular expressions that match anywhere in a host: one comma too many, or an IPv6
// address, and nothing goes through the proxy; an entry that is no expression ends every call. Ours reads the variable as
// net/http does, which is once in a process: so it has one of its own, this binary again.
func TestSDKReadsNoProxyAsExpressions(t *testing.T) {
	t.Parallel()
	proxy, err := wiretap.Listen(func(wiretap.Request) string {
		return wiretap.Answer(http.StatusOK, `{"RequestId":"r","Events":[]}`)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	srv, _ := start(t, nil, run(3))
	for _, tt := range []struct {
		entries         string
		proxied, direct int
	}{
		{"corp.example", 1, 0},
		{"corp.example,", 0, 1},
		{"[::1]", 0, 1},
		{"corp.example,+", 0, 0},
	} {
		srv.ResetRequests()
		raw := rawClient(t, srv)
		raw.SetHttpProxy(proxy.URL())
		raw.SetNoProxy(tt.entries)
		_, err := raw.GetExecutionHistory(rawRequest(srv))
		if got := len(proxy.Take()); got != tt.proxied || srv.Count("") != tt.direct {
			t.Errorf("NO_PROXY=%s: the SDK sent %d requests through the proxy and %d past it, want %d and %d; error %v",
				tt.entries, got, srv.Count(""), tt.proxied, tt.direct, err)
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestReadThroughProxy$")
		cmd.Env = append(os.Environ(), proxiedEnv+"=1", "HTTP_PROXY="+proxy.URL(), "NO_PROXY="+tt.entries, "no_proxy=")
		out, err := cmd.CombinedOutput()
		if sent := proxy.Take(); err != nil || len(sent) != 1 {
			t.Errorf("NO_PROXY=%s: ours sent %d requests through the proxy, want 1; %v: %s", tt.entries, len(sent), err, out)
		}
	}
}

// TestReadThroughProxy does nothing unless TestSDKReadsNoProxyAsExpressions has started the process.
func TestReadThroughProxy(t *testing.T) {
	if os.Getenv(proxiedEnv) == "" {
		return
	}
	cfg, o := good(), quick()
	cfg.Endpoint, cfg.PlainHTTP = "http://fnf.example", true // what is on this machine goes through no proxy
	o.Retry.Max = -1
	if _, err := open(t, cfg, o).EventPage(t.Context(), history.EventQuery{Ref: ref()}); err != nil {
		t.Error(err)
	}
}

// lent counts the bodies that a transport handed out and that are not closed.
type lent struct {
	base http.RoundTripper
	open atomic.Int32
}

func (l *lent) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := l.base.RoundTrip(r)
	if err == nil {
		l.open.Add(1)
		resp.Body = &lentBody{ReadCloser: resp.Body, open: &l.open}
	}
	return resp, err
}

type lentBody struct {
	io.ReadCloser
	open   *atomic.Int32
	closed bool
}

func (b *lentBody) Close() error {
	if !b.closed {
		b.open.Add(-1)
	}
	b.closed = true
	return b.ReadCloser.Close()
}

// A retry of the SDK's leaves the body of the answer before open, and with it the connection.
func TestSDKLeaksBodiesOfRetries(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, nil, run(3))
	base := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(base.CloseIdleConnections)
	unavailable := alibabatest.Fault{Status: http.StatusServiceUnavailable, Times: 3}

	srv.Inject(unavailable)
	transport := &lent{base: base}
	conf := sdk.NewConfig().WithAutoRetry(true).WithMaxRetryTime(3)
	raw, err := fnf.NewClientWithOptions(srv.Region(), conf, credentials.NewStsTokenCredential(srv.AccessKeyID(), srv.AccessKeySecret(), srv.SecurityToken()))
	if err != nil {
		t.Fatal(err)
	}
	raw.SetTransport(transport)
	if _, err := raw.GetExecutionHistory(rawRequest(srv)); err != nil {
		t.Fatal(err)
	}
	if got := transport.open.Load(); got != 3 {
		t.Errorf("the SDK leaves %d bodies open, want 3: it no longer leaks those of its retries", got)
	}

	srv.Inject(unavailable)
	transport = &lent{base: base}
	o := quick()
	o.Retry.Max, o.Transport = 3, transport
	events := walk(t, open(t, configOf(srv), o), history.EventQuery{Ref: ref()})
	if got := transport.open.Load(); got != 0 || len(events) != 3 {
		t.Errorf("ours leaves %d bodies open behind %d events", got, len(events))
	}
}
