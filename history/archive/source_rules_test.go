// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// single is a client of an archive of one file with a text.
func single(t *testing.T, text string) (client *history.Client, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return history.NewClient(only(t, filepath.Dir(file)), nil), file
}

// Records of another execution, in the very places where those of the one that is asked for were, are not taken for its own.
func TestFileOfAnotherExecution(t *testing.T) {
	t.Parallel()
	text := written(t, archive.Policy{}, sample()...)
	client, file := single(t, text)
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "order-1", "order-2")), 0o600); err != nil {
		t.Fatal(err)
	}
	ref := sample()[0].Ref()
	if _, err := client.Describe(t.Context(), ref); !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("the description is of another execution: %v, want ErrUnavailable", err)
	}
	if _, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref}); !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("the events are of another execution: %v, want ErrUnavailable", err)
	}
}

// Of events with one ID the one written last counts, however many there are.
func TestOfEventsWithOneIDTheLastCounts(t *testing.T) {
	t.Parallel()
	const n, times = 50, 4
	var records []archive.Record
	for i := range n * times {
		e := event(1+i%n, history.TaskScheduled)
		e.Ref, e.Step = refOf("e"), fmt.Sprint(i/n)
		records = append(records, archive.Record{Event: &e})
	}
	client, _ := single(t, written(t, archive.Policy{}, records...))
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: refOf("e")}))
	if err != nil || len(events) != n {
		t.Fatalf("%d events, error %v; want %d", len(events), err, n)
	}
	for _, e := range events {
		if want := fmt.Sprint(times - 1); e.Step != want {
			t.Errorf("event %d is the one written as number %s, want %s", e.ID, e.Step, want)
		}
	}
}

// A cursor behind the terminal event stays one when it is read from.
func TestEndStaysTheEnd(t *testing.T) {
	t.Parallel()
	end := event(1, history.ExecutionSucceeded)
	end.Ref = refOf("e")
	client, _ := single(t, written(t, archive.Policy{}, archive.Record{Event: &end}))
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: end.Ref, From: history.After(end)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(history.After(end), page.Resume); diff != "" || len(page.Items) != 0 {
		t.Errorf("%d events, and Resume mismatch (-want +got):\n%s", len(page.Items), diff)
	}
}

// What Redact changes is its own, diagnostics included.
func TestRedactChangesNoDiagnosticsOfTheCallers(t *testing.T) {
	t.Parallel()
	e := history.Execution{Ref: refOf("e"), Diagnostics: []history.Diagnostic{{Code: "unknown_status", Text: "the status"}}}
	text := written(t, archive.Policy{Redact: func(r *archive.Record) { r.Execution.Diagnostics[0].Text = "" }}, archive.Record{Execution: &e})
	if strings.Contains(text, "the status") || e.Diagnostics[0].Text != "the status" {
		t.Errorf("written is %s; the caller's is %+v", text, e.Diagnostics)
	}
}
