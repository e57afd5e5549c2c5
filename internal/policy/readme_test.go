// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// block is one fenced block of code in the README.
type block struct {
	language string
	text     string
	line     int // of its first line of code, from 1
}

// blocks returns the fenced blocks of a Markdown text. A fence that is never closed reaches to the end.
func blocks(markdown string) []block {
	var found []block
	open := false
	for i, line := range strings.Split(markdown, "\n") {
		language, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && open:
			open = false
		case fence:
			open = true
			found = append(found, block{language: strings.TrimSpace(language), line: i + 2})
		case open:
			found[len(found)-1].text += line + "\n"
		}
	}
	return found
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	got := blocks("text\n```sh\na\n\nb\n```\nmore\n\n- item\n\n  ```go\n  c\n  ```\n```\nopen\n")
	want := []block{
		{language: "sh", text: "a\n\nb\n", line: 3},
		{language: "go", text: "  c\n", line: 12},
		{language: "", text: "open\n\n", line: 15},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(block{})); diff != "" {
		t.Errorf("blocks mismatch (-want +got):\n%s", diff)
	}
}

// commands returns what a block of shell commands runs, without prompts, comments and output separators.
func (b block) commands() []string {
	var found []string
	for line := range strings.Lines(b.text) {
		line, _, _ = strings.Cut(" "+strings.TrimSpace(line), " #")
		if line = strings.TrimPrefix(strings.TrimSpace(line), "$ "); line != "" {
			found = append(found, line)
		}
	}
	return found
}

// TestReadmeCommands keeps the newcomer's way: see something work first, then run the tests. Both commands are checked
// by .ci/run.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	var got []string
	for _, b := range blocks(read(t, "README.md")) {
		if b.language == "sh" {
			got = append(got, b.commands()...)
		}
	}
	want := []string{"go run ./examples/quickstart", "go test ./..."}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("the first commands in the README's sh blocks mismatch (-want +got):\n%s", diff)
	}
}

func TestReadmeLinks(t *testing.T) {
	t.Parallel()
	text := read(t, "README.md")
	for _, b := range blocks(text) {
		text = strings.Replace(text, b.text, strings.Repeat("\n", strings.Count(b.text, "\n")), 1) // code has no links
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)`)
	for i, line := range strings.Split(text, "\n") {
		for _, match := range link.FindAllStringSubmatch(line, -1) {
			checkLink(t, i+1, match[1])
		}
	}
}

// checkLink looks at links to files; the network is not asked.
func checkLink(t *testing.T, line int, target string) {
	t.Helper()
	file, _, _ := strings.Cut(target, "#")
	if strings.Contains(target, ":") || file == "" {
		return
	}
	if !fs.ValidPath(strings.TrimSuffix(strings.TrimPrefix(file, "./"), "/")) {
		t.Errorf("README.md:%d: the link %s leads out of the tree", line, target)
		return
	}
	if _, err := os.Stat(filepath.Join(top, filepath.FromSlash(file))); err != nil {
		t.Errorf("README.md:%d: the link %s leads nowhere: %v", line, target, err)
	}
}
