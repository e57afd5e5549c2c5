// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// showMetrics answers in the text format of Prometheus, version 0.0.4.
func (s *server) showMetrics(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(s.metrics.text())
	return nil
}

// exposition is a text of metrics in the making.
type exposition struct{ bytes.Buffer }

func (m *metrics) text() []byte {
	var b exposition
	b.family("viewer_start_time_seconds", "gauge", "When the server started, in Unix time.")
	b.sample("viewer_start_time_seconds", nil, float64(m.started.UnixMilli())/1000)
	b.family("viewer_streams", "gauge", "Streams that are open.")
	b.sample("viewer_streams", nil, float64(m.streams.Load()))

	m.mu.Lock()
	defer m.mu.Unlock()
	b.family("viewer_request_duration_seconds", "histogram", "Requests answered; of a stream how long it was open.")
	requests := slices.SortedFunc(maps.Keys(m.requests), func(x, y requestKey) int {
		return cmp.Or(cmp.Compare(x.route, y.route), cmp.Compare(x.code, y.code))
	})
	for _, k := range requests {
		b.histogram("viewer_request_duration_seconds", []string{"route", k.route, "code", k.code}, m.requests[k])
	}

	calls := slices.SortedFunc(maps.Keys(m.calls), func(x, y callKey) int {
		return cmp.Or(cmp.Compare(x.provider, y.provider), cmp.Compare(x.scope, y.scope), cmp.Compare(x.op, y.op), cmp.Compare(x.status, y.status))
	})
	b.family("cloud_request_duration_seconds", "histogram", "HTTP attempts made to a cloud; status none = no answer came.")
	for _, k := range calls {
		b.histogram("cloud_request_duration_seconds", k.labels(), &m.calls[k].took)
	}
	for _, f := range []struct {
		name, help string
		value      func(*callCount) float64
	}{
		{"cloud_received_bytes_total", "Bytes of answers, decompressed.", func(c *callCount) float64 { return float64(c.bytes) }},
		{"cloud_waited_seconds_total", "Time that requests were held back for rate limits and retries.", func(c *callCount) float64 { return c.waited.Seconds() }},
		{"cloud_retries_total", "Attempts that were not the first.", func(c *callCount) float64 { return float64(c.retries) }},
	} {
		b.family(f.name, "counter", f.help)
		for _, k := range calls {
			b.sample(f.name, k.labels(), f.value(m.calls[k]))
		}
	}
	return b.Bytes()
}

func (k callKey) labels() []string {
	return []string{"provider", k.provider, "scope", k.scope, "op", k.op, "status", k.status}
}

func (b *exposition) family(name, kind, help string) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample writes a value. Labels are names and values in turn.
func (b *exposition) sample(name string, labels []string, value float64) {
	b.WriteString(name)
	for i, sep := 0, "{"; i < len(labels); i, sep = i+2, "," {
		fmt.Fprintf(b, `%s%s="%s"`, sep, labels[i], labelEscaper().Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		b.WriteByte('}')
	}
	fmt.Fprintf(b, " %s\n", strconv.FormatFloat(value, 'g', -1, 64))
}

func (b *exposition) histogram(name string, labels []string, h *histogram) {
	for i, bound := range bounds() {
		b.sample(name+"_bucket", append(slices.Clip(labels), "le", strconv.FormatFloat(bound, 'g', -1, 64)), float64(h.buckets[i]))
	}
	b.sample(name+"_bucket", append(slices.Clip(labels), "le", "+Inf"), float64(h.count))
	b.sample(name+"_sum", labels, h.sum.Seconds())
	b.sample(name+"_count", labels, float64(h.count))
}

// labelEscaper escapes what a label's value may not hold.
func labelEscaper() *strings.Replacer { return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`) }
