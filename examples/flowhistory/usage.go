// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"
)

func usageProblem(_ context.Context, cmd *cli.Command, err error, _ bool) error {
	text := flagWords(err.Error())
	flag, unknown := strings.CutPrefix(text, "there is no flag ")
	if name := strings.TrimLeft(flag, "-"); unknown && cmd == cmd.Root() && ofCommand(cmd, name) {
		text += fmt.Sprintf(" in front of a command; write it behind: flowhistory COMMAND TARGET %s …", flag)
	} else if near := nearestFlag(cmd, name); unknown && near != "" {
		text += "; did you mean " + dashed(near) + "?"
	}
	return usageError{text}
}

// ofCommand reports whether a command of the root has a flag.
func ofCommand(root *cli.Command, flag string) bool {
	return slices.ContainsFunc(root.VisibleCommands(), func(c *cli.Command) bool {
		return slices.ContainsFunc(c.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), flag) })
	})
}

// nearest is the command whose name is so much like another that it may be meant, "" if there is none.
func nearest(commands []*cli.Command, name string) string {
	var known []string
	for _, c := range commands {
		if !c.Hidden {
			known = append(known, c.Names()...)
		}
	}
	return nearestOf(known, name)
}

// nearestFlag is that for the flags that a command takes, those of the whole program included.
func nearestFlag(cmd *cli.Command, name string) string {
	var known []string
	for _, c := range cmd.Lineage() {
		for _, f := range c.VisibleFlags() {
			known = append(known, slices.DeleteFunc(f.Names(), func(n string) bool { return len(n) == 1 })...)
		}
	}
	return nearestOf(known, name)
}

func nearestOf(known []string, name string) string {
	best, least := "", len(name)/3+1 // more is chance
	for _, k := range known {
		if d := edits(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// edits are how many letters have to be put in, taken out, replaced or swapped with the next to make one word of another.
func edits(a, b string) int {
	d := make([][]int, len(a)+1) // of the beginnings of both
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			if a[i-1] == b[j-1] {
				d[i][j] = d[i-1][j-1]
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
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
