// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// hostRecorder notes where a request goes to and fails it.
type hostRecorder struct{ host *string }

func (h hostRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	*h.host = r.URL.Host
	return nil, errors.New("not today")
}

// Every way in that there is gets in, with both operations.
func TestCredentials(t *testing.T) {
	t.Parallel()
	temporary := &huaweitest.Options{SecurityToken: "test-security-token"}
	for _, tt := range []struct {
		name   string
		server *huaweitest.Options
		edit   func(*huaweitest.Server, *huawei.Config)
	}{
		{"key", nil, func(s *huaweitest.Server, c *huawei.Config) {
			c.AccessKeyID, c.SecretAccessKey = s.AccessKeyID(), s.SecretAccessKey()
		}},
		{"temporary key", temporary, func(s *huaweitest.Server, c *huawei.Config) {
			c.AccessKeyID, c.SecretAccessKey, c.SecurityToken = s.AccessKeyID(), s.SecretAccessKey(), s.SecurityToken()
		}},
		{"token", nil, func(s *huaweitest.Server, c *huawei.Config) { c.Token = s.Token() }},
		{"function with a key", temporary, func(s *huaweitest.Server, c *huawei.Config) {
			c.Credentials = fixed(huawei.Credentials{
				AccessKeyID: s.AccessKeyID(), SecretAccessKey: s.SecretAccessKey(), SecurityToken: s.SecurityToken(),
			})
		}},
		{"function with a token", nil, func(s *huaweitest.Server, c *huawei.Config) {
			c.Credentials = fixed(huawei.Credentials{Token: s.Token()})
		}},
		{"credential of the SDK", temporary, func(s *huaweitest.Server, c *huawei.Config) {
			c.Credential = built(t, basic.NewCredentialsBuilder().WithAk(s.AccessKeyID()).WithSk(s.SecretAccessKey()).
				WithSecurityToken(s.SecurityToken()))
		}},
		{"credential that brings its project", nil, func(s *huaweitest.Server, c *huawei.Config) {
			c.ProjectID = ""
			c.Credential = built(t, basic.NewCredentialsBuilder().WithAk(s.AccessKeyID()).WithSk(s.SecretAccessKey()).
				WithProjectId(s.ProjectID()))
		}},
		{"credential of another type", nil, func(s *huaweitest.Server, c *huawei.Config) {
			c.Credential = &tokenCredential{token: s.Token()}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := huaweitest.NewServer(t, tt.server)
			srv.AddExecution(huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
			cfg := huawei.Config{Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), EnterpriseProjectID: "0"}
			tt.edit(srv, &cfg)
			client := open(t, cfg, once())
			for op, call := range operations(client) {
				if err := call(t.Context()); err != nil {
					t.Errorf("%s: %v", op, err)
				}
			}
		})
	}
}

// tokenCredential is a credential that no SDK has. It is not safe for concurrent use, and need not be.
type tokenCredential struct {
	token string
	used  int
	fails func() error
}

func (c *tokenCredential) ProcessAuthParams(*impl.DefaultHttpClient, string) (auth.ICredential, error) {
	return c, nil
}

func (c *tokenCredential) ProcessAuthRequest(_ *impl.DefaultHttpClient, r *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	c.used++
	if c.fails != nil {
		return nil, c.fails()
	}
	r.AddHeaderParam("X-Auth-Token", c.token)
	return r, nil
}

// A brought credential is used by one goroutine at a time.
func TestCredentialIsSerialised(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	srv.AddExecution(huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	credential := &tokenCredential{token: srv.Token()}
	client := open(t, huawei.Config{Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), Credential: credential}, quick())
	var running sync.WaitGroup
	for range 16 {
		running.Go(func() {
			if _, err := client.Describe(t.Context(), ref()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if credential.used != 16 {
		t.Errorf("the credential was used %d times, want 16", credential.used)
	}
}

// A brought credential that fails or panics is an error without a retry, and without its secrets.
func TestCredentialThatFails(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func() error{
		"error": func() error { return errors.New("IAM said no to a word") },
		"panic": func() error { panic("IAM said no to a word") },
		"nil":   func() error { return nil },
	} {
		cfg := localConfig()
		credential := &tokenCredential{token: "canary", fails: fails}
		cfg.Token, cfg.Credential = "", credential
		_, err := open(t, cfg, quick()).Describe(t.Context(), ref())
		if e := failure(t, err); e.Kind != history.ErrUnauthenticated || e.Attempts != 0 || credential.used != 1 {
			t.Errorf("%s: %#v after %d uses, want ErrUnauthenticated after one", name, e, credential.used)
		}
		noSecrets(t, forms(err), "canary")
	}
}

// The function is asked before each attempt, so a token that has just been renewed is taken by the next one.
func TestCredentialsFunctionIsAskedBeforeEachAttempt(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	srv.AddExecution(huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	srv.Inject(huaweitest.Fault{Code: "AOM.31001405"})
	tokens := []string{"old-token", srv.Token()}
	asked := 0
	client := open(t, huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(),
		Credentials: func(context.Context) (huawei.Credentials, error) {
			asked++
			return huawei.Credentials{Token: tokens[asked-1]}, nil
		},
	}, quick())
	if _, err := client.Describe(t.Context(), ref()); err != nil {
		t.Fatal(err)
	}
	if asked != 2 {
		t.Errorf("asked %d times, want 2", asked)
	}
}

func TestCredentialsFunctionThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the vault is sealed")
	for _, tt := range []struct {
		name string
		give func(context.Context) (huawei.Credentials, error)
		want string
	}{
		{"error", func(context.Context) (huawei.Credentials, error) { return huawei.Credentials{}, broken }, "sealed"},
		{"panic", func(context.Context) (huawei.Credentials, error) { panic("no vault") }, "panic"},
		{"nothing", fixed(huawei.Credentials{}), "AccessKeyID"},
		{"half", fixed(huawei.Credentials{AccessKeyID: "canary"}), "SecretAccessKey"},
		{"a line end", fixed(huawei.Credentials{Token: "canary\n"}), "a credential that cannot be right: Token ends with a line end"},
		{"a blank", fixed(huawei.Credentials{AccessKeyID: "canary-id", SecretAccessKey: " canary-secret"}), "SecretAccessKey begins with white space"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := localConfig()
			cfg.Token, cfg.Credentials = "", tt.give
			_, err := open(t, cfg, quick()).Describe(t.Context(), ref())
			e := failure(t, err)
			if e.Kind != history.ErrUnauthenticated && e.Kind != history.ErrInvalid || e.Attempts != 0 || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want one before any request that says %q", err, tt.want)
			}
			if tt.name == "error" && !errors.Is(err, broken) {
				t.Error("the function's own error is lost")
			}
			noSecrets(t, forms(err), "canary")
		})
	}
}

// Rotated keys are refused, and the new ones let in.
func TestCredentialsRotated(t *testing.T) {
	t.Parallel()
	srv, old := start(t, once(), huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	srv.RotateKeys("new-id", "new-secret", "new-security", "new-token")
	if _, err := old.Describe(t.Context(), ref()); !errors.Is(err, history.ErrUnauthenticated) {
		t.Errorf("old key: %v, want ErrUnauthenticated", err)
	}
	if _, err := open(t, configOf(srv), once()).Describe(t.Context(), ref()); err != nil {
		t.Errorf("new key: %v", err)
	}
}

func TestCredentialsFromEnvironment(t *testing.T) {
	const ak, sk, st, project = "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_PROJECT_ID"
	for _, tt := range []struct {
		name      string
		server    *huaweitest.Options
		env       map[string]string
		projectID string
		want      string // in the error of New; "" = it works
	}{
		{"all", &huaweitest.Options{SecurityToken: "s"}, map[string]string{ak: "test-access-key-id", sk: "test-secret-access-key", st: "s", project: huaweitest.DefaultProjectID}, "", ""},
		{"of the document's sample", nil, map[string]string{"CLOUD_SDK_AK": "test-access-key-id", "CLOUD_SDK_SK": "test-secret-access-key"}, huaweitest.DefaultProjectID, ""},
		{"project of the Config first", nil, map[string]string{ak: "test-access-key-id", sk: "test-secret-access-key", project: "other"}, huaweitest.DefaultProjectID, ""},
		{"none", nil, nil, huaweitest.DefaultProjectID, ak},
		{"half", nil, map[string]string{ak: "id"}, huaweitest.DefaultProjectID, sk + " is missing"},
		{"other half", nil, map[string]string{sk: "secret"}, huaweitest.DefaultProjectID, ak + " is missing"},
		{"half of the sample's", nil, map[string]string{"CLOUD_SDK_AK": "id"}, huaweitest.DefaultProjectID, "CLOUD_SDK_SK is missing"},
		{"no project", nil, map[string]string{ak: "id", sk: "secret"}, "", project},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{ak, sk, st, project, "CLOUD_SDK_AK", "CLOUD_SDK_SK"} {
				t.Setenv(name, tt.env[name])
			}
			srv := huaweitest.NewServer(t, tt.server)
			srv.AddExecution(huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
			client, err := huawei.New(huawei.Config{Region: srv.Region(), Endpoint: srv.URL(), ProjectID: tt.projectID}, once())
			if tt.want != "" {
				if e := failure(t, err); e.Kind != history.ErrInvalid || !strings.Contains(e.Message, tt.want) {
					t.Errorf("error is %v, want ErrInvalid with %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Describe(t.Context(), ref()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A part of a credential that is not what was issued is refused by New, with the name of what to change and without its value.
func TestCredentialsNotAsIssued(t *testing.T) {
	const ak, sk, st, project = "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_SDK_PROJECT_ID"
	key := func(id, secret, token string) func(*huawei.Config) {
		return func(c *huawei.Config) {
			c.Token, c.AccessKeyID, c.SecretAccessKey, c.SecurityToken = "", id, secret, token
		}
	}
	brought := func(b *basic.CredentialsBuilder) func(*huawei.Config) {
		return func(c *huawei.Config) { c.Token, c.Credential = "", built(t, b) }
	}
	for _, tt := range []struct {
		name   string
		change func(*huawei.Config)
		env    map[string]string
		want   string
	}{
		{"id", key("canary\n", "test", ""), nil, "AccessKeyID ends with a line end; trim it"},
		{"secret", key("test", "canary\r\n", ""), nil, "SecretAccessKey ends with a line end; trim it"},
		{"security token", key("test", "test", "\tcanary"), nil, "SecurityToken begins with white space; trim it"},
		{"token", func(c *huawei.Config) { c.Token = "canary\n" }, nil, "Token ends with a line end; trim it"},
		{"in the middle", key("test", "canary\x00canary", ""), nil, "SecretAccessKey has a line end or another control character"},
		{"project", func(c *huawei.Config) { c.ProjectID = "project\n" }, nil, "ProjectID ends with a line end; trim it"},
		{"enterprise project", func(c *huawei.Config) { c.EnterpriseProjectID = " 0" }, nil, "EnterpriseProjectID begins with white space"},
		{"id of the SDK's", brought(basic.NewCredentialsBuilder().WithAk("canary ").WithSk("test")), nil, "the Credential's AK ends with white space"},
		{"secret of the SDK's", brought(basic.NewCredentialsBuilder().WithAk("test").WithSk("canary\n")), nil, "the Credential's SK ends with a line end"},
		{"variable of the id", nil, map[string]string{ak: " canary", sk: "test"}, ak + " begins with white space"},
		{"variable of the secret", nil, map[string]string{ak: "test", sk: "canary\n"}, sk + " ends with a line end"},
		{"variable of the token", nil, map[string]string{ak: "test", sk: "test", st: "canary "}, st + " ends with white space"},
		{"variable of the sample", nil, map[string]string{"CLOUD_SDK_AK": "test", "CLOUD_SDK_SK": "canary\n"}, "CLOUD_SDK_SK ends with a line end"},
		{"variable of the project", nil, map[string]string{ak: "test", sk: "test", project: "project\n"}, project + " ends with a line end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{ak, sk, st, project, "CLOUD_SDK_AK", "CLOUD_SDK_SK"} {
				t.Setenv(name, tt.env[name])
			}
			cfg := localConfig()
			if tt.change != nil {
				tt.change(&cfg)
			} else if cfg.Token = ""; tt.env[project] != "" {
				cfg.ProjectID = ""
			}
			_, err := huawei.New(cfg, nil)
			if e := failure(t, err); e.Kind != history.ErrInvalid || e.Op != "New" || !strings.HasPrefix(e.Message, tt.want) {
				t.Errorf("error is %v, want an ErrInvalid of New with %q", err, tt.want)
			}
			noSecrets(t, forms(err), "canary")
		})
	}
}

// The SDK's own client keeps an id in the home directory and sends it along. Ours keeps nothing anywhere.
func TestNothingIsWritten(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	srv, client := start(t, once(), huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	for op, call := range operations(client) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", op, err)
		}
		if agent := last(t, srv).Header.Get("User-Agent"); agent != "flowhistory" {
			t.Errorf("%s: User-Agent is %q", op, agent)
		}
	}
	files, err := os.ReadDir(home)
	if err != nil || len(files) != 0 {
		t.Errorf("the home directory has %v, %v; want nothing", files, err)
	}
}

// built is a credential of the SDK.
func built(t *testing.T, b *basic.CredentialsBuilder) *basic.Credentials {
	t.Helper()
	credential, err := b.SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return credential
}
