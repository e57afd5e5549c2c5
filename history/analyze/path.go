// SPDX-License-Identifier: Apache-2.0

package analyze

import "strings"

// Path is the names of a step and of the steps that it is in, the outermost first, joined by slashes: "fork/fork/pay" is
// the step "pay" in a branch of "fork" (a branch or iteration has its parent's name unless the provider gives it another).
// It is the same for all iterations of a foreach and in all executions of a workflow, which IDs are not. "" is the
// execution itself.
//
// In a name, a slash is written %2F and a percent sign %25; a name that is empty is a single percent sign. Everything else
// stands as it is.
type Path string

// NewPath joins names.
func NewPath(names ...string) Path {
	var p Path
	for _, name := range names {
		p = p.join(name)
	}
	return p
}

// join is the path of a step of the given name in p.
func (p Path) join(name string) Path {
	switch {
	case name == "":
		name = "%"
	case strings.ContainsAny(name, "%/"):
		name = strings.ReplaceAll(strings.ReplaceAll(name, "%", "%25"), "/", "%2F")
	}
	if p == "" {
		return Path(name)
	}
	return p + "/" + Path(name)
}

// Names returns what NewPath joined. A percent sign that NewPath would not have written stands for itself.
func (p Path) Names() []string {
	if p == "" {
		return nil
	}
	names := strings.Split(string(p), "/")
	for i, name := range names {
		if name == "%" {
			names[i] = ""
		} else if strings.Contains(name, "%") {
			// Both at once: "%252F" stands for "%2F", not for a slash.
			names[i] = strings.NewReplacer("%25", "%", "%2F", "/").Replace(name)
		}
	}
	return names
}
