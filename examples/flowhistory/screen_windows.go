// SPDX-License-Identifier: Apache-2.0

package main

import "golang.org/x/sys/windows"

// measure asks the console for its size, and to understand the sequences that Unix terminals do; one that cannot is
// treated as a file.
func measure(fd uintptr) (screen, bool) {
	handle := windows.Handle(fd)
	var mode uint32
	if windows.GetConsoleMode(handle, &mode) != nil ||
		windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
		return screen{}, false
	}
	var info windows.ConsoleScreenBufferInfo
	if windows.GetConsoleScreenBufferInfo(handle, &info) != nil {
		return screen{}, true
	}
	return screen{int(info.Window.Right-info.Window.Left) + 1, int(info.Window.Bottom-info.Window.Top) + 1}, true
}
