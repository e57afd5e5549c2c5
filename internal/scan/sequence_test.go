// SPDX-License-Identifier: Apache-2.0

package scan

import "testing"

// A Sequence guesses the word that came behind the last one, and that one again: for these its Words are not asked.
func TestSequenceGuesses(t *testing.T) {
	t.Parallel()
	var seq Sequence
	asked := func(words *Words, list ...string) bool {
		before := *words
		for _, word := range list {
			var s Scanner
			s.Reset([]byte(`"` + word + `"`))
			if got := s.Word(words, &seq); got != word || s.Offset() != int64(len(word)+2) {
				t.Errorf("%q is read as %q, to byte %d", word, got, s.Offset())
			}
		}
		return *words != before
	}
	if !asked(new(Words), "entered", "started", "exited", "entered") {
		t.Error("nothing was known, and the words were not asked")
	}
	if asked(new(Words), "started", "started", "exited", "exited", "exited", "entered", "started") {
		t.Error("the words were asked for what could be guessed")
	}
	if !asked(new(Words), "entered") {
		t.Error("a word was guessed that never came behind the last one")
	}
}
