// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"strings"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// cloud is a client and what to read with it.
type cloud struct {
	title     string
	client    *history.Client
	workflows []string
	detail    history.Ref // the execution to show in full; without an Execution it is the last one that failed
	more      history.Ref // one whose steps are shown too, if it is set
}

// realClouds are the flags that name something in a real cloud.
type realClouds struct {
	alibaba, alibabaRegion string
	huawei, huaweiRegion   string
}

func (r realClouds) wanted() bool { return r.alibaba != "" || r.huawei != "" }

// connect makes the clients. Their credentials come from the environment.
func (r realClouds) connect() ([]cloud, error) {
	var clouds []cloud
	if r.alibaba != "" {
		client, err := alibaba.New(alibaba.Config{Region: r.alibabaRegion}, nil)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, target("Alibaba Cloud Serverless Workflow", client, r.alibaba))
	}
	if r.huawei != "" {
		client, err := huawei.New(huawei.Config{Region: r.huaweiRegion}, nil)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, target("Huawei Cloud AOM", client, r.huawei))
	}
	return clouds, nil
}

func target(title string, client *history.Client, path string) cloud {
	workflow, execution, _ := strings.Cut(path, "/")
	return cloud{title: title, client: client, workflows: []string{workflow}, detail: history.Ref{Workflow: workflow, Execution: execution}}
}

// fakeClouds are both fakes, seeded, and clients that read them.
type fakeClouds struct {
	clouds     []cloud
	failing    []cloud // what the clouds answer with an error
	alibabaSrv *alibabatest.Server
	huaweiSrv  *huaweitest.Server
}

func (f *fakeClouds) close() {
	f.alibabaSrv.Close()
	f.huaweiSrv.Close()
}

func startFakes() (*fakeClouds, error) {
	a, err := alibabatest.Start(nil)
	if err != nil {
		return nil, err
	}
	h, err := huaweitest.Start(nil)
	if err != nil {
		a.Close()
		return nil, err
	}
	f := &fakeClouds{alibabaSrv: a, huaweiSrv: h}
	for _, e := range append(alibabatest.DemoExecutions(), alibabatest.SeedExecution()) {
		a.AddExecution(e)
	}
	for _, e := range append(huaweitest.DemoExecutions(), huaweitest.SeedExecution()) {
		h.AddExecution(e)
	}
	if err := f.connect(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *fakeClouds) connect() error {
	a, h := f.alibabaSrv, f.huaweiSrv
	onAlibaba := alibaba.Config{Region: a.Region(), Endpoint: a.URL(), AccessKeyID: a.AccessKeyID(), AccessKeySecret: a.AccessKeySecret()}
	onHuawei := huawei.Config{Region: h.Region(), Endpoint: h.URL(), ProjectID: h.ProjectID(), AccessKeyID: h.AccessKeyID(), SecretAccessKey: h.SecretAccessKey()}
	alibabaClient, err1 := alibaba.New(onAlibaba, nil)
	huaweiClient, err2 := huawei.New(onHuawei, nil)
	onHuawei.AccessKeyID, onHuawei.SecretAccessKey, onHuawei.Token = "", "", "an-expired-token"
	stranger, err3 := huawei.New(onHuawei, nil)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	f.clouds = []cloud{{
		title:     "Alibaba Cloud Serverless Workflow",
		client:    alibabaClient,
		workflows: []string{alibabatest.DemoFlow, alibabatest.SeedExecution().Flow},
		detail:    history.Ref{Workflow: alibabatest.DemoFlow},
		more:      history.Ref{Workflow: alibabatest.DemoFlow, Execution: alibabatest.DemoExecutions()[0].Name},
	}, {
		title:     "Huawei Cloud AOM",
		client:    huaweiClient,
		workflows: []string{huaweitest.DemoWorkflow, huaweitest.SeedWorkflow},
		detail:    history.Ref{Workflow: huaweitest.DemoWorkflow},
	}}
	f.failing = []cloud{{
		title:  "an execution that is not there",
		client: alibabaClient,
		detail: history.Ref{Workflow: alibabatest.DemoFlow, Execution: "no-such-execution"},
	}, {
		title:  "a token that is not valid",
		client: stranger,
		detail: history.Ref{Workflow: huaweitest.DemoWorkflow, Execution: huaweitest.DemoExecutions()[0].ID},
	}}
	return nil
}
