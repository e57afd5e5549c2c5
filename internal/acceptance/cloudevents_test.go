// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/cloudevents/sdk-go/v2/event"

	"github.com/flowhistory/flowhistory/history/trace"
)

// required is what the Serverless Workflow specification asks for in the data of each type of event.
func required() map[string][]string {
	out := map[string][]string{
		"io.serverlessworkflow.workflow.started.v1":   {"name", "definition", "startedAt"},
		"io.serverlessworkflow.workflow.completed.v1": {"name", "completedAt"},
		"io.serverlessworkflow.workflow.faulted.v1":   {"name", "faultedAt", "error"},
		"io.serverlessworkflow.workflow.cancelled.v1": {"name", "cancelledAt"},
		"io.serverlessworkflow.task.faulted.v1":       {"workflow", "task", "faultedAt", "error"},
	}
	for _, what := range []string{"created", "started", "retried", "completed", "cancelled"} {
		out["io.serverlessworkflow.task."+what+".v1"] = []string{"workflow", "task", what + "At"}
	}
	return out
}

func TestCloudEvents(t *testing.T) {
	t.Parallel()
	types := required()
	for _, x := range subjects() {
		text := written(t, func(w io.Writer) error { return trace.CloudEvents(w, x.execution) })
		var before time.Time
		for line := range bytes.Lines(text) {
			var e cloudevents.Event
			if err := json.Unmarshal(line, &e); err != nil {
				t.Errorf("%s: the SDK refuses it: %v\n%s", x.name, err, line)
				continue
			}
			if err := e.Validate(); err != nil {
				t.Errorf("%s: the SDK finds it invalid: %v\n%s", x.name, err, line)
			}
			if e.SpecVersion() != event.CloudEventsVersionV1 || e.Time().IsZero() || e.Time().Before(before) {
				t.Errorf("%s: version %s at %v, after %v", x.name, e.SpecVersion(), e.Time(), before)
			}
			before = e.Time()
			checkData(t, x.name, e, types)
		}
	}
}

func checkData(t *testing.T, name string, e cloudevents.Event, types map[string][]string) {
	t.Helper()
	want, known := types[e.Type()]
	if !known {
		t.Errorf("%s: the specification has no type %s", name, e.Type())
		return
	}
	var data map[string]any
	if err := e.DataAs(&data); err != nil {
		t.Errorf("%s: the data of %s: %v", name, e.Type(), err)
		return
	}
	for _, field := range want {
		if data[field] == nil {
			t.Errorf("%s: the data of %s has no %s", name, e.Type(), field)
		}
	}
	for field := range data {
		if !slices.Contains(want, field) {
			t.Errorf("%s: the data of %s has %s, which the specification does not", name, e.Type(), field)
		}
	}
	if task, ok := data["task"].(string); ok && !strings.HasPrefix(task, "/do/") {
		t.Errorf("%s: the task of %s is %q, want a pointer", name, e.Type(), task)
	}
}
