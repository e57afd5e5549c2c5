// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// dirText is the file of a Dir that holds an execution and so many events, and its name.
func dirText(t *testing.T, name string, events int64) (root, file, text string) {
	t.Helper()
	root = t.TempDir()
	ids := []int64{0}
	for id := range events {
		ids = append(ids, id+1)
	}
	put(t, archive.NewDir(root), refOf(name), ids...)
	files := content(t, root)
	file = slices.Collect(maps.Keys(files))[0]
	return root, filepath.Join(root, filepath.FromSlash(file)), files[file]
}

// A file that was cut at the end of a line is told from a whole one wherever it is read, and is not added to.
func TestDirFileThatIsCutBetweenLines(t *testing.T) {
	t.Parallel()
	root, file, text := dirText(t, "order-1", 4)
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	for n := 1; n < len(lines); n++ {
		if err := os.WriteFile(file, []byte(strings.Join(lines[:n], "")), 0o600); err != nil {
			t.Fatal(err)
		}
		_, opened := archive.Open(root, nil)
		added := archive.NewDir(root).Put(t.Context(), []archive.Record{about(refOf("order-1"), 9), about(refOf("order-1"), 0)})
		for what, err := range map[string]error{"Open": opened, "Put": added} {
			damage, ok := errors.AsType[*archive.LineError](err)
			if !ok || damage.Line != n || !strings.Contains(damage.Reason, "of the 5 records") || !errors.Is(err, history.ErrDecode) {
				t.Errorf("%s of a file of %d lines: the error is %v, want a LineError of line %[2]d about 5 records", what, n, err)
			}
		}
	}
}

// What a count says is held against the lines up to the next first line, and no count says nothing.
func TestCountOfRecords(t *testing.T) {
	t.Parallel()
	_, _, whole := dirText(t, "order-1", 2)
	_, _, other := dirText(t, "order-2", 1)
	cut := whole[:strings.LastIndexByte(strings.TrimSuffix(whole, "\n"), '\n')+1]
	old := strings.Replace(cut, `,"records":3`, "", 1)
	damaged := strings.Replace(whole, `"event":`, `"evil":`, 1)
	for name, tt := range map[string]struct {
		text    string
		records int
		damages []int // lines
	}{
		"whole":                         {whole, 3, nil},
		"put together":                  {whole + other, 5, nil},
		"more than counted":             {whole + strings.SplitAfter(other, "\n")[1], 4, nil},
		"without a count":               {old, 2, nil},
		"empty lines":                   {strings.ReplaceAll(whole, "\n", "\n\n"), 3, nil},
		"cut":                           {cut, 2, []int{3}},
		"cut, with another behind it":   {cut + other, 4, []int{4}},
		"with another cut behind it":    {other + cut, 4, []int{6}},
		"both cut":                      {cut + cut, 4, []int{4, 6}},
		"only its first line":           {strings.SplitAfter(whole, "\n")[0], 0, []int{1}},
		"a damaged line is no lost one": {damaged, 2, []int{3}},
		"a count below zero":            {strings.Replace(whole, `"records":3`, `"records":-3`, 1), 3, nil},
		"a count beyond all bounds":     {strings.Replace(whole, `"records":3`, `"records":9223372036854775807`, 1), 3, []int{4}},
	} {
		var damages []int
		opts := &archive.ReadOptions{Skip: func(e *archive.LineError) bool { damages = append(damages, e.Line); return true }}
		got, err := history.Collect(archive.Records(strings.NewReader(tt.text), name, opts))
		if err != nil || len(got) != tt.records || !slices.Equal(damages, tt.damages) {
			t.Errorf("%s: %d records, damaged lines %v, error %v; want %d and %v", name, len(got), damages, err, tt.records, tt.damages)
		}
	}
}
