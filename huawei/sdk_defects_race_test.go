// SPDX-License-Identifier: Apache-2.0

//go:build race

package huawei_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	aomregion "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/region"

	"github.com/flowhistory/flowhistory/huawei"
)

// regionsEnv tells the process that TestSDKRacesForRegions starts who looks for regions.
const regionsEnv = "FLOWHISTORY_TEST_REGIONS"

// Where a variable names a region's endpoint, looking for regions in several goroutines writes a map that nothing guards, which
// ends the program. Ours looks into no such map. Each runs in a process of its own: this binary again, with TestFindRegions only.
func TestSDKRacesForRegions(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for what, races := range map[string]bool{"sdk": true, "ours": false} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestFindRegions$", "-test.v")
		cmd.Env = append(os.Environ(), regionsEnv+"="+what)
		out, err := cmd.CombinedOutput()
		found := strings.Contains(string(out), "DATA RACE") || strings.Contains(string(out), "concurrent map")
		if found != races || (err != nil) != races || !strings.Contains(string(out), "TestFindRegions") {
			t.Errorf("%s: race found: %t, %v, want %t; it printed:\n%s", what, found, err, races, out)
		}
	}
}

// TestFindRegions does nothing unless TestSDKRacesForRegions has started the process.
func TestFindRegions(t *testing.T) {
	what := os.Getenv(regionsEnv)
	if what == "" {
		return
	}
	regions := []string{"cn-north-1", "cn-north-4", "cn-east-2", "cn-east-3", "cn-south-1"}
	for _, region := range regions {
		t.Setenv("HUAWEICLOUD_SDK_REGION_AOM_"+strings.ToUpper(strings.ReplaceAll(region, "-", "_")), "https://aom.example")
	}
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for _, region := range regions {
				var err error
				if what == "sdk" {
					_, err = aomregion.SafeValueOf(region)
				} else {
					cfg := localConfig()
					cfg.Region = region
					_, err = huawei.New(cfg, quick())
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
}
