// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"fmt"

	"github.com/flowhistory/flowhistory/history"
)

// LineError says which line of an archive is damaged, and in what way. It matches history.ErrDecode.
type LineError struct {
	File   string // as it was opened
	Line   int    // 1 for the first
	Reason string // for people, quoting the beginning of what was found
}

// Error is file:line: reason, as compilers write it.
func (e *LineError) Error() string {
	return fmt.Sprintf("archive: %s:%d: %s", e.File, e.Line, e.Reason)
}

// Is makes errors.Is match history.ErrDecode.
func (e *LineError) Is(target error) bool { return target == history.ErrDecode }

// SchemaError says that an archive was written by a newer version of this package. It matches history.ErrDecode, and it
// is no damage that could be skipped.
type SchemaError struct {
	File   string // as it was opened
	Line   int    // where the schema is named, 1 for the first
	Schema int    // what it is; this package reads up to Schema
}

// Error says what to do about it.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("archive: %s:%d: the archive has the schema %d and this version reads up to %d; read it with a newer version of %s",
		e.File, e.Line, e.Schema, Schema, "github.com/flowhistory/flowhistory")
}

// Is makes errors.Is match history.ErrDecode.
func (e *SchemaError) Is(target error) bool { return target == history.ErrDecode }
