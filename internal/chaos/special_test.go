// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The rows that prove something by themselves are tried in small here. Their promises about time and memory are for the
// program, on a machine that does nothing else.

func TestEveryByte(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		r, err := everyByte(t.Context(), cloud, 30)
		if err != nil {
			t.Fatal(err)
		}
		if r.Broken != "" || r.Ours.Faults < 60 || r.Ours.Requests != 2*r.Ours.Faults {
			t.Errorf("%s: broken %q, %+v", cloud, r.Broken, r.Ours)
		}
	}
}

func TestLimited(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		r, err := limited(t.Context(), small(), cloud)
		if err != nil {
			t.Fatal(err)
		}
		if r.Broken != "" || !strings.HasSuffix(r.Note, "the cloud refused 0") {
			t.Errorf("%s: broken %q, %s", cloud, r.Broken, r.Note)
		}
	}
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	r, err := recovery(t.Context(), alibabaCloud, 3*second)
	if err != nil {
		t.Fatal(err)
	}
	if r.Ours.Requests == 0 || !strings.Contains(r.Note, "first success after") {
		t.Errorf("%s: %+v", r.Note, r.Ours)
	}
}

func TestHeap(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		r, err := heap(t.Context(), small(), cloud)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Ours.perfect() || r.Ours.Walks != 1 || r.Ours.Expected != 2000 {
			t.Errorf("%s: %+v", cloud, r.Ours)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s := small()
	s.clouds, s.load = []string{alibabaCloud, huaweiCloud}, 300*time.Millisecond
	var out bytes.Buffer
	// What other tests do at the same time is no leak of this one, and the time is too short for promises.
	err := load(t.Context(), s, &out)
	for _, want := range []string{"alibaba  ", "huawei  ", "(p99)", "goroutines ", "connections that the servers see"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("there is no %q in the output, error %v:\n%s", want, err, out.String())
		}
	}
	if strings.Contains(out.String(), "walks") && err != nil && strings.Contains(err.Error(), "Lost") {
		t.Error(err)
	}
}

func TestLeak(t *testing.T) {
	t.Parallel()
	start := &state{usage{Heap: 5 << 20, Goroutines: 4, Files: 10}, []int{0, 0}}
	tests := map[string]struct {
		end  state
		want string
	}{
		"nothing":     {state{usage{Heap: 6 << 20, Goroutines: 4, Files: 9}, []int{0, 0}}, ""},
		"heap":        {state{usage{Heap: 7 << 20, Goroutines: 4, Files: 10}, []int{0, 0}}, "heap"},
		"goroutines":  {state{usage{Goroutines: 5, Files: 10}, []int{0, 0}}, "goroutines"},
		"files":       {state{usage{Goroutines: 4, Files: 11}, []int{0, 0}}, "open files and sockets"},
		"connections": {state{usage{Goroutines: 4, Files: 10}, []int{0, 1}}, "connections that the server sees"},
	}
	for name, tt := range tests {
		if got := tt.end.leak(start); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		if got := tt.end.within(start); got != (tt.want == "") {
			t.Errorf("%s: within is %t", name, got)
		}
		if err := compare(new(bytes.Buffer), start, &tt.end); (err != nil) != (tt.want != "") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestChildOfNoProgram(t *testing.T) {
	t.Parallel()
	in, out := new(closer), strings.NewReader("usage: …")
	if _, err := newChild(in, out, func() error { return nil }); err == nil || !in.closed {
		t.Errorf("error %v, closed %t", err, in.closed)
	}
}

// closer is an input that notes its end.
type closer struct {
	bytes.Buffer
	closed bool
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}

func TestServeReports(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := serve(`{"Cloud":"alibaba","Events":10,"Each":5}`, strings.NewReader("\n\n"), &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), `"URL":"http://127.0.0.1:`); got != 3 {
		t.Errorf("%d reports, want 3: %s", got, out.String())
	}
	if err := serve(`{"Cloud":"other"}`, strings.NewReader(""), &out); err == nil {
		t.Error("there is a cloud of another name")
	}
}

// TestMixedShapes: the sums must be what the flags say.
func TestMixedShapes(t *testing.T) {
	t.Parallel()
	want := []int{1_000_000, 1_000_000, 1_000_000, 10_000, 10_000}
	var got []int
	for _, of := range append(mixedShapes(1_000_000), sampleShape(alibabaCloud, 10_000), sampleShape(huaweiCloud, 10_000)) {
		got = append(got, expected(of.jobs()))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
}
