// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

const (
	demoPause = 5 * time.Second // between the growing executions
	demoNames = 6               // how many of them are there at most; then the oldest one begins anew
)

// demo is both fakes with the executions of their demonstrations, and one on each that happens just now.
type demo struct {
	alibaba *alibabatest.Server
	huawei  *huaweitest.Server
	lasts   time.Duration // of what happens just now
}

// startDemo starts the fakes and what grows on them, until closeAll.
func startDemo(ctx context.Context, opts history.Options, lasts time.Duration) (clouds []cloud, closeAll func(), err error) {
	if lasts <= 0 {
		return nil, nil, usageError{fmt.Errorf("-demo-lasts is %s; it must be positive", lasts)}
	}
	a, err := alibabatest.Start(nil)
	if err != nil {
		return nil, nil, err
	}
	h, err := huaweitest.Start(nil)
	if err != nil {
		a.Close()
		return nil, nil, err
	}
	d := demo{alibaba: a, huawei: h, lasts: lasts}
	for _, e := range alibabatest.DemoExecutions() {
		a.AddExecution(e)
	}
	for _, e := range huaweitest.DemoExecutions() {
		h.AddExecution(e)
	}
	d.begin(0)
	ctx, cancel := context.WithCancel(ctx)
	var growing sync.WaitGroup
	growing.Go(func() { d.grow(ctx) })
	closeAll = func() {
		cancel()
		growing.Wait()
		a.Close()
		h.Close()
	}
	if clouds, err = d.clouds(opts); err != nil {
		closeAll()
		return nil, nil, err
	}
	return clouds, closeAll, nil
}

func (d demo) clouds(opts history.Options) ([]cloud, error) {
	opts.RateLimit.Off = true // the fakes have no quotas unless they are told to
	a, h := d.alibaba, d.huawei
	onAlibaba, err1 := alibaba.New(alibaba.Config{
		Region: a.Region(), Endpoint: a.URL(), AccessKeyID: a.AccessKeyID(), AccessKeySecret: a.AccessKeySecret(),
	}, &opts)
	onHuawei, err2 := huawei.New(huawei.Config{
		Region: h.Region(), Endpoint: h.URL(), ProjectID: h.ProjectID(), AccessKeyID: h.AccessKeyID(), SecretAccessKey: h.SecretAccessKey(),
	}, &opts)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return []cloud{{title: "Alibaba Cloud Serverless Workflow (fake)", client: onAlibaba}, {title: "Huawei Cloud AOM (fake)", client: onHuawei}}, nil
}

// grow begins another execution on each cloud whenever the last ones have ended for a while.
func (d demo) grow(ctx context.Context) {
	tick := time.NewTicker(d.lasts + demoPause)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			d.begin(n)
		}
	}
}

// begin lets executions of the demonstration happen from now on: in turn the one that succeeds and the one that fails.
func (d demo) begin(n int) {
	a := alibabatest.DemoExecutions()[n%2]
	a.Name, a.Live = fmt.Sprintf("order-%d", 2001+n%demoNames), true
	now := anew(a.Events[0].Time, a.Events[len(a.Events)-1].Time, d.lasts)
	a.Started, a.Stopped = now(a.Started), now(a.Stopped)
	for i := range a.Events {
		a.Events[i].Time = now(a.Events[i].Time)
	}
	d.alibaba.AddExecution(a)

	h := huaweitest.DemoExecutions()[(n+1)%2]
	h.ID, h.Live = fmt.Sprintf("5b0c7f6e-1d42-4c1b-9a3e-%012x", 0xb001+n%demoNames), true
	now = anew(h.Begin, h.End, d.lasts)
	h.Begin, h.End, h.Updated = now(h.Begin), now(h.End), now(h.Updated)
	for i, node := range h.Nodes {
		h.Nodes[i].Begin, h.Nodes[i].End = now(node.Begin), now(node.End)
	}
	d.huawei.AddExecution(h)
}

// anew is how the times between two others are moved so that all begins now and takes so long. A time that is not known
// stays so.
func anew(from, to time.Time, lasts time.Duration) func(time.Time) time.Time {
	start, speed := time.Now(), float64(lasts)/float64(to.Sub(from))
	return func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return start.Add(time.Duration(float64(t.Sub(from)) * speed))
	}
}
