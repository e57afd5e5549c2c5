// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Leaving the loop, in whatever way, leaves no goroutine and no open body behind.
func leavingLeavesNothingBehind(t *trial) {
	for _, n := range []int{0, 2} {
		for name, leave := range ways() {
			t.leavesNothing(fmt.Sprintf("%s, Prefetch %d", name, n), func() {
				leave(t.walker(prefetch(n)).items(t.Context(), "", 2))
			})
		}
		t.place.Fail(history.ErrUnavailable, 0, -1)
		t.leavesNothing(fmt.Sprintf("by an error, Prefetch %d", n), func() {
			_, _ = collect(t.walker(prefetch(n)).items(t.Context(), "", 2))
		})
		t.place.Clear()
	}
	for name, leave := range ways() {
		if name == "at the end" { // there is none
			continue
		}
		t.restart()
		t.place.Hang(1)
		t.leavesNothing(name+", while a page read ahead hangs", func() {
			leave(t.walker(prefetch(2)).items(t.Context(), "", 2))
		})
	}
}

// ways are the ways to leave a loop.
func ways() map[string]func(iter.Seq2[string, error]) {
	return map[string]func(iter.Seq2[string, error]){
		"at the end": func(seq iter.Seq2[string, error]) { _, _ = collect(seq) },
		"at the first item": func(seq iter.Seq2[string, error]) {
			for range seq {
				return
			}
		},
		"behind the first page": func(seq iter.Seq2[string, error]) { _, _ = collect(history.Limit(seq, 2)) },
		"by a panic": func(seq iter.Seq2[string, error]) {
			defer func() { _ = recover() }()
			for range seq {
				panic("in the loop body")
			}
		},
		"by the end of the goroutine": func(seq iter.Seq2[string, error]) {
			var wg sync.WaitGroup
			wg.Go(func() {
				for range seq {
					runtime.Goexit()
				}
			})
			wg.Wait()
		},
		"by a pull that is stopped": func(seq iter.Seq2[string, error]) {
			next, stop := iter.Pull2(seq)
			_, _, _ = next()
			stop()
		},
	}
}

// leavesNothing runs f and checks that no goroutine that it started, and no body that it opened, is left.
func (t *trial) leavesNothing(what string, f func()) {
	t.Helper()
	// Goroutines inherit the labels of the one that starts them, so those of f are told from all others.
	const key = "historytest.leave"
	mark := fmt.Sprintf("%s %p", what, &what)
	pprof.Do(context.Background(), pprof.Labels(key, mark), func(context.Context) { f() })
	if n := t.bodies.Open(); n != 0 {
		t.Errorf("left %s: %d bodies are open", what, n)
	}
	t.bodies.CloseIdleConnections() // a connection that waits for the next request is none of f's
	if !within(5*time.Second, func() bool { return labelled(mark) == "" }) {
		t.Errorf("left %s: goroutines are left:\n%s", what, labelled(mark))
	}
}

// labelled is the stacks of the goroutines with a label's value.
func labelled(value string) string {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return err.Error()
	}
	var found []string
	for stack := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q", value)) {
			found = append(found, stack)
		}
	}
	return strings.Join(found, "\n\n")
}
