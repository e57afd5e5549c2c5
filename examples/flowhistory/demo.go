// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// The executions that happen live, for follow.
const (
	liveOrder   = "order-live"
	liveRestart = "restart-live"
)

// pace is how long an execution that happens live lasts, and how often it is looked at.
type pace struct{ lasts, poll time.Duration }

// openDemo starts a fake of each cloud in this process. What they hold has fixed times, so that everything that is shown
// of it is the same each time.
func (p *place) openDemo(c *call) error {
	a, err := alibabatest.Start(nil)
	if err != nil {
		return err
	}
	p.close = a.Close
	h, err := huaweitest.Start(nil)
	if err != nil {
		return err
	}
	p.close = func() {
		a.Close()
		h.Close()
	}
	for _, e := range alibabatest.DemoExecutions() {
		a.AddExecution(e)
	}
	for _, e := range huaweitest.DemoExecutions() {
		h.AddExecution(e)
	}
	// The newest that failed or timed out waits for something; this one has a root cause inside a branch. --help says so.
	p.favourite = history.Ref{Workflow: alibabatest.DemoFlow, Execution: alibabatest.DemoExecutions()[1].Name}
	opts := c.options()
	if c.cmd.Name == "follow" {
		opts.PollInterval = c.pace.poll
		p.favourite.Execution = liveOrder
		a.AddExecution(liveOnAlibaba(c.now(), c.pace.lasts))
		h.AddExecution(liveOnHuawei(c.now(), c.pace.lasts))
	}
	onAlibaba, err1 := alibaba.New(alibaba.Config{
		Region: a.Region(), Endpoint: a.URL(), AccessKeyID: a.AccessKeyID(), AccessKeySecret: a.AccessKeySecret(),
	}, opts)
	onHuawei, err2 := huawei.New(huawei.Config{
		Region: h.Region(), Endpoint: h.URL(), ProjectID: h.ProjectID(), AccessKeyID: h.AccessKeyID(), SecretAccessKey: h.SecretAccessKey(),
	}, opts)
	for _, client := range []*history.Client{onAlibaba, onHuawei} {
		if client != nil && p.has(client.Provider(), client.Scope()) {
			p.clients = append(p.clients, client)
		}
	}
	return errors.Join(err1, err2)
}

// liveOnAlibaba is the order that cannot be paid, from now on.
func liveOnAlibaba(start time.Time, lasts time.Duration) alibabatest.Execution {
	e := alibabatest.DemoExecutions()[1]
	e.Name, e.Live = liveOrder, true
	now := anew(e.Events[0].Time, e.Events[len(e.Events)-1].Time, start, lasts)
	e.Started, e.Stopped = now(e.Started), now(e.Stopped)
	for i := range e.Events {
		e.Events[i].Time = now(e.Events[i].Time)
	}
	return e
}

// liveOnHuawei is the restart that hangs, from now on.
func liveOnHuawei(start time.Time, lasts time.Duration) huaweitest.Execution {
	e := huaweitest.DemoExecutions()[1]
	e.ID, e.Live = liveRestart, true
	now := anew(e.Begin, e.End, start, lasts)
	e.Begin, e.End, e.Updated = now(e.Begin), now(e.End), now(e.Updated)
	for i, n := range e.Nodes {
		e.Nodes[i].Begin, e.Nodes[i].End = now(n.Begin), now(n.End)
	}
	return e
}

// anew is how the times between two others are moved so that all begins at start and takes so long. A time that is not
// known stays so.
func anew(from, to, start time.Time, lasts time.Duration) func(time.Time) time.Time {
	speed := float64(lasts) / float64(to.Sub(from))
	return func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return start.Add(time.Duration(float64(t.Sub(from)) * speed))
	}
}
