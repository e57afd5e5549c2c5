// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v3"
)

// bashScript completes without the package bash-completion, which the library's own script needs.
//
//go:embed complete.bash
var bashScript string

func (t *tool) completionForBash(context.Context, *cli.Command) error {
	_, err := io.WriteString(t.out, bashScript)
	return err
}

// outputValues is what of a command's Metadata are the values of its --output.
const outputValues = "output"

// complete suggests what may come next: the values of a flag that has few, flags, or commands. Targets are left to the
// shell, which knows files.
func complete(ctx context.Context, cmd *cli.Command) {
	last := ""
	if n := cmd.Args().Len(); n > 0 {
		last = cmd.Args().Get(n - 1)
	}
	values, known := flagValues(cmd, last)
	if known {
		for _, v := range values {
			fmt.Fprintln(cmd.Root().Writer, v)
		}
		return
	}
	if cmd == cmd.Root() && !strings.HasPrefix(last, "-") {
		for _, sub := range cmd.VisibleCommands() {
			fmt.Fprintf(cmd.Root().Writer, "%s:%s\n", sub.Name, sub.Usage)
		}
		return
	}
	cli.DefaultCompleteWithFlags(ctx, cmd)
}

// flagValues are those that a flag takes; none if that is a file, and false if nothing is known of it.
func flagValues(cmd *cli.Command, flag string) (values []string, known bool) {
	switch strings.TrimLeft(flag, "-") {
	case flag: // it is none
		return nil, false
	case "out":
		return nil, true
	case "color":
		return []string{"auto", "always", "never"}, true
	case "status":
		return []string{"pending", "running", "paused", "succeeded", "failed", "timed_out", "stopped"}, true
	case "details":
		return []string{"all", "none"}, true
	case "f", "format":
		return formNames(), true
	case "o", "output":
		formats, _ := cmd.Metadata[outputValues].([]format)
		for _, f := range formats { // none where it is another name of --out
			values = append(values, string(f))
		}
		return values, true
	}
	return nil, false
}
