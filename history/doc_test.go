// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// TestDocNamesEveryCall: who reads the package's comment finds all that a client can do.
func TestDocNamesEveryCall(t *testing.T) {
	t.Parallel()
	_, files := sources(t, ".")
	var text strings.Builder
	for _, f := range files {
		text.WriteString(f.Doc.Text()) // the package's; one that is missing is ""
	}
	_, calls, _ := strings.Cut(text.String(), "# Calls")
	calls, _, _ = strings.Cut(calls, "\n# ")
	for m := range reflect.TypeFor[*history.Client]().Methods() {
		if !strings.Contains(calls, "[Client."+m.Name+"]") {
			t.Errorf("the section Calls of the package's comment does not list Client.%s", m.Name)
		}
	}
}
