// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	aom "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"
	aomregion "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/region"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// panics is what a function panics with, nil if it does not.
func panics(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// keys is a credential of the SDK, for a project that may be missing.
func keys(t testing.TB, project string) *basic.Credentials {
	t.Helper()
	builder := basic.NewCredentialsBuilder().WithAk("canary-key-id").WithSk("canary-secret").WithSecurityToken("canary-token")
	credential, err := builder.WithProjectId(project).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// bare is a client of the SDK on a configuration and endpoints.
func bare(t testing.TB, conf *config.HttpConfig, project string, endpoints ...string) *aom.AomClient {
	t.Helper()
	return aom.NewAomClient(core.NewHcHttpClient(impl.NewDefaultHttpClient(conf)).
		WithEndpoints(endpoints).WithCredential(keys(t, project)).WithErrorHandler(sdkerr.DefaultErrorHandler{}))
}

func listWith(client *aom.AomClient) error {
	_, err := client.ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: "flow"})
	return err
}

// homeEnv tells the process that TestSDKWritesIntoTheHome starts which client to make.
const homeEnv = "FLOWHISTORY_TEST_HOME"

// The SDK keeps an id of the machine in the home directory, and sends it; ours writes nothing. It does so once in a process,
// so each client is made in one of its own: this binary again, with TestMakeOneClient only.
func TestSDKWritesIntoTheHome(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]int{"sdk": 1, "ours": 0} {
		home := t.TempDir()
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestMakeOneClient$")
		cmd.Env = append(os.Environ(), homeEnv+"="+what, "HOME="+home, "USERPROFILE="+home)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", what, err, out)
		}
		found, err := filepath.Glob(filepath.Join(home, ".*", "*"))
		if err != nil || len(found) != want {
			t.Errorf("%s wrote %q, error %v; want %d files", what, found, err, want)
		}
	}
}

// TestMakeOneClient does nothing unless TestSDKWritesIntoTheHome has started the process.
func TestMakeOneClient(t *testing.T) {
	switch os.Getenv(homeEnv) {
	case "sdk":
		_, err := aom.AomClientBuilder().WithEndpoints([]string{"aom.example"}).WithCredential(keys(t, "project")).SafeBuild()
		if err != nil {
			t.Fatal(err)
		}
	case "ours":
		client := local(t, always(http.StatusOK, "[]"))
		if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); err != nil {
			t.Fatal(err)
		}
	}
}

// WithRetries does nothing; ours retries.
func TestSDKDoesNotRetry(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, numbered(1)...)
	srv.Inject(huaweitest.Fault{Status: http.StatusInternalServerError, Body: huaweitest.SeedInternalError(), Times: 1})
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	conf := config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(transport).WithRetries(3)
	if err := listWith(bare(t, conf, srv.ProjectID(), srv.URL())); err == nil || srv.Count("") != 1 {
		t.Errorf("the SDK's WithRetries works: %d requests, %v", srv.Count(""), err)
	}
	srv.ResetRequests()
	srv.Inject(huaweitest.Fault{Status: http.StatusInternalServerError, Body: huaweitest.SeedInternalError(), Times: 1})
	if got := list(t, client, history.ExecutionQuery{Workflow: "flow"}); len(got) != 1 || srv.Count("") != 2 {
		t.Errorf("ours: %d executions after %d requests, want 1 after 2", len(got), srv.Count(""))
	}
}

// A proxy whose password has a sign in it that a URL escapes is not used: the SDK connects directly, without a word.
func TestSDKSkipsProxies(t *testing.T) {
	t.Parallel()
	proxy, err := wiretap.Listen(func(wiretap.Request) string { return wiretap.Answer(http.StatusOK, "[]") })
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	srv := huaweitest.NewServer(t, nil)
	var host string
	var port int
	if _, err := fmt.Sscanf(strings.Replace(proxy.Host(), ":", " ", 1), "%s %d", &host, &port); err != nil {
		t.Fatal(err)
	}
	for password, used := range map[string]bool{"p@ss": true, "p#ss": false, "p/ss": false, "p?ss": false} {
		conf := config.DefaultHttpConfig().WithUserAgent("test").WithTimeout(10 * time.Second).
			WithProxy(config.NewProxy().WithSchema("http").WithHost(host).WithPort(port).WithUsername("me").WithPassword(password))
		srv.ResetRequests()
		_ = listWith(bare(t, conf, srv.ProjectID(), srv.URL()))
		if got := len(proxy.Take()) > 0; got != used || got == (srv.Count("") > 0) {
			t.Errorf("the password %q: through the proxy: %t, directly: %d requests", password, got, srv.Count(""))
		}
	}
}

// Without a project the SDK sends the placeholder itself, signed; ours says what to set.
func TestSDKSendsPlaceholders(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	_ = listWith(bare(t, config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(transport), "", srv.URL()))
	if path := last(t, srv).Path; !strings.Contains(path, "project_id") {
		t.Errorf("the SDK asks for %s: it no longer sends the placeholder", path)
	}
	cfg := configOf(srv)
	cfg.ProjectID = ""
	if _, err := huawei.New(cfg, nil); !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), "ProjectID") {
		t.Errorf("ours: %v, want ErrInvalid that names ProjectID", err)
	}
}

// The SDK panics on a region that it does not know and on a client without an endpoint.
func TestSDKPanicsOnBadInput(t *testing.T) {
	t.Parallel()
	//lint:ignore SA1019 the call that its users find first, and that panics, is what is shown
	if panics(func() { aomregion.ValueOf("nowhere-1") }) == nil {
		t.Error("the SDK no longer panics on an unknown region")
	}
	if panics(func() { _ = listWith(bare(t, config.DefaultHttpConfig().WithUserAgent("test"), "project")) }) == nil {
		t.Error("the SDK no longer panics without an endpoint")
	}
	cfg := localConfig()
	cfg.Region = "nowhere-1"
	if _, err := huawei.New(cfg, nil); !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), "Endpoint") {
		t.Errorf("ours: %v, want ErrInvalid that names Endpoint", err)
	}
}

// A credential of the SDK prints its secrets; ours, and a Config that has the SDK's, does not.
func TestSDKPrintsSecrets(t *testing.T) {
	t.Parallel()
	credential := keys(t, "project")
	if text := fmt.Sprintf("%+v", credential); !strings.Contains(text, "canary-secret") {
		t.Errorf("the SDK no longer prints its secrets: %s", text)
	}
	own := huawei.Credentials{AccessKeyID: "canary-key-id", SecretAccessKey: "canary-secret", Token: "canary-token"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		noSecrets(t, []string{fmt.Sprintf(verb, own), fmt.Sprintf(verb, huawei.Config{Credential: credential})}, "canary")
	}
}

// An endpoint in capitals becomes a host named HTTPS.
func TestSDKMistakesEndpoints(t *testing.T) {
	t.Parallel()
	var hosts []string
	see := answerWith(func(r *http.Request) (int, []byte) {
		hosts = append(hosts, r.URL.Host)
		return http.StatusOK, []byte("[]")
	})
	conf := config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(see)
	hc, err := aom.AomClientBuilder().WithEndpoints([]string{"HTTPS://aom.example"}).WithCredential(keys(t, "project")).WithHttpConfig(conf).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	_ = listWith(aom.NewAomClient(hc))
	if got := fmt.Sprint(hosts); strings.Contains(got, "[aom.example]") {
		t.Errorf("the SDK's host is %s: it no longer mistakes capitals", got)
	}
	hosts = nil
	cfg, o := localConfig(), quick()
	cfg.Endpoint, o.Transport = "HTTPS://aom.example", see
	if _, err := open(t, cfg, o).ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); err != nil || fmt.Sprint(hosts) != "[aom.example]" {
		t.Errorf("ours goes to %v, error %v", hosts, err)
	}
}

// IAM's answer without projects is a nil pointer in the SDK. Ours asks IAM for nothing.
func TestSDKPanicsOnIAM(t *testing.T) {
	t.Parallel()
	iam, err := wiretap.Listen(func(wiretap.Request) string { return wiretap.Answer(http.StatusOK, "{}") })
	if err != nil {
		t.Fatal(err)
	}
	defer iam.Close()
	credential := keys(t, "")
	credential.IamEndpoint = iam.URL()
	conf := config.DefaultHttpConfig().WithUserAgent("test")
	build := func() {
		_, _ = aom.AomClientBuilder().WithRegion(aomregion.CN_NORTH_4).WithCredential(credential).WithHttpConfig(conf).SafeBuild()
	}
	if value := panics(build); value == nil || len(iam.Take()) != 1 {
		t.Errorf("the SDK no longer panics on an answer of IAM without projects: %v", value)
	}
	if _, err := huawei.New(huawei.Config{Region: "cn-north-4", Credential: credential}, nil); !errors.Is(err, history.ErrInvalid) {
		t.Errorf("ours: %v, want ErrInvalid", err)
	}
	if sent := iam.Take(); len(sent) != 0 {
		t.Errorf("ours asked IAM: %q", sent[0].Line)
	}
}
