// SPDX-License-Identifier: Apache-2.0

//go:build race

package alibaba_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// shareEnv tells the process that TestSDKRacesWhenShared starts what to share between goroutines.
const shareEnv = "FLOWHISTORY_TEST_SHARE"

// The official client races when goroutines share it; ours does not. A race fails the whole test binary, so each of the two
// runs in a process of its own: this binary again, with TestShareOneClient only.
func TestSDKRacesWhenShared(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for what, races := range map[string]bool{"sdk": true, "ours": false} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestShareOneClient$", "-test.v")
		cmd.Env = append(os.Environ(), shareEnv+"="+what)
		out, err := cmd.CombinedOutput()
		if got := strings.Contains(string(out), "DATA RACE"); got != races || (err != nil) != races {
			t.Errorf("%s: race found: %t, %v, want %t; it printed:\n%s", what, got, err, races, out)
		}
		if !strings.Contains(string(out), "TestShareOneClient") {
			t.Errorf("%s: the process did not run the test: %s", what, out)
		}
	}
}

// TestShareOneClient does nothing unless TestSDKRacesWhenShared has started the process.
func TestShareOneClient(t *testing.T) {
	what := os.Getenv(shareEnv)
	if what == "" {
		return
	}
	srv, client := start(t, nil, run(3))
	raw := rawClient(t, srv)
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for range 4 {
				var err error
				if what == "sdk" {
					_, err = raw.GetExecutionHistory(rawRequest(srv))
				} else {
					_, err = client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
}
