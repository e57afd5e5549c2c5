// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// childDir tells a copy of this test program to be the one that is killed: it syncs into that directory and ends.
const childDir = "FLOWHISTORY_ARCHIVE_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(syncAsChild(dir))
	}
	os.Exit(m.Run())
}

func syncAsChild(dir string) int {
	fmt.Println("begins")
	client := history.NewClient(killScript(), nil)
	if _, err := archive.Sync(context.Background(), client, history.ExecutionQuery{Workflow: workflow}, archive.NewDir(dir), nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func killScript() *historytest.Source { return script(7, 0, 4, 1) }

// TestSyncSurvivesSIGKILL kills a process that syncs at random moments, again and again until its archive is whole, which
// must then be equal to one made in one go.
func TestSyncSurvivesSIGKILL(t *testing.T) {
	kills := 200
	if testing.Short() {
		kills = 50
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("the seed is %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	whole := t.TempDir()
	sync(t, killScript(), whole, nil)
	took := time.Duration(math.MaxInt64)
	for range 5 { // the shortest: a disk that was busy once must not make the moments too late ever after
		start := time.Now()
		sync(t, killScript(), t.TempDir(), nil)
		took = min(took, time.Since(start))
	}
	want := content(t, whole)
	for done := 0; done < kills; {
		dir := t.TempDir()
		for done < kills && child(t, dir, time.Duration(random.Int64N(int64(took)))) {
			done++
		}
		sync(t, killScript(), dir, nil)
		if diff := cmp.Diff(want, content(t, dir)); diff != "" {
			t.Fatalf("the archive mismatch (-want +got):\n%s", diff)
		}
		if got := sync(t, killScript(), dir, nil); got.Archived != 0 || got.Skipped != 4 {
			t.Fatalf("another run reads again: %+v", got)
		}
	}
}

// child runs a sync in a process of its own, kills it after some time, and reports whether that came before its end.
func child(t *testing.T, dir string, after time.Duration) (killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Errorf("the process did not begin: %v", err)
	}
	<-time.After(after)
	_ = cmd.Process.Kill() // it may have ended
	err = cmd.Wait()
	switch state := cmd.ProcessState; {
	case err == nil:
		return false
	case state.Exited():
		t.Fatalf("the process ended with %v", err)
	}
	return true
}
