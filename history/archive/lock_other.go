// SPDX-License-Identifier: Apache-2.0

//go:build !(unix && !aix && !solaris)

package archive

import (
	"errors"
	"os"
)

// lockFile cannot lock here.
func lockFile(*os.File) error { return errors.ErrUnsupported }
