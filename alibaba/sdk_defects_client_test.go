// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// panics is what a function panics with, nil if it does not.
func panics(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// The SDK's clients panic where something is missing, and take keys that are none; ours says what to set.
func TestSDKPanicsOnBadInput(t *testing.T) {
	noEnvironment(t)
	if panics(func() { _, _ = fnf.NewClient() }) == nil {
		t.Error("NewClient no longer panics without arguments")
	}
	if panics(func() { _, _ = new(fnf.Client).GetExecutionHistory(fnf.CreateGetExecutionHistoryRequest()) }) == nil {
		t.Error("the zero client no longer panics")
	}
	if _, err := fnf.NewClientWithAccessKey("", "", ""); err != nil {
		t.Errorf("the SDK no longer takes an empty region and key: %v", err)
	}
	for _, cfg := range []alibaba.Config{{}, {Region: "cn-hangzhou"}, {AccessKeyID: "test-access-key-id", AccessKeySecret: "s"}} {
		if _, err := alibaba.New(cfg, nil); !errors.Is(err, history.ErrInvalid) {
			t.Errorf("ours on %v: %v, want ErrInvalid", cfg, err)
		}
	}
}

// The SDK's retries come at once, and a negative number of them is a nil pointer; ours wait, and a negative one means none.
func TestSDKRetriesWithoutWaiting(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Status: http.StatusServiceUnavailable, Times: -1})
	raw := func(retries int) error {
		conf := sdk.NewConfig().WithAutoRetry(true).WithMaxRetryTime(retries)
		client, err := fnf.NewClientWithOptions(srv.Region(), conf, credentials.NewAccessKeyCredential(srv.AccessKeyID(), srv.AccessKeySecret()))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.GetExecutionHistory(rawRequest(srv))
		return err
	}
	began := time.Now()
	if err := raw(3); err == nil || srv.Count("") != 4 || time.Since(began) > 2*time.Second {
		t.Errorf("the SDK: %d requests in %v, want 4 at once", srv.Count(""), time.Since(began))
	}
	if panics(func() { _ = raw(-1) }) == nil {
		t.Error("the SDK no longer panics on a negative number of retries")
	}
	for retries, want := range map[int]int{2: 3, -1: 1} {
		srv.ResetRequests()
		o := quick()
		o.Retry = history.Retry{Max: retries, MinWait: 20 * time.Millisecond, MaxWait: 40 * time.Millisecond}
		_, err := open(t, configOf(srv), o).EventPage(t.Context(), history.EventQuery{Ref: ref()})
		if e := failure(t, err); e.Attempts != want || srv.Count("") != want {
			t.Errorf("ours with Retry.Max %d: %d attempts, %d requests, want %d", retries, e.Attempts, srv.Count(""), want)
		}
	}
}

// A transport that is lent to the SDK comes back with another dialer, and with its certificate checks as the SDK wants them.
func TestSDKChangesTransports(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, nil, run(3))
	dialed := 0
	lend := func() *http.Transport {
		dialed = 0
		transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			dialed++
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		t.Cleanup(transport.CloseIdleConnections)
		return transport
	}
	raw := rawClient(t, srv)
	raw.SetTransport(lend())
	if _, err := raw.GetExecutionHistory(rawRequest(srv)); err != nil || dialed != 0 {
		t.Errorf("the SDK no longer replaces the dialer: %d calls, error %v", dialed, err)
	}
	o := quick()
	o.Transport = lend()
	if _, err := open(t, configOf(srv), o).EventPage(t.Context(), history.EventQuery{Ref: ref()}); err != nil || dialed != 1 {
		t.Errorf("ours dialed %d times with the user's dialer, error %v", dialed, err)
	}
}

// A long read timeout of one request stays with the client for the requests behind it. Ours has one for each attempt.
func TestSDKKeepsOldTimeouts(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	raw := rawClient(t, srv)
	timeoutBehind := func(read time.Duration) time.Duration {
		req := rawRequest(srv)
		if read > 0 {
			req.SetReadTimeout(read)
		}
		if _, err := raw.GetExecutionHistory(req); err != nil {
			t.Fatal(err)
		}
		return time.Duration(reflect.ValueOf(raw).Elem().FieldByName("httpClient").Elem().FieldByName("Timeout").Int())
	}
	short, long := timeoutBehind(0), timeoutBehind(time.Minute)
	if again := timeoutBehind(0); long <= short || again != long {
		t.Errorf("the SDK's timeouts are %v, %v with a longer one, and %v without: it no longer keeps the longer one", short, long, again)
	}
	srv.Inject(alibabatest.Fault{Hang: true, Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := client.EventPage(ctx, history.EventQuery{Ref: ref()}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ours: %v, want the caller's own deadline", err)
	}
}
