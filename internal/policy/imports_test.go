// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"maps"
	"slices"
	"testing"
)

// importRule bounds what packages link: everything they import, directly or not. The standard library is always
// allowed, a package's own name too. Patterns are import paths, those of this module without its path; "/..." at the
// end stands for everything below as well.
type importRule struct {
	packages []string
	except   []string // of the packages
	only     []string // nothing but these, if never is empty
	never    []string // anything but these
	why      string
}

func importRules() []importRule {
	const (
		alibabaSDK = "github.com/aliyun/..."
		huaweiSDK  = "github.com/huaweicloud/..."
	)
	return []importRule{{
		packages: []string{"internal/scan"},
		why:      "the decoders of both clouds read with the scanner; it costs nothing but the standard library",
	}, {
		packages: []string{"history"},
		why:      "the model and the client cost an importer nothing but the standard library",
	}, {
		packages: []string{"history/..."},
		except:   []string{"history/trace/oteltrace"}, // exists for its dependency
		only:     []string{"history/..."},
		why:      "what is built on the model needs the model only",
	}, {
		packages: []string{"alibaba/..."},
		never:    []string{"huawei/...", huaweiSDK},
		why:      "a program that reads one cloud links nothing of the other",
	}, {
		packages: []string{"huawei/..."},
		never:    []string{"alibaba/...", alibabaSDK},
		why:      "a program that reads one cloud links nothing of the other",
	}, {
		packages: []string{"internal/..."},
		// They read both clouds, or fill their fakes, to test or to measure.
		except: []string{"internal/bench", "internal/canary", "internal/chaos", "internal/seeding"},
		never:  []string{"alibaba/...", "huawei/...", alibabaSDK, huaweiSDK},
		why:    "what both clouds share knows neither",
	}, {
		packages: []string{"internal/exchange"},
		only: []string{
			"history",
			"github.com/hashicorp/go-retryablehttp/...",
			"github.com/hashicorp/go-cleanhttp/...", // linked by go-retryablehttp
			"golang.org/x/time/...",
		},
		why: "one HTTP exchange needs an engine and a limiter, no more",
	}, {
		packages: []string{"internal/fakecloud", "alibaba/alibabatest", "huawei/huaweitest"},
		only:     []string{"internal/fakecloud"},
		why:      "a fake that shares code with the client it tests would share its mistakes",
	}}
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	all := listPackages(t)
	for _, rule := range importRules() {
		for _, pattern := range rule.packages {
			checked := 0
			for _, p := range all.own() {
				if match(pattern, short(p.ImportPath)) && !matchAny(rule.except, short(p.ImportPath)) {
					checked++
					checkImports(t, all, rule, p.ImportPath)
				}
			}
			if checked == 0 {
				t.Errorf("the import rule for %s is about no package: mend the rule, or add the package", pattern)
			}
		}
	}
}

// checkImports reports the first forbidden package of each chain; what that one links in turn is no news.
func checkImports(t *testing.T, all packages, rule importRule, from string) {
	t.Helper()
	importer := all.linked(from)
	for _, to := range slices.Sorted(maps.Keys(importer)) {
		via := importer[to]
		if !rule.allows(to) && (via == from || rule.allows(via)) {
			t.Errorf("%s must not link %s: %s (%s)", short(from), short(to), chain(importer, from, to), rule.why)
		}
	}
}

func (r importRule) allows(importPath string) bool {
	if len(r.never) > 0 {
		return !matchAny(r.never, short(importPath))
	}
	return matchAny(r.only, short(importPath))
}

func TestNothingImportsExamples(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t).own() {
		if match("examples/...", short(p.ImportPath)) {
			continue
		}
		for _, to := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if match("examples/...", short(to)) {
				t.Errorf("%s imports %s: examples show how to use the packages, no package needs them", short(p.ImportPath), short(to))
			}
		}
	}
}

func TestOnlyTestKitsImportTesting(t *testing.T) {
	t.Parallel()
	kits := []string{"history/historytest"}
	for _, p := range listPackages(t).own() {
		if matchAny(kits, short(p.ImportPath)) {
			continue
		}
		for _, to := range p.Imports {
			if match("testing/...", to) || to == "net/http/httptest" {
				t.Errorf("%s imports %s outside its tests: programs would link it, with its flags", short(p.ImportPath), to)
			}
		}
	}
}
