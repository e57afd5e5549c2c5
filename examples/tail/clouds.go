// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// pace is how long an execution lasts, and how often it is looked at while it is busy.
type pace struct{ lasts, poll time.Duration }

// live is an execution that happens while it is watched, and a client that reads it.
type live struct {
	client *history.Client
	ref    history.Ref
	close  func()
}

func clouds() map[string]func(pace) (live, error) {
	return map[string]func(pace) (live, error){"alibaba": onAlibaba, "huawei": onHuawei}
}

// onAlibaba lets the demo's order that cannot be paid happen from now on.
func onAlibaba(p pace) (live, error) {
	srv, err := alibabatest.Start(nil)
	if err != nil {
		return live{}, err
	}
	e := alibabatest.DemoExecutions()[1]
	e.Live = true
	now := anew(e.Events[0].Time, e.Events[len(e.Events)-1].Time, p.lasts)
	e.Started, e.Stopped = now(e.Started), now(e.Stopped)
	for i := range e.Events {
		e.Events[i].Time = now(e.Events[i].Time)
	}
	srv.AddExecution(e)
	client, err := alibaba.New(alibaba.Config{
		Region: srv.Region(), Endpoint: srv.URL(), AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(),
	}, &history.Options{PollInterval: p.poll})
	if err != nil {
		srv.Close()
		return live{}, err
	}
	return live{client, history.Ref{Workflow: e.Flow, Execution: e.Name}, srv.Close}, nil
}

// onHuawei lets the demo's restart that hangs happen from now on.
func onHuawei(p pace) (live, error) {
	srv, err := huaweitest.Start(nil)
	if err != nil {
		return live{}, err
	}
	e := huaweitest.DemoExecutions()[1]
	e.Live = true
	now := anew(e.Begin, e.End, p.lasts)
	e.Begin, e.End, e.Updated = now(e.Begin), now(e.End), now(e.Updated)
	for i, n := range e.Nodes {
		e.Nodes[i].Begin, e.Nodes[i].End = now(n.Begin), now(n.End)
	}
	srv.AddExecution(e)
	client, err := huawei.New(huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(),
		AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(),
	}, &history.Options{PollInterval: p.poll})
	if err != nil {
		srv.Close()
		return live{}, err
	}
	return live{client, history.Ref{Workflow: e.Workflow, Execution: e.ID}, srv.Close}, nil
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
