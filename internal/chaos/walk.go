// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// walker reads with this module, the way a careful user does.
type walker struct {
	client *history.Client
	plan   *plan        // knows the good keys
	keys   atomic.Int64 // number of the keys in use, as cached by whoever gets them from STS or IAM
}

// quick are options whose waits do not keep a run waiting: everything else is as it comes.
func quick() *history.Options {
	return &history.Options{
		Retry:     history.Retry{MinWait: time.Millisecond, MaxWait: 20 * time.Millisecond, AttemptTimeout: 150 * time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// newWalker makes a walker for a fake cloud at an address.
func newWalker(cloud, url string, t *transport, o *history.Options) (*walker, error) {
	w := &walker{plan: t.plan}
	w.refresh()
	o.Transport = t
	var err error
	switch cloud {
	case alibabaCloud:
		w.client, err = alibaba.New(alibaba.Config{
			Region: alibabatest.DefaultRegion, Endpoint: url,
			Credentials: func(context.Context) (alibaba.Credentials, error) {
				n := int(w.keys.Load())
				return alibaba.Credentials{AccessKeyID: keyID(n), AccessKeySecret: keySecret(n)}, nil
			},
		}, o)
	case huaweiCloud:
		w.client, err = huawei.New(huawei.Config{
			Region: huaweitest.DefaultRegion, Endpoint: url, ProjectID: huaweitest.DefaultProjectID,
			Credentials: func(context.Context) (huawei.Credentials, error) {
				n := int(w.keys.Load())
				return huawei.Credentials{AccessKeyID: keyID(n), SecretAccessKey: keySecret(n)}, nil
			},
		}, o)
	default:
		err = fmt.Errorf("there is no cloud %q", cloud)
	}
	return w, err
}

// refresh gets the keys that are good now.
func (w *walker) refresh() { w.keys.Store(int64(w.plan.goodKeys())) }

// walk reads all of a job, going on behind errors where a user can. It returns how often it did, and the error that it
// could do nothing about.
func (w *walker) walk(ctx context.Context, j job, l *ledger) (resumed int, err error) {
	const patience = 200 // errors in a row without an item in between
	read := w.events
	if j.event == nil {
		read = w.executions
	}
	var from history.Cursor
	for barren := 0; ; resumed++ {
		before := l.Delivered
		last, err := read(ctx, j, l, from)
		if err == nil {
			return resumed, nil
		}
		if barren++; l.Delivered > before {
			barren = 0
		}
		next, ok := w.place(err, from, last)
		if !ok || barren > patience {
			return resumed, err
		}
		from = next
	}
}

// events reads the events of a job from a cursor, and returns the cursor behind the last of them too.
func (w *walker) events(ctx context.Context, j job, l *ledger, from history.Cursor) (last history.Cursor, err error) {
	var newest history.Event
	for e, err := range w.client.Events(ctx, history.EventQuery{Ref: j.ref, PageSize: j.page, From: from}) {
		if err != nil {
			if newest.ID != 0 {
				last = history.After(newest)
			}
			return last, err
		}
		j.noteEvent(l, e)
		newest = e
	}
	return "", nil
}

// executions reads the executions of a job from a cursor.
func (w *walker) executions(ctx context.Context, j job, l *ledger, from history.Cursor) (last history.Cursor, err error) {
	for e, err := range w.client.Executions(ctx, history.ExecutionQuery{Workflow: j.ref.Workflow, PageSize: j.page, From: from}) {
		if err != nil {
			return "", err
		}
		j.noteExecution(l, e)
	}
	return "", nil
}

// place is where to go on behind an error, if there is any use in it.
func (w *walker) place(err error, from, last history.Cursor) (history.Cursor, bool) {
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return "", false
	}
	switch e.Kind {
	case history.ErrThrottled, history.ErrUnavailable:
		return e.Cursor, true // by then some time has passed
	case history.ErrUnauthenticated:
		w.refresh()
		return e.Cursor, true
	case history.ErrClockSkew, history.ErrDecode:
		return e.Cursor, true // somebody has set the clock, or mended the gateway
	case history.ErrCursor:
		// The service's tokens led in a circle. What was read is safe behind the last event.
		if last == "" {
			last = from
		}
		return last, true
	default:
		return "", false
	}
}
