// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
)

// maxID is how many characters an id may have, by the documents.
const maxID = 64

// checkID holds an id against what a path can carry. The SDK puts it into the path as it is, and the signature covers
// whatever comes out, so nobody behind this check would notice "../x".
func checkID(what, id string) error {
	if why := idProblem(id); why != "" {
		return &history.Error{Kind: history.ErrInvalid, Message: "the " + what + " " + why}
	}
	return nil
}

func checkIDs(ref history.Ref) error {
	if err := checkID("workflow id", ref.Workflow); err != nil {
		return err
	}
	return checkID("execution id", ref.Execution)
}

// idMarks are what an id may have besides letters and digits: they change no path, query or header.
const idMarks = "-_.:~@+=,!$&'()*"

// idProblem says what is wrong with an id, "" if nothing.
//
// Assumption: ids have letters, digits and what is harmless in a path; the documents say 1 to 64 characters and no more.
func idProblem(id string) string {
	n := utf8.RuneCountInString(id)
	switch {
	case id == "":
		return fmt.Sprintf("is empty; want 1 to %d characters", maxID)
	case n > maxID:
		return fmt.Sprintf("has %d characters; want 1 to %d", n, maxID)
	case id == "." || id == "..":
		return fmt.Sprintf("is %q, which would change the path", id)
	case !utf8.ValidString(id):
		return fmt.Sprintf("is %q, which is not UTF-8", id)
	}
	for _, r := range id {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(idMarks, r) {
			return fmt.Sprintf("is %q, which has %q in it; want letters, digits and any of %s", id, r, idMarks)
		}
	}
	return ""
}
