// SPDX-License-Identifier: Apache-2.0

// Package acceptance has code that no one here wrote read what history/render and history/trace write: the official
// OpenTelemetry types and the collector's own reader, the CloudEvents SDK, Chromium's trace viewer, Mermaid and an HTML
// parser. It is a module of its own, so that nobody who imports the library sees what that takes.
//
// The tests need node and the packages of package-lock.json. The check .ci/checks/90-acceptance installs them and runs the
// tests.
package acceptance
