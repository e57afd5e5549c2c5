// SPDX-License-Identifier: Apache-2.0

// Package trace writes executions in the forms that tracing tools read:
//
//   - OTLP: one trace an execution, for Jaeger, Grafana Tempo or an OpenTelemetry collector.
//   - Chrome: the trace event format, for Perfetto and Chromium's own viewer.
//   - CloudEvents: the lifecycle events of the CNCF Serverless Workflow specification.
//
// The package oteltrace beside it hands executions to an OpenTelemetry TracerProvider of the program's own.
//
// Everything is made from a [history.Execution] with its steps, as Client.Execution and Fold return it. The same execution
// gives the same bytes each time: ids are hashes of its reference and of Step.ID, so a second export replaces the first
// instead of standing beside it. OTLP and Chrome write while they go and keep no copy of the output; CloudEvents first collects
// its events, which are in order of time. Spans has the spans for other forms.
//
// # What has no end
//
// A trace knows finished things only. A step whose end is not known, because it has not come or the end of the execution
// cut it off, is written up to the end of what it is in; while that runs, too, up to the latest time that the execution
// knows, or Options.Now. A branch or iteration that failed is written up to the end of the last step in it. None ends before
// the last thing that is known of it. All of these are marked as unfinished, in Chrome's format also the bar of an attempt
// whose end is not known. A step without a start begins where what it is in begins; one that is pending and was not even entered
// is a point at the end.
//
// CloudEvents has the same ends for what has ended, and tells of no end that has not come.
//
// # What is not written
//
// Inputs, outputs and definitions are not: they are the user's data, and traces travel further than histories do. Names,
// failure codes and failure texts are. Text that is not UTF-8 is repaired with U+FFFD. Characters that mean something to a
// terminal or to HTML, or that cannot be seen, are written as JSON's escapes.
//
// Functions are safe for concurrent use and do not change the execution.
package trace
