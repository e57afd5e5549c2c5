// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/urfave/cli/v3"
)

const description = `TARGET says where to read:
   demo:                                  two fake clouds in this process; nothing has to be set up
   demo:FLOW[/EXECUTION]                  one workflow or execution of them
   alibaba://REGION[/FLOW[/EXECUTION]]    Serverless Workflow (FnF), e.g. alibaba://cn-hangzhou/my-flow
   huawei://REGION[/WORKFLOW[/EXECUTION]] AOM, e.g. huawei://cn-north-4/my-workflow-id; the project comes from
                                          HUAWEICLOUD_SDK_PROJECT_ID, or is part of REGION: cn-north-4%2Fproject-id
   file:PATH[#FLOW[/EXECUTION]]           an archive, a file or a directory, as export and sync write it;
                                          a # in PATH is written %23

Where one execution is wanted and none is named, it is the newest that failed or timed out, else the newest; for follow it
is the newest that has not ended. demo: alone is order-1002, which has most to show; for follow it is one that happens now.

Credentials come from the environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, for STS,
ALIBABA_CLOUD_SECURITY_TOKEN; HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and, for temporary keys,
HUAWEICLOUD_SDK_SECURITY_TOKEN. NO_COLOR and BROWSER are honoured.

Exit codes:
     0  it worked
     2  the command line is wrong
     3  there is no such workflow, execution or file
     4  the credentials are missing, refused, or may not do this
     5  throttled, unavailable, or out of time: try again later
     6  anything else
    10  with --exit-status: the execution did not succeed, or diff found a difference
   130  interrupted

Shell completion: source <(flowhistory completion bash), likewise zsh;
   flowhistory completion fish > ~/.config/fish/completions/flowhistory.fish`

// app is the command line. It is made anew for each run, since it holds what was parsed.
func (t *tool) app() *cli.Command {
	return &cli.Command{
		Name:                  "flowhistory",
		Usage:                 "look at what cloud workflows did",
		UsageText:             "flowhistory COMMAND TARGET [flags]",
		Description:           description,
		Version:               version(),
		EnableShellCompletion: true,
		ConfigureShellCompletionCommand: func(c *cli.Command) {
			c.Hidden, c.HideHelpCommand, c.Action = false, true, noShell
			if bash := c.Command("bash"); bash != nil {
				bash.Action = t.completionForBash
			}
		},
		Writer:         t.out,
		ErrWriter:      t.errOut,
		ExitErrHandler: func(context.Context, *cli.Command, error) {}, // the process is ended by main alone
		OnUsageError:   usageProblem,
		ShellComplete:  complete,
		Action:         t.noCommand,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "color", Value: "auto", Usage: "`WHEN` to use colours: auto, always, never", Validator: oneOf("auto", "always", "never")},
			&cli.IntFlag{Name: "width", HideDefault: true, Usage: "draw for so many `COLUMNS` (default: those of the terminal)", Validator: notNegative[int]},
			&cli.BoolFlag{Name: "ascii", Usage: "draw with ASCII characters only"},
			&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "tell on stderr what is going on, also when that is no terminal"},
			&cli.DurationFlag{Name: "timeout", HideDefault: true, Usage: "give up after this `TIME`, e.g. 30s (default: never)", Validator: notNegative[time.Duration]},
			&cli.IntFlag{Name: "retries", Value: 4, Usage: "make a request that failed again `N` times at most", Validator: notNegative[int]},
			&cli.StringFlag{Name: "endpoint", Usage: "read from this `URL` instead of the region's own host"},
		},
		Commands: []*cli.Command{
			t.listCommand(), t.showCommand(), t.followCommand(), t.diffCommand(), t.statsCommand(),
			t.exportCommand(), t.openCommand(), t.syncCommand(),
		},
	}
}

// noCommand is the action when the first argument is no command.
func (t *tool) noCommand(_ context.Context, cmd *cli.Command) error {
	name := cmd.Args().First()
	if name == "" {
		return cli.ShowRootCommandHelp(cmd)
	}
	text := fmt.Sprintf("there is no command %q", name)
	if strings.Contains(name, ":") {
		text = fmt.Sprintf("a command comes before the target, e.g. flowhistory show %s", name)
	} else if near := nearest(cmd.Commands, name); near != "" {
		text += fmt.Sprintf("; did you mean %s?", near)
	}
	return usageError{text}
}

// command completes one command: what all of them have in common.
func (t *tool) command(c *cli.Command, formats []format, action func(context.Context, *call) error) *cli.Command {
	if len(formats) > 0 {
		c.Flags = append([]cli.Flag{&cli.StringFlag{
			Name: "output", Aliases: []string{"o"}, Value: string(formats[0]), Validator: oneOf(formats...),
			Usage: "`FORMAT` of the output: " + words(formats),
		}}, c.Flags...)
		c.Metadata = map[string]any{outputValues: formats}
	}
	c.HideHelpCommand = true
	c.OnUsageError = usageProblem
	c.ShellComplete = complete
	c.Action = func(ctx context.Context, cmd *cli.Command) error {
		if d := cmd.Duration("timeout"); d > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, d)
			defer cancel()
		}
		return action(ctx, t.newCall(cmd))
	}
	return c
}

// oneOf is the check of a flag that has one of a few values.
func oneOf[T ~string](values ...T) func(string) error {
	return func(got string) error {
		for _, v := range values {
			if got == string(v) {
				return nil
			}
		}
		return fmt.Errorf("want one of %s", words(values))
	}
}

func words[T ~string](values []T) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}

func notNegative[T int | time.Duration](n T) error {
	if n < 0 {
		return fmt.Errorf("%v is less than 0", n)
	}
	return nil
}

// version is that of the module, as go install or the version control knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}
