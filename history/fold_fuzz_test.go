// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/binary"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// eventBytes is how many bytes stand for an event.
const eventBytes = 4

// decodeEvents makes events of any bytes: for each its type, how far its ID is above or below the one before, its cause
// likewise, its name and detail.
func decodeEvents(data []byte) []history.Event {
	types := append(history.EventTypes(), "MapRunStarted", "")
	names := []string{"", "a", "b", "c", "a#2", "a[1]"}
	details := []history.Detail{"", "{}", `{"input":1,"output":2,"error":"e","cause":"c"}`, `{"status":"cancel","output":{"fail":[{"code":"1"}]}}`}
	var events []history.Event
	var id int64
	for ; len(data) >= eventBytes; data = data[eventBytes:] {
		id += int64(int8(data[1])) % 8
		e := history.Event{Ref: ref, ID: id, Type: types[int(data[0])%len(types)], Time: began.Add(time.Duration(id) * time.Second)}
		if back := int64(data[2] % 32); back > 0 {
			e.Cause = id - back + 1
		}
		e.Step = names[int(data[3]&15)%len(names)]
		e.Detail = details[data[3]>>4&3]
		e.Derived = data[3]>>6 == 3
		events = append(events, e)
	}
	return events
}

// encodeEvents is what decodeEvents makes the like of some real events from.
func encodeEvents(events []history.Event) []byte {
	known := map[history.EventType]byte{}
	for i, t := range history.EventTypes() {
		known[t] = byte(i)
	}
	var data []byte
	var last int64
	for _, e := range events {
		var back int64
		if e.Cause > 0 {
			back = min(e.ID-e.Cause+1, 31)
		}
		name := byte(1)
		if e.Step != "" {
			name = byte(len(e.Step))&15%3 + 1
		}
		data = append(data, known[e.Type], byte(e.ID-last), byte(back), name|2<<4)
		last = e.ID
	}
	return data
}

// Any events fold without a panic; a Folder that is asked in between has the same in the end; no node is invented, no
// step handed out twice, no ID used twice.
func FuzzFold(f *testing.F) {
	for seed := range uint64(20) {
		events := historytest.Generate(seed, &historytest.GenerateOptions{MaxEvents: 60}).Events
		f.Add(encodeEvents(events), byte(seed))
		damaged, _ := historytest.Damage(events, seed)
		f.Add(encodeEvents(damaged), byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte, page byte) {
		events := decodeEvents(data)
		want := fold(t, events)

		var folder history.Folder
		ended := map[*history.Step]bool{}
		begins := 0
		for i, e := range events {
			if s := folder.Add(e); s != nil {
				ended[s] = true
			}
			if i%(int(page)+1) == 0 {
				folder.Execution()
			}
			switch e.Type {
			case history.StepEntered, history.StepStarted, history.BranchEntered, history.IterationEntered:
				begins++
			case history.StepSucceeded, history.StepFailed, history.StepExited:
				if e.Derived {
					begins++
				}
			}
		}
		if got := folder.Execution(); !reflect.DeepEqual(want, got) {
			equal(t, "execution, page by page", want, got)
		}
		nodes := map[string]bool{}
		for _, s := range want.Walk() {
			if nodes[s.ID] || s.ID == "" {
				t.Errorf("ID %q is empty or used twice", s.ID)
			}
			nodes[s.ID] = true
		}
		if len(nodes) > begins {
			t.Errorf("%d nodes of %d beginnings", len(nodes), begins)
		}
		if len(ended) > len(nodes) {
			t.Errorf("%d nodes ended, there are %d", len(ended), len(nodes))
		}
		r, _ := want.RootCause()
		for _, s := range append(append(r.Path, want.CriticalPath()...), append(r.Survived, r.Caught...)...) {
			if !nodes[s.ID] {
				t.Errorf("%q is no step of the execution", s.ID)
			}
		}
	})
}

// What Fold reads from details by itself is what the methods of Detail read.
func FuzzFoldDetail(f *testing.F) {
	for _, s := range []string{
		"", "{}", `{"input":{}}`, `{"input" : [1, -2.5e3, "\u00e9\n", true, false, null] , "local":{"a":{"b":0}}}`, `{"\u0069nput":1}`,
		`{"input":1,"input":2}`, `{"input":null}`, `{"input":01}`, `{"input":"x}`, `{"input":1}x`, `{"input":1,}`, `{"a":{"input":1}}`,
		`[{"input":1}]`, `"input"`, "{\"input\":\"\x00\"}", `{"input":-}`, `{"input":1.}`, `{"input":tru}`, " {\t\"input\"\n:\r1 } ", "{\"input\":\"\xff\"}",
		`{"input":{"` + strconv.Itoa(1<<20) + `":[[[[[[[[]]]]]]]]}}`, `{"Input":1}`, `{,"input":1}`, `{"input"}`, `{"input":}`, `{"output":1}`,
		`{"input":"\u00E9\ud800"}`, `{"input":"\u00g9"}`, `{"input":"\u00"}`, `{"input":"\x"}`, `{"input":"\`,
		`{"error":"e","cause":"it \"said\" no\n"}`, `{"error":"\/\u0041\ud83d\ude00\ud800","cause":{"a":1}}`, `{"error":"","cause":""}`,
		`{"cause":null,"error":7e+1}`, "{\"error\":\"\xff\",\"cause\":\"\\b'\"}", `{"\u0065rror":"e"}`,
	} {
		f.Add(s)
	}
	corpus.Add("detail", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, detail string) {
		d := history.Detail(detail)
		e := fold(t, []history.Event{
			{Ref: ref, ID: 1, Type: history.ExecutionStarted, Detail: d},
			{Ref: ref, ID: 2, Type: history.ExecutionSucceeded, Detail: d},
		})
		equal(t, "input", d.Input(), e.Input)
		equal(t, "output", d.Output(), e.Output)
		var want *history.Failure
		if failure, ok := d.Failure(); ok {
			want = &failure
		}
		e = fold(t, []history.Event{{Ref: ref, ID: 1, Type: history.ExecutionFailed, Detail: d}})
		equal(t, "failure", want, e.Failure)
	})
}

// The bytes of the fuzz target's seeds hold what they are made of, apart from names.
func TestFuzzSeedsAreHistories(t *testing.T) {
	t.Parallel()
	events := historytest.Generate(1, &historytest.GenerateOptions{MaxEvents: 60}).Events
	data := encodeEvents(events)
	equal(t, "length", len(events)*eventBytes, len(data))
	for i, e := range decodeEvents(data) {
		if e.ID != events[i].ID || e.Type != events[i].Type {
			t.Errorf("event %d is %d %s, want %d %s", i, e.ID, e.Type, events[i].ID, events[i].Type)
		}
	}
	equal(t, "rest", 0, len(decodeEvents(binary.BigEndian.AppendUint16(nil, 1))))
}
