// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

func TestDetailParts(t *testing.T) {
	t.Parallel()
	type parts struct {
		Input, Output, Local history.Detail
		Failure              history.Failure
		Failed               bool
	}
	for _, tc := range []struct {
		name   string
		detail history.Detail
		want   parts
	}{
		{"empty", "", parts{}},
		{"no JSON", "not JSON", parts{}},
		{"an array", `[1]`, parts{}},
		{"null", `null`, parts{}},
		{"an empty object", `{}`, parts{}},
		{"all of them", `{"input":{"a": 1},"output":[2],"local":"x","error":"FC.Unknown","cause":"boom"}`,
			parts{`{"a": 1}`, `[2]`, `"x"`, history.Failure{Code: "FC.Unknown", Cause: "boom"}, true}},
		{"nulls are nothing", `{"input":null,"output":null,"local":null,"error":null,"cause":null}`, parts{}},
		{"a cause alone", `{"cause":"boom"}`, parts{Failure: history.Failure{Cause: "boom"}, Failed: true}},
		{"a failure that is no text", `{"error":17,"cause":{"line":3}}`,
			parts{Failure: history.Failure{Code: "17", Cause: `{"line":3}`}, Failed: true}},
		{"empty texts", `{"input":"","output":""}`, parts{Input: `""`, Output: `""`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			failure, failed := tc.detail.Failure()
			equal(t, "parts", tc.want, parts{tc.detail.Input(), tc.detail.Output(), tc.detail.Local(), failure, failed})
		})
	}
}

func TestDetailDecode(t *testing.T) {
	t.Parallel()
	var got map[string]int
	if err := history.Detail(`{"a":1}`).Decode(&got); err != nil {
		t.Fatal(err)
	}
	equal(t, "decoded", map[string]int{"a": 1}, got)

	long := history.Detail("no JSON " + strings.Repeat("é", 200))
	err := long.Decode(&got)
	if err == nil || !strings.Contains(err.Error(), "no JSON") {
		t.Errorf("the error is %v, want one that quotes the detail", err)
	}
	if len(err.Error()) > 300 || !utf8.ValidString(err.Error()) {
		t.Errorf("the error does not clip the detail to valid text: %v", err)
	}
}

func TestDetailJSON(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		detail history.Detail
		want   string
	}{
		{"an object is embedded", `{"b":1,"a":[null,1.50,-0]}`, `{"b":1,"a":[null,1.50,-0]}`},
		{"an array is embedded", `["x"]`, `["x"]`},
		{"repeated keys stay", `{"a":1,"a":2}`, `{"a":1,"a":2}`},
		{"escapes stay", `{"a":"\u00e9\ud800"}`, `{"a":"\u00e9\ud800"}`},
		{"empty", "", `""`},
		{"a number is quoted, for it would read back the same but not be told from one", `17`, `"17"`},
		{"null is quoted", `null`, `"null"`},
		{"a JSON string is quoted", `"x"`, `"\"x\""`},
		{"spaces are kept", `{ "a": 1 }`, `"{ \"a\": 1 }"`},
		{"a new line is kept", "{}\n", `"{}\n"`},
		{"what encoding/json escapes is quoted", `{"a":"<b>&"}`, `"{\"a\":\"\u003cb\u003e\u0026\"}"`},
		{"a line separator too", "{\"a\":\"\u2028\"}", `"{\"a\":\"\u2028\"}"`},
		{"broken JSON is quoted", `{"a":`, `"{\"a\":"`},
		{"so is too deep JSON", history.Detail(strings.Repeat("[", 20000)), `"` + strings.Repeat("[", 20000) + `"`},
		{"control characters", "\x00\x01", `"\u0000\u0001"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			roundTrip(t, tc.detail, tc.want)
			var got history.Detail
			if err := json.Unmarshal([]byte(tc.want), &got); err != nil {
				t.Fatal(err)
			}
			equal(t, "read back", tc.detail, got)
		})
	}
}

func TestDetailThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	if out, err := json.Marshal(history.Detail("\xff")); err == nil {
		t.Errorf("it was written as %s, want an error because that loses a byte", out)
	}
}

func TestDetailReadsIndentedJSON(t *testing.T) {
	t.Parallel()
	e := events(1)[0]
	indented, err := json.MarshalIndent(e, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	var got history.Event
	if err := json.Unmarshal(indented, &got); err != nil {
		t.Fatal(err)
	}
	equal(t, "event", e, got)
	if err := json.Unmarshal([]byte(`{"detail":null}`), &got); err != nil || got.Detail != e.Detail {
		t.Errorf("null changed the detail to %q (error %v), want it left alone as encoding/json does", got.Detail, err)
	}
}

func FuzzDetailJSON(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"a":1}`, `{ "a":1}`, `["<"]`, "null", "17", `"x"`, "{\"a\":\"\u2028\"}", "\xff"} {
		f.Add(seed)
	}
	corpus.Add("detail", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		d := history.Detail(text)
		d.Failure()
		out, err := json.Marshal(d)
		if !utf8.ValidString(text) {
			if err == nil {
				t.Errorf("%q was written as %s although it is not UTF-8", text, out)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q cannot be written: %v", text, err)
		}
		var plain bytes.Buffer
		enc := json.NewEncoder(&plain)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
		for _, form := range [][]byte{out, plain.Bytes()} {
			var back history.Detail
			if err := json.Unmarshal(form, &back); err != nil {
				t.Fatalf("%s cannot be read: %v", form, err)
			}
			if back != d {
				t.Errorf("%q was written as %s and read as %q", d, form, back)
			}
		}
	})
}

// A detail that encoding/json would take alone, but not from inside what it is part of, is a string.
func TestDetailNestedDeeply(t *testing.T) {
	t.Parallel()
	for _, inner := range []string{"[", `{"[":`, `["\\\"]",`} {
		end := map[byte]string{'[': "]", '{': "}"}[inner[0]]
		for _, depth := range []int{10, 1000, 1001, 9990} {
			want := history.Execution{Steps: []history.Step{{
				ID: "a", Output: history.Detail(strings.Repeat(inner, depth) + "[]" + strings.Repeat(end, depth)),
			}}}
			data, err := json.Marshal(want)
			if err != nil {
				t.Fatal(err)
			}
			var got history.Execution
			if err := json.Unmarshal(data, &got); err != nil {
				t.Errorf("%s %d deep: %v", inner, depth, err)
			} else if got.Steps[0].Output != want.Steps[0].Output {
				t.Errorf("%s %d deep reads back as something else", inner, depth)
			}
			if embedded := bytes.Contains(data, []byte(`"output":`+inner)); embedded != (depth < 1000) {
				t.Errorf("%s %d deep: embedded %t", inner, depth, embedded)
			}
		}
	}
}
