// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// maxDamaged is how many damaged lines of an archive are told one by one. A file that is none has nothing else.
const maxDamaged = 5

// readArchive reads an archive as far as it is whole, and counts the lines that are left out.
func (c *call) readArchive(path string) (a *archive.Archive, damaged int, err error) {
	if err := mayBeArchive(path); err != nil {
		return nil, 0, err
	}
	told := c.progress("reading " + path)
	opts := &archive.ReadOptions{Skip: func(e *archive.LineError) bool {
		if damaged++; damaged <= maxDamaged {
			told.aside(c.errOut, "flowhistory: left out: "+plain(e.Error()))
		}
		return true
	}}
	told.during(func() { a, err = archive.Open(path, opts) }, "%d archives", archivesBelow(path))
	told.end()
	if damaged > maxDamaged {
		fmt.Fprintf(c.errOut, "flowhistory: left out: and %d more lines\n", damaged-maxDamaged)
	}
	return a, damaged, err
}

// mayBeArchive is the error of what people take for an archive and would not understand the library's words about. Whatever
// else is wrong is the library's to tell.
func mayBeArchive(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && path == "-",
		err == nil && !info.IsDir() && !info.Mode().IsRegular():
		return usageError{fmt.Sprintf("an archive is read more than once, which %s does not allow: save it to a file first", path)}
	case err != nil || info.IsDir():
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	magic := make([]byte, 2)
	if _, err := io.ReadFull(f, magic); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return noExecutions("%s is compressed with gzip; decompress it first, e.g. gunzip -k %s", path, path)
	}
	return nil
}

// archivesBelow is how many files of a directory archive.Open reads, 1 for a file. What cannot be read is Open's to tell.
func archivesBelow(path string) (n int) {
	_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && (name == path || filepath.Ext(name) == ".jsonl") {
			n++
		}
		return nil
	})
	return n
}

func noExecutions(format string, args ...any) error {
	return &history.Error{Kind: history.ErrNotFound, Message: fmt.Sprintf(format, args...)}
}
