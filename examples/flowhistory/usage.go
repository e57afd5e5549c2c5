// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"
)

func usageProblem(_ context.Context, _ *cli.Command, err error, _ bool) error {
	return usageError{flagWords(err.Error())}
}

// flagWords say in this program's words what the library says of a flag. Its errors are nothing but text; one that is not
// known stays as it is.
func flagWords(text string) string {
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return "there is no flag " + dashed(name)
	}
	rest, ok := strings.CutPrefix(text, "invalid value ")
	value, err := strconv.QuotedPrefix(rest)
	rest, found := strings.CutPrefix(strings.TrimPrefix(rest, value), " for flag -")
	name, reason, whole := strings.Cut(rest, ": ")
	if !ok || err != nil || !found || !whole {
		return text
	}
	switch {
	case strings.HasPrefix(reason, "strconv."):
		reason = "want a whole number"
	case strings.HasPrefix(reason, "time: "):
		reason = "want a time with its unit, e.g. 500ms, 30s or 5m"
	case reason == "parse error":
		reason = "want true or false"
	}
	return fmt.Sprintf("%s is no value for %s: %s", value, dashed(name), reason)
}

// dashed is a flag as it is written on the command line.
func dashed(name string) string {
	name = strings.TrimLeft(name, "-")
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// noShell is the action of completion when the first argument is no shell.
func noShell(_ context.Context, cmd *cli.Command) error {
	name := cmd.Args().First()
	if name == "" {
		return cli.ShowSubcommandHelp(cmd)
	}
	var shells []string
	for _, sub := range cmd.VisibleCommands() {
		shells = append(shells, sub.Name)
	}
	return usageError{fmt.Sprintf("there is no completion for %q; want one of %s", clip(name, 50), words(shells))}
}
