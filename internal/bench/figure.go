// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strconv"
)

// figure is one measured number, and what it must reach and what would be liked; 0 = nothing is asked for.
type figure struct {
	Row   string  `json:"row"`
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Must  float64 `json:"must,omitzero"`
	Like  float64 `json:"like,omitzero"`
	Most  bool    `json:"most"` // Must and Like are the most it may be, not the least
	Note  string  `json:"note,omitzero"`
}

// reached reports whether the value is what was asked for.
func (f figure) reached(want float64) bool {
	if f.Most {
		return f.Value <= want
	}
	return f.Value >= want
}

// verdict is what the table says of the value.
func (f figure) verdict(want float64) string {
	switch {
	case want == 0:
		return ""
	case f.reached(want):
		return "reached"
	default:
		return "short"
	}
}

// atLeast and atMost are figures that have to be reached; like may be 0.
func atLeast(what string, value float64, unit string, must, like float64) figure {
	return figure{What: what, Value: value, Unit: unit, Must: must, Like: like}
}

func atMost(what string, value float64, unit string, must, like float64) figure {
	return figure{What: what, Value: value, Unit: unit, Must: must, Like: like, Most: true}
}

// stated is a figure that is told and not judged.
func stated(what string, value float64, unit string) figure {
	return figure{What: what, Value: value, Unit: unit}
}

// noted is the figure with a note beside it.
func (f figure) noted(format string, args ...any) figure {
	f.Note = fmt.Sprintf(format, args...)
	return f
}

// table prints figures as they are measured. It keeps the first error of its writer.
type table struct {
	out io.Writer
	err error
}

const tableForm = "%-58s %12s  %10s %-8s %10s %-8s %s\n"

func newTable(out io.Writer) *table { return &table{out: out} }

func (t *table) print(figures []figure) {
	if len(figures) == 0 {
		return
	}
	t.printf(tableForm, figures[0].Row, "measured", "must", "", "like", "", "")
	for _, f := range figures {
		t.printf(tableForm, "  "+f.What, number(f.Value)+" "+f.Unit, f.bound(f.Must), f.verdict(f.Must),
			f.bound(f.Like), f.verdict(f.Like), f.Note)
	}
}

// sum says how many of the figures are what they must be.
func (t *table) sum(all []figure) {
	asked, reached := 0, 0
	for _, f := range all {
		if f.Must != 0 {
			asked++
			if f.reached(f.Must) {
				reached++
			}
		}
	}
	t.printf("\n%d of %d reached\n", reached, asked)
}

func (t *table) printf(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.out, format, args...)
	}
}

// bound writes what is asked for, "" if nothing is.
func (f figure) bound(want float64) string {
	switch {
	case want == 0:
		return ""
	case f.Most:
		return "<= " + number(want)
	default:
		return ">= " + number(want)
	}
}

// number writes a value with three digits or more, as people do.
func number(v float64) string {
	switch size := max(v, -v); {
	case size >= 100 || v == 0:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case size >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case size >= 0.1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	default:
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
}
