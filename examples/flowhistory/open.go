// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history/render"
)

func (t *tool) openCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "open", Usage: "show the report of an execution in a browser", ArgsUsage: "TARGET",
		Description: `Writes the report to a file and opens it with $BROWSER or the system's own way; where there is none, the path
of the file is printed and nothing else. The file stays: it is in the directory for temporary files unless --out says otherwise.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", Usage: "write the report to this `FILE`", TakesFile: true},
			&cli.BoolFlag{Name: "print", Usage: "print the path and open nothing"},
			allFlag(), exitStatusFlag(),
		},
	}, nil, openReport)
}

func openReport(ctx context.Context, c *call) error {
	p, err := c.place()
	if err != nil {
		return err
	}
	defer p.close()
	e, err := c.readOne(ctx, p)
	if err != nil {
		return err
	}
	file, err := reportFile(c.cmd.String("out"))
	if err != nil {
		return err
	}
	err = replaceFile(file, func(w io.Writer) error {
		return render.HTML(w, e, &render.HTMLOptions{Now: p.until(c.now()), Alike: c.text(c.now()).Alike})
	})
	if err != nil {
		return err
	}
	if err := c.present(ctx, file); err != nil {
		return err
	}
	return c.exitStatus(e)
}

// reportFile is the path of the report, a new file when none is named.
func reportFile(name string) (string, error) {
	if name != "" {
		return filepath.Abs(name)
	}
	f, err := os.CreateTemp("", "flowhistory-*.html")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// present opens a file in the browser, or prints where it is.
func (c *call) present(ctx context.Context, file string) error {
	if c.cmd.Bool("print") {
		return c.println(file)
	}
	switch err := c.browse(ctx, file); {
	case err == nil:
		c.note("opened %s", file)
		return nil
	case errors.Is(err, errNoBrowser):
		return c.println(file)
	default:
		c.warn(err)
		return c.println(file)
	}
}
