// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"io"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func BenchmarkRender(b *testing.B) {
	e, wide, deep := largest(), many(10_000), nested(4_000, "around")
	for _, kind := range []struct {
		name string
		draw func(history.Execution) error
	}{
		{"text", func(e history.Execution) error { return render.Text(io.Discard, e, nil) }},
		{"mermaid", func(e history.Execution) error { return render.Mermaid(io.Discard, e, nil) }},
		{"svg", func(e history.Execution) error { return render.SVG(io.Discard, e, nil) }},
		{"html", func(e history.Execution) error { return render.HTML(io.Discard, e, nil) }},
	} {
		for name, e := range map[string]history.Execution{"events=5000": e, "steps=10000": wide, "depth=4000": deep} {
			b.Run(kind.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := kind.draw(e); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
