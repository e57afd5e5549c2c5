// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestSyncNowhere: a DIRECTORY that is a variable without a value is none, rather than the current directory.
func TestSyncNowhere(t *testing.T) {
	t.Parallel()
	s := newStage()
	if code := s.run(t.Context(), []string{"sync", "demo:", ""}); code != exitUsage || !strings.Contains(s.stderr.String(), "sync needs a DIRECTORY") {
		t.Errorf("exit code %d, stderr %q", code, s.stderr.String())
	}
	if left, err := filepath.Glob("alibaba*"); err != nil || len(left) > 0 {
		t.Errorf("in the current directory: %q, %v", left, err)
	}
}
