// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
)

// replay shows an exhibit event by event, one each 100 ms.
func replay(t *testing.T, name string, o render.LiveOptions) (out string, drawn int) {
	t.Helper()
	now := at(0)
	o.Clock = func() time.Time { return now }
	var b strings.Builder
	live := render.NewLive(&b, &o)
	var folder history.Folder
	for _, x := range historytest.Gallery() {
		if x.Name != name {
			continue
		}
		for _, e := range x.Events {
			folder.Add(e)
			if live.Due() {
				drawn++
			}
			if err := live.Update(folder.Execution()); err != nil {
				t.Fatalf("updating: %v", err)
			}
			now = now.Add(100 * time.Millisecond)
		}
	}
	if err := live.Finish(folder.Execution()); err != nil {
		t.Fatalf("finishing: %v", err)
	}
	return b.String(), drawn
}

func TestLiveLines(t *testing.T) {
	t.Parallel()
	out, _ := replay(t, "catch", render.LiveOptions{})
	got, picture, _ := strings.Cut(out, "\n\n")
	want := `08:00:00.000 ▶ order-flow/catch running
08:00:00.013 ▶ reserve-stock running
08:00:04.045 ✓ reserve-stock succeeded after 4.05s
08:00:04.067 ▶ charge-card running
08:00:05.235 ✗ charge-card failed after 1.17s, FC.Unknown: the service said "no"
08:00:05.241 ▶ charge-wallet running
08:00:07.047 ✓ charge-wallet succeeded after 1.81s
08:00:07.067 ▶ ship-order running
08:00:07.895 ✓ ship-order succeeded after 842ms
08:00:07.904 ✓ order-flow/catch succeeded after 7.90s`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines mismatch (-want +got):\n%s", diff)
	}
	if strings.Contains(out, "\x1b") {
		t.Error("a pipe got control sequences")
	}
	if !strings.Contains(picture, "█ working") {
		t.Error("the whole picture is missing at the end")
	}
}

func TestLiveTellsOfAttempts(t *testing.T) {
	t.Parallel()
	out, _ := replay(t, "retry", render.LiveOptions{Text: &render.TextOptions{ASCII: true, Width: 100}})
	for _, want := range []string{"> fetch-invoice running, attempt 2 after ", "+ fetch-invoice succeeded after 11.1s, attempt 3\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

// TestLiveTellsNoEndThatIsNotKnown: a step that has ended, and nothing says when, did not last until now.
func TestLiveTellsNoEndThatIsNotKnown(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	live := render.NewLive(&b, &render.LiveOptions{Clock: func() time.Time { return at(9) }})
	if err := live.Update(execution(history.Running, 0, step("a", history.Succeeded, 0, 1, -1))); err != nil {
		t.Fatal(err)
	}
	want := "08:00:00.000 ▶ flow/exec running\n08:00:01.000 ✓ a succeeded\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("lines mismatch (-want +got):\n%s", diff)
	}
}

// screen is what a terminal shows: it understands what a Live writes, and nothing else.
func screen(t *testing.T, out string) (lines []string) {
	t.Helper()
	row := 0
	for out != "" {
		switch {
		case strings.HasPrefix(out, "\r\x1b["):
			up := 0
			for out = out[3:]; out[0] != 'A'; out = out[1:] {
				up = up*10 + int(out[0]-'0')
			}
			if out, row = out[1:], row-up; row < 0 {
				t.Fatal("the cursor left the screen")
			}
		case strings.HasPrefix(out, "\x1b[J"):
			out, lines = out[3:], lines[:row]
		default:
			line, rest, found := strings.Cut(out, "\x1b[K\n")
			if !found || strings.ContainsAny(line, "\n\r") {
				t.Fatalf("not understood: %q", line)
			}
			lines = append(lines[:row:len(lines)], append([]string{line}, lines[min(len(lines), row+1):]...)...)
			out, row = rest, row+1
		}
	}
	return lines
}

func TestLiveOnATerminal(t *testing.T) {
	t.Parallel()
	out, drawn := replay(t, "nested", render.LiveOptions{Terminal: true, Interval: time.Second, Height: 12})
	if drawn != 12 { // 111 events in 11.1 seconds
		t.Errorf("%d pictures, want 12", drawn)
	}
	var want strings.Builder
	for _, x := range historytest.Gallery() {
		if x.Name == "nested" {
			if err := render.Text(&want, x.Execution, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(want.String(), strings.Join(screen(t, out), "\n")+"\n"); diff != "" {
		t.Errorf("last picture mismatch (-want +got):\n%s", diff)
	}
}

// TestLiveFitsTheTerminal looks at a picture that is higher than the screen.
func TestLiveFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, height := range []int{1, 2, 4, 5, 10, 24} {
		var b strings.Builder
		live := render.NewLive(&b, &render.LiveOptions{Terminal: true, Height: height, Clock: func() time.Time { return at(0) }})
		if err := live.Update(many(100)); err != nil {
			t.Fatal(err)
		}
		if n := len(screen(t, b.String())); n > max(1, height-1) {
			t.Errorf("%d lines on a terminal of %d", n, height)
		}
	}
}

// TestLiveDrawsWhatIsThereNow: a picture takes the place of a higher one, is as of now, and stays when it was the final one.
func TestLiveDrawsWhatIsThereNow(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	live := render.NewLive(&b, &render.LiveOptions{
		Terminal: true, Interval: -1, Clock: func() time.Time { return at(9) }, Text: &render.TextOptions{Now: at(60)},
	})
	running := execution(history.Running, 0, step("a", history.Running, 0, 1, -1))
	final := execution(history.Succeeded, 9, step("a", history.Succeeded, 0, 1, 9))
	for _, show := range []func() error{
		func() error { return live.Update(many(5)) }, func() error { return live.Update(running) }, func() error { return live.Finish(final) },
		func() error { return live.Update(many(5)) }, func() error { return live.Update(running) },
	} {
		if err := show(); err != nil {
			t.Fatal(err)
		}
	}
	want := text(t, final, nil) + text(t, running, &render.TextOptions{Now: at(9)})
	if diff := cmp.Diff(want, strings.Join(screen(t, b.String()), "\n")+"\n"); diff != "" {
		t.Errorf("screen mismatch (-want +got):\n%s", diff)
	}
}

// TestLiveLinesAreOfSteps: what is in a branch tells enough, what waits is told when it starts, and all times are UTC.
func TestLiveLinesAreOfSteps(t *testing.T) {
	t.Parallel()
	each := iterations(2, func(int) history.Status { return history.Succeeded })
	local := step("local", history.Running, 0, -1, -1)
	local.Started = at(3).In(time.FixedZone("", 3600))
	var b strings.Builder
	live := render.NewLive(&b, &render.LiveOptions{Clock: func() time.Time { return at(9) }})
	for range 2 {
		if err := live.Update(execution(history.Running, 0, each, local, step("waits", history.Pending, 4, -1, -1),
			step("unseen", history.Succeeded, 5, -1, 6))); err != nil {
			t.Fatal(err)
		}
	}
	want := `08:00:00.000 ▶ flow/exec running
08:00:00.000 ▶ each running
08:00:02.000 ✓ work#1 succeeded after 2.00s
08:00:02.000 ✓ work#2 succeeded after 2.00s
08:00:03.000 ▶ local running
08:00:06.000 ✓ unseen succeeded after 1.00s
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(b.String(), "\n"), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("lines mismatch (-want +got):\n%s", diff)
	}
}

// fullOnce is a writer that takes everything but the first piece.
type fullOnce struct{ pieces int }

func (f *fullOnce) Write(p []byte) (int, error) {
	if f.pieces++; f.pieces == 1 {
		return 0, errFull
	}
	return len(p), nil
}

// TestLiveWritesNothingBehindAnError: half a picture, or a line that is missing, cannot be made good.
func TestLiveWritesNothingBehindAnError(t *testing.T) {
	t.Parallel()
	for _, terminal := range []bool{false, true} {
		w := &fullOnce{}
		live := render.NewLive(w, &render.LiveOptions{Terminal: terminal, Interval: -1})
		for _, show := range []func(history.Execution) error{live.Update, live.Update, live.Finish} {
			if err := show(many(1)); !errors.Is(err, errFull) {
				t.Errorf("terminal %t: error %v, want %v", terminal, err, errFull)
			}
		}
		if w.pieces != 1 {
			t.Errorf("terminal %t: %d pieces were written, want 1", terminal, w.pieces)
		}
	}
}

func TestLiveKeepsTheErrorOfItsWriter(t *testing.T) {
	t.Parallel()
	for _, terminal := range []bool{false, true} {
		live := render.NewLive(full{}, &render.LiveOptions{Terminal: terminal})
		for range 2 {
			if err := live.Update(many(1)); !errors.Is(err, errFull) {
				t.Errorf("Update: error %v, want %v", err, errFull)
			}
		}
		if err := live.Finish(many(1)); !errors.Is(err, errFull) {
			t.Errorf("Finish: error %v, want %v", err, errFull)
		}
	}
}
