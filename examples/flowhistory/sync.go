// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func (t *tool) syncCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "sync", Usage: "keep an archive of executions in a directory up to date", ArgsUsage: "TARGET DIRECTORY",
		Description: `Reads what is new or had not ended since the last time, and may be stopped at any moment: the next run goes on.
The archive is a target itself: flowhistory list file:DIRECTORY. Its files are readable by their owner only.`,
		Flags: append(filterFlags(),
			&cli.StringFlag{Name: "details", Value: "all", Usage: "keep `WHAT` of inputs and outputs: all, none, or so many bytes of each"}),
	}, []format{tableFormat, jsonFormat}, keep)
}

// keep is the command sync.
func keep(ctx context.Context, c *call) error {
	args, err := c.arguments(0, "TARGET", "DIRECTORY")
	if err != nil {
		return err
	}
	q, err := c.filters()
	if err != nil {
		return err
	}
	policy, err := policyOf(c.cmd.String("details"))
	if err != nil {
		return err
	}
	if info, err := os.Stat(args[1]); err == nil && !info.IsDir() {
		return usageError{fmt.Sprintf("%q is no directory; sync makes a file for each execution, and needs a DIRECTORY for them", clip(args[1], 200))}
	}
	p, err := c.open(args[0])
	if err != nil {
		return err
	}
	defer p.close()
	if p.execution != "" {
		return usageError{fmt.Sprintf("sync keeps whole workflows; for one execution: flowhistory export %s -f jsonl --out FILE", args[0])}
	}
	workflows, failed := c.workflowRefs(ctx, p)
	if failed != nil && len(workflows) == 0 {
		return failed
	}
	if err := os.MkdirAll(args[1], 0o700); err != nil { // its owner's alone, as what will be in it
		return directoryError{"cannot make the directory to write in: " + err.Error(), err}
	}
	errs := failures{}
	if failed != nil {
		errs = append(errs, failed)
	}
	synced := []syncedWorkflow{} // in JSON [] rather than null
	for _, ref := range workflows {
		counts, err := c.syncWorkflow(ctx, p, ref, q, archive.NewDir(args[1]), policy, &errs)
		synced = append(synced, syncedWorkflow{ref, counts})
		if err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return cmp.Or(c.printSynced(p, synced), errs.orNil())
}

func policyOf(details string) (archive.Policy, error) {
	switch details {
	case "all":
		return archive.Policy{Details: archive.AllDetails}, nil
	case "none":
		return archive.Policy{Details: archive.NoDetails}, nil
	}
	n, err := strconv.Atoi(details)
	if err != nil || n < 1 {
		return archive.Policy{}, usageError{fmt.Sprintf("--details is %q; want all, none or a number of bytes", clip(details, 50))}
	}
	return archive.Policy{Details: archive.CapDetails(n)}, nil
}

// workflowRefs are the workflows that are meant. One that is named need not be listed, which not everybody may do.
func (c *call) workflowRefs(ctx context.Context, p *place) ([]history.Ref, error) {
	if client := p.clients[0]; p.workflow != "" && len(p.clients) == 1 {
		return []history.Ref{{Provider: client.Provider(), Scope: client.Scope(), Workflow: p.workflow}}, nil
	}
	workflows, err := c.workflows(ctx, p, "")
	refs := make([]history.Ref, len(workflows))
	for i, w := range workflows {
		refs[i] = w.Ref
	}
	if err == nil && len(refs) == 0 && p.workflow != "" {
		err = p.noSuchWorkflow()
	}
	return refs, err
}

// syncWorkflow archives one workflow. Executions that cannot be read are left out and told in errs.
func (c *call) syncWorkflow(ctx context.Context, p *place, ref history.Ref, q history.ExecutionQuery, dir *archive.Dir,
	policy archive.Policy, errs *failures) (archive.Counts, error) {
	told := c.progress(p.name(ref))
	defer told.end()
	q.Workflow = ref.Workflow
	return archive.Sync(ctx, p.client(ref), q, dir, &archive.SyncOptions{
		Policy: policy,
		Progress: func(s archive.Progress) {
			told.say("%d of %d executions, %d events, %.0f events/s", s.Listed-s.Due, s.Listed, s.Events, s.EventRate())
		},
		LeaveOut: func(_ history.Ref, err error) bool {
			*errs = append(*errs, err)
			return true
		},
	})
}

// syncedWorkflow is what sync did with one workflow.
type syncedWorkflow struct {
	history.Ref
	archive.Counts
}

func (c *call) printSynced(p *place, synced []syncedWorkflow) error {
	if c.format == jsonFormat {
		return writeJSON(c.out, synced)
	}
	t := newTable("workflow", "listed", "whole already", "archived", "still running", "failed", "events")
	for _, s := range synced {
		t.row(p.name(s.Ref), strconv.Itoa(s.Listed), strconv.Itoa(s.Skipped), strconv.Itoa(s.Archived), strconv.Itoa(s.Running),
			strconv.Itoa(s.Failed), strconv.Itoa(s.Events))
	}
	return c.printTable(t)
}
