// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// The suite would be blind if a goroutine that is left over were not found.
func TestLabelledFindsGoroutines(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	const mark = `left at the "first" item`
	if found := labelled(mark); found != "" {
		t.Fatalf("found before there is one:\n%s", found)
	}
	pprof.Do(t.Context(), pprof.Labels("test", mark), func(context.Context) {
		go func() {
			inner := make(chan struct{})
			go func() { <-end; close(inner) }() // labels are inherited
			<-inner
		}()
	})
	if !within(5*time.Second, func() bool { return strings.Count(labelled(mark), "TestLabelledFindsGoroutines") >= 2 }) {
		t.Errorf("the goroutines were not found:\n%s", labelled(mark))
	}
	close(end)
	if !within(5*time.Second, func() bool { return labelled(mark) == "" }) {
		t.Errorf("the goroutines have ended and are found:\n%s", labelled(mark))
	}
}

func TestWithinIsBounded(t *testing.T) {
	t.Parallel()
	if within(5*time.Millisecond, func() bool { return false }) {
		t.Error("what never comes true did")
	}
}
