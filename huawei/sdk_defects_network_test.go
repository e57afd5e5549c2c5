// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// proxiedEnv tells the process that TestSDKIgnoresProxyVariables starts who is to ask for something.
const proxiedEnv = "FLOWHISTORY_TEST_PROXIED"

// The SDK takes no notice of HTTP_PROXY; ours does. The variable is read once in a process, so each has one of its own: this
// binary again, with TestAskThroughProxy only.
func TestSDKIgnoresProxyVariables(t *testing.T) {
	t.Parallel()
	proxy, err := wiretap.Listen(func(wiretap.Request) string { return wiretap.Answer(http.StatusOK, "[]") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	for what, want := range map[string]int{"sdk": 0, "ours": 1} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAskThroughProxy$")
		cmd.Env = append(os.Environ(), proxiedEnv+"="+what, "HTTP_PROXY="+proxy.URL(), "NO_PROXY=", "no_proxy=")
		out, err := cmd.CombinedOutput()
		if sent := proxy.Take(); err != nil || len(sent) != want {
			t.Errorf("%s: %d requests through the proxy, want %d; %v: %s", what, len(sent), want, err, out)
		}
	}
}

// TestAskThroughProxy does nothing unless TestSDKIgnoresProxyVariables has started the process.
func TestAskThroughProxy(t *testing.T) {
	const host = "aom.example" // what is on this machine goes through no proxy
	switch os.Getenv(proxiedEnv) {
	case "sdk":
		var dialed string
		conf := config.DefaultHttpConfig().WithUserAgent("test").WithDialContext(func(_ context.Context, _, address string) (net.Conn, error) {
			dialed = address
			return nil, errors.New("no connection is made")
		})
		if err := listWith(bare(t, conf, "project", "http://"+host)); err == nil || dialed != host+":80" {
			t.Errorf("the SDK dials %q, error %v", dialed, err)
		}
	case "ours":
		cfg := localConfig()
		cfg.Endpoint, cfg.PlainHTTP = "http://"+host, true
		if _, err := open(t, cfg, once()).ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); err != nil {
			t.Error(err)
		}
	}
}

// A caller who gives up while the body of an error comes in gets an error of the service from the SDK, with no status. Ours is
// the caller's own.
func TestSDKTakesCancellationsForErrors(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	forbidden := echoing(func(_ *http.Request, resp *http.Response) {
		resp.StatusCode = http.StatusForbidden
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"error_code":`), givingUp{ctx, cancel}))
	})
	o := once()
	o.Transport = forbidden
	_, err := open(t, localConfig(), o).ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
	if e := failure(t, err); !errors.Is(err, context.Canceled) || e.Kind != "" || e.HTTPStatus != http.StatusForbidden {
		t.Errorf("ours: %#v, want context.Canceled with HTTP 403", e)
	}
	err = listWith(bare(t, config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(forbidden), "project", "https://aom.example"))
	if raw, ok := errors.AsType[*sdkerr.ServiceResponseError](err); !ok || raw.StatusCode != 0 || errors.Is(err, context.Canceled) {
		t.Errorf("the SDK no longer takes a cancellation for an error of the service: %v", err)
	}
}

// givingUp is the rest of a body for which somebody does not wait.
type givingUp struct {
	ctx  context.Context
	give context.CancelFunc
}

func (g givingUp) Read([]byte) (int, error) {
	g.give()
	return 0, g.ctx.Err()
}

// Of an error with two objects in it the SDK takes one of them by chance. Ours says the same of the same answer each time.
func TestSDKTakesErrorsByChance(t *testing.T) {
	t.Parallel()
	const (
		body = `{"first":{"error_code":"A","error_msg":"a"},"second":{"error_code":"B","error_msg":"b"}}`
		many = 500
	)
	answers := always(http.StatusForbidden, body)
	sdk := bare(t, config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(answers), "project", "https://aom.example")
	o := once()
	o.Transport = answers
	client := open(t, localConfig(), o)
	codes, own := map[string]int{}, map[string]int{}
	for range many {
		raw, ok := errors.AsType[*sdkerr.ServiceResponseError](listWith(sdk))
		if !ok {
			t.Fatal("the SDK's error is of another type")
		}
		codes[raw.ErrorCode]++
		_, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
		e := failure(t, err)
		own[string(e.Kind)+" "+e.Code+" "+e.Message]++
	}
	if codes["A"] == 0 || codes["B"] == 0 {
		t.Errorf("the SDK's codes are %v: it no longer takes one by chance", codes)
	}
	if len(own) != 1 {
		t.Errorf("our errors are %v, want one", own)
	}
}
