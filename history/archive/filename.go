// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// maxFileName bounds what fileName returns: file systems take 255 bytes, and the endings need some.
const maxFileName = 200

// workflowDir is the directory of a workflow below root.
func workflowDir(root string, ref history.Ref) string {
	return filepath.Join(root, fileName(ref.Provider), fileName(ref.Scope), fileName(ref.Workflow))
}

// fileName writes a name so that it is one for every file system, and different for different names: no dot, no slash,
// never empty, never too long, never a device's.
func fileName(s string) string {
	if s == "" {
		return "%"
	}
	var b strings.Builder
	for i, c := range []byte(s) {
		switch {
		case i == 0 && isDevice(s):
			fmt.Fprintf(&b, "%%%02X", c)
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() <= maxFileName {
		return b.String()
	}
	// "%-" is in no other name, so this one is only its own.
	sum := fmt.Sprintf("%%-%x", sha256.Sum256([]byte(s)))
	return b.String()[:maxFileName-len(sum)] + sum
}

// isDevice reports whether Windows takes a name for a device, whatever ending comes behind it.
func isDevice(s string) bool {
	s = strings.ToUpper(s)
	if len(s) == 4 && '0' <= s[3] && s[3] <= '9' {
		return s[:3] == "COM" || s[:3] == "LPT"
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, s)
}
