// SPDX-License-Identifier: Apache-2.0

//go:build race

package alibaba_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba"
)

// makeEnv tells the process that TestSDKRacesWhenMade starts which clients to make.
const makeEnv = "FLOWHISTORY_TEST_MAKE"

// Making the official client in several goroutines races, for a map of the package that nothing guards; making ours does not. A
// race fails the whole test binary, so each runs in a process of its own: this binary again, with TestMakeClients only.
func TestSDKRacesWhenMade(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for what, races := range map[string]bool{"sdk": true, "ours": false} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestMakeClients$", "-test.v")
		cmd.Env = append(os.Environ(), makeEnv+"="+what)
		out, err := cmd.CombinedOutput()
		found := strings.Contains(string(out), "DATA RACE") || strings.Contains(string(out), "concurrent map")
		if found != races || (err != nil) != races || !strings.Contains(string(out), "TestMakeClients") {
			t.Errorf("%s: race found: %t, %v, want %t; it printed:\n%s", what, found, err, races, out)
		}
	}
}

// TestMakeClients does nothing unless TestSDKRacesWhenMade has started the process.
func TestMakeClients(t *testing.T) {
	what := os.Getenv(makeEnv)
	if what == "" {
		return
	}
	var running sync.WaitGroup
	for range 16 {
		running.Go(func() {
			var err error
			if what == "sdk" {
				_, err = fnf.NewClientWithAccessKey("cn-hangzhou", "test-access-key-id", "test-access-key-secret")
			} else {
				_, err = alibaba.New(good(), quick())
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}
