// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// cause is why an execution did not succeed, as JSON.
type cause struct {
	Status   history.Status  `json:"status"`
	Path     []stepName      `json:"path"` // outermost first
	Failure  history.Failure `json:"failure"`
	Survived []stepName      `json:"survived,omitempty"` // retried with success
	Caught   []stepName      `json:"caught,omitempty"`   // failed, and another step went on
}

type stepName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// causeOf is nil when the execution succeeded, goes on, or nothing explains it.
func causeOf(e history.Execution) *cause {
	r, ok := e.RootCause()
	if !ok {
		return nil
	}
	return &cause{r.Status, stepNames(r.Path), r.Failure, stepNames(r.Survived), stepNames(r.Caught)}
}

func stepNames(steps []*history.Step) []stepName {
	names := make([]stepName, len(steps))
	for i, s := range steps {
		names[i] = stepName{s.ID, s.Name}
	}
	return names
}

// showCause says why an execution did not succeed, in few lines.
func (c *call) showCause(p *place, e history.Execution) error {
	r, ok := e.RootCause()
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, causeOf(e))
	case linesFormat:
		return writeLine(c.out, causeOf(e))
	case nameFormat:
		return c.println(strings.Join(idsOf(r.Path), " "))
	}
	if !ok {
		return c.println(p.name(e.Ref) + ": " + statusWords(e.Status, e.NativeStatus))
	}
	text := "in " + pathWords(r.Path)
	if len(r.Path) == 0 {
		text = "as a whole"
	}
	if why := failureWords(&r.Failure); why != "" {
		text += ": " + why
	}
	if err := c.println(p.name(e.Ref) + ": " + string(r.Status) + " " + text); err != nil {
		return err
	}
	if output := unexplained(r); output != "" {
		if err := c.println("  no reason was given; the step's output: " + clip(output, 500)); err != nil {
			return err
		}
	}
	for _, innocent := range []struct {
		what  string
		steps []*history.Step
	}{{"not to blame, since retried with success: ", r.Survived}, {"not to blame, since caught: ", r.Caught}} {
		if len(innocent.steps) == 0 {
			continue
		}
		if err := c.println("  " + innocent.what + strings.Join(idsOf(innocent.steps), ", ")); err != nil {
			return err
		}
	}
	return nil
}

// unexplained is the output of the step to blame where nothing says what it failed with: AOM has no field for that, and if
// the reason is anywhere it is there.
func unexplained(r history.RootCause) string {
	if len(r.Path) == 0 || r.Failure != (history.Failure{}) {
		return ""
	}
	return string(r.Path[len(r.Path)-1].Output)
}

// pathWords name the steps of a path, the outermost first.
func pathWords(path []*history.Step) string {
	names := make([]string, len(path))
	for i, s := range path {
		names[i] = label(s)
	}
	return strings.Join(names, " > ")
}

func idsOf(steps []*history.Step) []string {
	ids := make([]string, len(steps))
	for i, s := range steps {
		ids[i] = s.ID
	}
	return ids
}
