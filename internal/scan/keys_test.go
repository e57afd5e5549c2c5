// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/scan"
)

// What was learnt from one object must not make JSON of what is none, nor another field of what comes next.
func TestGuesses(t *testing.T) {
	t.Parallel()
	const long = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
	for _, tt := range []struct {
		text  string
		want  []int
		valid bool
	}{
		{`[{"a":1,"b":2},{"a":1,"b":2},{"b":1,"a":2}]`, []int{0, 1, 0, 1, 1, 0}, true},
		{`[{ "a" : 1 , "b" : 2 },{ "a" : 1 , "b" : 2 },{"a":1,"b":2}]`, []int{0, 1, 0, 1, 0, 1}, true},
		{`[{"x":1,"a":2},{"x":1,"a":2},{"a":1}]`, []int{scan.Unknown, 0, scan.Unknown, 0, 0}, true},
		{`[{"A":1,"\u0062":2},{"A":1,"\u0062":2}]`, []int{0, 1, 0, 1}, true},
		{`[{"a":1,"a":2},{"a":1,"a":2},{"a":1,"b":{"a":1,"b":2}}]`, []int{0, 0, 0, 0, 0, 1}, true},
		{`[{"` + long + `":1,"a":1},{"a":1}]`, []int{scan.Unknown, 0, 0}, true},
		{`[{"x":1,"a":2},{,"a":2}]`, []int{scan.Unknown, 0}, false},
		{`[{"a":1,"b":2},{"a":1"b":2}]`, []int{0, 1, 0}, false},
		{`[{"a":1,"b":2},{"a":1,"b":}]`, []int{0, 1, 0, 1}, false},
		{`[{"a":1,"b":2},{"a":1,"b":`, []int{0, 1, 0, 1}, false},
		{`[{"a":1},{"a":1,"b":2},{"a":1,"a`, []int{0, 0, 1, 0}, false},
	} {
		for way, s := range ways([]byte(tt.text)) {
			keys := scan.NewKeys("a", "b")
			var got []int
			for s.Array(); s.Next(); {
				s.Object()
				for field, ok := s.Field(keys); ok; field, ok = s.Field(keys) {
					got = append(got, field)
					s.Skip()
				}
			}
			if s.End() != tt.valid {
				t.Errorf("%s: %s: error %v", way, tt.text, s.Err())
			}
			if tt.valid || len(got) > len(tt.want) { // how much is read before an error depends on the way
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: %s: fields mismatch (-want +got):\n%s", way, tt.text, diff)
				}
			}
		}
	}
}

// The name of an unknown field holds until its value is read, wherever the window ends.
func TestNames(t *testing.T) {
	t.Parallel()
	for way, s := range ways([]byte(`{"first name" : 1, "second\tname":2, "a":3}`)) {
		keys, names := scan.NewKeys("a"), []string(nil)
		s.Object()
		for field, ok := s.Field(keys); ok; field, ok = s.Field(keys) {
			if field == scan.Unknown {
				names = append(names, string(s.Name()))
			}
			s.Skip()
		}
		if diff := cmp.Diff([]string{"first name", "second\tname"}, names); diff != "" || !s.End() {
			t.Errorf("%s: %v, names mismatch (-want +got):\n%s", way, s.Err(), diff)
		}
	}
}
