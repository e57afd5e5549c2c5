// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// errNoBrowser says that there is nothing to open a page with.
var errNoBrowser = errors.New("there is no browser")

// settle is how long a command that opens a browser may take to fail. Some go on as long as the browser does.
const settle = 2 * time.Second

// browse opens a file in the browser.
func browse(ctx context.Context, file string) error {
	argv := browserCommand(runtime.GOOS, os.Getenv, file)
	if len(argv) == 0 {
		return errNoBrowser
	}
	if _, err := exec.LookPath(argv[0]); err != nil {
		return errNoBrowser
	}
	cmd := exec.Command(argv[0], argv[1:]...) // without ctx: the browser outlives this program
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("%s could not open the report: %w", argv[0], err)
		}
	case <-time.After(settle):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// browserCommand is the command line that opens a file, nil if there is none. $BROWSER may hold several commands, of which
// the first is taken; %s in it is the file. No shell reads it.
func browserCommand(system string, getenv func(string) string, file string) []string {
	own, _, _ := strings.Cut(getenv("BROWSER"), ":")
	if argv := strings.Fields(own); len(argv) > 0 {
		for i := range argv {
			if strings.Contains(argv[i], "%s") {
				argv[i] = strings.ReplaceAll(argv[i], "%s", file)
				return argv
			}
		}
		return append(argv, file)
	}
	switch system {
	case "darwin":
		return []string{"open", file}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", file}
	}
	if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" {
		return nil // xdg-open would find a browser in the terminal, or fail
	}
	return []string{"xdg-open", file}
}
