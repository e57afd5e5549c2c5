// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// outputs are all that can be drawn of an execution, by the end of the golden file's name.
func outputs() map[string]func(io.Writer, history.Execution) error {
	return map[string]func(io.Writer, history.Execution) error{
		"txt": func(w io.Writer, e history.Execution) error { return render.Text(w, e, nil) },
		"ascii.txt": func(w io.Writer, e history.Execution) error {
			return render.Text(w, e, &render.TextOptions{Width: 120, ASCII: true, Color: true, Alike: -1})
		},
		"mmd":  func(w io.Writer, e history.Execution) error { return render.Mermaid(w, e, nil) },
		"svg":  func(w io.Writer, e history.Execution) error { return render.SVG(w, e, nil) },
		"html": func(w io.Writer, e history.Execution) error { return render.HTML(w, e, nil) },
	}
}

// draw returns what is drawn. The style and the script of reports, which are files in assets, and their hashes are left
// out.
func draw(t *testing.T, out func(io.Writer, history.Execution) error, e history.Execution) string {
	t.Helper()
	var b bytes.Buffer
	if err := out(&b, e); err != nil {
		t.Fatalf("drawing: %v", err)
	}
	text := regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`).ReplaceAllString(b.String(), "<$1></$2>")
	return regexp.MustCompile(`sha256-.*?&#39;`).ReplaceAllString(text, "sha256-hash&#39;")
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		for kind, out := range outputs() {
			t.Run(x.Name+"."+kind, func(t *testing.T) {
				t.Parallel()
				got := draw(t, out, x.Execution)
				if again := draw(t, out, x.Execution); again != got {
					t.Errorf("drawn again mismatch (-first +second):\n%s", cmp.Diff(got, again))
				}
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
