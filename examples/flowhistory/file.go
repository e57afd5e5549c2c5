// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile writes a file that is there as a whole or, when write fails, as it was before. A device or pipe is written
// to directly. A new file is readable by its owner only.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	mode := os.FileMode(0o600)
	if at, err := filepath.EvalSymlinks(name); err == nil {
		name = at // a link stays one
	}
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return writeInto(name, write)
		}
		mode = info.Mode().Perm()
	}
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, ".flowhistory-*")
	if errors.Is(err, fs.ErrNotExist) {
		return directoryError{fmt.Sprintf("there is no directory %q to write in", dir), err} // rather than the name of a file that nobody asked for
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error that is returned is the one that counts
		}
	}()
	err = buffered(f, write)
	err = cmp.Or(err, f.Chmod(mode))
	if err = cmp.Or(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// writeInto writes to what is there already and is no file.
func writeInto(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return cmp.Or(buffered(f, write), f.Close())
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriter(w)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}
