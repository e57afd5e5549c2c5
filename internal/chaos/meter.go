// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// usage is what a process holds on to.
type usage struct {
	Heap       int64 // bytes of objects, garbage that was not collected yet included
	Goroutines int
	Files      int // open descriptors, sockets among them; -1 where the system does not tell
}

// use measures after two collections: the second one frees what finalizers of the first let go.
func use() usage {
	runtime.GC()
	runtime.GC()
	return usage{Heap: heapNow(), Goroutines: runtime.NumGoroutine(), Files: files()}
}

// heapNow is the bytes of the heap's objects, dead ones that were not swept included.
func heapNow() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// files counts the process's open descriptors, by Linux's own list.
func files() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(list)
}

// meter watches the heap.
type meter struct {
	start, peak int64
	stop        context.CancelFunc
	running     sync.WaitGroup
}

// watch starts a meter.
func watch(ctx context.Context) *meter {
	const interval = 2 * time.Millisecond
	m := &meter{start: use().Heap}
	m.peak = m.start
	ctx, m.stop = context.WithCancel(ctx)
	m.running.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				m.peak = max(m.peak, heapNow())
			case <-ctx.Done():
				return
			}
		}
	})
	return m
}

// grown stops the meter and returns by how much the heap was ever above its start, in bytes.
func (m *meter) grown() int64 {
	m.stop()
	m.running.Wait()
	return m.peak - m.start
}
