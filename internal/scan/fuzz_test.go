// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/scan"
)

// texts are JSON and what is nearly so.
func texts() []string {
	return []string{
		``, ` `, `{}`, `[]`, `null`, `true`, `false`, `0`, `-0`, `12.5e+10`, `"a"`, `nul`, `nulL`, `-`, `01`, `1.`, `1e`, `+1`, `.5`,
		"\ufeff{}", "{}\x00", "\x00", `{"a":1}{`, `[1 2]`, `[1,]`, `[,1]`, `{,}`, `{"a":1,}`, `{"a" 1}`, `{"a"}`, `{1:2}`, `[}`, `{]`, `]`, `}`,
		` { "a" : [ 1 , { } , [ ] , "x" ] , "b" : null , "a" : true } `, `[[[[[]]]],{"a":{"b":{}}}]`,
		`"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ud83d\n"`, `"\ud83dx"`, `"\ud83d\u0041"`,
		`"\uD83D\uDE0G"`, `"\u12`, `"\u12"`, `"\x"`, `"\`, `"`, `"\'"`, "\"\x1f\"", "\"a\nb\"", "\"\x7f\"", "\"\u2028\"",
		"\"\xff\"", "\"\xe2\x82\"", "\"\xe2\\n\x82\"", "\"\xed\xa0\x80\"", "\"\xc3\xa4 ok\"", "{\"\xff\":1,\"\ufffd\":2}", "[\"\xf0\x9f\x98\"]",
		`"0123456789abcdef\"0123456\\0123456789abcdef\n"`,
		"\"00000\\\x000", "\"\\\x0000000\"", "\"\\\"#\\]\\[\\\"\\\\\"", `{"events":[{"EventDetail":"{\"output\":{\"item\":1,\"state\":\"packed\"}}"}]}`,
	}
}

// What encoding/json takes is taken and says the same; what it refuses is refused, as broken off where it is the beginning of
// something.
func FuzzValue(f *testing.F) {
	for _, text := range texts() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want any
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.UseNumber()
		decoded := dec.Decode(&want)
		valid := json.Valid(text)
		for way, s := range ways(text) {
			got := value(s)
			if s.End() != valid {
				t.Fatalf("%s: %q: error %v, valid is %t", way, text, s.Err(), valid)
			}
			if !valid {
				check(t, way, text, s.Err())
				if early := errors.Is(decoded, io.ErrUnexpectedEOF); early != errors.Is(s.Err(), io.ErrUnexpectedEOF) {
					t.Errorf("%s: %q: error %v, of encoding/json %v", way, text, s.Err(), decoded)
				}
				continue
			}
			if diff := cmp.Diff(want, plain(got)); diff != "" {
				t.Errorf("%s: %q: value mismatch (-want +got):\n%s", way, text, diff)
			}
			if s.Offset() != int64(len(text)) {
				t.Errorf("%s: %q: Offset at the end is %d", way, text, s.Offset())
			}
		}
	})
}

// Skip and Raw refuse what reading it would, and Raw is the text.
func FuzzRaw(f *testing.F) {
	for _, text := range texts() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		valid := json.Valid(text)
		for way, s := range ways(text) {
			if ok := s.Skip() && s.End(); ok != valid || ok != (s.Err() == nil) {
				t.Errorf("%s: Skip of %q: %t, %v, valid is %t", way, text, ok, s.Err(), valid)
			}
			if !valid {
				check(t, way, text, s.Err())
			}
		}
		for way, s := range ways(text) {
			raw := bytes.Clone(s.Raw())
			if ok := s.End(); ok != valid {
				t.Errorf("%s: Raw of %q: %v, valid is %t", way, text, s.Err(), valid)
			}
			if want := bytes.Trim(text, " \n\r\t"); valid && !bytes.Equal(raw, want) {
				t.Errorf("%s: Raw of %q is %q", way, text, raw)
			}
		}
	})
}

// Field finds what encoding/json puts into a struct's fields, in whatever order and spelling they come.
func FuzzField(f *testing.F) {
	for _, text := range []string{
		`[{"Name":"a","Kind":"b"},{"Name":"c","Kind":"d"},{"Kind":"e"},{"kind":"f","NAME":"g"},{}]`, `[{"\u004eame":"a"},{"Name":"b","Name":"c"}]`,
		"[{\"\u212aind\":\"kelvin\",\"more\":[1]}]", `[{"NotFound":1,"Name":"x","Other":{},"Kind":"y"},{"Name" : "z" , "Kind" : "w"}]`, "[{\"\xff\":1}]",
	} {
		f.Add([]byte(text))
	}
	type item struct{ Name, Kind string }
	f.Fuzz(func(t *testing.T, text []byte) {
		var want []item
		if !bytes.HasPrefix(text, []byte("[")) || json.Unmarshal(text, &want) != nil {
			return
		}
		for way, s := range ways(text) {
			keys := scan.NewKeys("Name", "Kind")
			got := []item{}
			for s.Array(); s.Next(); {
				var i item
				if !s.Object() {
					s.Skip() // null
				} else {
					for field, ok := s.Field(keys); ok; field, ok = s.Field(keys) {
						target := []*string{&i.Name, &i.Kind, new(string)}
						if field == scan.Unknown {
							s.Skip()
						} else if s.Kind() == scan.Null {
							s.Skip()
						} else {
							*target[field] = string(s.Bytes())
						}
					}
				}
				got = append(got, i)
			}
			if !s.End() {
				t.Fatalf("%s: %q: %v", way, text, s.Err())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %q: items mismatch (-want +got):\n%s", way, text, diff)
			}
		}
	})
}

// plain makes of numbers what encoding/json makes of them.
func plain(v any) any {
	switch v := v.(type) {
	case number:
		return json.Number(v)
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = plain(v[key])
		}
	}
	return v
}
