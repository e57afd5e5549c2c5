// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// trial is what makes one row of the table.
type trial struct {
	name, cloud string
	run         func(context.Context) (row, error)
	idle        bool // it mostly waits: it may run beside others of the kind
}

// trials are all rows there are, in order.
func trials(s settings) []trial {
	var out []trial
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		sample := sampleShape(cloud, s.events)
		calm := sync.OnceValues(func() (side, error) { return s.calm(sample) })
		all := kindsOf(cloud, kinds())
		for _, k := range all {
			out = append(out, trial{name: k.name, cloud: cloud, run: func(ctx context.Context) (row, error) {
				return faulty{shape: sample, kinds: []kind{k}, calm: calm, sdk: s.sdk}.run(ctx, s)
			}})
		}
	}
	return slices.Concat(out, special(s), mixed(s))
}

// special are the trials that prove something by themselves.
func special(s settings) []trial {
	var idle, busy []trial
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		idle = append(idle,
			trial{"rate limits on", cloud, func(ctx context.Context) (row, error) { return limited(ctx, s, cloud) }, true},
			trial{"outage of 60 s", cloud, func(ctx context.Context) (row, error) { return recovery(ctx, cloud, outage) }, true},
		)
		busy = append(busy,
			trial{"cut at every byte", cloud, func(ctx context.Context) (row, error) { return everyByte(ctx, cloud, math.MaxInt) }, false},
			trial{"heap of one walk", cloud, func(ctx context.Context) (row, error) { return heap(ctx, s, cloud) }, false},
		)
	}
	return slices.Concat(idle, busy)
}

// mixed are the trials with all kinds in turn.
func mixed(s settings) []trial {
	var out []trial
	for _, m := range mixedShapes(s.mixed) {
		all := kindsOf(m.Cloud, kinds())
		name := "all in turn"
		if m.Lists == allLists {
			name += ", lists"
		}
		out = append(out, trial{name: name, cloud: m.Cloud, run: func(ctx context.Context) (row, error) {
			calm := func() (side, error) { return s.calm(m) }
			return faulty{shape: m, kinds: all, calm: calm, sdk: s.sdk}.run(ctx, s)
		}})
	}
	return out
}

// sampleShape is what the rows with one kind of fault read: on Huawei half of it from lists.
func sampleShape(cloud string, events int) shape {
	if cloud == alibabaCloud {
		return shape{Cloud: cloud, Events: events, Each: 1000, Page: 100}
	}
	const each, group = 50, 10
	return shape{
		Cloud: cloud, Events: whole(events, each*group), Each: each, Group: group, Lists: halfLists, ListPage: 3,
	}
}

// mixedShapes are what the rows with all kinds in turn read: all events of one cloud, all of the other, and there once more
// all executions in lists.
func mixedShapes(events int) []shape {
	const each, group = 200, 10
	aom := shape{Cloud: huaweiCloud, Events: whole(events, each*group), Each: each, Group: group, ListPage: 3}
	lists := aom
	lists.Lists = allLists
	return []shape{
		{Cloud: alibabaCloud, Events: events, Each: 5000, Page: 200}, // as many as FnF keeps of one execution
		aom, lists,
	}
}

// whole rounds up to a multiple of what there can be.
func whole(events, unit int) int { return (events + unit - 1) / unit * unit }

// calm reads a shape without any fault.
func (s settings) calm(of shape) (side, error) {
	h, err := startHost(of, false)
	if err != nil {
		return side{}, err
	}
	defer h.Close()
	return ours(context.Background(), of, s.walkers, h.URL(), newPlan(nil, 0, 0), quick())
}

// quiet is the calm of a row that has none to compare with.
func quiet() (side, error) { return side{}, nil }

// limited reads with the client's own rate limits, from a cloud that enforces the documented quotas.
func limited(ctx context.Context, s settings, cloud string) (row, error) {
	of := sampleShape(cloud, 4*s.events)
	if cloud == alibabaCloud {
		of.Each, of.Page = 5000, 0
	}
	var kept []kind // the cloud throttles by itself here, if it has to
	for _, k := range kindsOf(cloud, kinds()) {
		if !k.throttles {
			kept = append(kept, k)
		}
	}
	o := quick()
	o.RateLimit = history.RateLimit{}
	refused := countThrottled(o)
	r, err := faulty{shape: of, kinds: kept, options: o, quotas: true, calm: quiet}.run(ctx, s)
	r.note("all kinds but throttling, %.1f requests a second, the cloud refused %d", float64(r.Ours.Requests)/r.Ours.Took.Seconds(), refused.Load())
	return r, err
}
