// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

// years are those at which something ends: what is no zero time, nanoseconds in 64 bits on both sides, and RFC 3339.
func years() []int { return []int{1, 1678, 1969, 2026, 2262, 9999} }

// far is an execution with a step that ends in another year.
func far(from, to int) history.Execution {
	e := execution(history.Succeeded, 9, step(strings.Repeat("n", 31), history.Succeeded, 1, 1, 8))
	s := &e.Steps[0]
	s.Entered = time.Date(from, 11, 1, 8, 0, 0, 0, time.UTC)
	s.Started, s.Ended = s.Entered, time.Date(to, 12, 31, 0, 0, 0, 0, time.UTC)
	s.Attempts = []history.Attempt{{Started: s.Started, Ended: at(5), Status: history.Failed}, {Started: at(6), Ended: s.Ended}}
	return e
}

// TestYearsFarApart: a Duration has room for 292 of them. What overflows must neither run for ever nor go backwards.
func TestYearsFarApart(t *testing.T) {
	t.Parallel()
	negative := regexp.MustCompile(`[ ">]-[0-9].*`)
	for _, from := range years() {
		for _, to := range years() {
			t.Run(fmt.Sprintf("%d-%d", from, to), func(t *testing.T) {
				t.Parallel()
				e := far(from, to)
				checkAll(t, e)
				for width := 30; width < 100; width += 3 {
					drawn := text(t, e, &render.TextOptions{Width: width})
					var picture bytes.Buffer
					if err := render.SVG(&picture, e, &render.SVGOptions{Width: width * 10}); err != nil {
						t.Fatal(err)
					}
					checkXML(t, picture.String())
					if found := negative.FindString(drawn + picture.String()); found != "" {
						t.Fatalf("in %d columns something is negative: %s", width, found)
					}
				}
			})
		}
	}
}

func TestDataOfYearsFarApart(t *testing.T) {
	t.Parallel()
	text, err := render.Data(far(2026, 9999), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Span  int64
		Steps []struct{ F int64 }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli() - at(0).UnixMilli()
	if diff := cmp.Diff([]int64{want, want}, []int64{got.Span, got.Steps[0].F}); diff != "" {
		t.Errorf("span and end of the step mismatch (-want +got):\n%s", diff)
	}
}
