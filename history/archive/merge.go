// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// merger puts the lines of one execution together: the execution first, then its events by ID, of each the one that came
// last. It keeps places in memory, not lines.
type merger struct {
	ref       history.Ref
	execution lineAt
	events    map[int64]lineAt
	open      []io.Closer
}

// lineAt is where a line is.
type lineAt struct {
	in           io.ReaderAt
	offset, size int64
}

func (m *merger) close() {
	for _, c := range m.open {
		_ = c.Close() // it was only read
	}
}

// file adds the lines of a file, if there is one. When it is one that is added to, a torn line at its end, which a crash
// leaves, was never noted as written and comes again. One that is replaced as a whole has none, unless it was damaged.
func (m *merger) file(name string, added bool) error {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	m.open = append(m.open, f)
	info, err := f.Stat()
	if err != nil {
		return err
	}
	end := info.Size()
	if added {
		if end, err = wholeLines(f); err != nil {
			return err
		}
	}
	return m.add(name, f, end)
}

// lines adds lines in memory.
func (m *merger) lines(text []byte) error {
	return m.add("new records", bytes.NewReader(text), int64(len(text)))
}

func (m *merger) add(name string, in io.ReaderAt, size int64) error {
	for found, err := range scan(io.NewSectionReader(in, 0, size), name, nil) {
		if err != nil {
			return err
		}
		r, at := found.record, lineAt{in, found.offset, found.size}
		switch {
		case r.Ref() != m.ref:
			return fmt.Errorf("%s holds %s and not %s; on a file system that does not tell upper from lower case keep both in different directories",
				name, history.FormatRef(r.Ref()), history.FormatRef(m.ref))
		case r.Execution != nil:
			m.execution = at
		default:
			m.events[r.Event.ID] = at
		}
	}
	return nil
}

// write writes all lines behind a file's first one.
func (m *merger) write(to io.Writer) error {
	w := bufio.NewWriterSize(to, 64<<10)
	lines := []lineAt{m.execution}
	for _, id := range slices.Sorted(maps.Keys(m.events)) {
		lines = append(lines, m.events[id])
	}
	if _, err := w.Write(firstLine(len(lines))); err != nil {
		return err
	}
	for _, l := range lines {
		if err := l.copyTo(w); err != nil {
			return err
		}
	}
	return w.Flush()
}

// copyTo copies the line, with an end also if it had none: an editor may have taken that of a file's last one.
func (l lineAt) copyTo(w *bufio.Writer) error {
	if _, err := io.Copy(w, io.NewSectionReader(l.in, l.offset, l.size)); err != nil {
		return err
	}
	var last [1]byte
	if _, err := l.in.ReadAt(last[:], l.offset+l.size-1); err != nil && err != io.EOF {
		return err
	}
	if last[0] == '\n' {
		return nil
	}
	return w.WriteByte('\n')
}
