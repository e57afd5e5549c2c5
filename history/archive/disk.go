// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Details may hold secrets, so what is made is the owner's alone.
const (
	fileMode os.FileMode = 0o600
	dirMode  os.FileMode = 0o700
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
	if err := makeDir(filepath.Dir(name)); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
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
		// The file may be new. Its name is made durable before it has a line, so that one with lines needs no look.
		if err := syncDir(filepath.Dir(name)); err != nil {
			return err
		}
		lines = slices.Concat(first, lines)
	}
	if err = d.put(f, lines); err == nil {
		err = f.Sync()
	}
	if err != nil {
		// Also behind a failed Sync: the system may hold the lines for written then, and they must come again.
		return errors.Join(err, f.Truncate(end))
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
	if err := makeDir(filepath.Dir(name)); err != nil {
		return err
	}
	// One name for all tries, so that a crash leaves one such file at most, which the next try removes.
	temp := name + ".tmp"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
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

// makeDir makes a directory and those above it, each durable in the one above.
func makeDir(name string) error {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil
	}
	above := filepath.Dir(name)
	if above != name {
		if err := makeDir(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(name, dirMode); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncDir(above)
}

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
