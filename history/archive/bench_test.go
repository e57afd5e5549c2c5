// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"bytes"
	"io"
	"testing"
	"testing/fstest"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// generated is the records of one execution of about a thousand events.
func generated() []archive.Record {
	g := historytest.Generate(1, &historytest.GenerateOptions{
		MaxEvents: 1000, Fill: true, Ref: history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow"},
	})
	list := []archive.Record{{Execution: &g.Execution}}
	for i := range g.Events {
		list = append(list, archive.Record{Event: &g.Events[i]})
	}
	return list
}

func text(b *testing.B, list []archive.Record) []byte {
	b.Helper()
	var out bytes.Buffer
	w := archive.NewWriter(&out, archive.Policy{})
	for _, r := range list {
		if err := w.WriteRecord(r); err != nil {
			b.Fatal(err)
		}
	}
	return out.Bytes()
}

func BenchmarkWriter(b *testing.B) {
	list := generated()
	b.SetBytes(int64(len(text(b, list))))
	b.ReportAllocs()
	for b.Loop() {
		w := archive.NewWriter(io.Discard, archive.Policy{})
		for _, r := range list {
			if err := w.WriteRecord(r); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRecords(b *testing.B) {
	all := text(b, generated())
	b.SetBytes(int64(len(all)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := history.Collect(archive.Records(bytes.NewReader(all), "bench", nil)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvents(b *testing.B) {
	list := generated()
	all := text(b, list)
	a, err := archive.OpenFS(fstest.MapFS{"x.jsonl": {Data: all}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	client := history.NewClient(a.Sources()[0], nil)
	b.SetBytes(int64(len(all)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := history.Collect(client.Events(b.Context(), history.EventQuery{Ref: list[0].Ref()})); err != nil {
			b.Fatal(err)
		}
	}
}
