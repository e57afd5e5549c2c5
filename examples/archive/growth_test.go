// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

const (
	growing = "growing-flow"
	one     = "growing-1"
)

// grow is an execution on a fake that goes on step by step; the last one ends it.
type grow struct {
	client *history.Client
	steps  int
	step   func(i int)
}

func at(seconds int) time.Time { return time.Date(2026, time.November, 3, 8, 0, seconds, 0, time.UTC) }

func growOnAlibaba(t *testing.T) grow {
	t.Helper()
	srv := alibabatest.NewServer(t, nil)
	client, err := alibaba.New(alibaba.Config{
		Region: srv.Region(), Endpoint: srv.URL(), AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(),
	}, &history.Options{RateLimit: history.RateLimit{Off: true}})
	if err != nil {
		t.Fatal(err)
	}
	const steps = 6
	return grow{client, steps, func(i int) {
		typ := history.TaskScheduled
		switch i {
		case 0:
			typ = history.ExecutionStarted
		case steps - 1:
			typ = history.ExecutionSucceeded
		}
		srv.Append(growing, one, alibabatest.Event{Type: string(typ), Time: at(i), Detail: `{"output":{"n":1}}`})
	}}
}

// growOnHuawei has a fact that appears late: its node began and ended before one that was seen already.
func growOnHuawei(t *testing.T) grow {
	t.Helper()
	srv := huaweitest.NewServer(t, nil)
	client, err := huawei.New(huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	node := func(name string, begin, end int) {
		n := huaweitest.Node{ID: name, FunctionExecutionID: "call-" + name, Begin: at(begin), Status: huaweitest.StatusExecuting}
		if end > 0 {
			n.End, n.Status = at(end), huaweitest.StatusSuccess
		}
		srv.AddNode(growing, one, n)
	}
	steps := []func(){
		func() { node("first", 0, 0) },
		func() { node("first", 0, 1) },
		func() { node("second", 5, 6) },
		func() { node("late", 2, 3) },
		func() { srv.Finish(growing, one, "", at(9)) },
	}
	return grow{client, len(steps), func(i int) { steps[i]() }}
}

// An archive that followed an execution while it grew is equal to one that was made when it had ended.
func TestAnArchiveThatGrewIsOneMadeInOneGo(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) grow{"alibaba": growOnAlibaba, "huawei": growOnHuawei} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t)
			grown, whole := t.TempDir(), t.TempDir()
			for i := range g.steps {
				g.step(i)
				into(t, g.client, grown)
			}
			into(t, g.client, whole)
			if diff := cmp.Diff(lines(t, whole), lines(t, grown)); diff != "" {
				t.Errorf("archive mismatch (-want +got):\n%s", diff)
			}
			if again := into(t, g.client, grown); again.Skipped != 1 || again.Pages != 0 {
				t.Errorf("when it has ended it is read again: %+v", again)
			}
		})
	}
}

func into(t *testing.T, client *history.Client, root string) archive.Counts {
	t.Helper()
	counts, err := archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: growing}, archive.NewDir(root), nil)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// lines is the records of an archive by their IDs.
func lines(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".jsonl" {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		for r, err := range archive.Records(f, name, nil) {
			if err != nil {
				return err
			}
			if r.Event != nil {
				all = append(all, fmt.Sprintf("%s %+v", r.ID(), *r.Event))
			} else {
				all = append(all, fmt.Sprintf("%s %+v", r.ID(), *r.Execution))
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("the archive has %d records (error %v)", len(all), err)
	}
	return all
}
