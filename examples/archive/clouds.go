// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// cloud is a client and the workflow to archive with it.
type cloud struct {
	client   *history.Client
	workflow string
	requests *atomic.Int64
}

// startClouds starts both fakes with so many executions each, which answer after a delay.
func startClouds(executions int, delay time.Duration) (clouds []cloud, closeAll func(), err error) {
	a, err := alibabatest.Start(nil)
	if err != nil {
		return nil, nil, err
	}
	h, err := huaweitest.Start(nil)
	if err != nil {
		a.Close()
		return nil, nil, err
	}
	closeAll = func() {
		a.Close()
		h.Close()
	}
	a.Inject(alibabatest.Fault{Times: -1, Delay: delay})
	h.Inject(huaweitest.Fault{Times: -1, Delay: delay})
	seed(a, h, executions)

	onAlibaba := cloud{workflow: alibabatest.DemoFlow, requests: new(atomic.Int64)}
	onHuawei := cloud{workflow: huaweitest.DemoWorkflow, requests: new(atomic.Int64)}
	var err1, err2 error
	onAlibaba.client, err1 = alibaba.New(alibaba.Config{
		Region: a.Region(), Endpoint: a.URL(), AccessKeyID: a.AccessKeyID(), AccessKeySecret: a.AccessKeySecret(),
	}, counting(onAlibaba.requests))
	onHuawei.client, err2 = huawei.New(huawei.Config{
		Region: h.Region(), Endpoint: h.URL(), ProjectID: h.ProjectID(), AccessKeyID: h.AccessKeyID(), SecretAccessKey: h.SecretAccessKey(),
	}, counting(onHuawei.requests))
	if err := errors.Join(err1, err2); err != nil {
		closeAll()
		return nil, nil, err
	}
	return []cloud{onAlibaba, onHuawei}, closeAll, nil
}

func counting(requests *atomic.Int64) *history.Options {
	return &history.Options{Observe: func(context.Context, history.Call) { requests.Add(1) }}
}

// seed adds the demonstration's executions, and copies of them under other names and at other times until there are
// enough. The same number gives the same executions in each run. Of those that never end only the original is there.
func seed(a *alibabatest.Server, h *huaweitest.Server, executions int) {
	onAlibaba, onHuawei := alibabatest.DemoExecutions(), huaweitest.DemoExecutions()
	for i := range executions {
		later := time.Duration(i) * time.Hour
		e := onAlibaba[i%len(onAlibaba)]
		if i >= len(onAlibaba) {
			if e.Name == "order-1003" { // it still runs
				e = onAlibaba[0]
			}
			e = shiftAlibaba(e, fmt.Sprintf("order-%d", 1001+i), later)
		}
		a.AddExecution(e)

		n := onHuawei[i%len(onHuawei)]
		if i >= len(onHuawei) {
			if n.End.IsZero() { // it still executes
				n = onHuawei[0]
			}
			n = shiftHuawei(n, fmt.Sprintf("5b0c7f6e-1d42-4c1b-9a3e-%012x", 0xa001+i), later)
		}
		h.AddExecution(n)
	}
}

func shiftAlibaba(e alibabatest.Execution, name string, later time.Duration) alibabatest.Execution {
	e.Name = name
	e.Started, e.Stopped = shift(e.Started, later), shift(e.Stopped, later)
	e.Events = slices.Clone(e.Events)
	for i := range e.Events {
		e.Events[i].Time = shift(e.Events[i].Time, later)
	}
	return e
}

func shiftHuawei(e huaweitest.Execution, id string, later time.Duration) huaweitest.Execution {
	e.ID = id
	e.Begin, e.End, e.Updated = shift(e.Begin, later), shift(e.End, later), shift(e.Updated, later)
	e.Nodes = slices.Clone(e.Nodes)
	for i := range e.Nodes {
		e.Nodes[i].Begin, e.Nodes[i].End = shift(e.Nodes[i].Begin, later), shift(e.Nodes[i].End, later)
	}
	return e
}

// shift moves a time that is known.
func shift(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}
