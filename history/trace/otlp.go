// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"encoding/hex"
	"io"

	"github.com/flowhistory/flowhistory/history"
)

// OTLP writes an execution as one trace in OpenTelemetry's JSON: one line with one ExportTraceServiceRequest. The line
// alone is what a collector's HTTP endpoint /v1/traces takes; several of them behind each other are what its
// otlpjsonfile receiver reads.
//
// The execution is a span of kind SERVER, as the conventions for pipelines have it; each step, branch and iteration is an
// INTERNAL span in the span of what it is in, see Spans. Attempts and failures are events of the spans. The status is an
// error for what failed or timed out and unset for the rest, as the conventions ask for. The resource's service.name is the
// workflow; cloud.provider and cloud.region are taken from the reference, and so is cloud.account.id for Huawei. Trace and
// spans have the ids of TraceID, ExecutionSpanID and SpanID.
//
// An error is w's.
func OTLP(w io.Writer, e history.Execution, opts *Options) error {
	out := newJSONWriter(w)
	out.text(`{"resourceSpans":[{"resource":`)
	out.value(otlpResource{Attributes: otlpAttributes(resource(e.Ref))})
	out.text(`,"scopeSpans":[{"scope":`)
	out.value(otlpScope{Name: scopeName})
	out.text(`,"spans":[`)
	trace := TraceID(e.Ref)
	traceID := hex.EncodeToString(trace[:])
	before := ""
	for s := range Spans(e, opts) {
		out.text(before)
		out.value(newOTLPSpan(traceID, &s))
		before = ","
	}
	out.text("]}]}]}\n")
	return out.flush()
}

// scopeName says who made the spans.
const scopeName = "github.com/flowhistory/flowhistory/history/trace"
