// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"sync/atomic"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// everyByte reads a small answer again and again: each time it is cut behind another byte, once with the connection broken
// and once with a clean end, and then asked for again. On Huawei a list is read in the same way. most bounds how many bytes
// are tried.
func everyByte(ctx context.Context, cloud string, most int) (row, error) {
	shapes := []shape{{Cloud: cloud, Events: 3, Each: 3}}
	if cloud == huaweiCloud {
		events := shape{Cloud: cloud, Events: 8, Each: 4, Group: 2, ListPage: 1}
		lists := events
		lists.Lists = allLists
		shapes = []shape{events, lists}
	}
	var r row
	for _, of := range shapes {
		if err := cutUp(ctx, of, most, &r); err != nil {
			return r, err
		}
	}
	r.check("cut", r.Ours)
	return r, nil
}

// cuts are both ways to cut an answer, one byte later each time.
func cuts() []kind {
	return []kind{
		{name: "cut by the connection", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{Truncate: h.n + 1} }},
		{name: "cut with a clean end", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{CutAfter: h.n + 1} }},
	}
}

// cutUp does so with the first answer of a shape, and adds the outcome to a row.
func cutUp(ctx context.Context, of shape, most int, r *row) error {
	h, err := startHost(of, false)
	if err != nil {
		return err
	}
	defer h.Close()
	for _, k := range cuts() {
		h.learn(k)
	}
	p := newPlan(cuts(), 0, 0)
	rt, err := newTransport(p, 1)
	if err != nil {
		return err
	}
	defer rt.close()
	o := quick()
	var size atomic.Int64 // of the answer
	o.Observe = func(_ context.Context, c history.Call) { size.Store(max(size.Load(), c.Bytes)) }
	w, err := newWalker(of.Cloud, h.URL(), rt, o)
	if err != nil {
		return err
	}
	one := of.jobs()[:1]
	r.Calm.join(measure(ctx, one, 1, p, w.walk))
	p.strict, p.requests = true, 0
	var jobs []job
	for range 2 * min(most, int(size.Load())-1) { // a cut behind the last byte is none
		jobs = append(jobs, one...)
	}
	r.Ours.join(measure(ctx, jobs, 1, p, w.walk))
	if r.Note != "" {
		r.Note += ", then "
	}
	r.Note += "answers of " + count(int(size.Load())) + " bytes"
	return nil
}
