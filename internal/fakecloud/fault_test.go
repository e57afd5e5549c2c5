// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

func TestFaultsNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []fakecloud.Fault
		ops    []string
		want   []string // code of the fault each request met
	}{
		{"none", nil, []string{"A"}, []string{""}},
		{"once by default", []fakecloud.Fault{{Code: "x"}}, []string{"A", "A"}, []string{"x", ""}},
		{"times", []fakecloud.Fault{{Code: "x", Times: 2}}, []string{"A", "A", "A"}, []string{"x", "x", ""}},
		{"every", []fakecloud.Fault{{Code: "x", Times: -1}}, []string{"A", "B", "C"}, []string{"x", "x", "x"}},
		{"op", []fakecloud.Fault{{Code: "x", Op: "B"}}, []string{"A", "B", "B"}, []string{"", "x", ""}},
		{"after", []fakecloud.Fault{{Code: "x", After: 2}}, []string{"A", "A", "A", "A"}, []string{"", "", "x", ""}},
		{"after counts its op", []fakecloud.Fault{{Code: "x", Op: "B", After: 1}}, []string{"B", "A", "B"}, []string{"", "", "x"}},
		{
			"one after the other",
			[]fakecloud.Fault{{Code: "x", Times: 2}, {Code: "y"}},
			[]string{"A", "A", "A", "A"},
			[]string{"x", "x", "y", ""},
		},
		{
			"one waits while another applies",
			[]fakecloud.Fault{{Code: "x", After: 1}, {Code: "y"}},
			[]string{"A", "A"},
			[]string{"y", "x"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var faults fakecloud.Faults
			for _, f := range tt.faults {
				faults.Add(f)
			}
			var got []string
			for _, op := range tt.ops {
				f, ok := faults.Next(op)
				if ok != (f.Code != "") {
					t.Errorf("Next(%q) = %q, %t", op, f.Code, ok)
				}
				got = append(got, f.Code)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsClear(t *testing.T) {
	t.Parallel()
	var faults fakecloud.Faults
	faults.Add(fakecloud.Fault{Times: -1})
	faults.Clear()
	if _, ok := faults.Next("A"); ok {
		t.Error("a fault is left after Clear")
	}
}

func TestFaultsConcurrently(t *testing.T) {
	t.Parallel()
	var (
		faults fakecloud.Faults
		hits   atomic.Int64
		wg     sync.WaitGroup
	)
	faults.Add(fakecloud.Fault{Times: 100})
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if _, ok := faults.Next("A"); ok {
					hits.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := hits.Load(); got != 100 {
		t.Errorf("the fault applied %d times, want 100", got)
	}
}

func TestFaultReplacement(t *testing.T) {
	t.Parallel()
	encode := func(status int, code, message string) fakecloud.Answer {
		return fakecloud.Answer{Status: status, Code: code, Body: fmt.Appendf(nil, "%s: %s", code, message)}
	}
	tests := []struct {
		name  string
		fault fakecloud.Fault
		want  fakecloud.Answer
		ok    bool
	}{
		{"nothing", fakecloud.Fault{Delay: 1}, fakecloud.Answer{}, false},
		{"code", fakecloud.Fault{Code: "c", Message: "m"}, fakecloud.Answer{Status: 400, Code: "c", Body: []byte("c: m")}, true},
		{"code and status", fakecloud.Fault{Code: "c", Status: 503}, fakecloud.Answer{Status: 503, Code: "c", Body: []byte("c: ")}, true},
		{"status", fakecloud.Fault{Status: 502}, fakecloud.Answer{Status: 502, Body: []byte(": ")}, true},
		{"body", fakecloud.Fault{Body: []byte("<html>")}, fakecloud.Answer{Status: 200, Body: []byte("<html>")}, true},
		{"empty body", fakecloud.Fault{Body: []byte{}}, fakecloud.Answer{Status: 200, Body: []byte{}}, true},
		{"body and status", fakecloud.Fault{Body: []byte("x"), Status: 500}, fakecloud.Answer{Status: 500, Body: []byte("x")}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok := tt.fault.Replacement(encode)
			if ok != tt.ok {
				t.Errorf("replaced = %t, want %t", ok, tt.ok)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultSilent(t *testing.T) {
	t.Parallel()
	if (fakecloud.Fault{HangAfter: 1}).Silent() || !(fakecloud.Fault{Hang: true}).Silent() || !(fakecloud.Fault{Reset: true}).Silent() {
		t.Error("Silent is true exactly for Hang and Reset")
	}
}

// TestFaultsFor asks the plan first, and leaves to the list what the plan leaves alone.
func TestFaultsFor(t *testing.T) {
	t.Parallel()
	planned := func(r *http.Request, op string) (fakecloud.Fault, bool) {
		return fakecloud.Fault{Code: "planned for " + op}, r.Header.Get("Wanted") != ""
	}
	for name, tt := range map[string]struct {
		plan   fakecloud.Plan
		wanted string
		want   []string // code of the fault each of two requests met
	}{
		"no plan":             {nil, "yes", []string{"listed", ""}},
		"a plan":              {planned, "yes", []string{"planned for A", "planned for A"}},
		"a plan that says no": {planned, "", []string{"listed", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := fakecloud.Faults{Plan: tt.plan}
			faults.Add(fakecloud.Fault{Code: "listed"})
			r := &http.Request{Header: http.Header{"Wanted": {tt.wanted}}}
			got := []string{faults.For(r, "A").Code, faults.For(r, "A").Code}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("faults mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
