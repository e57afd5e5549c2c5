// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"context"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

func alibabaCloud(t *testing.T) cloud {
	t.Helper()
	c := cloud{name: "alibaba", start: startAlibaba, broken: func(quoted string) map[string]string {
		return map[string]string{
			"request id":     `{"RequestId":` + quoted + `,"Events":[],"Executions":[],"Flows":[],"Name":"exec"}`,
			"event id":       `{"RequestId":"r","Events":[{"EventId":` + quoted + `}]}`,
			"event time":     `{"RequestId":"r","Events":[{"EventId":1,"Time":` + quoted + `}]}`,
			"no name":        `{"RequestId":"r","Executions":[{"Status":` + quoted + `}],"Flows":[{"Type":` + quoted + `}]}`,
			"no events":      `{"Message":` + quoted + `}`,
			"events no list": `{"RequestId":"r","Events":` + quoted + `,"Executions":` + quoted + `,"Flows":` + quoted + `}`,
		}
	}}
	for _, e := range alibabatest.DocumentedErrors() {
		c.codes = append(c.codes, e.Code)
	}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keyID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keySecret)
	t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", securityToken)
	brought, err := fnf.NewClientWithStsToken(alibabatest.DefaultRegion, keyID, keySecret, securityToken)
	if err != nil {
		t.Fatal(err)
	}
	key := alibaba.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret, SecurityToken: securityToken}
	for name, cfg := range map[string]alibaba.Config{
		"fixed":       {AccessKeyID: keyID, AccessKeySecret: keySecret, SecurityToken: securityToken},
		"environment": {},
		"function":    {Credentials: func(context.Context) (alibaba.Credentials, error) { return key, nil }},
		"brought":     {Client: brought},
	} {
		cfg.Region = alibabatest.DefaultRegion
		hidden := cfg
		hidden.Endpoint = "https://someone:" + userinfo + "@fnf.example"
		c.entrances = append(c.entrances, entrance{
			name: name,
			open: func(endpoint string, o *history.Options) (*history.Client, error) {
				cfg.Endpoint = endpoint
				return alibaba.New(cfg, o)
			},
			source: func(endpoint string, o *history.Options) (history.Source, error) {
				cfg.Endpoint = endpoint
				return alibaba.NewSource(cfg, o)
			},
			values: []any{cfg, &cfg, hidden, &hidden, []alibaba.Config{cfg, hidden}, map[string]alibaba.Config{"x": cfg}, key, &key},
		})
	}
	return c
}

func startAlibaba(t *testing.T, plan fakecloud.Plan) string {
	t.Helper()
	srv := alibabatest.NewServer(t, &alibabatest.Options{
		AccessKeyID: keyID, AccessKeySecret: keySecret, SecurityToken: securityToken, Plan: plan,
	})
	begin := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	srv.AddExecution(alibabatest.Execution{Flow: "flow", Name: "exec", Status: "Succeeded", Started: begin, Events: []alibabatest.Event{
		{ID: 1, Type: "ExecutionStarted", Time: begin, Detail: `{"input":{}}`},
		{ID: 2, Type: "ExecutionSucceeded", Time: begin.Add(time.Second), Detail: `{"output":{}}`},
	}})
	return srv.URL()
}
