// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// Each decoder takes and refuses of its corpus what it took and refused when the corpus was made.
func TestCorpus(t *testing.T) {
	t.Parallel()
	answered := func(text string) *history.Client { return local(t, always(http.StatusOK, text)) }
	for shape, accepts := range map[string]func(text string) bool{
		"fnf_page": func(text string) bool {
			_, err := page(t, text)
			return err == nil
		},
		"fnf_list": func(text string) bool {
			_, err := answered(text).ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
			return err == nil
		},
		"fnf_describe": func(text string) bool {
			_, err := answered(text).Describe(t.Context(), ref())
			return err == nil
		},
		"fnf_workflows": func(text string) bool {
			_, err := answered(text).WorkflowPage(t.Context(), history.WorkflowQuery{})
			return err == nil
		},
		"fnf_error": func(text string) bool {
			_, err := local(t, always(http.StatusBadRequest, text)).Describe(t.Context(), ref())
			return failure(t, err).Code != ""
		},
		"fnf_time": func(text string) bool {
			_, err := page(t, eventAt(text))
			return err == nil
		},
		"config_alibaba": func(text string) bool {
			_, err := alibaba.NewSource(configIn(text), nil)
			return err == nil
		},
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			if err := corpus.Check(shape, accepts); err != nil {
				t.Error(err)
			}
		})
	}
}

// eventAt is an answer with one event at a time, in JSON.
func eventAt(at string) string {
	return `{"RequestId":"r","Events":[{"EventId":1,"Time":` + at + `}]}`
}

// configIn is the configuration of a text in the corpus: region|endpoint|scope.
func configIn(text string) alibaba.Config {
	parts := append(strings.SplitN(text, "|", 3), "", "")
	cfg := good()
	cfg.Region, cfg.Endpoint, cfg.Scope = parts[0], parts[1], parts[2]
	return cfg
}

// An event's time is in UTC and can be written, or it is ErrDecode: there is no event without one.
func FuzzTime(f *testing.F) {
	corpus.Add("fnf_time", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, raw string) {
		if !json.Valid([]byte(raw)) {
			return
		}
		got, err := page(t, eventAt(raw))
		if err != nil {
			if !errors.Is(err, history.ErrDecode) {
				t.Errorf("%s: %v, want ErrDecode", raw, err)
			}
			return
		}
		at := got.Items[0].Time
		if at.Location() != time.UTC || at.Year() < 0 || at.Year() > 9999 {
			t.Errorf("%s is %v", raw, at)
		}
		if _, err := json.Marshal(got.Items[0]); err != nil {
			t.Errorf("%s: the event cannot be written: %v", raw, err)
		}
	})
}

// Whatever the configuration says, it is refused, or each request goes to the one host that it names, with what is signed
// and nothing else.
func FuzzConfig(f *testing.F) {
	corpus.Add("config_alibaba", func(text string) {
		cfg := configIn(text)
		f.Add(cfg.Region, cfg.Endpoint, cfg.Scope, false, false)
		f.Add(cfg.Region, cfg.Endpoint, cfg.Scope, true, true)
	})
	f.Fuzz(func(t *testing.T, region, endpoint, scope string, internal, plain bool) {
		cfg := good()
		cfg.Region, cfg.Endpoint, cfg.Scope, cfg.Internal, cfg.PlainHTTP = region, endpoint, scope, internal, plain
		var sent []*http.Request
		o := quick()
		o.Transport = answerWith(func(r *http.Request) (int, []byte) {
			sent = append(sent, r)
			return http.StatusOK, []byte(`{"RequestId":"r","Name":"exec"}`)
		})
		client, err := alibaba.New(cfg, o)
		if err != nil {
			if !errors.Is(err, history.ErrInvalid) || !utf8.ValidString(err.Error()) {
				t.Errorf("the error is %q, want ErrInvalid", err)
			}
			return
		}
		got, err := client.Describe(t.Context(), ref())
		if err != nil || len(sent) != 1 || got.Scope != client.Scope() {
			t.Fatalf("%d requests, %+v, error %v", len(sent), got.Ref, err)
		}
		checkTarget(t, sent[0], region, endpoint, internal)
	})
}

// checkTarget holds a request against the configuration that it was made with.
func checkTarget(t *testing.T, r *http.Request, region, endpoint string, internal bool) {
	t.Helper()
	switch host := r.URL.Host; {
	case endpoint == "" && internal && host != region+"-internal.fnf.aliyuncs.com",
		endpoint == "" && !internal && host != region+".fnf.aliyuncs.com",
		endpoint != "" && !strings.Contains(strings.ToLower(endpoint), host),
		r.URL.Scheme != "https" && r.URL.Scheme != "http",
		r.URL.Path != "/" || r.URL.User != nil || r.URL.Fragment != "":
		t.Errorf("region %q and endpoint %q become %s://%s%s", region, endpoint, r.URL.Scheme, host, r.URL.Path)
	}
	if got := r.URL.Query().Get("RegionId"); got != "" && got != region {
		t.Errorf("region %q is sent as %q", region, got)
	}
	for name, values := range r.Header {
		if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
			t.Errorf("header %q is %q", name, values)
		}
	}
}
