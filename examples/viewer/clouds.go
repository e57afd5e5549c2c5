// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
)

// cloud is a client and what is shown of what it can read.
type cloud struct {
	title     string
	client    *history.Client
	workflows []string // nil = all that the cloud lists
}

// shows reports whether executions of a workflow are shown at all: who names a few on the command line shows no others.
func (c cloud) shows(workflow string) bool {
	return c.workflows == nil || slices.Contains(c.workflows, workflow)
}

// fits reports whether anything of a target is shown of the cloud. What is empty in the target is any.
func (c cloud) fits(target history.Ref) bool {
	return (target.Provider == "" || target.Provider == c.client.Provider()) &&
		(target.Scope == "" || target.Scope == c.client.Scope()) &&
		(target.Workflow == "" || c.shows(target.Workflow))
}

// realClouds are the flags that name something in a real cloud.
type realClouds struct {
	alibaba, alibabaRegion string
	huawei, huaweiRegion   string
}

func (r *realClouds) flags(f *flag.FlagSet) {
	f.StringVar(&r.alibaba, "alibaba", "", "show these `flows` of Alibaba Cloud, with commas between them; * = all")
	f.StringVar(&r.alibabaRegion, "alibaba-region", "cn-hangzhou", "the flows' `region`")
	f.StringVar(&r.huawei, "huawei", "", "show these `workflows` of Huawei Cloud, by their ids; * = all")
	f.StringVar(&r.huaweiRegion, "huawei-region", "cn-north-4", "the workflows' `region`")
}

func (r realClouds) wanted() bool { return r.alibaba != "" || r.huawei != "" }

// connect makes the clients. Their credentials come from the environment.
func (r realClouds) connect(opts history.Options) ([]cloud, error) {
	var clouds []cloud
	if r.alibaba != "" {
		client, err := alibaba.New(alibaba.Config{Region: r.alibabaRegion}, &opts)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, cloud{"Alibaba Cloud Serverless Workflow", client, names(r.alibaba)})
	}
	if r.huawei != "" {
		client, err := huawei.New(huawei.Config{Region: r.huaweiRegion}, &opts)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, cloud{"Huawei Cloud AOM", client, names(r.huawei)})
	}
	return clouds, nil
}

// names are the workflows that a flag says; nil = all.
func names(list string) []string {
	if strings.TrimSpace(list) == "*" {
		return nil
	}
	return strings.FieldsFunc(list, isComma)
}
