// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goMod is what go mod edit -json says, as far as it is checked here.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	Require []struct {
		Path     string
		Indirect bool
	}
	Replace []struct{ Old struct{ Path string } }
	Exclude []struct{ Path string }
}

// agreedDependencies are the modules that are required directly. Each earned its place against the standard library.
func agreedDependencies() []string {
	return []string{
		"github.com/aliyun/alibaba-cloud-sdk-go",
		"github.com/google/go-cmp", // tests
		"github.com/hashicorp/go-retryablehttp",
		"github.com/huaweicloud/huaweicloud-sdk-go-v3",
		"github.com/urfave/cli/v3",       // examples/flowhistory only; no dependencies of its own
		"go.opentelemetry.io/otel",       // history/trace/oteltrace only
		"go.opentelemetry.io/otel/trace", // likewise
		"golang.org/x/sys",               // the width of the terminal, in examples/flowhistory
		"golang.org/x/time",
	}
}

func TestGoMod(t *testing.T) {
	t.Parallel()
	read(t, "go.mod") // so that a cached result is not used after a change
	var mod goMod
	if err := json.Unmarshal(runGo(t, "mod", "edit", "-json"), &mod); err != nil {
		t.Fatalf("go mod edit does not print JSON: %v", err)
	}
	if mod.Module.Path != module {
		t.Errorf("the module is %s, want %s", mod.Module.Path, module)
	}
	if !regexp.MustCompile(`^1\.26(\.\d+)?$`).MatchString(mod.Go) {
		t.Errorf("the go directive is %s, want 1.26: the older of the two releases in support", mod.Go)
	}
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	slices.Sort(direct)
	if diff := cmp.Diff(agreedDependencies(), direct); diff != "" {
		t.Errorf("modules required directly mismatch (-agreed +required):\n%s\nDo without them, or change agreedDependencies", diff)
	}
	// Both only work for this module itself: importers would get something else than what is tested here.
	for _, r := range mod.Replace {
		t.Errorf("go.mod replaces %s: remove the replace directive", r.Old.Path)
	}
	for _, e := range mod.Exclude {
		t.Errorf("go.mod excludes %s: remove the exclude directive", e.Path)
	}
}
