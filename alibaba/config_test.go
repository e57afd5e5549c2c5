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

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"
	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
)

// good is a configuration that nothing is wrong with.
func good() alibaba.Config {
	return alibaba.Config{Region: "cn-hangzhou", AccessKeyID: "test-access-key-id", AccessKeySecret: "test-access-key-secret"}
}

// noEnvironment unsets the variables that a Config without credentials looks at.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"} {
		t.Setenv(name, "")
	}
}

// Each bad configuration is ErrInvalid from New, before any request, and the message says what to change.
func TestConfigBadInput(t *testing.T) {
	noEnvironment(t)
	nobody := func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, nil }
	for _, tt := range []struct {
		name   string
		change func(*alibaba.Config)
		words  []string
	}{
		{"no region", func(c *alibaba.Config) { c.Region = "" }, []string{"Region", `""`, "cn-hangzhou"}},
		{"region with a dot", func(c *alibaba.Config) { c.Region = "evil.example" }, []string{"Region", "evil.example"}},
		{"region with a slash", func(c *alibaba.Config) { c.Region = "cn-hangzhou/" }, []string{"Region"}},
		{"region in upper case", func(c *alibaba.Config) { c.Region = "CN-Hangzhou" }, []string{"Region", "CN-Hangzhou"}},
		{"region with a line end", func(c *alibaba.Config) { c.Region = "cn-hangzhou\n" }, []string{"Region"}},
		{"region of hyphens", func(c *alibaba.Config) { c.Region = "--" }, []string{"Region"}},
		{"long region", func(c *alibaba.Config) { c.Region = strings.Repeat("a", 65) }, []string{"Region"}},
		{"plain http", func(c *alibaba.Config) { c.Endpoint = "http://fnf.example" }, []string{"Endpoint", "https", "PlainHTTP"}},
		{"another scheme", func(c *alibaba.Config) { c.Endpoint = "ftp://fnf.example" }, []string{"Endpoint", "ftp", "https"}},
		{"a path", func(c *alibaba.Config) { c.Endpoint = "https://fnf.example/api" }, []string{"Endpoint", "a path"}},
		{"a query", func(c *alibaba.Config) { c.Endpoint = "https://fnf.example?a=b" }, []string{"Endpoint", "a query"}},
		{"user information", func(c *alibaba.Config) { c.Endpoint = "https://me:canary-password@fnf.example" }, []string{"Endpoint", "user information"}},
		{"no host", func(c *alibaba.Config) { c.Endpoint = "https://" }, []string{"Endpoint", "host"}},
		{"a host with a blank", func(c *alibaba.Config) { c.Endpoint = "fnf example" }, []string{"Endpoint", "host"}},
		{"no credentials", func(c *alibaba.Config) { c.AccessKeyID, c.AccessKeySecret = "", "" },
			[]string{"no credentials", "AccessKeyID", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"}},
		{"no key id", func(c *alibaba.Config) { c.AccessKeyID = "" }, []string{"AccessKeyID is missing"}},
		{"no key secret", func(c *alibaba.Config) { c.AccessKeySecret = "" }, []string{"AccessKeySecret is missing"}},
		{"only a token", func(c *alibaba.Config) { c.AccessKeyID, c.AccessKeySecret, c.SecurityToken = "", "", "canary-token" },
			[]string{"AccessKeyID is missing"}},
		{"key and function", func(c *alibaba.Config) { c.Credentials = nobody }, []string{"more than one", "set one"}},
		{"key and client", func(c *alibaba.Config) { c.Client = &fnf.Client{} }, []string{"more than one", "set one"}},
		{"function and client", func(c *alibaba.Config) {
			c.AccessKeyID, c.AccessKeySecret, c.Credentials, c.Client = "", "", nobody, &fnf.Client{}
		}, []string{"more than one", "set one"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := good()
			tt.change(&cfg)
			client, err := alibaba.New(cfg, nil)
			if client != nil || !errors.Is(err, history.ErrInvalid) {
				t.Fatalf("New is %v, %v, want ErrInvalid", client, err)
			}
			e := failure(t, err)
			if e.Provider != "alibaba" || e.Op != "New" {
				t.Errorf("Provider %q, Op %q, want alibaba and New", e.Provider, e.Op)
			}
			for _, word := range tt.words {
				if !strings.Contains(e.Message, word) {
					t.Errorf("the message does not say %q: %s", word, e.Message)
				}
			}
			noSecrets(t, forms(err), "canary-password", "canary-token", "test-access-key-secret")
		})
	}
}

// Options out of range are refused too, and New with them.
func TestConfigBadOptions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]history.Options{
		"MaxResponseBytes": {MaxResponseBytes: -1}, "Prefetch": {Prefetch: -1}, "Share": {RateLimit: history.RateLimit{Share: 2}},
		"MinWait": {Retry: history.Retry{MinWait: -1}}, "PollInterval": {PollInterval: -1},
	} {
		if _, err := alibaba.New(good(), &o); !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s out of range: %v, want an ErrInvalid that names it", name, err)
		}
	}
}

// Requests go to the service's own host for every region, whether the SDK's map has it or not.
func TestConfigHosts(t *testing.T) {
	t.Parallel()
	with := func(change func(*alibaba.Config)) alibaba.Config {
		cfg := good()
		change(&cfg)
		return cfg
	}
	region := func(region string, internal bool) alibaba.Config {
		return with(func(c *alibaba.Config) { c.Region, c.Internal = region, internal })
	}
	at := func(endpoint string) alibaba.Config {
		return with(func(c *alibaba.Config) { c.Endpoint = endpoint })
	}
	for _, tt := range []struct {
		cfg  alibaba.Config
		want string
	}{
		{region("cn-hangzhou", false), "https://cn-hangzhou.fnf.aliyuncs.com/"},
		{region("cn-beijing", false), "https://cn-beijing.fnf.aliyuncs.com/"},
		{region("us-west-1", false), "https://us-west-1.fnf.aliyuncs.com/"},
		{region("ap-southeast-1", false), "https://ap-southeast-1.fnf.aliyuncs.com/"},
		{region("cn-heyuan-acdr-1", false), "https://cn-heyuan-acdr-1.fnf.aliyuncs.com/"},
		{region("xx-unheard-of-9", false), "https://xx-unheard-of-9.fnf.aliyuncs.com/"},
		{region("cn-hangzhou", true), "https://cn-hangzhou-internal.fnf.aliyuncs.com/"},
		{region("us-west-1", true), "https://us-west-1-internal.fnf.aliyuncs.com/"},
		{at("fnf.example"), "https://fnf.example/"},
		{at("FNF.Example:8443"), "https://fnf.example:8443/"},
		{at("https://fnf.example/"), "https://fnf.example/"},
		{at("127.0.0.1:1"), "https://127.0.0.1:1/"},
		{at("http://127.0.0.1:1"), "http://127.0.0.1:1/"},
		{at("http://localhost:1"), "http://localhost:1/"},
		{at("http://[::1]:1"), "http://[::1]:1/"},
		{with(func(c *alibaba.Config) { c.Endpoint, c.PlainHTTP = "http://fnf.example", true }), "http://fnf.example/"},
		{with(func(c *alibaba.Config) { c.Endpoint, c.PlainHTTP = "fnf.example", true }), "https://fnf.example/"},
		{with(func(c *alibaba.Config) { c.Endpoint, c.Internal = "fnf.example", true }), "https://fnf.example/"},
	} {
		var got []string
		o := quick()
		o.Transport = answerWith(func(r *http.Request) (int, []byte) {
			u := *r.URL
			u.RawQuery = ""
			got = append(got, u.String())
			if id := r.URL.Query().Get("RegionId"); id != tt.cfg.Region {
				t.Errorf("RegionId is %q, want %q", id, tt.cfg.Region)
			}
			return http.StatusNotFound, nil
		})
		for _, call := range operations(open(t, tt.cfg, o)) {
			if err := call(t.Context()); !errors.Is(err, history.ErrNotFound) {
				t.Errorf("%s: %v", tt.want, err)
			}
		}
		if diff := cmp.Diff([]string{tt.want, tt.want, tt.want, tt.want}, got); diff != "" {
			t.Errorf("addresses mismatch (-want +got):\n%s", diff)
		}
	}
}

// Everything that is read carries the scope.
func TestConfigScope(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{"": "cn-hangzhou", "production": "production"} {
		cfg := good()
		cfg.Scope = scope
		if got := open(t, cfg, nil).Scope(); got != want {
			t.Errorf("Scope %q makes a client of %q, want %q", scope, got, want)
		}
	}
}

// The source tells what it can do, and a Client can be made of it.
func TestConfigSource(t *testing.T) {
	t.Parallel()
	src, err := alibaba.NewSource(good(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := src.(history.Waiter); !ok {
		t.Error("the source is no Waiter")
	}
	want := history.Capabilities{
		NativeEvents: true, EventPaging: true, ExecutionPaging: true, MaxEventPage: 999, MaxExecutionPage: 99,
		LongPoll: true, ReadsAhead: true, FilterStatus: true, FilterName: true, FilterStarted: true,
		Workflows: true, MaxWorkflowPage: 999,
	}
	if diff := cmp.Diff(want, src.Capabilities()); diff != "" {
		t.Errorf("capabilities mismatch (-want +got):\n%s", diff)
	}
	if got := history.NewClient(src, nil).Provider(); got != "alibaba" {
		t.Errorf("provider %q", got)
	}
}

// However a program prints them, a Config and Credentials keep their secrets.
func TestConfigMasked(t *testing.T) {
	t.Parallel()
	brought, err := fnf.NewClientWithStsToken("cn-hangzhou", "canary-id", "canary-secret", "canary-token")
	if err != nil {
		t.Fatal(err)
	}
	keys := alibaba.Credentials{AccessKeyID: "canary-id", AccessKeySecret: "canary-secret", SecurityToken: "canary-token"}
	full := alibaba.Config{
		Region: "cn-hangzhou", Endpoint: "https://canary-user:canary-password@fnf.example", Scope: "mine", Internal: true, PlainHTTP: true,
		AccessKeyID: keys.AccessKeyID, AccessKeySecret: keys.AccessKeySecret, SecurityToken: keys.SecurityToken,
		Credentials: func(context.Context) (alibaba.Credentials, error) { return keys, nil }, Client: brought,
	}
	for _, value := range []any{full, &full, keys, &keys, []alibaba.Config{full}, map[string]alibaba.Credentials{"k": keys}, struct{ C alibaba.Config }{full}} {
		texts := []string{fmt.Sprint(value), fmt.Sprintln(value)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10v"} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("text", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("json", "value", value)
		texts = append(texts, string(data), log.String())
		noSecrets(t, texts, "canary", fmt.Sprintf("%x", "canary"))
		for _, text := range texts {
			if !strings.Contains(text, "redacted") {
				t.Errorf("it does not show that there are secrets: %s", text)
			}
		}
	}
	if got, want := fmt.Sprint(good()), `alibaba.Config{Region: "cn-hangzhou", AccessKeyID: "[redacted]", AccessKeySecret: "[redacted]"}`; got != want {
		t.Errorf("printed as %s, want %s", got, want)
	}
}
