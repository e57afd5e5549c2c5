// SPDX-License-Identifier: Apache-2.0

package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written is a file target with a text.
func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file:" + file
}

// TestNoArchive: of a file that is none a few lines are told, and what it should be.
func TestNoArchive(t *testing.T) {
	t.Parallel()
	var packed strings.Builder
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte("{}\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(readFile(t, "testdata/archive.jsonl"), "\n")
	for _, tt := range []struct {
		target string
		lines  int // on stderr
		want   string
	}{
		{written(t, "x.html", strings.Repeat("<p>\n", 1082)), 7, "left out: and 1077 more lines\nflowhistory: history: not found: "},
		{written(t, "x.html", "<p>\n"), 2, "x.html is no archive; want what"},
		{written(t, "x.jsonl.gz", packed.String()), 1, "x.jsonl.gz is compressed with gzip; decompress it first"},
		{written(t, "empty.jsonl", header+"\n"), 1, "empty.jsonl has no executions\n"},
		{"file:" + t.TempDir(), 1, "has no executions\n"},
	} {
		s := newStage()
		code := s.run(t.Context(), []string{"list", tt.target})
		if said := s.stderr.String(); code != exitNotFound || strings.Count(said, "\n") != tt.lines || !strings.Contains(said, tt.want) {
			t.Errorf("%s: exit code %d, stderr, of which %d lines with %q are wanted:\n%s", tt.target, code, tt.lines, tt.want, said)
		}
	}
}

// TestDamagedArchive: what is whole of an archive is shown.
func TestDamagedArchive(t *testing.T) {
	t.Parallel()
	s := newStage()
	names := s.must(t, "list", written(t, "x.jsonl", readFile(t, "testdata/archive.jsonl")+strings.Repeat("damage\n", 7)), "-o", "name")
	if said := s.stderr.String(); names == "" || strings.Count(said, "\n") != maxDamaged+1 || !strings.Contains(said, "and 2 more lines\n") {
		t.Errorf("shown: %s\nstderr:\n%s", names, said)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
