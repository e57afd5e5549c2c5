// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// callerString is a string that a caller controls.
type callerString struct {
	sent func(r wiretap.Request, target *url.URL) string // where the text is in a request, nil for what is never sent as it is
	call func(ctx context.Context, cfg huawei.Config, text string) error
}

// The places of texts in a request.
func inPath(part int) func(wiretap.Request, *url.URL) string {
	return func(_ wiretap.Request, target *url.URL) string {
		parts := strings.Split(target.EscapedPath(), "/")
		text, _ := url.PathUnescape(parts[min(part, len(parts)-1)])
		return text
	}
}

func inHeader(name string) func(wiretap.Request, *url.URL) string {
	return func(r wiretap.Request, _ *url.URL) string { return strings.Join(r.Values(name), "\n") }
}

func inQuery(_ wiretap.Request, target *url.URL) string {
	return target.Query().Get("x_enterprise_project_id")
}

func inBody(r wiretap.Request, _ *url.URL) string {
	var body struct {
		Enterprise string `json:"enterprise_project_id"`
	}
	_ = json.Unmarshal([]byte(r.Body), &body) // what is no JSON has no text
	return body.Enterprise
}

// configStrings are those of a Config, by their names.
func configStrings() map[string]callerString {
	with := func(sent func(wiretap.Request, *url.URL) string, set func(cfg *huawei.Config, text string)) callerString {
		return callerString{sent, func(ctx context.Context, cfg huawei.Config, text string) error {
			set(&cfg, text)
			return asked(cfg, func(client *history.Client) error {
				_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
				return err
			})
		}}
	}
	key := func(cfg *huawei.Config, id, secret, token string) {
		cfg.Token, cfg.AccessKeyID, cfg.SecretAccessKey, cfg.SecurityToken = "", id, secret, token
	}
	return map[string]callerString{
		"Config.Region":              with(nil, func(cfg *huawei.Config, text string) { cfg.Region = text }),
		"Config.Endpoint":            with(nil, func(cfg *huawei.Config, text string) { cfg.Endpoint += text }),
		"Config.Scope":               with(nil, func(cfg *huawei.Config, text string) { cfg.Scope = text }),
		"Config.ProjectID":           with(inPath(2), func(cfg *huawei.Config, text string) { cfg.ProjectID = text }),
		"Config.EnterpriseProjectID": with(inQuery, func(cfg *huawei.Config, text string) { cfg.EnterpriseProjectID = text }),
		"Config.Token":               with(inHeader("X-Auth-Token"), func(cfg *huawei.Config, text string) { cfg.Token = text }),
		"Config.AccessKeyID":         with(nil, func(cfg *huawei.Config, text string) { key(cfg, text, "test-secret", "") }),
		"Config.SecretAccessKey":     with(nil, func(cfg *huawei.Config, text string) { key(cfg, "test-key-id", text, "") }),
		"Config.SecurityToken": with(inHeader("X-Security-Token"), func(cfg *huawei.Config, text string) {
			key(cfg, "test-key-id", "test-secret", text)
		}),
		"Config.EnterpriseProjectID in a body": {inBody, func(ctx context.Context, cfg huawei.Config, text string) error {
			cfg.EnterpriseProjectID = text
			return asked(cfg, func(client *history.Client) error {
				_, err := client.WorkflowPage(ctx, history.WorkflowQuery{})
				return err
			})
		}},
	}
}

// queryStrings are those of calls.
func queryStrings() map[string]callerString {
	with := func(sent func(wiretap.Request, *url.URL) string, call func(ctx context.Context, client *history.Client, text string) error) callerString {
		return callerString{sent, func(ctx context.Context, cfg huawei.Config, text string) error {
			return asked(cfg, func(client *history.Client) error { return call(ctx, client, text) })
		}}
	}
	list := ownRef()
	list.Execution = ""
	return map[string]callerString{
		"the workflow of a list": with(inPath(5), func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: text})
			return err
		}),
		"the workflow of a detail": with(inPath(5), func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.EventPage(ctx, history.EventQuery{Ref: history.Ref{Workflow: text, Execution: "exec"}})
			return err
		}),
		"the execution of a detail": with(inPath(7), func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.EventPage(ctx, history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: text}})
			return err
		}),
		"the request id of events": with(nil, func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.EventPage(ctx, history.EventQuery{Ref: ref(), RequestID: text})
			return err
		}),
		"the prefix of a list": with(nil, func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow", NamePrefix: text})
			return err
		}),
		"the token in a cursor": with(nil, func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(history.Position{Ref: list, Token: text})})
			return err
		}),
		"the token in a cursor of workflows": with(nil, func(ctx context.Context, client *history.Client, text string) error {
			_, err := client.WorkflowPage(ctx, history.WorkflowQuery{From: history.NewCursor(history.Position{
				Ref: history.Ref{Provider: "huawei", Scope: scope}, Token: text})})
			return err
		}),
	}
}

// asked makes a client and has it make one call.
func asked(cfg huawei.Config, call func(*history.Client) error) error {
	client, err := huawei.New(cfg, once())
	if err != nil {
		return err
	}
	return call(client)
}

// Whatever a caller writes into whichever string, what goes out is one request to the right path, with the text in its own
// place and nowhere else; or nothing goes out, and the error says that the input is at fault.
func TestHostileInjection(t *testing.T) {
	t.Parallel()
	tap, err := wiretap.Listen(func(r wiretap.Request) string {
		switch {
		case strings.Contains(r.Line, "/workflow-list"):
			return wiretap.Answer(http.StatusOK, `{"elements":[]}`)
		case strings.Contains(r.Line, "/status"):
			return wiretap.Answer(http.StatusNotFound, "{}") // it has the execution's own id, or is none
		}
		return wiretap.Answer(http.StatusOK, "[]")
	})
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	places := configStrings()
	maps.Copy(places, queryStrings())
	for place, s := range places {
		for name, text := range wiretap.Injections() {
			cfg := localConfig()
			cfg.Endpoint = tap.URL()
			err := s.call(t.Context(), cfg, text)
			what := place + ", " + name
			switch sent := tap.Take(); {
			case len(sent) == 0:
				checkRefusal(t, what, err)
			case len(sent) != 1 || err != nil && !errors.Is(err, history.ErrNotFound) && !errors.Is(err, history.ErrCursor):
				t.Errorf("%s: %d requests, error %v", what, len(sent), err)
			default:
				checkWire(t, what, tap.Host(), sent[0], s, text)
			}
		}
	}
}

// checkRefusal holds the error of a text that nothing was sent for against what it must be.
func checkRefusal(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, history.ErrInvalid) && !errors.Is(err, history.ErrCursor) && !errors.Is(err, history.ErrUnauthenticated) {
		t.Errorf("%s: no request, and the error is %v, want ErrInvalid, ErrCursor or ErrUnauthenticated", what, err)
		return
	}
	if strings.ContainsAny(err.Error(), "\r\n\x00") || !utf8.ValidString(err.Error()) {
		t.Errorf("%s: the error is %q, not one line", what, err)
	}
}

// checkWire holds a request as it went out against what may be in it.
func checkWire(t *testing.T, what, host string, r wiretap.Request, s callerString, text string) {
	t.Helper()
	target, err := r.Target()
	if err != nil {
		t.Errorf("%s: %q is no request line: %v", what, r.Line, err)
		return
	}
	parts := strings.Split(target.EscapedPath(), "/")
	whole := len(parts) == 7 && parts[6] == "executions" || len(parts) == 9 && parts[8] == "status" || len(parts) == 5 && parts[4] == "workflow-list"
	if !whole || slices.Contains(parts, "..") || r.Rest != "" || !slices.Equal(r.Values("Host"), []string{host}) {
		t.Errorf("%s: a request to %q of %q, behind it %q", what, target, r.Values("Host"), r.Rest)
	}
	for name, values := range target.Query() {
		if name != "x_enterprise_project_id" || len(values) != 1 {
			t.Errorf("%s: the parameter %q is %q", what, name, values)
		}
	}
	known := []string{"host", "user-agent", "accept-encoding", "content-type", "content-length", "authorization", "x-auth-token", "x-security-token", "x-project-id", "x-sdk-date"}
	for _, line := range r.Header {
		key, value, ok := strings.Cut(line, ":")
		if !ok || !slices.Contains(known, strings.ToLower(key)) || strings.ContainsAny(value, "\r\x00") {
			t.Errorf("%s: the header has the line %q", what, line)
		}
	}
	// A field's value is read without the white space around it.
	if s.sent != nil && strings.TrimSpace(s.sent(r, target)) != strings.TrimSpace(text) {
		t.Errorf("%s: it is sent as %q, want %q", what, s.sent(r, target), text)
	}
}
