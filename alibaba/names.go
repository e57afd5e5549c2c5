// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

const maxName = 128

// checkName holds a name against the service's own rule, so that a malformed one costs no request.
func checkName(what, name string) error {
	why := ""
	switch {
	case name == "":
		why = "is empty"
	case len(name) > maxName:
		why = fmt.Sprintf("has %d characters, more than %d", len(name), maxName)
	case !nameStart(name[0]):
		why = fmt.Sprintf("is %q, which does not begin with a letter or _", clip(name))
	default:
		for _, r := range name {
			if r > 127 || !nameStart(byte(r)) && r != '-' && (r < '0' || r > '9') {
				why = fmt.Sprintf("is %q, which has %q in it", clip(name), r)
				break
			}
		}
	}
	if why == "" {
		return nil
	}
	return &history.Error{Kind: history.ErrInvalid, Message: fmt.Sprintf(
		"the %s %s; want a letter or _, then letters, digits, _ and -, at most %d in all", what, why, maxName)}
}

func checkNames(ref history.Ref) error {
	if err := checkName("flow name", ref.Workflow); err != nil {
		return err
	}
	return checkName("execution name", ref.Execution)
}

func nameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// clip shortens a text that goes into an error, at a rune's boundary.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
