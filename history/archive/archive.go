// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// suffix is how the names of files end that a reader takes.
const suffix = ".jsonl"

// Archive is what was in a file or directory when it was opened: a Source for each provider and scope. It is safe for
// concurrent use.
type Archive struct {
	sources []*Source
}

// Open reads a file, or all files below a directory whose names end in .jsonl, from beginning to end: what it returns
// has seen every line. It keeps 32 bytes for each event and about 200 for each execution in memory, and no file open; the
// texts are read again when they are asked for. Of symbolic links those to files are followed, those to directories are not,
// other than name itself: open what they lead to.
//
// An error is a *LineError, a *SchemaError or the file system's own (fs.ErrNotExist, …). opts may be nil.
func Open(name string, opts *ReadOptions) (*Archive, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if info.IsDir() {
		return open(os.DirFS(name), name, ".", opts)
	}
	dir, file := filepath.Split(name)
	dir = cmp.Or(dir, ".")
	return open(os.DirFS(dir), dir, file, opts)
}

// OpenFS is Open for all files below the root of a file system whose names end in .jsonl: embedded ones, a zip file, a
// test's. Files that are no io.ReaderAt are read in full for each page, so a compressed file of many executions is slow.
func OpenFS(fsys fs.FS, opts *ReadOptions) (*Archive, error) {
	return open(fsys, "", ".", opts)
}

// open reads the files at or below root; base is what errors write in front of their names.
func open(fsys fs.FS, base, root string, opts *ReadOptions) (*Archive, error) {
	ix := &indexer{store: &store{fsys: fsys, base: base}, opts: opts, sources: map[history.Ref]*Source{}}
	err := fs.WalkDir(fsys, root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return ix.store.failed(err)
		case entry.IsDir() || name != root && !strings.HasSuffix(name, suffix):
			return nil
		}
		// A pipe would be waited for without end, and cannot be read twice.
		if info, err := fs.Stat(fsys, name); err != nil {
			return ix.store.failed(err)
		} else if !info.Mode().IsRegular() {
			return fmt.Errorf("archive: %s is no regular file (%s), which Open needs; Records reads any stream", ix.store.show(name), info.Mode().Type())
		}
		return ix.file(name)
	})
	if err != nil {
		return nil, err
	}
	return ix.archive(), nil
}

// Sources are the sources of the archive, one for each provider and scope, in order of both. The slice is the caller's own.
func (a *Archive) Sources() []*Source { return slices.Clone(a.sources) }

// Source is the source of a provider and scope; ErrNotFound if the archive has nothing of it.
func (a *Archive) Source(provider, scope string) (*Source, error) {
	var known []string
	for _, s := range a.sources {
		if s.provider == provider && s.scope == scope {
			return s, nil
		}
		known = append(known, history.FormatRef(history.Ref{Provider: s.provider, Scope: s.scope}))
	}
	return nil, &history.Error{Provider: provider, Scope: scope, Op: "archive", Kind: history.ErrNotFound,
		Message: fmt.Sprintf("the archive has nothing of that provider and scope; it has %q", known)}
}

// store is the files of an archive.
type store struct {
	fsys  fs.FS
	base  string // in front of names in errors
	names []string
}

// shown is a file's name as errors write it.
func (s *store) shown(file int) string { return s.show(s.names[file]) }

func (s *store) show(name string) string {
	if s.base == "" {
		return name
	}
	return filepath.Join(s.base, filepath.FromSlash(path.Clean(name)))
}

// failed is an error of the file system, which knows its files by their names below the base.
func (s *store) failed(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = &fs.PathError{Op: e.Op, Path: s.show(e.Path), Err: e.Err}
	}
	return fmt.Errorf("archive: %w", err)
}

// span is the place of a record's line.
type span struct {
	file   int
	offset int64
	size   int64
}

// indexer finds the places of all records.
type indexer struct {
	store   *store
	opts    *ReadOptions
	sources map[history.Ref]*Source // by a Ref of provider and scope
}

func (ix *indexer) file(name string) (err error) {
	f, err := ix.store.fsys.Open(name)
	if err != nil {
		return ix.store.failed(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	ix.store.names = append(ix.store.names, name)
	file := len(ix.store.names) - 1
	for found, err := range scan(f, ix.store.shown(file), ix.opts) {
		if err != nil {
			return err
		}
		ix.add(found.record, span{file, found.offset, found.size})
	}
	return nil
}

func (ix *indexer) add(r Record, at span) {
	ref := r.Ref()
	place := history.Ref{Provider: ref.Provider, Scope: ref.Scope}
	src, ok := ix.sources[place]
	if !ok {
		src = &Source{store: ix.store, provider: ref.Provider, scope: ref.Scope, workflows: map[string]*workflow{}}
		src.can.NativeEvents = true
		ix.sources[place] = src
	}
	e := src.entry(ref)
	if r.Event != nil {
		e.events = append(e.events, eventSpan{r.Event.ID, at})
		src.can.NativeEvents = src.can.NativeEvents && !r.Event.Derived
		return
	}
	e.started, e.status, e.record, e.recorded = r.Execution.Started, r.Execution.Status, at, true
	src.can.Steps = src.can.Steps || len(r.Execution.Steps) > 0
}

// archive sorts what was found.
func (ix *indexer) archive() *Archive {
	a := &Archive{}
	for _, s := range ix.sources {
		for _, w := range s.workflows {
			w.sort()
		}
		s.can.MaxEventPage, s.can.MaxExecutionPage = maxEventPage, maxExecutionPage
		s.can.Workflows, s.can.MaxWorkflowPage = true, maxWorkflowPage
		s.can.FilterStatus, s.can.FilterName, s.can.FilterStarted = true, true, true
		a.sources = append(a.sources, s)
	}
	slices.SortFunc(a.sources, func(x, y *Source) int {
		return cmp.Or(cmp.Compare(x.provider, y.provider), cmp.Compare(x.scope, y.scope))
	})
	return a
}
