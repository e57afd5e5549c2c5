// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// format is a value of --output.
type format string

const (
	tableFormat format = "table" // for people
	wideFormat  format = "wide"  // the same with everything
	jsonFormat  format = "json"  // one value
	linesFormat format = "jsonl" // one value a line, as it is read
	nameFormat  format = "name"  // a target a line, for the next command
)

// writeJSON writes a value, indented. What is not printable is escaped, so that it means the same and steers no terminal.
func writeJSON(w io.Writer, v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = b.WriteTo(w)
	return err
}

// writeLine writes a value as one line.
func writeLine(w io.Writer, v any) error {
	text, err := encode(v)
	if err == nil {
		_, err = io.WriteString(w, text+"\n")
	}
	return err
}

// encode makes compact JSON, in which what is not printable can only be in strings.
func encode(v any) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", err
	}
	return plain(strings.TrimSuffix(b.String(), "\n")), nil
}

// printTable prints a table. On a terminal its lines are cut to the width, unless everything is wanted.
func (c *call) printTable(t *table) error {
	width := 0
	if _, terminal := c.screen(c.out); c.format != wideFormat && (terminal || c.cmd.Int("width") > 0) {
		width = c.width()
	}
	return t.print(c.out, c.color, width)
}

// println prints a line in which nothing can steer a terminal.
func (c *call) println(text string) error {
	_, err := fmt.Fprintln(c.out, plain(text))
	return err
}
