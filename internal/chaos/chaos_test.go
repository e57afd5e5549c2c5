// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the tests' own program be the fake cloud of another process, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-serve" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// small are settings for rows that take no time.
func small() settings {
	return settings{rate: 0.4, seed: 1, events: 60, mixed: 2000, walkers: 4, sdk: true}
}

// smallShape has a few walks of a few pages each.
func smallShape(cloud string) shape {
	if cloud == alibabaCloud {
		return shape{Cloud: cloud, Events: 120, Each: 40, Page: 8}
	}
	return shape{Cloud: cloud, Events: 160, Each: 8, Group: 2, Lists: halfLists, ListPage: 1}
}

// TestEveryKind walks both clouds with each kind of fault, and with all of them in turn.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		all := kindsOf(cloud, kinds())
		for _, k := range all {
			t.Run(cloud+"/"+k.name, func(t *testing.T) { walkAll(t, cloud, []kind{k}) })
		}
		t.Run(cloud+"/all in turn", func(t *testing.T) { walkAll(t, cloud, all) })
	}
}

func walkAll(t *testing.T, cloud string, list []kind) {
	t.Helper()
	t.Parallel()
	r, err := faulty{shape: smallShape(cloud), kinds: list, calm: quiet}.run(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	if o := r.Ours; !o.perfect() || o.Expected == 0 || o.Faults == 0 {
		t.Errorf("%d faults in %d requests: %+v", o.Faults, o.Requests, o)
	}
}

// TestTheSDKLoses makes sure that the same faults are seen by the SDK, too.
func TestTheSDKLoses(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		t.Run(cloud, func(t *testing.T) {
			t.Parallel()
			f := faulty{shape: smallShape(cloud), kinds: kindsNamed(cloud, "503", "connection reset"), calm: quiet, sdk: true}
			r, err := f.run(t.Context(), small())
			if err != nil {
				t.Fatal(err)
			}
			if r.Broken != "" || r.SDK.Failed == 0 || r.SDK.Lost == 0 || r.SDK.Error == "" {
				t.Errorf("broken %q, SDK %+v", r.Broken, *r.SDK)
			}
		})
	}
}

// TestTheSDKReadsWhenAllIsWell makes sure that the SDK's walks are judged rightly.
func TestTheSDKReadsWhenAllIsWell(t *testing.T) {
	t.Parallel()
	for _, cloud := range []string{alibabaCloud, huaweiCloud} {
		r, err := faulty{shape: smallShape(cloud), calm: quiet, sdk: true}.run(t.Context(), small())
		if err != nil {
			t.Fatal(err)
		}
		if !r.SDK.perfect() || r.SDK.Expected == 0 {
			t.Errorf("%s: %+v", cloud, *r.SDK)
		}
	}
}

func TestRunPrintsATable(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	args := []string{"-only", "^(503|empty page)$", "-events", "600"}
	if code := run(t.Context(), args, nil, &out, &errs); code != exitKept {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	var rows []string
	for line := range strings.Lines(out.String()) {
		if fields := strings.Fields(line); len(fields) > 5 && (fields[0] == "503" || fields[0] == "empty") {
			rows = append(rows, strings.TrimSpace(line[:43]))
		}
	}
	want := []string{"503                                alibaba", "empty page                         alibaba", "503                                huawei"}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows mismatch (-want +got):\n%s\nin\n%s", diff, out.String())
	}
}

func TestRunPrintsJSON(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	args := []string{"-json", "-only", "^503$", "-clouds", alibabaCloud, "-events", "500", "-sdk=false"}
	if code := run(t.Context(), args, nil, &out, &errs); code != exitKept {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var r row
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if r.Fault != "503" || r.Cloud != alibabaCloud || r.SDK != nil || r.Ours.Delivered != 500 || r.Calm.Delivered != 500 {
		t.Errorf("row is %+v", r)
	}
}

func TestRunRefusesFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-rate", "1"}, {"-rate", "NaN"}, {"-events", "0"}, {"-clouds", "other"}, {"-only", "("}, {"-nosuch"}, {"word"},
	} {
		var errs bytes.Buffer
		if code := run(t.Context(), args, nil, new(bytes.Buffer), &errs); code != exitUsage || errs.Len() == 0 {
			t.Errorf("%v: exit code %d, %q", args, code, errs.String())
		}
	}
	if code := run(t.Context(), []string{"-h"}, nil, new(bytes.Buffer), new(bytes.Buffer)); code != exitKept {
		t.Errorf("-h: exit code %d", code)
	}
	if code := run(t.Context(), []string{"-serve", "no shape"}, nil, new(bytes.Buffer), new(bytes.Buffer)); code != exitBroken {
		t.Errorf("-serve without a shape: exit code %d", code)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := run(ctx, []string{"-only", "^503$"}, nil, new(bytes.Buffer), new(bytes.Buffer)); code != exitBroken {
		t.Errorf("exit code %d", code)
	}
}
