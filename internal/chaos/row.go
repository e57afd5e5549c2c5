// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/flowhistory/flowhistory/history"
)

// row is one line of the table: one kind of fault, or all in turn, on one cloud.
type row struct {
	Fault string
	Cloud string
	Ours  side
	SDK   *side `json:",omitempty"` // nil: not tried
	Calm  side  // the same walks with this module, without faults; zero: not tried

	Note   string `json:",omitempty"` // what is special about the row, or what it proves
	Broken string `json:",omitempty"` // which promise is broken, "" if none is
}

func (r *row) note(format string, args ...any) { r.Note = fmt.Sprintf(format, args...) }

// breaks notes the first promise that is broken.
func (r *row) breaks(format string, args ...any) {
	if r.Broken == "" {
		r.Broken = fmt.Sprintf(format, args...)
	}
}

// check notes what is wrong with walks that should have brought everything.
func (r *row) check(when string, s side) {
	switch {
	case s.Error != "":
		r.breaks("%s a walk ended: %s", when, s.Error)
	case !s.perfect():
		r.breaks("%s: %d lost, %d repeated, %d wrong, %d panics", when, s.Lost, s.Repeated, s.Wrong, s.Panicked)
	}
}

// faulty is a trial in which requests go wrong.
type faulty struct {
	shape   shape
	kinds   []kind
	strict  bool             // see plan
	options *history.Options // nil = quick
	quotas  bool             // the cloud enforces the documented ones
	calm    func() (side, error)
	sdk     bool // try the official SDK too
}

// run walks what the shape says: without faults, with them, and with the SDK.
func (f faulty) run(ctx context.Context, s settings) (r row, err error) {
	if r.Calm, err = f.calm(); err != nil {
		return r, err
	}
	h, err := startHost(f.shape, f.quotas)
	if err != nil {
		return r, err
	}
	defer h.Close()
	o := f.options
	if o == nil {
		o = quick()
	}
	p := newPlan(f.kinds, s.rate, s.seed)
	p.strict = f.strict
	if r.Ours, err = ours(ctx, f.shape, s.walkers, h.URL(), p, o); err != nil {
		return r, err
	}
	if f.sdk {
		h.ResetRequests()
		raw, err := f.raw(ctx, s, h.URL(), p.goodKeys())
		if err != nil {
			return r, err
		}
		r.SDK = &raw
	}
	r.check("without faults", r.Calm)
	r.check("with faults", r.Ours)
	return r, ctx.Err()
}

// ours walks with this module.
func ours(ctx context.Context, of shape, walkers int, url string, p *plan, o *history.Options) (side, error) {
	rt, err := newTransport(p, walkers)
	if err != nil {
		return side{}, err
	}
	defer rt.close()
	w, err := newWalker(of.Cloud, url, rt, o)
	if err != nil {
		return side{}, err
	}
	return measure(ctx, of.jobs(), walkers, p, w.walk), nil
}

// raw walks with the official SDK. keys is the number of those that the cloud wants when it begins.
func (f faulty) raw(ctx context.Context, s settings, url string, keys int) (side, error) {
	p := newPlan(f.kinds, s.rate, s.seed)
	p.keys = keys
	rt, err := newTransport(p, s.walkers)
	if err != nil {
		return side{}, err
	}
	defer rt.close()
	w := &sdkWalker{url: url, plan: p, http: rt}
	return measure(ctx, f.shape.jobs(), s.walkers, p, w.walk(f.shape.Cloud)), nil
}

// countThrottled counts the attempts that the cloud refused for their number.
func countThrottled(o *history.Options) *atomic.Int64 {
	var refused atomic.Int64
	o.Observe = func(_ context.Context, c history.Call) {
		if errors.Is(c.Err, history.ErrThrottled) {
			refused.Add(1)
		}
	}
	return &refused
}
