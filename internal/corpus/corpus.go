// SPDX-License-Identifier: Apache-2.0

// Package corpus holds the seed inputs of the fuzz targets, for tests only: for each decoder a few hundred texts that look
// like what a service sends, and that are broken in ways in which texts break. With each comes whether the decoder takes it,
// so that a decoder that is written anew is held against what the old one did.
//
// A shape is a file of testdata, one input a line: the verdict, a name, and the text as a Go string. Samples have the
// documented fields, with names, times and ids made up for them.
package corpus

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
)

//go:embed testdata/*.txt
var files embed.FS

// Input is one seed.
type Input struct {
	Name     string // unique within its shape; what is odd about the text, or that it is whole
	Text     string // any bytes
	Accepted bool   // the decoder takes it
}

// The verdicts as they are written.
const (
	accept = "accept"
	refuse = "refuse"
)

// Shapes are the names of all shapes, in alphabetical order.
func Shapes() []string {
	entries, _ := files.ReadDir("testdata") // it was there when this was compiled
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".txt")
	}
	return names
}

// Inputs are the seeds of a shape, e.g. "fnf_page", in the order of its file. A shape that there is not, or a file that is
// damaged, is a mistake in this module: Inputs panics.
func Inputs(shape string) []Input {
	file, err := files.Open(path.Join("testdata", shape+".txt"))
	if err != nil {
		panic(fmt.Errorf("corpus: no such shape: %w", err))
	}
	defer file.Close()
	var inputs []Input
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			input, err := parse(line)
			if err != nil {
				panic(fmt.Errorf("corpus: %s.txt:%d: %w", shape, n, err))
			}
			inputs = append(inputs, input)
		}
	}
	if err := lines.Err(); err != nil {
		panic(fmt.Errorf("corpus: %s.txt: %w", shape, err))
	}
	return inputs
}

// parse reads a line: verdict, name and text, with a tab between each two.
func parse(line string) (Input, error) {
	verdict, rest, _ := strings.Cut(line, "\t")
	name, quoted, _ := strings.Cut(rest, "\t")
	if verdict != accept && verdict != refuse {
		return Input{}, fmt.Errorf("the verdict is %q; want %s or %s", verdict, accept, refuse)
	}
	if name == "" {
		return Input{}, errors.New("the input has no name")
	}
	text, err := strconv.Unquote(quoted)
	if err != nil {
		return Input{}, fmt.Errorf("%s: the text is not a Go string: %w", name, err)
	}
	return Input{Name: name, Text: text, Accepted: verdict == accept}, nil
}

// Add gives a fuzz target the texts of a shape: add is what calls its F.Add.
func Add(shape string, add func(text string)) {
	for _, input := range Inputs(shape) {
		add(input.Text)
	}
}

// Check holds a decoder against the verdicts of a shape. The error names each input that it takes or refuses otherwise.
func Check(shape string, accepts func(text string) bool) error {
	var wrong []error
	for _, input := range Inputs(shape) {
		switch got := accepts(input.Text); {
		case got == input.Accepted:
		case got:
			wrong = append(wrong, fmt.Errorf("%s: %s: accepted, want it refused: %.300q", shape, input.Name, input.Text))
		default:
			wrong = append(wrong, fmt.Errorf("%s: %s: refused, want it accepted: %.300q", shape, input.Name, input.Text))
		}
	}
	return errors.Join(wrong...)
}
