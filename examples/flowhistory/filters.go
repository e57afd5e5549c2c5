// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
)

// filterFlags say which executions are read.
func filterFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "status", Usage: "only those with this `STATUS`: pending, running, paused, succeeded, failed, timed_out, stopped; may be given several times"},
		&cli.BoolFlag{Name: "failed", Usage: "only those that failed or timed out"},
		&cli.StringFlag{Name: "since", Usage: "only those that started at or after this `TIME`: 90m, 24h, 7d (ago), 2026-11-01, 2026-11-01T09:00:00Z"},
		&cli.StringFlag{Name: "until", Usage: "only those that started before this `TIME`"},
		&cli.StringFlag{Name: "prefix", Usage: "only those whose name begins with this `TEXT`"},
	}
}

// filters is the query that the flags ask for.
func (c *call) filters() (history.ExecutionQuery, error) {
	q := history.ExecutionQuery{NamePrefix: c.cmd.String("prefix")}
	for _, word := range c.cmd.StringSlice("status") {
		s := history.Status(word)
		if !s.Known() {
			return q, usageError{fmt.Sprintf("%q is no status; want pending, running, paused, succeeded, failed, timed_out or stopped", clip(word, 50))}
		}
		q.Status = append(q.Status, s)
	}
	if c.cmd.Bool("failed") {
		q.Status = append(q.Status, history.Failed, history.TimedOut)
	}
	var err error
	if q.StartedAfter, err = c.moment("since"); err != nil {
		return q, err
	}
	if q.StartedBefore, err = c.moment("until"); err != nil {
		return q, err
	}
	if !q.StartedAfter.IsZero() && !q.StartedBefore.IsZero() && !q.StartedAfter.Before(q.StartedBefore) {
		return q, usageError{fmt.Sprintf("--since must be before --until; they are %s and %s (UTC)", stamp(q.StartedAfter), stamp(q.StartedBefore))}
	}
	return q, nil
}

// moment reads a flag that is a time, or how long ago one was; zero = the flag is not set.
func (c *call) moment(flag string) (time.Time, error) {
	text := c.cmd.String(flag)
	if text == "" {
		return time.Time{}, nil
	}
	if ago, ok := duration(text); ok {
		return c.now().UTC().Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError{fmt.Sprintf("--%s is %q; want how long ago (90m, 24h, 7d) or a time in UTC (2026-11-01, 2026-11-01T09:00:00Z)", flag, clip(text, 50))}
}

// duration reads a duration of Go's, or days.
func duration(text string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err == nil && n >= 0 && n < 36500
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}
