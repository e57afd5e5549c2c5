// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// headerOfBrought is a header that no document has, and a brought credential may send.
const headerOfBrought = "X-Vendor-Secret"

// vendor is a credential that no SDK has.
type vendor struct{ token string }

func (v *vendor) ProcessAuthParams(*impl.DefaultHttpClient, string) (auth.ICredential, error) {
	return v, nil
}

func (v *vendor) ProcessAuthRequest(_ *impl.DefaultHttpClient, r *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	r.AddHeaderParam("X-Auth-Token", v.token)
	r.AddHeaderParam(headerOfBrought, "Ve8+c4nary/vendor=="+v.token)
	return r, nil
}

func huaweiCloud(t *testing.T) cloud {
	t.Helper()
	c := cloud{name: "huawei", start: startHuawei, broken: func(quoted string) map[string]string {
		return map[string]string{
			"an object":    `{"x":` + quoted + `}`,
			"a text":       quoted,
			"texts":        `[` + quoted + `]`,
			"id no text":   `[{"execution_id":[` + quoted + `]}]`,
			"nodes a text": `[{"execution_id":"exec","execution_result_list":` + quoted + `}]`,
			"cut":          `[{"execution_id":"exec","x":` + quoted,
		}
	}}
	for _, e := range huaweitest.DocumentedErrors() {
		c.codes = append(c.codes, e.Code)
	}
	t.Setenv("HUAWEICLOUD_SDK_AK", keyID)
	t.Setenv("HUAWEICLOUD_SDK_SK", keySecret)
	t.Setenv("HUAWEICLOUD_SDK_SECURITY_TOKEN", securityToken)
	t.Setenv("HUAWEICLOUD_SDK_PROJECT_ID", huaweitest.DefaultProjectID)
	brought, err := basic.NewCredentialsBuilder().WithAk(keyID).WithSk(keySecret).WithSecurityToken(securityToken).
		WithProjectId(huaweitest.DefaultProjectID).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	key := huawei.Credentials{AccessKeyID: keyID, SecretAccessKey: keySecret, SecurityToken: securityToken}
	token := huawei.Credentials{Token: iamToken}
	for name, cfg := range map[string]huawei.Config{
		"fixed":           {AccessKeyID: keyID, SecretAccessKey: keySecret, SecurityToken: securityToken},
		"token":           {Token: iamToken},
		"environment":     {},
		"function, key":   {Credentials: func(context.Context) (huawei.Credentials, error) { return key, nil }},
		"function, token": {Credentials: func(context.Context) (huawei.Credentials, error) { return token, nil }},
		"brought":         {Credential: brought},
		"brought, vendor": {Credential: &vendor{iamToken}},
	} {
		cfg.Region, cfg.ProjectID = huaweitest.DefaultRegion, huaweitest.DefaultProjectID
		hidden := cfg
		hidden.Endpoint = "https://someone:" + userinfo + "@aom.example"
		c.entrances = append(c.entrances, entrance{
			name: name,
			open: func(endpoint string, o *history.Options) (*history.Client, error) {
				cfg.Endpoint = endpoint
				return huawei.New(cfg, o)
			},
			source: func(endpoint string, o *history.Options) (history.Source, error) {
				cfg.Endpoint = endpoint
				return huawei.NewSource(cfg, o)
			},
			values: []any{cfg, &cfg, hidden, &hidden, []huawei.Config{cfg, hidden}, map[string]huawei.Config{"x": cfg}, key, &key, token, &token},
		})
	}
	return c
}

func startHuawei(t *testing.T, plan fakecloud.Plan) string {
	t.Helper()
	srv := huaweitest.NewServer(t, &huaweitest.Options{
		AccessKeyID: keyID, SecretAccessKey: keySecret, SecurityToken: securityToken, Token: iamToken, Plan: plan,
	})
	begin := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	srv.AddExecution(huaweitest.Execution{
		Workflow: "flow", ID: "exec", Begin: begin, End: begin.Add(time.Second), Status: "success",
		Nodes: []huaweitest.Node{{ID: "node", Begin: begin, End: begin.Add(time.Second)}},
	})
	return srv.URL()
}
