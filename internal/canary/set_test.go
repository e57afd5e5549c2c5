// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/canary"
)

const secret = `Cn4ry+k/"<Ω&=eTz9wQ+a==`

// A leak is found in each form, whole and cut at either end. Otherwise the other tests would prove nothing.
func TestALeakIsFoundInEachForm(t *testing.T) {
	t.Parallel()
	var set canary.Set
	set.Plant("key", secret)
	for _, form := range canary.Forms() {
		for place, text := range map[string]string{
			"alone": form.Write(secret), "within": "before " + form.Write(secret) + " after",
			"the beginning": form.Write(secret[:13]) + "…", "the end": "…" + form.Write(secret[len(secret)-13:]),
		} {
			if len(set.Find(text)) == 0 {
				t.Errorf("%s, %s: nothing is found in %q", form.Name, place, text)
			}
		}
	}
	for i := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("u", i) + ":" + secret + "\n"))
		if len(set.Find(text)) == 0 {
			t.Errorf("nothing is found in %s, which has the secret at an odd place", text)
		}
	}
	if found := set.Find("key [redacted], Cn4ry and Q+a== are too little"); len(found) != 0 {
		t.Errorf("%v is found where nothing is", found)
	}
}

// leaky gives its secret away in one way only.
type (
	leakyField  struct{ Inner struct{ hidden string } }
	leakyGo     struct{}
	leakyJSON   struct{}
	leakyLog    struct{}
	leakyError  struct{ hidden string }
	leakyWraps  struct{ inner error }
	leakyString string
)

func (leakyField) String() string                { return "nothing" }
func (leakyGo) GoString() string                 { return secret }
func (leakyJSON) MarshalJSON() ([]byte, error)   { return nil, errors.New(secret) }
func (leakyLog) LogValue() slog.Value            { return slog.StringValue(secret) }
func (leakyError) Error() string                 { return "nothing" }
func (leakyWraps) Error() string                 { return "nothing" }
func (w leakyWraps) Unwrap() error               { return w.inner }
func (s leakyString) Format(f fmt.State, r rune) { fmt.Fprint(f, "nothing") }

// Whatever way a value lets a secret out, it is printed in that way.
func TestALeakIsFoundInEachPrint(t *testing.T) {
	t.Parallel()
	var set canary.Set
	set.Plant("key", secret)
	field := leakyField{}
	field.Inner.hidden = secret
	for name, v := range map[string]any{
		"field": field, "GoString": leakyGo{}, "MarshalJSON": leakyJSON{}, "LogValue": leakyLog{}, "a string's JSON": leakyString(secret),
	} {
		if len(set.Find(canary.Prints(v))) == 0 {
			t.Errorf("%s: nothing is found in %s", name, canary.Prints(v))
		}
	}
	cursor := history.NewCursor(history.Position{Ref: history.Ref{Provider: "p", Workflow: "w"}, Token: secret})
	for name, err := range map[string]error{
		"field":     leakyError{secret},
		"wrapped":   &leakyWraps{&leakyWraps{errors.New(secret)}},
		"joined":    &leakyWraps{errors.Join(errors.New("nothing"), errors.New(secret))},
		"cause":     &history.Error{Err: &leakyWraps{errors.New(secret)}},
		"cursor":    &history.Error{Cursor: cursor},
		"code":      &history.Error{Code: secret},
		"requestID": &history.Error{RequestID: secret},
	} {
		if len(set.Find(canary.Chain(err))) == 0 {
			t.Errorf("%s: nothing is found in %s", name, canary.Chain(err))
		}
	}
	if canary.Chain(nil) != "" {
		t.Error("no error prints something")
	}
}

// What cannot be found for certain is not secret.
func TestPlantRefusesShortSecrets(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a secret of three bytes is taken")
		}
	}()
	new(canary.Set).Plant("key", "abc")
}
