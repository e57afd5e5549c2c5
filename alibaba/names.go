// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// maxName is how many characters a name may have, by the documents.
const maxName = 128

// checkName holds a name against the service's own rule, so that a malformed one costs no request.
func checkName(what, name string) error {
	if why := nameProblem(name); why != "" {
		return &history.Error{Kind: history.ErrInvalid, Message: fmt.Sprintf(
			"the %s %s; want a letter or _, then letters, digits, _ and -, at most %d in all", what, why, maxName)}
	}
	return nil
}

func checkNames(ref history.Ref) error {
	if err := checkName("flow name", ref.Workflow); err != nil {
		return err
	}
	return checkName("execution name", ref.Execution)
}

// nameProblem says what is wrong with a name, "" if nothing.
func nameProblem(name string) string {
	switch {
	case name == "":
		return "is empty"
	case len(name) > maxName:
		return fmt.Sprintf("has %d characters, more than %d", len(name), maxName)
	case !nameStart(name[0]):
		return fmt.Sprintf("is %q, which does not begin with a letter or _", wire.Clip(name))
	}
	for _, r := range name {
		if r > unicode.MaxASCII || !nameStart(byte(r)) && r != '-' && (r < '0' || r > '9') {
			return fmt.Sprintf("is %q, which has %q in it", wire.Clip(name), r)
		}
	}
	return ""
}

func nameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
