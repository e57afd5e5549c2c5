// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// Bad input is ErrInvalid before any request, and the message says what to change.
func TestNewBadConfig(t *testing.T) {
	t.Parallel()
	good := func(change func(*huawei.Config)) huawei.Config {
		cfg := localConfig()
		change(&cfg)
		return cfg
	}
	brought := &basic.Credentials{ProjectId: "another"}
	for _, tt := range []struct {
		name string
		cfg  huawei.Config
		want string // in the message
	}{
		{"no region", good(func(c *huawei.Config) { c.Region = "" }), "Region"},
		{"malformed region", good(func(c *huawei.Config) { c.Region = "cn north" }), "Region"},
		{"region as a host", good(func(c *huawei.Config) { c.Region = "cn-north-4.evil.example" }), "Region"},
		{"unknown region", good(func(c *huawei.Config) { c.Region = "mars-east-1" }), "set Endpoint"},
		{"no project", good(func(c *huawei.Config) { c.ProjectID = "" }), "ProjectID is missing"},
		{"project that changes the path", good(func(c *huawei.Config) { c.ProjectID = "../x" }), "ProjectID"},
		{"long project", good(func(c *huawei.Config) { c.ProjectID = strings.Repeat("p", 65) }), "1 to 64"},
		{"long enterprise project", good(func(c *huawei.Config) { c.EnterpriseProjectID = strings.Repeat("p", 65) }), "EnterpriseProjectID"},
		{"plain http", good(func(c *huawei.Config) { c.Endpoint = "http://aom.example.com" }), "PlainHTTP"},
		{"endpoint with a path", good(func(c *huawei.Config) { c.Endpoint = "https://aom.example.com/v1" }), "a path"},
		{"endpoint with a password", good(func(c *huawei.Config) { c.Endpoint = "https://user:canary@aom.example.com" }), "user information"},
		{"key without its secret", good(func(c *huawei.Config) { c.Token, c.AccessKeyID = "", "id" }), "SecretAccessKey is missing"},
		{"secret without its key", good(func(c *huawei.Config) { c.Token, c.SecretAccessKey = "", "secret" }), "AccessKeyID is missing"},
		{"security token alone", good(func(c *huawei.Config) { c.Token, c.SecurityToken = "", "token" }), "AccessKeyID is missing"},
		{"key and token", good(func(c *huawei.Config) { c.AccessKeyID, c.SecretAccessKey = "id", "secret" }), "more than one"},
		{"token and function", good(func(c *huawei.Config) { c.Credentials = fixed(huawei.Credentials{}) }), "more than one"},
		{"function and credential", good(func(c *huawei.Config) {
			c.Token, c.Credentials, c.Credential = "", fixed(huawei.Credentials{}), brought
		}), "more than one"},
		{"nil credential", good(func(c *huawei.Config) { c.Token, c.Credential = "", (*basic.Credentials)(nil) }), "nil"},
		{"credential of another project", good(func(c *huawei.Config) { c.Token, c.Credential = "", brought }), "the Credential's own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client, err := huawei.New(tt.cfg, nil)
			e := failure(t, err)
			if client != nil || e.Kind != history.ErrInvalid || e.Provider != "huawei" || e.Op != "New" || !strings.Contains(e.Message, tt.want) {
				t.Errorf("error is %v, want ErrInvalid with %q", err, tt.want)
			}
			noSecrets(t, forms(err), "canary")
		})
	}
}

func fixed(c huawei.Credentials) func(context.Context) (huawei.Credentials, error) {
	return func(context.Context) (huawei.Credentials, error) { return c, nil }
}

func TestNewBadOptions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]history.Options{
		"share":    {RateLimit: history.RateLimit{Share: math.NaN()}},
		"waits":    {Retry: history.Retry{MinWait: time.Second, MaxWait: time.Millisecond}},
		"response": {MaxResponseBytes: -1},
		"prefetch": {Prefetch: -1},
	} {
		_, err := huawei.New(localConfig(), &o)
		if e := failure(t, err); e.Kind != history.ErrInvalid || e.Op != "New" || e.Provider != "huawei" {
			t.Errorf("%s: error is %v, want ErrInvalid of New", name, err)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	cfg := localConfig()
	if got := open(t, cfg, nil).Scope(); got != scope {
		t.Errorf("scope is %q, want %q", got, scope)
	}
	cfg.Scope = "production"
	client := open(t, cfg, nil)
	if client.Scope() != "production" || client.Provider() != "huawei" {
		t.Errorf("scope is %q of %q", client.Scope(), client.Provider())
	}
	want := history.Capabilities{Steps: true, MaxEventPage: 1000, Workflows: true, MaxWorkflowPage: 100}
	if diff := cmp.Diff(want, client.Capabilities()); diff != "" {
		t.Errorf("capabilities mismatch (-want +got):\n%s", diff)
	}
}

// Every region of the SDK's list is taken without an endpoint, by the host that the SDK has for it.
func TestRegionsOfTheSDK(t *testing.T) {
	t.Parallel()
	for region, host := range huawei.SDKHosts() {
		cfg := localConfig()
		cfg.Region = region
		o := once()
		var asked string
		o.Transport = hostRecorder{&asked}
		if _, err := open(t, cfg, o).Describe(t.Context(), ref()); err == nil {
			t.Fatal("the recorder answered")
		}
		if asked != host {
			t.Errorf("region %s asks %q, want %q", region, asked, host)
		}
	}
}

// A Config and the credentials in it print without their secrets, whatever prints them.
func TestConfigMasksSecrets(t *testing.T) {
	t.Parallel()
	c := huawei.Credentials{AccessKeyID: "canary-1", SecretAccessKey: "canary-2", SecurityToken: "canary-3", Token: "canary-4"}
	cfg := huawei.Config{
		Region: "cn-north-4", Endpoint: "https://user:canary-5@example.com", ProjectID: "project", EnterpriseProjectID: "0",
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SecurityToken: c.SecurityToken, Token: c.Token,
		Credentials: fixed(c), Credential: &basic.Credentials{ProjectId: "canary-6"},
	}
	for _, value := range []any{cfg, &cfg, c, &c, []any{cfg, c}} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", value)
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", value)
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{log.String(), string(data)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
		noSecrets(t, texts, "canary", fmt.Sprintf("%x", "canary"))
	}
	want := `huawei.Config{Region: "cn-north-4", Token: "[redacted]"}`
	if got := fmt.Sprint(huawei.Config{Region: "cn-north-4", Token: "t"}); got != want {
		t.Errorf("config prints as %s, want %s", got, want)
	}
}

// New does not connect: a wrong key shows with the first call.
func TestNewMakesNoRequest(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	cfg := configOf(srv)
	cfg.SecretAccessKey = "wrong"
	client := open(t, cfg, once())
	pages := client.ExecutionPages(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if n := srv.Count(""); n != 0 {
		t.Fatalf("%d requests before ranging, want none", n)
	}
	for _, err := range pages {
		if !errors.Is(err, history.ErrUnauthenticated) {
			t.Errorf("error is %v, want ErrUnauthenticated", err)
		}
	}
}
