// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// oracleAnswer and oracleEvent are an answer as encoding/json reads it: what historyDecoder has to agree with.
type oracleAnswer struct {
	NextToken wire.Text
	RequestID wire.Text `json:"RequestId"`
	Events    *[]oracleEvent
}

type oracleEvent struct {
	Type            wire.Text
	EventID         json.RawMessage `json:"EventId"`
	Time            wire.Text
	ScheduleEventID json.RawMessage `json:"ScheduleEventId"`
	EventDetail     wire.Text
	StepName        wire.Text
}

// oracle is historyDecoder.decode by way of encoding/json.
func oracle(data []byte, q history.EventQuery) (historyAnswer, error) {
	var in oracleAnswer
	if err := decode(data, &in); err != nil {
		return historyAnswer{}, err
	}
	out := historyAnswer{nextToken: in.NextToken, requestID: in.RequestID}
	if in.Events == nil {
		return out, nil
	}
	out.events = make([]history.Event, len(*in.Events))
	for i, item := range *in.Events {
		e, err := item.event(q)
		out.events[i] = e
		if err != nil && out.failed == nil {
			out.failed, out.failedAt = err, i
		}
	}
	return out, nil
}

func (i oracleEvent) event(q history.EventQuery) (history.Event, *history.Error) {
	cause, ok := integer(i.ScheduleEventID)
	if !ok {
		cause = 0
	}
	e := history.Event{Ref: q.Ref, Type: history.EventType(i.Type), Cause: cause, Step: string(i.StepName)}
	if !q.OmitDetail {
		e.Detail = history.Detail(i.EventDetail)
	}
	at, err := time.Parse(time.RFC3339, string(i.Time))
	if e.Time = at.UTC(); e.Time.Year() < 0 || e.Time.Year() > 9999 {
		err = errors.New("no such year")
	}
	id, ok := integer(i.EventID)
	if !ok || id < 1 {
		return e, wire.Unreadable("an event's EventId is %s; want a positive integer (its Type is %q)", shown(i.EventID), wire.Clip(string(i.Type)))
	}
	e.ID = id
	if err != nil {
		return e, wire.Unreadable("event %d: its Time is %q; want RFC 3339, e.g. 2019-01-01T01:01:01.001Z", id, wire.Clip(string(i.Time)))
	}
	return e, nil
}

// The decoder and encoding/json take and refuse the same answers, and read the same from them, with details and without,
// also when the decoder has just read another answer.
func FuzzDecodePage(f *testing.F) {
	for _, data := range oddPages() {
		f.Add([]byte(data), []byte(`{"RequestId":"r","Events":[]}`), false)
		f.Add([]byte(`{"Events":[{"StepName":"x"},{"Time":"now"}],"RequestId":"r"}`), []byte(data), true)
	}
	f.Add(pageOf(20), []byte(`{}`), false)
	f.Fuzz(func(t *testing.T, one, two []byte, omit bool) {
		q := history.EventQuery{Ref: history.Ref{Provider: "alibaba", Workflow: "flow", Execution: "exec"}, OmitDetail: omit}
		d := newHistoryDecoder()
		for _, data := range [][]byte{one, two, one} {
			comparePages(t, d, data, q, nil)
			comparePages(t, d, data, q, slices.Repeat([]history.Event{{Detail: "left", Step: "over", Cause: 1}}, 3)[:0])
		}
	})
}

func comparePages(t *testing.T, d *historyDecoder, data []byte, q history.EventQuery, memory []history.Event) {
	t.Helper()
	want, wantErr := oracle(data, q)
	got, err := d.decode(bytes.Clone(data), q, maxEventPage, memory)
	for i := range want.events {
		if want.failed != nil && i >= want.failedAt {
			want.events[i].Time = time.Time{} // of no use to anyone
			got.events[i].Time = time.Time{}
		}
	}
	if matches(wantErr) != matches(err) {
		t.Fatalf("%q: error %v, want %v", data, err, wantErr)
	}
	if (want.failed == nil) != (got.failed == nil) || want.failed != nil && want.failed.Error() != got.failed.Error() {
		t.Errorf("%q: failed with %v, want %v", data, got.failed, want.failed)
	}
	if (got.events == nil) != (want.events == nil) {
		t.Errorf("%q: has events: %t", data, got.events != nil)
	}
	got.failed, want.failed = nil, nil
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(historyAnswer{})); diff != "" {
		t.Errorf("%q: answer mismatch (-want +got):\n%s", data, diff)
	}
}

// matches is what the retries make of an error.
func matches(err error) [4]bool {
	return [4]bool{err == nil, errors.Is(err, history.ErrDecode), errors.Is(err, history.ErrUnavailable), errors.Is(err, io.ErrUnexpectedEOF)}
}

// oddPages are answers in which something is not as documented.
func oddPages() []string {
	const place = `"EventId":1,"Time":"2019-01-01T01:01:01.001Z"`
	return []string{
		``, ` `, `{}`, `null`, `[]`, `"x"`, `5`, `tru`, `{"RequestId":"r"`, `{"Events":5}`, `{"Events":5`, `{"Events":{}}`, `{"Events":[5]}`, `{"Events":[[]]}`, `{} {`, `{}x`,
		`{"RequestId":"r","Events":[]}`, `{"RequestId":"r","Events":null}`, `{"Events":[null]}`, `{"Events":[{` + place + `},null,"x"]}`,
		`{"NextToken":5,"RequestId":{"a":[1, 2]},"Events":[{` + place + `}]}`, `{"NextToken":"a","NextToken":"","NextToken":null}`,
		`{"Events":[{` + place + `,"Type":"A","StepName":"s"},{` + place + `,"Type":"B"}],"Events":[{"StepName":"","EventDetail":{}}]}`,
		`{"Events":[{},{},{}],"Events":[{` + place + `}],"events":[{},{` + place + `},{"Type":"C"}]}`,
		`{"Events":[{` + place + `}],"Events":[],"Events":[{"Type":"A"}]}`, `{"Events":[{` + place + `}],"Events":null,"Events":[{}]}`,
		`{"Events":[{` + place + `},{` + place + `}],"Events":[{"EventId":"x"}],"Events":[null,{"Time":"x"}]}`,
		`{"Events":[{` + place + `,"EVENTID":2,"time":"","Time":null,"TIME":"2020-02-29T23:59:59.999Z"}]}`,
		`{"Events":[{"EventId":"7","Time":"2019-01-01T01:01:01+08:00","ScheduleEventId":1.5}]}`, `{"Events":[{"EventId":0,"Time":5}]}`,
		`{"Events":[{"EventId":1e3,"Time":"2019-02-30T01:01:01.001Z"},{"EventId":-5}]}`, `{"Events":[{"EventId":9223372036854775808,"ScheduleEventId":1234567890123456789}]}`,
		`{"Events":[{` + place + `},{"EventId":2,"Time":"2019-01-01T01:01:59.999Z"},{"EventId":3,"Time":"2019-01-01T01:01:60.001Z"}]}`,
		`{"Events":[{` + place + `},{"EventId":2,"Time":"2019-01-01T01:01:02.0\u00301Z"},{"EventId":3,"Time":"2019-01-01T01:01:03.001z"}]}`,
		`{"Events":[{` + place + `},{"EventId":2,"Time":"2019-01-01T01:01:02.001Z","Time":"","Time":"2019-01-01T01:01:03.001"},{"EventId":3}]}`,
		`{"Events":[{` + place + `},{"EventId":2,"Time":"2019-01-01T01:01:02.001Z5"}]}`, `{"Events":[{"EventId":1,"Time":"2019-01-01T01:01:05Z"},{"EventId":2,"Time":"2019-01-01T01:01:06.001Z"}]}`,
		`{"Events":[{"EventId":1,"Time":` + strings.Repeat("\x00", 18) + `01.000Z"}]}`,
		`{"Events":[{` + place + `},{"EventId":2,"Time":"2019-01-01T01:01:04.001Z`, "{\"Events\":[{" + place + "},{\"EventId\":2,\"Time\":\"2019-01-01T01:01:0\n.001Z\"}]}",
		`{"Events":[{` + place + `,"EventDetail":"\ud83d\ude00\ud83d\"\\\u00e4"}]}`, "{\"Events\":[{" + place + ",\"EventDetail\":\"\xff\xe2\\n\x82\",\"StepName\":[\"\xff\xff\"]}]}",
		"{\"\xff\":1,\"Event\u017f\":[{" + place + ",\"\u212a\":2}]}", `{"Events":[{"\u0054ype":"T",` + place + `}]}`, "{\"Events\":[{\"Type\":\"a\nb\"}]}",
		`{ "RequestId" : "r" , "Events" : [ { "Type" : "A" , "EventId" : 1 , "Time" : "2019-01-01T01:01:01.001Z" } , { } ] } `,
	}
}

// An event that is made in memory that was used before has nothing of the event that was there, whatever fields there are.
func TestGrowForgets(t *testing.T) {
	t.Parallel()
	var used history.Event
	v := reflect.ValueOf(&used).Elem()
	for i := range v.NumField() {
		switch field := v.Field(i); field.Kind() {
		case reflect.String:
			field.SetString("used")
		case reflect.Int64:
			field.SetInt(7)
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Struct:
			if field.Type() == reflect.TypeFor[time.Time]() {
				field.Set(reflect.ValueOf(time.Unix(7, 0)))
			} else {
				field.Set(reflect.ValueOf(history.Ref{Provider: "used", Scope: "used", Workflow: "used", Execution: "used"}))
			}
		default:
			t.Fatalf("%s is a %s: fill it here", v.Type().Field(i).Name, field.Kind())
		}
	}
	d := newHistoryDecoder()
	d.page.query.Ref = history.Ref{Workflow: "flow", Execution: "run"}
	got := d.grow([]history.Event{used}[:0])
	if diff := cmp.Diff([]history.Event{{Ref: d.page.query.Ref}}, got); diff != "" {
		t.Errorf("an event in used memory mismatch (-want +got):\n%s", diff)
	}
}
