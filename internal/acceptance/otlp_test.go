// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/trace"
)

func otlp(t *testing.T, e history.Execution) []byte {
	t.Helper()
	return written(t, func(w io.Writer) error { return trace.OTLP(w, e, nil) })
}

// TestOTLPOfficialTypes reads with Protocol Buffers' own reader of JSON, which refuses what the messages do not have. It
// wants ids in base64; OTLP is the one place where they are hexadecimal.
func TestOTLPOfficialTypes(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`("(?:traceId|spanId|parentSpanId)":)"([0-9a-f]+)"`)
	for _, x := range subjects() {
		text := id.ReplaceAllFunc(otlp(t, x.execution), func(match []byte) []byte {
			parts := id.FindSubmatch(match)
			raw, err := hex.DecodeString(string(parts[2]))
			if err != nil {
				t.Fatalf("%s: an ID: %v", x.name, err)
			}
			return fmt.Appendf(nil, "%s%q", parts[1], base64.StdEncoding.EncodeToString(raw))
		})
		var request collectorpb.ExportTraceServiceRequest
		if err := (protojson.UnmarshalOptions{}).Unmarshal(text, &request); err != nil {
			t.Errorf("%s: the official types refuse it: %v", x.name, err)
			continue
		}
		spans := request.GetResourceSpans()[0].GetScopeSpans()[0].GetSpans()
		if got, want := len(spans), steps(x.execution)+1; got != want {
			t.Errorf("%s: %d spans, want %d", x.name, got, want)
		}
		for _, s := range spans {
			if len(s.GetTraceId()) != 16 || len(s.GetSpanId()) != 8 || s.GetName() == "" || s.GetEndTimeUnixNano() < s.GetStartTimeUnixNano() {
				t.Errorf("%s: a span that the specification forbids: %v", x.name, s)
			}
		}
	}
}

// TestOTLPCollector reads with the collector's reader and writes again with its writer: nothing may be missing then.
func TestOTLPCollector(t *testing.T) {
	t.Parallel()
	for _, x := range subjects() {
		text := otlp(t, x.execution)
		read, err := new(ptrace.JSONUnmarshaler).UnmarshalTraces(text)
		if err != nil {
			t.Errorf("%s: the collector refuses it: %v", x.name, err)
			continue
		}
		if err := ptraceotlp.NewExportRequest().UnmarshalJSON(text); err != nil {
			t.Errorf("%s: the collector's endpoint refuses it: %v", x.name, err)
		}
		if got, want := read.SpanCount(), steps(x.execution)+1; got != want {
			t.Errorf("%s: %d spans, want %d", x.name, got, want)
		}
		again, err := new(ptrace.JSONMarshaler).MarshalTraces(read)
		if err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		if diff := cmp.Diff(plain(t, text), plain(t, again)); diff != "" {
			t.Errorf("%s after reading mismatch (-written +read):\n%s", x.name, diff)
		}
	}
}

// plain is JSON as values, without what is empty.
func plain(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return withoutEmpty(v)
}

func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			value = withoutEmpty(value)
			if m, ok := value.(map[string]any); value == "" || ok && len(m) == 0 {
				delete(v, name)
				continue
			}
			v[name] = value
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return v
}
