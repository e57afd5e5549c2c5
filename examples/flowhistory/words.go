// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
)

// plain is a text in which nothing but printable characters is left; the others, marks that turn the direction of text
// among them, are shown as the escapes of JSON, so that in JSON they mean what was there. What is not UTF-8 is shown as
// bytes.
func plain(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, unprintable) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !unprintable(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// plainWriter lets line ends, tabs and what is printable through to a terminal and shows the rest as plain does.
type plainWriter struct {
	out  io.Writer
	rest []byte // the beginning of a character whose end has not come
}

// Write never keeps more than three bytes back, which are no character yet.
func (w *plainWriter) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	whole := len(text)
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= n
			}
			break
		}
	}
	w.rest = append([]byte(nil), text[whole:]...)
	var b strings.Builder
	for part := range strings.Lines(string(text[:whole])) {
		line, ended := strings.CutSuffix(part, "\n")
		for i, cell := range strings.Split(line, "\t") {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(plain(cell))
		}
		if ended {
			b.WriteByte('\n')
		}
	}
	if _, err := io.WriteString(w.out, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// statusWords is the neutral word, or the cloud's own where there is none.
func statusWords(s history.Status, native string) string {
	if s == "" {
		return "?" + native
	}
	return string(s)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.DateTime)
}

// took is the time between two others, with as many digits as people care for.
func took(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return "-"
	}
	return rounded(to.Sub(from))
}

// rounded is a duration as the timeline has it, so that list, stats and show say the same.
func rounded(d time.Duration) string {
	d = max(0, d)
	for _, s := range []struct{ unit, below time.Duration }{
		{time.Millisecond, time.Second}, {10 * time.Millisecond, 10 * time.Second}, {100 * time.Millisecond, time.Minute},
		{time.Second, time.Hour}, {time.Minute, 100 * time.Hour},
	} {
		if r := d.Round(s.unit); r < s.below { // 59.99s is no 60.0s
			return digits(r, s.unit)
		}
	}
	if d == math.MaxInt64 { // what Sub returns for all that are longer
		return fmt.Sprintf(">%dd", int(d.Hours())/24)
	}
	d = d.Round(time.Hour)
	return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
}

// digits are those of a duration that is whole in a unit of at most a minute.
func digits(d, unit time.Duration) string {
	switch unit {
	case time.Millisecond:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case 10 * time.Millisecond:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case 100 * time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case time.Second:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

func failureWords(f *history.Failure) string {
	if f == nil {
		return ""
	}
	if f.Code != "" && f.Cause != "" {
		return f.Code + ": " + f.Cause
	}
	return f.Code + f.Cause
}

// label is a step's name; branches and iterations go by what tells them apart.
func label(s *history.Step) string {
	number := strings.TrimSuffix(s.ID[strings.LastIndexByte(s.ID, '[')+1:], "]")
	if s.Kind == history.StepNode || number == s.ID {
		return cmp.Or(s.Name, s.ID)
	}
	return string(s.Kind) + " " + number
}

// attemptWords say how often a step's task was tried, and how the tries ended if there were several.
func attemptWords(tries []history.Attempt) string {
	if len(tries) < 2 {
		return strings.TrimLeft(strconv.Itoa(len(tries)), "0")
	}
	ends := make([]history.Status, len(tries))
	for i, a := range tries {
		ends[i] = a.Status
	}
	return fmt.Sprintf("%d (%s)", len(tries), words(ends))
}

// clip shortens a text that goes into an error.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
