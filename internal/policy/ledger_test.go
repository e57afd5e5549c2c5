// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the ledger of linked modules anew")

// TestLedger makes every new or newer dependency a line in a diff that somebody reads: go.mod alone shows what the
// module requires, not what an importer of one package gets.
func TestLedger(t *testing.T) {
	t.Parallel()
	name := filepath.Join("testdata", "ledger.txt")
	got := ledger(listPackages(t), "history", "alibaba", "huawei")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatalf("writing the ledger: %v", err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("there is no ledger: %v; write one with -update", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("linked modules mismatch (-want +got):\n%s\nIf that is meant: go test ./internal/policy -run TestLedger -update", diff)
	}
}

// ledger lists the modules that importers of each package link, one section for each.
func ledger(all packages, names ...string) string {
	var b strings.Builder
	b.WriteString("# Modules linked into a program that imports the package, this one and the standard library aside.\n")
	b.WriteString("# Write it anew with: go test ./internal/policy -run TestLedger -update\n")
	for _, name := range names {
		fmt.Fprintf(&b, "\n[%s]\n", name)
		for _, line := range linkedModules(all, module+"/"+name) {
			fmt.Fprintln(&b, line)
		}
	}
	return b.String()
}

func linkedModules(all packages, from string) []string {
	if all[from] == nil {
		return []string{"there is no such package"}
	}
	var lines []string
	for to := range all.linked(from) {
		if m := all[to].Module; m != nil && !m.Main {
			lines = append(lines, m.Path+" "+m.Version)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
