// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

func TestRecordsComeBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	want := sample()
	text := written(t, archive.Policy{}, want...)
	if diff := cmp.Diff(want, records(t, text)); diff != "" {
		t.Errorf("records mismatch (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(text, `{"archive":"flowhistory","schema":1}`+"\n"+`{"id":"script://region%2Fproject/order-flow/order-1","execution":{`) {
		t.Errorf("the archive begins with %.200s", text)
	}
	if again := written(t, archive.Policy{}, records(t, text)...); again != text {
		t.Errorf("written again it is\n%s, want\n%s", again, text)
	}
	if got := len(records(t, text+text)); got != 2*len(want) {
		t.Errorf("two archives put together have %d records, want %d", got, 2*len(want))
	}
	if got := records(t, strings.TrimSuffix(text, "\n")); len(got) != len(want) {
		t.Errorf("without the last line end there are %d records, want %d", len(got), len(want))
	}
}

func TestRecordIDs(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range append(sample(), archive.Record{}) {
		got = append(got, r.ID())
	}
	const execution = "script://region%2Fproject/order-flow/order-1"
	if diff := cmp.Diff([]string{execution, execution + "#1", execution + "#2", "://"}, got); diff != "" {
		t.Errorf("IDs mismatch (-want +got):\n%s", diff)
	}
}

const (
	head  = `{"archive":"flowhistory","schema":1}` + "\n"
	first = `{"id":"p://s/w/e#1","event":{"provider":"p","scope":"s","workflow":"w","execution":"e","id":1,"type":"T","time":"2026-11-01T08:00:00Z"}}` + "\n"
	third = `{"id":"p://s/w/e#3","event":{"provider":"p","scope":"s","workflow":"w","execution":"e","id":3,"type":"T","time":"2026-11-01T08:00:00Z"}}` + "\n"
)

func TestDamagedLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       string // of the error
		rest       int    // records when damaged lines are skipped
	}{
		{"torn at the end", head + first + third[:40], "x.jsonl:3: the line is not a record: unexpected end of JSON input", 1},
		{"torn in the middle", head + first[:40] + "\n" + third, "x.jsonl:2: the line is not a record: unexpected end", 1},
		{"two in one line", head + first[:40] + third + first, "x.jsonl:2: the line is not a record", 1},
		{"another type", head + `{"id":"p://s/w/e#1","event":{"id":"one"}}` + "\n" + third, "x.jsonl:2: the line is not a record: json: cannot unmarshal", 1},
		{"not UTF-8", head + strings.Replace(first, `"T"`, "\"\xff\"", 1) + third, "x.jsonl:2: the line is not UTF-8", 1},
		{"zeros", head + "\x00\x00\x00\n" + third, "x.jsonl:2: the line is not a record: invalid character", 1},
		{"nothing in it", head + "{}\n" + third, "x.jsonl:2: the line is not a record: it is neither", 1},
		{"both in it", head + `{"event":{},"execution":{}}` + "\n", "x.jsonl:2: the line is not a record: it is an execution and an event at once", 0},
		{"of nobody", head + `{"event":{"id":1}}` + "\n", "x.jsonl:2: the line is not a record: it names no execution", 0},
		{"without an ID", head + strings.Replace(first, `"id":1,`, "", 1), "x.jsonl:2: the line is not a record: the event's ID is 0", 0},
		{"of another ID", head + strings.Replace(first, `"id":1,`, `"id":2,`, 1) + third, `x.jsonl:2: the record's id is "p://s/w/e#1", and it is about "p://s/w/e#2"`, 1},
		{"no first line", first + third, `x.jsonl:1: the first line is not that of an archive; want {"archive":"flowhistory","schema":1}`, 1},
		{"another product", `{"archive":"other","schema":1}` + "\n" + first, `x.jsonl:1: the line names the archive "other" and the schema 1`, 1},
		{"no schema", `{"archive":"flowhistory"}` + "\n" + first, `x.jsonl:1: the line names the archive "flowhistory" and the schema 0`, 1},
		{"another JSON file", "[1]\n", "x.jsonl:1: the line is not a record: json: cannot unmarshal array", 0},
		{"lines without anything", head + "\n\r\n" + first, "", 1},
		{"nothing at all", "", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := history.Collect(archive.Records(strings.NewReader(tt.text), "x.jsonl", nil))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "archive: "+tt.want)) {
				t.Errorf("the error is %v, want %s", err, tt.want)
			}
			if _, ok := errors.AsType[*archive.LineError](err); tt.want != "" && (!ok || !errors.Is(err, history.ErrDecode)) {
				t.Errorf("the error %v is no LineError that matches ErrDecode", err)
			}
			var skipped []string
			opts := &archive.ReadOptions{Skip: func(e *archive.LineError) bool { skipped = append(skipped, e.Error()); return true }}
			rest, err := history.Collect(archive.Records(strings.NewReader(tt.text), "x.jsonl", opts))
			if err != nil || len(rest) != tt.rest {
				t.Errorf("skipping, there are %d records (error %v), want %d", len(rest), err, tt.rest)
			}
			if (len(skipped) > 0) != (tt.want != "") {
				t.Errorf("skipped were %q", skipped)
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	all := &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }}
	for _, header := range []string{`{"archive":"flowhistory","schema":2}`, `{"archive":["in","another","form"],"schema":2}`} {
		_, err := history.Collect(archive.Records(strings.NewReader(header+"\n"+first), "x.jsonl", all))
		newer, ok := errors.AsType[*archive.SchemaError](err)
		if !ok || !errors.Is(err, history.ErrDecode) {
			t.Fatalf("the error is %v, want a SchemaError that matches ErrDecode", err)
		}
		if diff := cmp.Diff(&archive.SchemaError{File: "x.jsonl", Line: 1, Schema: 2}, newer); diff != "" {
			t.Errorf("the error mismatch (-want +got):\n%s", diff)
		}
		const want = "archive: x.jsonl:1: the archive has the schema 2 and this version reads up to 1; read it with a newer version of github.com/flowhistory/flowhistory"
		if newer.Error() != want {
			t.Errorf("the error says %q, want %q", newer, want)
		}
	}
}

func TestRecordsPassOnTheStreamsError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is broken")
	skip := &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }}
	_, err := history.Collect(archive.Records(iotest.ErrReader(broken), "x.jsonl", skip))
	if !errors.Is(err, broken) || errors.Is(err, history.ErrDecode) {
		t.Errorf("the error is %v, want %v", err, broken)
	}
}

func FuzzRecords(f *testing.F) {
	for _, text := range []string{head + first + third, first, head + head, `{"schema":2}`, head + "{\"event\":null}\n\n\xff"} {
		f.Add(text)
	}
	corpus.Add("archive_line", func(text string) { f.Add(head + text) })
	f.Fuzz(func(t *testing.T, text string) {
		skip := &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }}
		got, err := history.Collect(archive.Records(strings.NewReader(text), "fuzz", skip))
		if err != nil && !errors.Is(err, history.ErrDecode) {
			t.Fatalf("the error is %v", err)
		}
		// An empty list is not written: it comes back as none.
		if diff := cmp.Diff(got, records(t, written(t, archive.Policy{}, got...)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("records written again mismatch (-want +got):\n%s", diff)
		}
	})
}
