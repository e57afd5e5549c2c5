// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// Each decoder takes and refuses of its corpus what it took and refused when the corpus was made.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for shape, accepts := range map[string]func(text string) bool{
		"cursor": func(text string) bool {
			_, err := history.Cursor(text).Position()
			return err == nil
		},
		"sealed": func(text string) bool {
			_, err := history.Open(sealKey(16), text, "caller-1")
			return err == nil
		},
		"ref": func(text string) bool {
			_, err := history.ParseRef(text)
			return err == nil
		},
		"detail": func(text string) bool {
			var keys map[string]any
			return history.Detail(text).Decode(&keys) == nil
		},
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			if err := corpus.Check(shape, accepts); err != nil {
				t.Error(err)
			}
		})
	}
}

// What Fold reads from the details of the corpus is what the methods of Detail read.
func TestCorpusDetailsFold(t *testing.T) {
	t.Parallel()
	for _, input := range corpus.Inputs("detail") {
		d := history.Detail(input.Text)
		e := fold(t, []history.Event{
			{Ref: ref, ID: 1, Type: history.ExecutionStarted, Detail: d},
			{Ref: ref, ID: 2, Type: history.ExecutionFailed, Detail: d},
		})
		want, failed := d.Failure()
		equal(t, input.Name+": input", d.Input(), e.Input)
		if e.Failure == nil && failed || e.Failure != nil && *e.Failure != want {
			t.Errorf("%s: the failure is %+v, want %+v", input.Name, e.Failure, want)
		}
	}
}
