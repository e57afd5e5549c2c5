// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// TestGolden also sees that a second export is the same to the byte.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		for kind, to := range writers() {
			t.Run(x.Name+"."+kind, func(t *testing.T) {
				t.Parallel()
				got := write(t, to, x.Execution)
				if again := write(t, to, x.Execution); again != got {
					t.Errorf("written again mismatch (-first +second):\n%s", cmp.Diff(got, again))
				}
				got = strings.ReplaceAll(got, `{"traceId"`, "\n"+`{"traceId"`) // a span a line, for people
				file := filepath.Join("testdata", x.Name+"."+kind+".golden")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("%v; go test -update writes it", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s mismatch (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

func TestErrorsOfWriters(t *testing.T) {
	t.Parallel()
	e := historytest.Gallery()[4].Execution
	for kind, to := range writers() {
		for _, room := range []int{0, 5000} {
			if err := to(&full{room}, e); !errors.Is(err, errFull) {
				t.Errorf("%s into a writer with room for %d bytes gives %v, want the writer's error", kind, room, err)
			}
		}
	}
}

func TestNothingIsChanged(t *testing.T) {
	t.Parallel()
	want := historytest.Gallery()
	for i, x := range historytest.Gallery() {
		for _, to := range writers() {
			write(t, to, x.Execution)
		}
		if diff := cmp.Diff(want[i].Execution, x.Execution); diff != "" {
			t.Errorf("%s after writing mismatch (-before +after):\n%s", x.Name, diff)
		}
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"otlp.json":         `"name":"RUN"`,
		"chrome.json":       `"name":"(unnamed)"`,
		"cloudevents.jsonl": "",
	}
	for kind, to := range writers() {
		got := write(t, to, history.Execution{})
		if !strings.Contains(got, want[kind]) || want[kind] == "" && got != "" {
			t.Errorf("%s of nothing is %q, want %q in it", kind, got, want[kind])
		}
	}
}
