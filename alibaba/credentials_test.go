// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

const (
	envID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	envSecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	envToken  = "ALIBABA_CLOUD_SECURITY_TOKEN"
)

// keysOf are the credentials that a server accepts now.
func keysOf(srv *alibabatest.Server) alibaba.Credentials {
	return alibaba.Credentials{AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(), SecurityToken: srv.SecurityToken()}
}

// asking is a configuration whose credentials come from a function.
func asking(srv *alibabatest.Server, f func(context.Context) (alibaba.Credentials, error)) alibaba.Config {
	return alibaba.Config{Region: srv.Region(), Endpoint: srv.URL(), Credentials: f}
}

// Every way to get in gets in: for each operation, with a permanent key and with one of STS.
func TestCredentialsGetIn(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "test-security-token/with+signs="} {
		srv := alibabatest.NewServer(t, &alibabatest.Options{SecurityToken: token})
		srv.AddExecution(run(3))
		brought, err := fnf.NewClientWithStsToken(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret(), srv.SecurityToken())
		if token == "" {
			brought, err = fnf.NewClientWithAccessKey(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret())
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, cfg := range map[string]alibaba.Config{
			"fixed":    configOf(srv),
			"function": asking(srv, func(context.Context) (alibaba.Credentials, error) { return keysOf(srv), nil }),
			"client":   {Region: srv.Region(), Endpoint: srv.URL(), Client: brought},
		} {
			t.Run(fmt.Sprintf("%s, token %t", name, token != ""), func(t *testing.T) {
				for op, call := range operations(open(t, cfg, quick())) {
					if err := call(t.Context()); err != nil {
						t.Errorf("%s: %v", op, err)
					}
					if got := last(t, srv).Query.Get("SecurityToken"); got != token {
						t.Errorf("%s: SecurityToken is %q, want %q", op, got, token)
					}
				}
			})
		}
	}
}

// A brought client's Domain is the host unless the Config names one, and nothing is sent by the client itself.
func TestCredentialsBroughtClientDomain(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(run(3))
	brought, err := fnf.NewClientWithAccessKey(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret())
	if err != nil {
		t.Fatal(err)
	}
	brought.Domain = "http://fnf.example"
	_, err = alibaba.New(alibaba.Config{Region: srv.Region(), Client: brought}, nil)
	if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), "PlainHTTP") {
		t.Errorf("a Domain of plain HTTP: %v, want ErrInvalid", err)
	}
	brought.Domain = srv.URL()
	client := open(t, alibaba.Config{Region: srv.Region(), Client: brought}, quick())
	walk(t, client, history.EventQuery{Ref: ref()})
	if n := srv.Count(""); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// A client that was not set up panics in the SDK; here that is an error.
func TestCredentialsBroughtClientUnusable(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	client := open(t, alibaba.Config{Region: srv.Region(), Endpoint: srv.URL(), Client: &fnf.Client{}}, quick())
	for op, call := range operations(client) {
		for range 2 { // the second shows that no lock was left behind
			if err := call(t.Context()); !errors.Is(err, history.ErrUnauthenticated) {
				t.Errorf("%s: %v, want ErrUnauthenticated", op, err)
			}
		}
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests without a signature", n)
	}
}

// The function is asked once for each attempt, also for one that repeats a failed one.
func TestCredentialsAskedBeforeEachAttempt(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(run(30))
	var asked atomic.Int64
	client := open(t, asking(srv, func(context.Context) (alibaba.Credentials, error) {
		asked.Add(1)
		return keysOf(srv), nil
	}), quick())
	srv.Inject(alibabatest.Fault{Status: 503, After: 1, Times: 2})
	walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10})
	if a, n := asked.Load(), srv.Count(""); a != 5 || n != 5 {
		t.Errorf("asked %d times for %d requests, want 5 for 5", a, n)
	}
	nonces := params(srv, "", "SignatureNonce")
	slices.Sort(nonces)
	if got := len(slices.Compact(nonces)); got != 5 {
		t.Errorf("%d different nonces in 5 requests", got)
	}
}

// Keys that change in the middle of a walk do not interrupt it.
func TestCredentialsRotatedDuringWalk(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(run(100))
	client := open(t, asking(srv, func(context.Context) (alibaba.Credentials, error) { return keysOf(srv), nil }), quick())
	pages := 0
	for _, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10}) {
		if err != nil {
			t.Fatalf("after %d pages: %v", pages, err)
		}
		pages++
		srv.RotateKeys(fmt.Sprintf("test-key-%d", pages), fmt.Sprintf("test-secret-%d", pages), fmt.Sprintf("test-token-%d", pages%3))
	}
	if pages != 10 {
		t.Errorf("%d pages, want 10", pages)
	}
}

// failing is an error that says whether trying again makes sense.
type failing struct{ again bool }

func (failing) Error() string     { return "the vault is closed" }
func (f failing) Retryable() bool { return f.again }

// What a function may do wrong ends the call before any request.
func TestCredentialsFunctionFails(t *testing.T) {
	t.Parallel()
	cause := errors.New("the vault is closed")
	for _, tt := range []struct {
		name  string
		ask   func(context.Context) (alibaba.Credentials, error)
		kind  history.Kind
		words string
	}{
		{"error", func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, cause },
			history.ErrUnauthenticated, "the vault is closed"},
		{"error that stays", func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, failing{} },
			history.ErrUnauthenticated, "the vault is closed"},
		{"error that passes", func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, failing{true} },
			history.ErrUnavailable, "the vault is closed"},
		{"somebody's context", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{}, context.DeadlineExceeded
		}, history.ErrUnauthenticated, "deadline"},
		{"panic", func(context.Context) (alibaba.Credentials, error) { panic("canary") }, history.ErrUnauthenticated, "panic"},
		{"no id", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeySecret: "canary-secret"}, nil
		}, history.ErrUnauthenticated, "AccessKeyID"},
		{"no secret", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "canary-id"}, nil
		}, history.ErrUnauthenticated, "AccessKeySecret"},
		{"nothing", func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, nil },
			history.ErrUnauthenticated, "AccessKeyID"},
		{"a line end", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "canary-id", AccessKeySecret: "canary-secret\n"}, nil
		}, history.ErrUnauthenticated, "a credential that cannot be right: AccessKeySecret ends with a line end"},
		{"a blank", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "canary-id", AccessKeySecret: "canary-secret", SecurityToken: " canary-token"}, nil
		}, history.ErrUnauthenticated, "SecurityToken begins with white space"},
		{"secrets in the error", func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "canary-id", AccessKeySecret: "canary-secret"}, errors.New("refused")
		}, history.ErrUnauthenticated, "refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, nil)
			for op, call := range operations(open(t, asking(srv, tt.ask), quick())) {
				err := call(t.Context())
				e := failure(t, err)
				if e.Kind != tt.kind || e.Op != op || e.Attempts != 0 || !strings.Contains(err.Error(), tt.words) {
					t.Errorf("%s: %v, want a %q that says %q", op, e, tt.kind, tt.words)
				}
				if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
					t.Errorf("%s: %v matches a context that was not the caller's", op, err)
				}
				noSecrets(t, forms(err), "canary")
			}
			if n := srv.Count(""); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// The function's error stays in the chain.
func TestCredentialsFunctionErrorIsKept(t *testing.T) {
	t.Parallel()
	cause := errors.New("the vault is closed")
	srv := alibabatest.NewServer(t, nil)
	client := open(t, asking(srv, func(context.Context) (alibaba.Credentials, error) { return alibaba.Credentials{}, cause }), quick())
	if _, err := client.Describe(t.Context(), ref()); !errors.Is(err, cause) {
		t.Errorf("%v does not match the function's own error", err)
	}
}

// Without any credential in the Config the variables count, at the time of New.
func TestCredentialsFromEnvironment(t *testing.T) {
	for _, token := range []string{"", "test-security-token"} {
		srv := alibabatest.NewServer(t, &alibabatest.Options{AccessKeyID: "test-env-id", AccessKeySecret: "test-env-secret", SecurityToken: token})
		srv.AddExecution(run(3))
		t.Setenv(envID, "test-env-id")
		t.Setenv(envSecret, "test-env-secret")
		t.Setenv(envToken, token)
		client := open(t, alibaba.Config{Region: srv.Region(), Endpoint: srv.URL()}, quick())
		t.Setenv(envID, "somebody-else")
		walk(t, client, history.EventQuery{Ref: ref()})
		if got := last(t, srv).Query.Get("AccessKeyId"); got != "test-env-id" {
			t.Errorf("the key is %q, want that of the environment when New was called", got)
		}
	}
}

// With any credential in the Config the variables do not count, not even for a missing half.
func TestCredentialsEnvironmentDoesNotFillIn(t *testing.T) {
	t.Setenv(envID, "test-env-id")
	t.Setenv(envSecret, "test-env-secret")
	t.Setenv(envToken, "test-env-token")
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(run(3))
	walk(t, open(t, configOf(srv), quick()), history.EventQuery{Ref: ref()})
	if query := last(t, srv).Query; query.Get("AccessKeyId") != srv.AccessKeyID() || query.Has("SecurityToken") {
		t.Errorf("the request has the key %q and a token: %t", query.Get("AccessKeyId"), query.Has("SecurityToken"))
	}
	for _, cfg := range []alibaba.Config{
		{Region: "cn-hangzhou", AccessKeyID: "test-access-key-id"}, {Region: "cn-hangzhou", AccessKeySecret: "test-secret"},
		{Region: "cn-hangzhou", SecurityToken: "test-token"},
	} {
		if _, err := alibaba.New(cfg, nil); !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), "missing") {
			t.Errorf("%v: %v, want ErrInvalid", cfg, err)
		}
	}
}

// Half a credential in the environment is said in the environment's own words.
func TestCredentialsHalfEnvironment(t *testing.T) {
	for _, set := range []string{envID, envSecret, envToken} {
		noEnvironment(t)
		t.Setenv(set, "canary")
		_, err := alibaba.New(alibaba.Config{Region: "cn-hangzhou"}, nil)
		if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), "ALIBABA_CLOUD_ACCESS_KEY_") ||
			!strings.Contains(err.Error(), "is missing") {
			t.Errorf("only %s: %v, want an ErrInvalid that names what is missing", set, err)
		}
		noSecrets(t, forms(err), "canary")
	}
}

// A part of a credential that is not what was issued is refused by New, with the name of what to change and without its value.
func TestCredentialsNotAsIssued(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*alibaba.Config)
		env    map[string]string
		want   string
	}{
		{"id", func(c *alibaba.Config) { c.AccessKeyID = "canary\n" }, nil, "AccessKeyID ends with a line end; trim it"},
		{"secret", func(c *alibaba.Config) { c.AccessKeySecret = "canary\r\n" }, nil, "AccessKeySecret ends with a line end; trim it"},
		{"token", func(c *alibaba.Config) { c.SecurityToken = "\tcanary" }, nil, "SecurityToken begins with white space; trim it"},
		{"in the middle", func(c *alibaba.Config) { c.AccessKeySecret = "canary\x00canary" }, nil, "AccessKeySecret has a line end or another control character"},
		{"variable of the id", nil, map[string]string{envID: " canary", envSecret: "test"}, envID + " begins with white space"},
		{"variable of the secret", nil, map[string]string{envID: "test", envSecret: "canary\n"}, envSecret + " ends with a line end"},
		{"variable of the token", nil, map[string]string{envID: "test", envSecret: "test", envToken: "canary "}, envToken + " ends with white space"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			noEnvironment(t)
			cfg := alibaba.Config{Region: "cn-hangzhou"}
			if tt.change != nil {
				cfg = good()
				tt.change(&cfg)
			}
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			_, err := alibaba.New(cfg, nil)
			if e := failure(t, err); e.Kind != history.ErrInvalid || e.Op != "New" || !strings.HasPrefix(e.Message, tt.want) {
				t.Errorf("error is %v, want an ErrInvalid of New with %q", err, tt.want)
			}
			noSecrets(t, forms(err), "canary")
		})
	}
}
