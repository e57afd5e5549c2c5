// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

const stateText = `{"version":1,"workflows":[{"provider":"script","scope":"test","workflow":"flow","count":1,"ended":1,` +
	`"durations":{"min":9000000000,"max":9000000000,"buckets":[[1795,1]]},"steps":[{"name":"pay","kind":"step","count":2,"ended":2,` +
	`"failed":1,"retries":1,"durations":{"min":1000000000,"max":8000000000,"buckets":[[1591,1],[1783,1]]}}]}]}`

func TestAggregateJSON(t *testing.T) {
	t.Parallel()
	var a analyze.Aggregate
	e := execution(0, 9, failing(step("pay", 0, 1), "E"), with(step("pay", 1, 9), func(s *history.Step) { s.Attempts = make([]history.Attempt, 2) }))
	a.Add(e)
	roundTrip(t, a, stateText)
	roundTrip(t, analyze.Aggregate{}, `{"version":1,"workflows":[]}`)

	var back analyze.Aggregate
	if err := json.Unmarshal([]byte(marshal(t, &a)), &back); err != nil {
		t.Fatal(err)
	}
	a.Add(e)
	back.Add(e)
	equal(t, "report when counting goes on", a.Report(), back.Report())
}

func TestAggregateJSONProperty(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 0))
		a := analyze.Aggregate{MaxPaths: 20 * r.IntN(3)}
		for range r.IntN(10) {
			a.Add(randomExecution(r, 40))
		}
		var back analyze.Aggregate
		if err := json.Unmarshal([]byte(marshal(t, a)), &back); err != nil {
			t.Fatal(err)
		}
		equal(t, "report", marshal(t, a.Report()), marshal(t, back.Report()))
	}
}

func TestAggregateJSONKeepsMaxPaths(t *testing.T) {
	t.Parallel()
	a := analyze.Aggregate{MaxPaths: 1}
	if err := json.Unmarshal([]byte(stateText), &a); err != nil {
		t.Fatal(err)
	}
	r := a.Report()
	if a.MaxPaths != 1 || len(r.Workflows[0].Steps) != 0 || r.Dropped != 2 {
		t.Errorf("MaxPaths %d, %d steps, %d dropped; want 1, 0, 2", a.MaxPaths, len(r.Workflows[0].Steps), r.Dropped)
	}
	a.Add(execution(0, 1, step("more", 0, 1))) // what was read takes its room
	if r := a.Report(); len(r.Workflows[0].Steps) != 0 || r.Dropped != 3 {
		t.Errorf("after one more: %d steps, %d dropped; want 0, 3", len(r.Workflows[0].Steps), r.Dropped)
	}
}

// Counts of what has no room are added up, which must not overflow.
func TestAggregateJSONWithTooMuchDropped(t *testing.T) {
	t.Parallel()
	a := analyze.Aggregate{MaxPaths: 1}
	err := json.Unmarshal([]byte(`{"version":1,"dropped":9007199254740992,"workflows":[{"workflow":"a"},{"workflow":"b","count":1}]}`), &a)
	if !errors.Is(err, history.ErrDecode) {
		t.Errorf("the error is %v, want ErrDecode", err)
	}
}

func TestAggregateJSONOfBadText(t *testing.T) {
	t.Parallel()
	change := func(old, replacement string) string {
		if !strings.Contains(stateText, old) {
			t.Fatalf("%s is not in the text", old)
		}
		return strings.Replace(stateText, old, replacement, 1)
	}
	for _, tc := range []struct{ name, text string }{
		{"a list", `[]`},
		{"no version", `{}`},
		{"another version", change(`"version":1`, `"version":2`)},
		{"negative dropped", `{"version":1,"dropped":-1}`},
		{"an execution", change(`"workflow":"flow"`, `"workflow":"flow","execution":"exec"`)},
		{"a workflow twice", `{"version":1,"workflows":[{"workflow":"a"},{"workflow":"a"}]}`},
		{"a step twice", `{"version":1,"workflows":[{"workflow":"a","steps":[{"name":"x"},{"name":"x"}]}]}`},
		{"more failed than ended", change(`"failed":1`, `"failed":3`)},
		{"more ended than there are", change(`"count":2`, `"count":1`)},
		{"negative failed", change(`"failed":1`, `"failed":-1`)},
		{"negative retries", change(`"retries":1`, `"retries":-1`)},
		{"too many dropped", `{"version":1,"dropped":9007199254740993}`},
		{"too many retries", `{"version":1,"workflows":[{"workflow":"a","retries":9007199254740993}]}`},
		{"more ended than there are, of a step without durations", `{"version":1,"workflows":[{"workflow":"a","count":1,"ended":2}]}`},
		{"negative duration in the bucket of a long one", change(`"min":9000000000,"max":9000000000,"buckets":[[1795,1]]`,
			`"min":-1,"max":4575657221408423936,"buckets":[[3647,1]]`)},
		{"min above max in one bucket", change(`"min":9000000000,"max":9000000000,"buckets":[[1795,1]]`, `"min":1001,"max":1000,"buckets":[[317,1]]`)},
		{"too many", `{"version":1,"workflows":[{"workflow":"a","count":9007199254740993}]}`},
		{"no bucket", change(`[[1795,1]]`, `[]`)},
		{"negative duration", change(`"min":1000000000`, `"min":-1`)},
		{"min above max", change(`"min":1000000000`, `"min":8000000001`)},
		{"min in another bucket", change(`"min":1000000000`, `"min":1200000000`)},
		{"max in another bucket", change(`"max":8000000000`, `"max":9000000000`)},
		{"buckets out of order", change(`[1591,1],[1783,1]`, `[1591,1],[1591,1],[1783,1]`)},
		{"a bucket twice", `{"version":1,"workflows":[{"workflow":"a","count":3,"durations":{"min":0,"max":2,"buckets":[[0,1],[0,1],[2,1]]}}]}`},
		{"bucket behind the last", change(`[1591,1],[1783,1]`, `[1591,1],[9999,1],[1783,1]`)},
		{"empty bucket", change(`[1783,1]`, `[1783,0]`)},
		{"more durations than steps", change(`[1783,1]`, `[1783,2]`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var a analyze.Aggregate
			a.Add(execution(0, 1, step("kept", 0, 1)))
			before := a.Report()
			err := json.Unmarshal([]byte(tc.text), &a)
			if !errors.Is(err, history.ErrDecode) {
				t.Errorf("the error is %v, want ErrDecode", err)
			}
			equal(t, "report after the error", before, a.Report())
		})
	}
}

func TestAggregateJSONNull(t *testing.T) {
	t.Parallel()
	var a analyze.Aggregate
	a.Add(execution(0, 1))
	before := a.Report()
	if err := json.Unmarshal([]byte(`null`), &a); err != nil {
		t.Fatal(err)
	}
	equal(t, "report", before, a.Report())
}

func TestAggregateJSONOfANameThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	var a analyze.Aggregate
	a.Add(execution(0, 1, step("\xff", 0, 1)))
	if _, err := json.Marshal(a); !errors.Is(err, history.ErrDecode) {
		t.Errorf("the error is %v, want ErrDecode", err)
	}
}

// Whatever is read without an error is written and read again as the same, reports and takes more.
func FuzzAggregateJSON(f *testing.F) {
	f.Add(stateText)
	f.Add(`{"version":1,"workflows":[]}`)
	f.Add(`{"version":1,"workflows":[{"count":1,"durations":{"min":0,"max":0,"buckets":[[0,1]]}}],"dropped":7}`)
	f.Fuzz(func(t *testing.T, text string) {
		var a, back analyze.Aggregate
		if json.Unmarshal([]byte(text), &a) != nil {
			return
		}
		if err := json.Unmarshal([]byte(marshal(t, a)), &back); err != nil {
			t.Fatal(err)
		}
		equal(t, "report", a.Report(), back.Report())
		a.Add(execution(0, 9, step("pay", 0, 9)))
		a.Merge(&back)
		a.Report()
	})
}
