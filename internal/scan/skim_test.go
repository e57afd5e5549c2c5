// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"encoding/json"
	"strings"
	"testing"
)

func skimTexts() []string {
	return []string{
		` { "a" : [ 1 , { } , [ ] , "x" ] , "b" : null , "a" : true }, `, `[[[[[]]]],{"a":{"b":{}}}] `, `{"a":false,"b":-12,"c":0}}`, "[0]\n",
		`"\"\\\/\b\f\n\r\t\u00e4\ud83d" ........`, `{"a":1] `, `[1} `, `[,] `, `[1,] `, `{,} `, `{"a":1,} `, `{"a"} `, `{"a" 1} `, `{1:2} `, `[1 2] `,
		`{]`, `[}`, `nul1 `, `"\x" ........`, `"\u12g4" ........`, "\"\n\" ........", "[-]", "[01]", "[-0]", "[1.5]", "[1e5]", "[1E5]", `tru`, `12`, ``, ` `,
		strings.Repeat("[", skimDepth) + strings.Repeat("]", skimDepth) + " ", strings.Repeat("[", skimDepth+1) + strings.Repeat("]", skimDepth+1) + " ",
		strings.Repeat(`{"a":[`, skimDepth/2) + strings.Repeat("]}", skimDepth/2) + " ",
	}
}

// What is skimmed is JSON and nothing but it, and most JSON is.
func FuzzSkim(f *testing.F) {
	for _, text := range skimTexts() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for i := range text {
			end := skimValue(text, i)
			if end >= 0 && !json.Valid(text[i:end]) {
				t.Fatalf("%q is no JSON", text[i:end])
			}
			if end >= 0 && end < len(text) && text[end]-'0' <= 9 && text[end-1]-'0' <= 9 {
				t.Fatalf("%q: the number in front of %d goes on", text, end)
			}
		}
	})
}

func TestSkim(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		` {"a":[1,{}],"b\"\u00e4":[{"c":null}]}        `: 38,
		`true`:       4,
		`-17]`:       3,
		`{"a":1.5} `: -1, // left to Skip
		`17`:         -1, // may go on
		`"abc"`:      -1, // too near to the end
	} {
		if got := skimValue([]byte(text), 0); got != want {
			t.Errorf("%s: the end is %d, want %d", text, got, want)
		}
	}
}

func BenchmarkSkim(b *testing.B) {
	text := []byte(`{ "fail" : [ ], "in_execution" : [ ], "success" : [ { "app" : "xxxxxx", "code" : "0", "matchLabels" : "{\"app\":\"xxxxx\",\"version\":\"xxxx\"}", ` +
		`"current_project" : true, "log" : "Restart Success.", "replicas" : 1, "cmdb_work_load_id" : "xxxxxxx", "type" : "manual", "availableReplicas" : 0, ` +
		`"execute_time" : "35505", "creationTimestamp" : " ", "name" : "xxxxxx", "namespace" : "default", "cceWorkloadCluster" : "xxxxxx", "id" : "xxxxx" } ] } `)
	for name, read := range map[string]func(s *Scanner) bool{
		"fast": (*Scanner).skim,
		"slow": (*Scanner).Skip,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var s Scanner
				s.Reset(text)
				if !read(&s) {
					b.Fatal("it is not read")
				}
			}
		})
	}
}
