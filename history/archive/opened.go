// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
)

// opened reads records by their places, for one page. It keeps the file that it read last open.
type opened struct {
	store  *store
	file   int         // index of the open one
	at     io.ReaderAt // nil = none is open
	closer io.Closer
}

func (o *opened) close() {
	if o.at != nil {
		_ = o.closer.Close() // it was only read
	}
	o.at = nil
}

// read is the record at a place.
func (o *opened) read(at span) (Record, error) {
	if err := o.open(at.file); err != nil {
		return Record{}, &history.Error{Op: "archive", Kind: history.ErrUnavailable, Err: err}
	}
	text := make([]byte, at.size)
	if _, err := o.at.ReadAt(text, at.offset); err != nil && err != io.EOF {
		return Record{}, &history.Error{Op: "archive", Kind: history.ErrUnavailable, Err: err}
	}
	s := scanner{name: o.store.shown(at.file)}
	r, header, err := s.decode(bytes.TrimSpace(text))
	if err != nil || header {
		return Record{}, o.changed(at)
	}
	return r, nil
}

// changed is the error of a line that is no longer what it was when the archive was opened.
func (o *opened) changed(at span) error {
	return &history.Error{Op: "archive", Kind: history.ErrUnavailable,
		Message: fmt.Sprintf("%s was changed since the archive was opened; open it again", o.store.shown(at.file))}
}

func (o *opened) open(file int) error {
	if o.at != nil && o.file == file {
		return nil
	}
	o.close()
	f, err := o.store.fsys.Open(o.store.names[file])
	if err != nil {
		return err
	}
	at, ok := f.(io.ReaderAt)
	if !ok {
		all, err := io.ReadAll(f)
		if err != nil {
			return errors.Join(err, f.Close())
		}
		at = bytes.NewReader(all)
	}
	o.file, o.at, o.closer = file, at, f
	return nil
}
