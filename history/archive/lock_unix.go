// SPDX-License-Identifier: Apache-2.0

//go:build unix && !aix && !solaris

package archive

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks a file or directory until it is closed, or returns errLocked at once.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
