// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The IDs of an execution's steps do not depend on the executions before it.
func TestStepIDsOfEachExecution(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	var ids stepIDs
	var nodes []string
	for i := range 20_000 {
		if i%3 > 0 { // else they are those of the execution before
			nodes = nodes[:random.IntN(len(nodes)+1)]
			for random.IntN(4) > 0 {
				nodes = append(nodes, []string{"a", "b", "c", "a#2", "a#2#2", "b#3", "", "#2"}[random.IntN(8)])
			}
		}
		var fresh stepIDs
		want, got := idsOf(&fresh, nodes), idsOf(&ids, nodes)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("execution %d, nodes %q: mismatch (-want +got):\n%s", i, nodes, diff)
		}
		seen := make(map[string]bool)
		for _, id := range got {
			if id == "" || seen[id] {
				t.Fatalf("execution %d, nodes %q: the IDs %q are not all different", i, nodes, got)
			}
			seen[id] = true
		}
	}
}

func idsOf(ids *stepIDs, nodes []string) (out []string) {
	ids.begin()
	for _, node := range nodes {
		out = append(out, ids.next(node))
	}
	return out
}

// Of executions with the same nodes only the first costs anything.
func TestStepIDsAreGivenOutAgain(t *testing.T) {
	nodes := []string{"a", "b", "a", "c", "a"}
	var ids stepIDs
	idsOf(&ids, nodes)
	if n := testing.AllocsPerRun(100, func() {
		ids.begin()
		for _, node := range nodes {
			ids.next(node)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
