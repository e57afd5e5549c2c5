// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// sealKey is a key of so many bytes.
func sealKey(n int) []byte { return bytes.Repeat([]byte{7}, n) }

func TestSealRoundTrip(t *testing.T) {
	t.Parallel()
	short := history.NewCursor(history.Position{Ref: ref, Token: "3", LastEvent: 2})
	longest := history.Cursor(strings.Repeat("c", 4<<10))
	for _, c := range []history.Cursor{short, longest, "no cursor at all"} {
		for _, size := range []int{16, 17, 32, 1000} {
			for _, aad := range []string{"", "caller-1", "\x00\xff"} {
				sealed := history.Seal(sealKey(size), c, aad)
				got, err := history.Open(sealKey(size), sealed, aad)
				if err != nil {
					t.Fatalf("key of %d bytes, aad %q: %v", size, aad, err)
				}
				equal(t, "cursor", c, got)
			}
		}
	}
}

func TestSealedTextIsOpaqueAndSafeInURLs(t *testing.T) {
	t.Parallel()
	c := history.NewCursor(history.Position{Ref: ref, Token: strings.Repeat("t", 2900), LastEvent: 7})
	sealed, again := history.Seal(sealKey(16), c, "caller-1"), history.Seal(sealKey(16), c, "caller-1")
	if sealed == again {
		t.Error("the same cursor was sealed into the same text twice")
	}
	if strings.Trim(sealed, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
		t.Errorf("%q is not safe in a URL", sealed)
	}
	if len(sealed) > 5632 {
		t.Errorf("the text has %d bytes, more than 5.5 KiB", len(sealed))
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, "fs1."))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{ref.Workflow, ref.Execution, "tttt", "fh1.", "caller-1"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("the text shows %q", secret)
		}
	}
}

// The text of a sealed cursor may be stored for years: this one must stay readable.
func TestSealedTextIsStable(t *testing.T) {
	t.Parallel()
	const sealed = "fs1.DPjVGYILR4itFC8C-I1XtdlZ_1BKJXqSIdriK75f7Wis5a2zYBsBA8h2mPix4vpOauPybd9cTCfyjtlpPnPrbnfuyHMJpaTxw93EmTQ5nSvLqZ8naIyoHXuT"
	got, err := history.Open(sealKey(16), sealed, "caller-1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "cursor", history.NewCursor(history.Position{Ref: ref, Token: "3", LastEvent: 2}), got)
}

// The first page has no cursor, and the last one none to the next.
func TestSealOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	equal(t, "sealed", "", history.Seal(sealKey(16), "", "caller-1"))
	c, err := history.Open(sealKey(16), "", "caller-1")
	if c != "" || err != nil {
		t.Errorf("opened as %q, error %v; want nothing", c, err)
	}
}

func TestOpenRefusesWhatWasNotSealedForIt(t *testing.T) {
	t.Parallel()
	c := history.NewCursor(history.Position{Ref: ref, LastEvent: 2})
	sealed := history.Seal(sealKey(16), c, "caller-1")
	type attempt struct {
		key         []byte
		sealed, aad string
	}
	attempts := map[string]attempt{
		"another key":        {sealKey(17), sealed, "caller-1"},
		"another caller":     {sealKey(16), sealed, "caller-2"},
		"no caller":          {sealKey(16), sealed, ""},
		"a cursor":           {sealKey(16), string(c), "caller-1"},
		"another version":    {sealKey(16), "fs2." + sealed[4:], "caller-1"},
		"no version":         {sealKey(16), sealed[4:], "caller-1"},
		"nothing behind it":  {sealKey(16), "fs1.", "caller-1"},
		"only zeroes":        {sealKey(16), "fs1." + strings.Repeat("A", 80), "caller-1"},
		"a line end":         {sealKey(16), sealed + "\n", "caller-1"},
		"a line end inside":  {sealKey(16), sealed[:20] + "\r\n" + sealed[20:], "caller-1"},
		"padding":            {sealKey(16), sealed + "=", "caller-1"},
		"more than is taken": {sealKey(16), "fs1." + strings.Repeat("A", 1<<20), "caller-1"},
	}
	for i := range sealed {
		attempts[fmt.Sprintf("cut at %d", i)] = attempt{sealKey(16), sealed[:max(i, 1)], "caller-1"}
		changed := sealed[:i] + string(sealed[i]^1) + sealed[i+1:]
		attempts[fmt.Sprintf("changed at %d", i)] = attempt{sealKey(16), changed, "caller-1"}
	}
	var texts []string
	for name, a := range attempts {
		got, err := history.Open(a.key, a.sealed, a.aad)
		if !errors.Is(err, history.ErrCursor) || got != "" {
			t.Errorf("%s: opened as %q, error %v; want ErrCursor", name, got, err)
			continue
		}
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Errorf("one refusal says %q, another %q: a stranger learns why", texts[0], text)
		}
	}
}

func TestSealWantsAKey(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 15} {
		if _, err := history.Open(sealKey(size), "", ""); !errors.Is(err, history.ErrInvalid) {
			t.Errorf("Open with a key of %d bytes: error %v, want ErrInvalid", size, err)
		}
		for _, c := range []history.Cursor{"", "c"} {
			func() {
				defer func() {
					if err, ok := recover().(error); !ok || !errors.Is(err, history.ErrInvalid) {
						t.Errorf("Seal with a key of %d bytes panics with %v, want ErrInvalid", size, err)
					}
				}()
				t.Errorf("Seal with a key of %d bytes returned %q", size, history.Seal(sealKey(size), c, ""))
			}()
		}
	}
	if _, err := history.Open(nil, "", ""); !strings.Contains(fmt.Sprint(err), "at least 16") {
		t.Errorf("the error is %v, want one that says how long a key must be", err)
	}
}

// Whoever opens a cursor still gets no further than the execution that it belongs to.
func TestSealedCursorBelongsToItsTarget(t *testing.T) {
	t.Parallel()
	client := history.NewClient(newSource(5, 2), nil)
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref})
	if err != nil {
		t.Fatal(err)
	}
	c, err := history.Open(sealKey(32), history.Seal(sealKey(32), page.Next, "caller-1"), "caller-1")
	if err != nil {
		t.Fatal(err)
	}
	page, err = client.EventPage(t.Context(), history.EventQuery{Ref: ref, From: c})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "events", []int64{3, 4}, ids(page.Items))

	other := history.Ref{Workflow: ref.Workflow, Execution: "other"}
	if _, err = client.EventPage(t.Context(), history.EventQuery{Ref: other, From: c}); !errors.Is(err, history.ErrCursor) {
		t.Errorf("with another execution the error is %v, want ErrCursor", err)
	}
}

func FuzzOpen(f *testing.F) {
	key := sealKey(16)
	f.Add(history.Seal(key, "fh1.AAAA", "caller-1"), "caller-1")
	f.Add(history.Seal(key, history.NewCursor(history.Position{Ref: ref}), ""), "")
	f.Add("fs1.", "")
	f.Add("fs1."+strings.Repeat("A", 80), "caller-1")
	corpus.Add("sealed", func(text string) { f.Add(text, "caller-1") })
	f.Fuzz(func(t *testing.T, text, aad string) {
		c, err := history.Open(key, text, aad)
		switch {
		case err != nil && !errors.Is(err, history.ErrCursor):
			t.Errorf("the error of %q is %v, want ErrCursor", text, err)
		case err != nil && c != "":
			t.Errorf("%q is refused and opened as %q", text, c)
		}
		again, err := history.Open(key, history.Seal(key, history.Cursor(text), aad), aad)
		if len(text) <= 4<<10 && (err != nil || string(again) != text) {
			t.Errorf("%q is sealed and opened as %q, error %v", text, again, err)
		}
	})
}
