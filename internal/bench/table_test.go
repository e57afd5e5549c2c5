// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		figure figure
		want   [2]string // of Must and Like
	}{
		{atLeast("speed", 3.4, "x", 3.4, 4), [2]string{"reached", "short"}},
		{atLeast("speed", 4.1, "x", 3.4, 4), [2]string{"reached", "reached"}},
		{atLeast("speed", 3.3, "x", 3.4, 0), [2]string{"short", ""}},
		{atMost("bytes", 360, "B", 360, 0), [2]string{"reached", ""}},
		{atMost("bytes", 361, "B", 360, 60), [2]string{"short", "short"}},
		{stated("size", 1, "MB"), [2]string{"", ""}},
	} {
		got := [2]string{tt.figure.verdict(tt.figure.Must), tt.figure.verdict(tt.figure.Like)}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v: verdicts mismatch (-want +got):\n%s", tt.figure, diff)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0: "0", 0.0123: "0.012", 0.55: "0.55", 3.456: "3.46", 41.25: "41.2", 360.4: "360", -0.04: "-0.04"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) is %q, want %q", v, got, want)
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{7}, 7},
		{[]float64{9, 1, 5}, 5},
		{[]float64{9, 1, 5, 3}, 4},
	} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("the median of %v is %v, want %v", tt.values, got, tt.want)
		}
	}
}

// Each round begins with another side, and the first one does not count.
func TestInterleave(t *testing.T) {
	t.Parallel()
	var order strings.Builder
	letter := func(name string) side {
		return side{name, func(context.Context) (int, error) {
			order.WriteString(name)
			return 1, nil
		}}
	}
	all, err := interleave(t.Context(), 2, letter("a"), letter("b"), letter("c"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "abcbcacab"; order.String() != want || len(all["a"]) != 2 {
		t.Errorf("the sides ran as %s, %d samples; want %s, 2 samples", order.String(), len(all["a"]), want)
	}
}

func TestInterleaveTellsWhatFailed(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := interleave(t.Context(), 1, side{"one", func(context.Context) (int, error) { return 0, broken }})
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "one: ") {
		t.Errorf("error is %v, want one: broken", err)
	}
	if _, err := interleave(t.Context(), 1, side{"idle", func(context.Context) (int, error) { return 0, nil }}); err == nil {
		t.Error("a side that did nothing is no error")
	}
}

func TestSeries(t *testing.T) {
	t.Parallel()
	s := series{{units: 10, took: time.Second, allocs: 5, bytes: 20}, {units: 10, took: 2 * time.Second, allocs: 15, bytes: 40}}
	got := []float64{s.rate(), s.seconds(), s.allocs(), s.bytes()}
	if diff := cmp.Diff([]float64{7.5, 1.5, 1, 3}, got); diff != "" {
		t.Errorf("medians mismatch (-want +got):\n%s", diff)
	}
}

// The command prints the rows that were asked for, as a table and as JSON.
func TestBenchPrints(t *testing.T) {
	t.Parallel()
	var text, encoded bytes.Buffer
	if err := bench(t.Context(), &text, "^fold$", 1, false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "without details, events a second") || !strings.Contains(text.String(), "of 4 reached") {
		t.Errorf("the table is\n%s", text.String())
	}
	if err := bench(t.Context(), &encoded, "^fold$", 1, true); err != nil {
		t.Fatal(err)
	}
	var figures []figure
	if err := json.Unmarshal(encoded.Bytes(), &figures); err != nil || len(figures) != 4 || figures[0].Row != "fold" || figures[0].Must != 8 {
		t.Errorf("the JSON has %d figures, error %v:\n%s", len(figures), err, encoded.String())
	}
	if err := bench(t.Context(), &text, "(", 1, false); err == nil {
		t.Error("a pattern that is none is no error")
	}
}

func TestReported(t *testing.T) {
	t.Parallel()
	printed := "goos: linux\nBenchmarkSign-2  2000  98765 ns/op  57000 ns/sdk  3100 ns-beyond/sdk\nBenchmarkSign-2  2000  98765 ns/op  57001 ns/sdk  3000 ns-beyond/sdk\nPASS\n"
	if diff := cmp.Diff([]float64{3100, 3000}, reported(printed, unitBeyond)); diff != "" {
		t.Errorf("values mismatch (-want +got):\n%s", diff)
	}
}
