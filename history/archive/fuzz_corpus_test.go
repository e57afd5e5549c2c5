// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// A line of the corpus is read or refused as it was when the corpus was made.
func TestCorpus(t *testing.T) {
	t.Parallel()
	err := corpus.Check("archive_line", func(text string) bool {
		got, err := history.Collect(archive.Records(strings.NewReader(head+text), "corpus", nil))
		return err == nil && len(got) == 1
	})
	if err != nil {
		t.Error(err)
	}
}

// The lines of the corpus as one archive: each that is refused can be skipped, and what is read is what is read alone.
func TestCorpusAsOneArchive(t *testing.T) {
	t.Parallel()
	want, text := 0, head
	for _, input := range corpus.Inputs("archive_line") {
		if input.Accepted {
			want++
		}
		if input.Name != "a first line of schema 2" { // whose file is not to be read, whatever else it has
			text += strings.ReplaceAll(input.Text, "\n", " ") + "\n"
		}
	}
	skip := &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }}
	got, err := history.Collect(archive.Records(strings.NewReader(text), "corpus", skip))
	if err != nil || len(got) < want {
		t.Errorf("%d records, error %v; want %d", len(got), err, want)
	}
}
