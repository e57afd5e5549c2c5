// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// listed is what go list says about one package.
type listed struct {
	ImportPath   string
	Name         string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
	Module       *struct {
		Path, Version string
		Main          bool
	}
}

// packages are all packages of the module and all that they link, by import path. Tests are left out.
type packages map[string]*listed

func listPackages(t *testing.T) packages {
	t.Helper()
	out := runGo(t, "list", "-deps", "-json=ImportPath,Name,Standard,Imports,TestImports,XTestImports,Module", "./...")
	all := make(packages)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(listed)
		err := decoder.Decode(p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("go list does not print JSON: %v", err)
		}
		all[p.ImportPath] = p
	}
}

// own returns the packages of this module, sorted by import path.
func (ps packages) own() []*listed {
	var found []*listed
	for _, name := range slices.Sorted(maps.Keys(ps)) {
		if p := ps[name]; p.Module != nil && p.Module.Main {
			found = append(found, p)
		}
	}
	return found
}

// linked returns everything outside the standard library that a package imports, directly or not, each with the
// package that brought it in.
func (ps packages) linked(from string) map[string]string {
	importer := make(map[string]string)
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, name := range ps[queue[0]].Imports {
			if p := ps[name]; p == nil || p.Standard || name == from || importer[name] != "" {
				continue
			}
			importer[name] = queue[0]
			queue = append(queue, name)
		}
	}
	return importer
}

// chain says how a linked package is reached.
func chain(importer map[string]string, from, to string) string {
	steps := []string{short(to)}
	for to != from {
		to = importer[to]
		steps = append(steps, short(to))
	}
	slices.Reverse(steps)
	return strings.Join(steps, " -> ")
}

// short names a package of this module from the top; others keep their import path.
func short(importPath string) string {
	if rest, ok := strings.CutPrefix(importPath, module+"/"); ok {
		return rest
	}
	return importPath
}

// match reports whether a package, in its short form, is the one a pattern names, or below it if that ends in "/...".
func match(pattern, name string) bool {
	parent, below := strings.CutSuffix(pattern, "...")
	if !below {
		return pattern == name
	}
	return parent == "" || strings.HasPrefix(name+"/", parent)
}

func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, name) })
}
