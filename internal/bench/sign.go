// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// The units in which the benchmarks named Sign in the clouds' packages report.
const (
	unitSigner = "ns/sdk"        // the SDK's signer
	unitBeyond = "ns-beyond/sdk" // what building the request around it takes
)

// measureSigning runs BenchmarkSign of both clouds, which can do what nobody outside their packages can: sign without
// sending. Each run of it interleaves the SDK's signer and ours. A test beside them counts the allocations.
func measureSigning(ctx context.Context, runs int) (out []figure, err error) {
	err = inModule(ctx, func(top, work string) error {
		for _, cloud := range []string{"alibaba", "huawei"} {
			printed, err := runGo(ctx, top, "test", "-run", "^TestSignAllocatesLittle$", "-bench", "^BenchmarkSign$", "-benchtime", "2000x",
				"-count", strconv.Itoa(runs), "-o", filepath.Join(work, "sign.test"), "./"+cloud)
			if err != nil {
				return err
			}
			beyond, signer := reported(printed, unitBeyond), reported(printed, unitSigner)
			if len(beyond) == 0 {
				return fmt.Errorf("BenchmarkSign of %s reports no %s", cloud, unitBeyond)
			}
			out = append(out, atMost(cloud+": building a request, beyond the SDK's signer", median(beyond)/1e3, "µs", 4, 0).
				noted("the signer takes %.1f µs; at most 25 allocations more: a test", median(signer)/1e3))
		}
		return nil
	})
	return out, err
}

// reported are the values that benchmarks printed in a unit.
func reported(printed, unit string) []float64 {
	var values []float64
	for line := range strings.Lines(printed) {
		fields := strings.Fields(line)
		for i, field := range fields {
			if field != unit || i == 0 {
				continue
			}
			if v, err := strconv.ParseFloat(fields[i-1], 64); err == nil {
				values = append(values, v)
			}
		}
	}
	return values
}
