// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
)

// mostHeap is how far the heap may be above its start during one walk, however long that is.
const mostHeap = 32 << 20

// heap walks as many events as a row with all kinds in turn has, in one walk: on Alibaba the pages of one execution, on
// Huawei one list of executions that comes in one answer. The fake cloud is another process.
func heap(ctx context.Context, s settings, cloud string) (r row, err error) {
	of := shape{Cloud: cloud, Events: s.mixed, Each: s.mixed}
	if cloud == huaweiCloud {
		const each = 100
		of.Each, of.Events = each, whole(s.mixed, each)
		of.Group, of.Lists = of.Events/each, allLists
	}
	c, err := startChild(ctx, of)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	p := newPlan(nil, 0, 0)
	rt, err := newTransport(p, 1)
	if err != nil {
		return r, err
	}
	defer rt.close()
	w, err := newWalker(cloud, c.url, rt, quick())
	if err != nil {
		return r, err
	}
	jobs := of.jobs()
	m := watch(ctx)
	r.Ours = measure(ctx, jobs, 1, p, w.walk)
	grown := m.grown()
	r.check("without faults", r.Ours)
	r.note("one walk, no faults: at most %s MiB above the start, %d allowed", mebibytes(grown), mostHeap>>20)
	if grown > mostHeap {
		r.breaks("the heap grew by %s MiB", mebibytes(grown))
	}
	return r, ctx.Err()
}
