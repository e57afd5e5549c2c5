// SPDX-License-Identifier: Apache-2.0

// Package render draws executions for people: as a text timeline for a terminal, a Mermaid gantt for a page of
// documentation, an SVG picture, and an HTML report that needs nothing but a browser.
//
//	execution, err := client.Execution(ctx, ref)
//	…
//	err = render.Text(os.Stdout, execution, nil)
//
// All of them draw the same thing: the tree of steps, each with a bar from when it was scheduled to when it ended, in
// proportion to time. Waiting is drawn lighter than work, attempts that failed differ from those that did not, and what
// an execution failed by comes first (history.Execution.RootCause). Where many branches or iterations are alike, only a
// few of them are drawn and the rest is counted; those that failed are never left out.
//
// What has not ended is drawn up to a time that the options call Now. Without one it is the latest time that the
// execution itself knows, so that the same execution always gives the same output, to the byte. How long that took is not
// known then: texts say when the last event came, and of a step that has not ended how long it took at least, as ≥5.00s.
//
// # Hostile text
//
// Names and details come from others. In text, whatever is not printable is shown as an escape, so that nothing can steer
// a terminal or turn the direction of a line. In Mermaid, characters that mean something there are replaced by others
// that look alike. In SVG and HTML everything is escaped; a report also forbids by its Content-Security-Policy
// everything that is not part of it.
//
// Nothing here keeps state between calls but Live. Functions are safe for concurrent use and do not change the
// execution that they draw.
package render
