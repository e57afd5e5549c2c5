// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// sameItems compares executions as they were read, however their memory is made.
var sameItems = cmp.Options{
	cmp.AllowUnexported(executionItem{}, nodeItem{}, stamp{}),
	cmpopts.IgnoreFields(executionItem{}, "made"),
	cmpopts.EquateEmpty(),
}

// differentialSeeds are answers in all the shapes that are documented, and some that are not, as lists of executions.
func differentialSeeds() []string {
	seeds := []string{
		string(huaweitest.SeedAnswer()),
		`[[` + strings.Trim(string(huaweitest.SeedAnswer()), "[] ") + `],[],null,[[{"execution_id":"b"}]]]`,
		// Fields that are sent twice: in one spelling, in two, the one that says nothing first and last.
		`[{"execution_id":"a","execution_id":"b","status":"x","STATUS":null,"Status":"","create_by":"me","createdBy":"","created_by":"you"}]`,
		`[{"execution_id":"a","begin_time":1600000000,"beginTime":0,"end_time":null,"END_TIME":"2020-09-14T08:57:57Z","workflowEditTime":0}]`,
		`[{"execution_id":"a","approve_user_name_list":["a","b","c"],"approveUserNameList":[null],"approve_user_name_list":["",null,null,"d"]}]`,
		`[{"execution_id":"a","approve_user_name_list":["a","b"],"approve_user_name_list":[],"approve_user_name_list":[null,null]},{"execution_id":"b","approve_user_name_list":[null]}]`,
		`[{"execution_id":"a","execution_result_list":[{},null],"execution_result_list":null,"executionResultList":[{"node_id":"n","node_id":null,"output":{},"output":null}]}]`,
		// Types that are not the documented ones.
		`[{"execution_id":17,"status":true,"begin_time":"1600073877378","end_time":1.6e9,"last_update_time":{"a":1},"created_by":["x"],"odd":[1],"odd":"y"}]`,
		`[{"execution_id":"a","execution_result_list":["x"]}]`,
		`[{"execution_id":"a","execution_result_list":{"a":1}}]`,
		`[{"execution_id":"a","approve_user_name_list":"x"}]`,
		`[1]`, `["a"]`, `{"error_code":"AOM.31009004","error_message":"auth failed."}`, `null`, ``, ` `, `[`, `[null`, `[{"execution_id":"a"}] x`,
		// Strings that are not what they look like.
		"[{\"execution_id\":\"\xff\xfe\\ud800\\u0041\",\"created_by\":\"\\u00e4\\n\",\"x\":\"{\",\"y\":\"\xe2\x82\"," +
			"\"execution_result_list\":[{\"output\":{\"\xff\":\"\\ud83d\\ude00\"}}]}]",
		`[{"execution_id":"a\u0000","` + "\xff" + `":"x","\u0073tatus":"escaped","staTus_":"odd"}]`,
		"[{\"execution_id\":\"a\nb\"}]",
		`[{"execution_id":"a","begin_time":01}]`,
		`[{"execution_id":"a","begin_time":-0,"end_time":99999999999999999999,"last_update_time":1e999}]`,
		`[{"execution_id":""}]`, `[{"execution_id":{}}]`, `[{}]`,
		`[` + strings.Repeat(`[`, maxNesting) + `]`,
		`[{"execution_id":"` + strings.Repeat("long ", 300) + `"}]`,
	}
	return seeds
}

// errorKind is the kind of an error; "" without one.
func errorKind(err error) history.Kind {
	if e, ok := errors.AsType[*history.Error](err); ok {
		return e.Kind
	}
	return ""
}

// read collects what a decoder hands on.
func read(decode func(*exchange.Reply, func(*executionItem) error) error, body io.Reader) (items []*executionItem, err error) {
	err = decode(&exchange.Reply{Body: body}, func(item *executionItem) error {
		if item != nil {
			kept := *item // it is used again
			kept.Nodes, kept.Approvers = slices.Clone(item.Nodes), slices.Clone(item.Approvers)
			kept.Others = maps.Clone(item.Others)
			item = &kept
		}
		items = append(items, item)
		return nil
	})
	return items, err
}

// compareLists makes sure that a list is read as by encoding/json, through a window of so many bytes.
func compareLists(t *testing.T, body []byte, window int) {
	t.Helper()
	want, wantErr := read(oracleList, bytes.NewReader(body))
	got, gotErr := read(func(r *exchange.Reply, each func(*executionItem) error) error {
		return readListThrough(make([]byte, 0, window), r, each)
	}, bytes.NewReader(body))
	if errorKind(gotErr) != errorKind(wantErr) || (gotErr == nil) != (wantErr == nil) {
		t.Errorf("window %d: %.300q: error is %v, want the kind of %v", window, body, gotErr, wantErr)
	}
	if diff := cmp.Diff(want, got, sameItems); diff != "" {
		t.Errorf("window %d: %.300q: executions mismatch (-encoding/json +got):\n%s", window, body, diff)
	}
}

// compareDetails does the same with one execution.
func compareDetails(t *testing.T, body []byte) {
	t.Helper()
	want, wantErr := oracleDecode(body)
	got, gotErr := decode(body)
	if errorKind(gotErr) != errorKind(wantErr) || (gotErr == nil) != (wantErr == nil) {
		t.Errorf("%.300q: error is %v, want the kind of %v", body, gotErr, wantErr)
	}
	if gotErr != nil || wantErr != nil {
		return
	}
	if diff := cmp.Diff(want, got, sameItems); diff != "" {
		t.Errorf("%.300q: execution mismatch (-encoding/json +got):\n%s", body, diff)
	}
}

// Each seed, whole and cut at each byte, through windows that end at each byte.
func TestSameAsEncodingJSON(t *testing.T) {
	t.Parallel()
	for i, seed := range differentialSeeds() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for cut := range len(seed) + 1 {
				compareLists(t, []byte(seed[:cut]), 512)
				compareDetails(t, []byte(strings.Trim(seed, "[] ")[:min(cut, len(strings.Trim(seed, "[] ")))]))
			}
			for window := 1; window <= min(len(seed), 64); window++ {
				compareLists(t, []byte(seed), window)
			}
		})
	}
}

// An answer that is much larger than the window.
func TestSameAsEncodingJSONInALargeAnswer(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, `,{"execution_id":"exec-%d","status":"success","odd_%d":%d,"execution_result_list":[`, i, i%7, i)
		for k := range i % 12 {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"node_id":"n-%d","begin_time":%d,"function_execution_id":"f-%d-%d","output":{"log":%q}}`,
				k%5, 1600000000000+k, i, k, strings.Repeat("line\n\u00e4", 100*k))
		}
		b.WriteString("]}")
	}
	body := []byte("[" + b.String()[1:] + "]")
	for _, window := range []int{512, window} {
		compareLists(t, body, window)
	}
}

// Up to what bounds an execution, and one beyond.
func TestSameAsEncodingJSONAtTheBounds(t *testing.T) {
	t.Parallel()
	for beyond := range 2 {
		var fields strings.Builder
		for i := range mostUnknown + beyond {
			fmt.Fprintf(&fields, `"k%d":%d,`, i, i)
		}
		for _, fields := range []string{
			fields.String(),
			strings.Repeat(`"k":null,`, mostUnknown+beyond),
			strings.Repeat(`"Status":"x","createdBy":"y",`, mostUnknown), // in another spelling, and not unknown
			`"approve_user_name_list":[` + strings.Repeat(`"a",`, mostApprovers-1+beyond) + `"a"],`,
			`"execution_result_list":[` + strings.Repeat(`{},`, mostNodes-1+beyond) + `null],`,
		} {
			body := "{" + fields + `"execution_id":"a"}`
			compareLists(t, []byte("["+body+",null,"+body+"]"), window)
			compareDetails(t, []byte(body))
		}
	}
}

func FuzzListAgainstEncodingJSON(f *testing.F) {
	for i, seed := range differentialSeeds() {
		f.Add([]byte(seed), i)
	}
	f.Fuzz(func(t *testing.T, body []byte, window int) {
		compareLists(t, body, 1+max(0, window)%1024)
	})
}

func FuzzDetailAgainstEncodingJSON(f *testing.F) {
	for _, seed := range differentialSeeds() {
		f.Add([]byte(strings.Trim(seed, "[] ")))
	}
	f.Fuzz(compareDetails)
}
