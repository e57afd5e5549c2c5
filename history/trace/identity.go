// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/flowhistory/flowhistory/history"
)

// TraceID is the trace of an execution, the same in each export: 16 bytes of a hash of its reference.
func TraceID(ref history.Ref) [16]byte { return [16]byte(digest("trace", history.FormatRef(ref))) }

// ExecutionSpanID is the execution's own span in its trace, the same in each export: 8 bytes of a hash of its reference.
func ExecutionSpanID(ref history.Ref) [8]byte {
	return [8]byte(digest("execution", history.FormatRef(ref)))
}

// SpanID is the span of a step in the trace of its execution, the same in each export: 8 bytes of a hash of the
// execution's reference and Step.ID.
func SpanID(ref history.Ref, step string) [8]byte {
	return [8]byte(digest("step", history.FormatRef(ref), step))
}

// digest hashes parts so that other parts give another hash, also where their borders differ.
func digest(parts ...string) []byte {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return h.Sum(nil)
}

func hexID(parts ...string) string { return hex.EncodeToString(digest(parts...)[:16]) }
