// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// A line of any depth is a record or a LineError, and reading goes on behind it.
func TestHostileDeepLines(t *testing.T) {
	t.Parallel()
	for _, levels := range []int{9_000, 10_001, 100_000} {
		lists := strings.Repeat("[", levels) + strings.Repeat("]", levels)
		objects := strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
		for _, line := range []string{
			`{"extra":` + lists + `,"id":"p://s/w/e#2","event":{"provider":"p","scope":"s","workflow":"w","execution":"e","id":2,"type":"T","time":"2026-11-01T08:00:00Z"}}`,
			strings.Replace(first, `"type":"T"`, `"type":"T","detail":`+objects, 1),
			`{"id":"p://s/w/e","execution":{"provider":"p","scope":"s","workflow":"w","execution":"e","steps":` +
				strings.Repeat(`[{"id":"a","children":`, levels/2) + "[]" + strings.Repeat("}]", levels/2) + `}}`,
			lists, strings.Repeat("[", levels),
		} {
			damaged := 0
			skip := &archive.ReadOptions{Skip: func(*archive.LineError) bool { damaged++; return true }}
			text := head + first + strings.TrimSpace(line) + "\n" + third
			got, err := history.Collect(archive.Records(strings.NewReader(text), "deep", skip))
			if err != nil || len(got)+damaged != 3 || levels > 10_000 && damaged != 1 {
				t.Errorf("%d levels, %.40s: %d records, %d damaged, error %v", levels, line, len(got), damaged, err)
			}
		}
	}
}
