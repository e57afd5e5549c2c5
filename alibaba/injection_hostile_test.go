// SPDX-License-Identifier: Apache-2.0

package alibaba_test

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

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// tapped starts a server that gives every operation an answer which is good enough for it.
func tapped(t testing.TB) *wiretap.Tap {
	t.Helper()
	tap, err := wiretap.Listen(func(wiretap.Request) string {
		return wiretap.Answer(http.StatusOK, `{"RequestId":"r","Name":"exec","Events":[],"Executions":[],"Flows":[]}`)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tap.Close)
	return tap
}

// callerString is a string that a caller controls.
type callerString struct {
	param string // the parameter that carries it, "" for what is never sent as it is
	call  func(ctx context.Context, cfg alibaba.Config, text string) error
}

// configStrings are those of a Config, by their names.
func configStrings() map[string]callerString {
	with := func(param string, set func(cfg *alibaba.Config, text string)) callerString {
		return callerString{param, func(ctx context.Context, cfg alibaba.Config, text string) error {
			set(&cfg, text)
			return asked(cfg, func(client *history.Client) error { _, err := client.Describe(ctx, ref()); return err })
		}}
	}
	return map[string]callerString{
		"Config.Region":          with("RegionId", func(cfg *alibaba.Config, text string) { cfg.Region = text }),
		"Config.Endpoint":        with("", func(cfg *alibaba.Config, text string) { cfg.Endpoint += text }),
		"Config.Scope":           with("", func(cfg *alibaba.Config, text string) { cfg.Scope = text }),
		"Config.AccessKeyID":     with("AccessKeyId", func(cfg *alibaba.Config, text string) { cfg.AccessKeyID = text }),
		"Config.AccessKeySecret": with("", func(cfg *alibaba.Config, text string) { cfg.AccessKeySecret = text }),
		"Config.SecurityToken":   with("SecurityToken", func(cfg *alibaba.Config, text string) { cfg.SecurityToken = text }),
	}
}

// eventStrings are those of calls about one execution.
func eventStrings() map[string]callerString {
	with := func(param string, query func(text string) history.EventQuery) callerString {
		return callerString{param, func(ctx context.Context, cfg alibaba.Config, text string) error {
			return asked(cfg, func(client *history.Client) error { _, err := client.EventPage(ctx, query(text)); return err })
		}}
	}
	at := func(scope, workflow, execution string) history.EventQuery {
		return history.EventQuery{Ref: history.Ref{Scope: scope, Workflow: workflow, Execution: execution}}
	}
	return map[string]callerString{
		"EventQuery.Scope":     with("", func(text string) history.EventQuery { return at(text, "flow", "exec") }),
		"EventQuery.Workflow":  with("FlowName", func(text string) history.EventQuery { return at("", text, "exec") }),
		"EventQuery.Execution": with("ExecutionName", func(text string) history.EventQuery { return at("", "flow", text) }),
		"EventQuery.RequestID": with("RequestId", func(text string) history.EventQuery {
			return history.EventQuery{Ref: ref(), RequestID: text}
		}),
		"EventQuery.From": with("", func(text string) history.EventQuery {
			return history.EventQuery{Ref: ref(), From: history.Cursor(text)}
		}),
		"the token in EventQuery.From": with("NextToken", func(text string) history.EventQuery {
			return history.EventQuery{Ref: ref(), From: history.NewCursor(history.Position{Ref: ownRef(), Token: text})}
		}),
	}
}

// executionStrings are those of calls about a list of executions.
func executionStrings() map[string]callerString {
	with := func(param string, query func(text string) history.ExecutionQuery) callerString {
		return callerString{param, func(ctx context.Context, cfg alibaba.Config, text string) error {
			return asked(cfg, func(client *history.Client) error { _, err := client.ExecutionPage(ctx, query(text)); return err })
		}}
	}
	list := ownRef()
	list.Execution = ""
	return map[string]callerString{
		"ExecutionQuery.Workflow": with("FlowName", func(text string) history.ExecutionQuery {
			return history.ExecutionQuery{Workflow: text}
		}),
		"ExecutionQuery.NamePrefix": with("ExecutionNamePrefix", func(text string) history.ExecutionQuery {
			return history.ExecutionQuery{Workflow: "flow", NamePrefix: text}
		}),
		"ExecutionQuery.Status": with("Status", func(text string) history.ExecutionQuery {
			return history.ExecutionQuery{Workflow: "flow", Status: []history.Status{history.Status(text)}}
		}),
		"the token in ExecutionQuery.From": with("NextToken", func(text string) history.ExecutionQuery {
			return history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(history.Position{Ref: list, Token: "/" + text})}
		}),
	}
}

// asked makes a client and has it make one call.
func asked(cfg alibaba.Config, call func(*history.Client) error) error {
	o := quick()
	o.Retry.Max = -1
	client, err := alibaba.New(cfg, o)
	if err != nil {
		return err
	}
	return call(client)
}

// Whatever a caller writes into whichever string, what goes out is one request to the right path, with the text as the value
// of its own parameter and nowhere else; or nothing goes out, and the error says that the input is at fault.
func TestHostileInjection(t *testing.T) {
	t.Parallel()
	tap := tapped(t)
	places := configStrings()
	maps.Copy(places, eventStrings())
	maps.Copy(places, executionStrings())
	for place, s := range places {
		for name, text := range wiretap.Injections() {
			cfg := good()
			cfg.Endpoint = tap.URL()
			err := s.call(t.Context(), cfg, text)
			what := place + ", " + name
			switch sent := tap.Take(); {
			case errors.Is(err, history.ErrInvalid) || errors.Is(err, history.ErrCursor):
				checkRefusal(t, what, err, len(sent))
			case err != nil || len(sent) != 1:
				t.Errorf("%s: %d requests, error %v", what, len(sent), err)
			default:
				checkWire(t, what, tap.Host(), sent[0], s.param, text)
			}
		}
	}
}

// checkRefusal holds the error of a text that nothing was to be sent for against what an error may be.
func checkRefusal(t *testing.T, what string, err error, requests int) {
	t.Helper()
	if requests != 0 || strings.ContainsAny(err.Error(), "\r\n\x00") || !utf8.ValidString(err.Error()) {
		t.Errorf("%s: %q after %d requests, want one line before any", what, err, requests)
	}
}

// checkWire holds a request as it went out against what may be in it; in param and nowhere else is a text.
func checkWire(t *testing.T, what, host string, r wiretap.Request, param, text string) {
	t.Helper()
	target, err := r.Target()
	if err != nil {
		t.Errorf("%s: %q is no request line: %v", what, r.Line, err)
		return
	}
	query, err := url.ParseQuery(target.RawQuery)
	if err != nil || target.Path != "/" || r.Rest != "" || r.Body != "" || !slices.Equal(r.Values("Host"), []string{host}) {
		t.Errorf("%s: a request to %q of %q, error %v, body %q, behind it %q", what, target, r.Values("Host"), err, r.Body, r.Rest)
	}
	known := []string{"AccessKeyId", "Action", "ExecutionName", "ExecutionNamePrefix", "FlowName", "Format", "Limit", "NextToken", "RegionId", "RequestId",
		"SecurityToken", "Signature", "SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion", "Status", "Timestamp", "Version"}
	for name, values := range query {
		if len(values) != 1 || !slices.Contains(known, name) || name != param && text != "" && values[0] == text {
			t.Errorf("%s: the parameter %q is %q", what, name, values)
		}
	}
	if got := query.Get(param); param != "" && got != text {
		t.Errorf("%s: %s is sent as %q, want %q", what, param, got, text)
	}
	for _, line := range r.Header {
		key, value, ok := strings.Cut(line, ":")
		if !ok || !slices.Contains(sentHeaders(), strings.ToLower(key)) || strings.ContainsAny(value, "\r\x00") {
			t.Errorf("%s: the header has the line %q", what, line)
		}
	}
}

// sentHeaders are the headers that a request may have.
func sentHeaders() []string {
	return []string{"host", "user-agent", "accept-encoding", "content-type", "x-acs-action", "x-acs-version", "x-acs-credentials-provider",
		"x-sdk-client", "x-sdk-core-version", "x-sdk-invoke-type"}
}

// A token of the service goes back as it came, whatever is in it, and adds nothing to the request.
func TestHostileTokenOfTheService(t *testing.T) {
	t.Parallel()
	for name, text := range wiretap.Injections() {
		token, _ := json.Marshal(text)
		var want string
		if err := json.Unmarshal(token, &want); err != nil { // what is no UTF-8 cannot come as a token
			t.Fatal(err)
		}
		tap, err := wiretap.Listen(func(r wiretap.Request) string {
			if strings.Contains(r.Line, "NextToken=") {
				return wiretap.Answer(http.StatusOK, `{"RequestId":"r","Events":[],"Executions":[],"Flows":[]}`)
			}
			return wiretap.Answer(http.StatusOK, `{"RequestId":"r","NextToken":`+string(token)+`,"Events":[],"Executions":[],"Flows":[]}`)
		})
		if err != nil {
			t.Fatal(err)
		}
		cfg := good()
		cfg.Endpoint = tap.URL()
		client := open(t, cfg, quick())
		for op, walked := range map[string]func() error{
			"events": func() error {
				_, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref()}))
				return err
			},
			"executions": func() error {
				_, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
				return err
			},
			"workflows": func() error {
				_, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{}))
				return err
			},
		} {
			err := walked()
			sent := tap.Take()
			if err != nil || len(sent) != 2 {
				t.Errorf("%s, %s: %d requests, error %v", op, name, len(sent), err)
				continue
			}
			checkWire(t, op+", "+name, tap.Host(), sent[1], "NextToken", want)
		}
		tap.Close()
	}
}
