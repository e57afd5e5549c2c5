// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import "golang.org/x/sys/unix"

// measure asks the terminal for its size; what has none is no terminal.
func measure(fd uintptr) (screen, bool) {
	size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ)
	if err != nil {
		return screen{}, false
	}
	return screen{int(size.Col), int(size.Row)}, true
}
