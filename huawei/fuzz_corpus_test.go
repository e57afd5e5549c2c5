// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// Each decoder takes and refuses of its corpus what it took and refused when the corpus was made.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for shape, accepts := range map[string]func(text string) bool{
		"aom_list": func(text string) bool {
			_, err := listed(t, text)
			return err == nil
		},
		"aom_detail": func(text string) bool {
			_, err := described(t, text)
			return err == nil
		},
		"aom_workflows": func(text string) bool {
			_, err := local(t, always(http.StatusOK, text)).WorkflowPage(t.Context(), history.WorkflowQuery{})
			return err == nil
		},
		"aom_error": func(text string) bool {
			_, err := local(t, always(http.StatusUnauthorized, text)).Describe(t.Context(), ref())
			return failure(t, err).Code != ""
		},
		"aom_time": func(text string) bool {
			got, err := described(t, `{"execution_id":"exec","status":"success","begin_time":`+text+`}`)
			return err == nil && len(got.Diagnostics) == 0
		},
		"config_huawei": func(text string) bool {
			_, err := huawei.NewSource(configIn(text), nil)
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

// configIn is the configuration of a text in the corpus: region|endpoint|project|enterprise project|scope.
func configIn(text string) huawei.Config {
	parts := append(strings.SplitN(text, "|", 5), "", "", "", "")
	cfg := localConfig()
	cfg.Region, cfg.Endpoint, cfg.ProjectID, cfg.EnterpriseProjectID, cfg.Scope = parts[0], parts[1], parts[2], parts[3], parts[4]
	return cfg
}

// Whatever the configuration says, it is refused, or each request goes to the one host, project and enterprise project that
// it names.
func FuzzConfig(f *testing.F) {
	corpus.Add("config_huawei", func(text string) {
		cfg := configIn(text)
		f.Add(cfg.Region, cfg.Endpoint, cfg.ProjectID, cfg.EnterpriseProjectID, cfg.Scope, false)
		f.Add(cfg.Region, cfg.Endpoint, cfg.ProjectID, cfg.EnterpriseProjectID, cfg.Scope, true)
	})
	f.Fuzz(func(t *testing.T, region, endpoint, project, enterprise, scope string, plain bool) {
		cfg := localConfig()
		cfg.Region, cfg.Endpoint, cfg.ProjectID, cfg.EnterpriseProjectID, cfg.Scope, cfg.PlainHTTP = region, endpoint, project, enterprise, scope, plain
		var sent []*http.Request
		o := quick()
		o.Transport = answerWith(func(r *http.Request) (int, []byte) {
			sent = append(sent, r)
			return http.StatusOK, []byte("[]")
		})
		client, err := huawei.New(cfg, o)
		if err != nil {
			if !errors.Is(err, history.ErrInvalid) || !utf8.ValidString(err.Error()) {
				t.Errorf("the error is %q, want ErrInvalid", err)
			}
			return
		}
		if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); err != nil || len(sent) != 1 {
			t.Fatalf("%d requests, error %v", len(sent), err)
		}
		checkTarget(t, sent[0], cfg)
	})
}

// checkTarget holds a request against the configuration that it was made with.
func checkTarget(t *testing.T, r *http.Request, cfg huawei.Config) {
	t.Helper()
	query := url.Values{}
	if cfg.EnterpriseProjectID != "" {
		query.Set("x_enterprise_project_id", cfg.EnterpriseProjectID)
	}
	switch host := r.URL.Host; {
	case cfg.Endpoint == "" && host != "aom."+cfg.Region+".myhuaweicloud.com",
		cfg.Endpoint != "" && !strings.Contains(strings.ToLower(cfg.Endpoint), host),
		r.URL.Scheme != "https" && r.URL.Scheme != "http",
		r.URL.Path != "/v1/"+cfg.ProjectID+"/cms/workflow/flow/executions",
		r.URL.Query().Encode() != query.Encode() || r.URL.User != nil || r.URL.Fragment != "":
		t.Errorf("%q, %q, %q and %q become %v", cfg.Region, cfg.Endpoint, cfg.ProjectID, cfg.EnterpriseProjectID, r.URL)
	}
	for name, values := range r.Header {
		if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
			t.Errorf("header %q is %q", name, values)
		}
	}
}
