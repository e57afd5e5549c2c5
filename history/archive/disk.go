// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// disk writes files so that a crash at any point leaves whole lines and whole files. The zero value is ready to use.
type disk struct {
	write func(*os.File, []byte) (int, error) // nil = the file's own; a test's full disk
}

func (d disk) put(f *os.File, text []byte) error {
	write := (*os.File).Write
	if d.write != nil {
		write = d.write
	}
	_, err := write(f, text)
	return err
}

// appendTo adds whole lines to a file, behind first if the file has none yet, and returns when they are durable. A line that
// a crash tore is cut off before, and so is what a failure leaves of these. Directories are made as needed.
func (d disk) appendTo(name string, first, lines []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := wholeLines(f)
	if err != nil {
		return err
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	if _, err := f.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if end == 0 {
		lines = slices.Concat(first, lines)
	}
	if err := d.put(f, lines); err != nil {
		return errors.Join(err, f.Truncate(end))
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if end == 0 {
		return syncDir(filepath.Dir(name)) // the file may be new
	}
	return nil
}

// wholeLines is the size of a file up to the end of its last whole line.
func wholeLines(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	block := make([]byte, 4<<10)
	for end := info.Size(); end > 0; {
		n := min(end, int64(len(block)))
		if _, err := f.ReadAt(block[:n], end-n); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(block[:n], '\n'); i >= 0 {
			return end - n + int64(i) + 1, nil
		}
		end -= n
	}
	return 0, nil
}

// replace writes a file anew: all of it or, when it fails at any point, nothing. fill writes the content.
func (d disk) replace(name string, fill func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	// One name for all tries, so that a crash leaves one such file at most, which the next try overwrites.
	temp := name + ".tmp"
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	err = fill(writerFunc(func(text []byte) (int, error) { return len(text), d.put(f, text) }))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(text []byte) (int, error) { return w(text) }

// syncDir makes what was created and renamed in a directory durable.
//
// Assumption: where a directory cannot be synced (Windows) the file system keeps the order of such changes itself.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// workflowDir is the directory of a workflow below root.
func workflowDir(root string, ref history.Ref) string {
	return filepath.Join(root, fileName(ref.Provider), fileName(ref.Scope), fileName(ref.Workflow))
}

// fileName writes a name so that it is one for every file system, and different for different names: no dot, no slash,
// never empty.
func fileName(s string) string {
	if s == "" {
		return "%"
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
