// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// nested is a JSON value of so many levels: lists, objects, or both in turn.
func nested(kind string, levels int) string {
	switch kind {
	case "lists":
		return strings.Repeat("[", levels) + strings.Repeat("]", levels)
	case "objects":
		return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
	default:
		return strings.Repeat(`[{"a":`, levels/2) + "1" + strings.Repeat("}]", levels/2)
	}
}

// Nesting is read as deep as encoding/json does it, and beyond that refused: nowhere does it end the program, and what it
// costs grows no faster than the answer.
func TestHostileNesting(t *testing.T) {
	t.Parallel()
	const whole = `{"RequestId":"r","Name":"exec","Input":%[1]s,"X":%[1]s,"Flows":[{"Name":"a","X":%[1]s}],"Executions":[{"Name":"a","Output":%[1]s}],` +
		`"Events":[{"EventId":1,` + someTime + `,"EventDetail":%[1]s,"X":%[1]s}]}`
	for _, kind := range []string{"lists", "objects", "both"} {
		for _, levels := range []int{9_000, 10_000, 100_000} {
			client := local(t, always(http.StatusOK, fmt.Sprintf(whole, nested(kind, levels))))
			for op, call := range operations(client) {
				err := call(t.Context())
				if deep := levels > 9_000; deep && !errors.Is(err, history.ErrDecode) || !deep && err != nil {
					t.Errorf("%s: %d levels of %s: %v", op, levels, kind, err)
				}
			}
		}
	}
}

// The same in the body of an error, which has its kind by its status then; and nothing but nesting, without an end.
func TestHostileNestingInErrors(t *testing.T) {
	t.Parallel()
	for _, levels := range []int{9_000, 10_000, 100_000} {
		for body, kind := range map[string]history.Kind{
			`{"Code":"FlowNotExists","X":` + nested("both", levels) + `}`: history.ErrWorkflowNotFound,
			`{"Code":` + nested("lists", levels) + `}`:                    history.ErrNotFound,
			strings.Repeat("[", levels):                                   history.ErrNotFound,
		} {
			if levels > 9_000 {
				kind = history.ErrNotFound // the code cannot be read
			}
			o := quick()
			o.Retry.Max = -1
			o.Transport = always(http.StatusNotFound, body)
			_, err := open(t, good(), o).Describe(t.Context(), ref())
			if e := failure(t, err); !e.Kind.Is(kind) && e.Kind != history.ErrUnavailable || len(e.Error()) > 4<<10 {
				t.Errorf("%d levels, %.30s: %.200v, want %s", levels, body, err, kind)
			}
		}
	}
}

// However deep the nesting, it takes a few times the answer's size in memory.
func TestHostileNestingIsLinear(t *testing.T) {
	for _, levels := range []int{100_000, 1_000_000} {
		body := `{"RequestId":"r","Events":[],"X":` + nested("both", levels) + `}`
		client := local(t, always(http.StatusOK, body))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20+8*uint64(len(body)) || !errors.Is(err, history.ErrDecode) {
			t.Errorf("%d levels in %d bytes take %d, error %v", levels, len(body), took, err)
		}
	}
}

// zeros is a text of so many zeros, read without being in memory.
type zeros struct{ left int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	const some = "0000000000000000000000000000000000000000000000000000000000000000"
	n := copy(p, some[:min(len(some), z.left)])
	for n < len(p) && n < z.left {
		n += copy(p[n:min(len(p), z.left)], p[:n])
	}
	z.left -= n
	return n, nil
}

// streamed is a transport whose answers have no announced length.
type streamed func() io.Reader

func (f streamed) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		Body: io.NopCloser(f()), ContentLength: -1,
	}, nil
}

// A string of 100 MB comes whole if Options.MaxResponseBytes allows it, as the default does, at a few times its size in memory;
// else reading ends at the limit, wherever in the answer the string is.
func TestHostileLargeString(t *testing.T) {
	const size = 100_000_000
	for field, before := range map[string]string{
		"a detail":         `{"RequestId":"r","Events":[{"EventId":1,` + someTime + `,"EventDetail":"`,
		"an unknown field": `{"RequestId":"r","X":"`,
		"a request id":     `{"RequestId":"`,
		"a name":           `{"`,
	} {
		o := quick()
		o.MaxResponseBytes = 1 << 20
		o.Transport = streamed(func() io.Reader {
			return io.MultiReader(strings.NewReader(before), &zeros{size})
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := open(t, good(), o).EventPage(t.Context(), history.EventQuery{Ref: ref()})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, history.ErrTooLarge) || took > 16<<20 {
			t.Errorf("100 MB in %s, with a limit of 1 MiB: %v, %d bytes allocated", field, err, took)
		}
	}
	o := quick()
	o.Transport = streamed(func() io.Reader {
		return io.MultiReader(strings.NewReader(`{"RequestId":"r","Events":[{"EventId":1,`+someTime+`,"EventDetail":"`),
			&zeros{size}, strings.NewReader(`"}]}`))
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := open(t, good(), o).EventPage(t.Context(), history.EventQuery{Ref: ref()})
	runtime.ReadMemStats(&after)
	if err != nil || len(got.Items) != 1 || len(got.Items[0].Detail) != size {
		t.Fatalf("%d events, error %v", len(got.Items), err)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 6*size {
		t.Errorf("a detail of %d bytes took %d", size, took)
	}
}

// A list of more items than any page has is refused before it takes memory, whatever the items are; one that is only larger than
// documented is read.
func TestHostileLongList(t *testing.T) {
	const item, empty, nothing = `{"Name":"a"},`, `{},`, `null,`
	for op, field := range map[string]string{"ListExecutions": "Executions", "ListFlows": "Flows"} {
		for _, tt := range []struct {
			item  string
			items int
			says  string
		}{
			{item, 10_000, ""},
			{item, 10_001, "more than 10000 items"},
			{empty, 499_990, "more than 10000 items"},
			{nothing, 499_990, "more than 10000 items"},
		} {
			list := strings.Repeat(tt.item, tt.items)
			body := fmt.Sprintf(`{"RequestId":"r","%s":[%s]}`, field, list[:len(list)-1])
			call := operations(local(t, always(http.StatusOK, body)))[op]
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := call(t.Context())
			runtime.ReadMemStats(&after)
			if tt.says == "" {
				if err != nil {
					t.Errorf("%s of %d items: %v", op, tt.items, err)
				}
				continue
			}
			if !errors.Is(err, history.ErrDecode) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s of %d times %s: %v, want ErrDecode that says %q", op, tt.items, tt.item, err, tt.says)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20+16*uint64(len(body)) {
				t.Errorf("%s of %d times %s in %d bytes takes %d", op, tt.items, tt.item, len(body), took)
			}
		}
	}
}

// Numbers that no int64 holds, and those that are none, are no ids: they are quoted in the error, and never rounded to another.
func TestHostileNumbers(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"9223372036854775808", "-9223372036854775809", "1e19", "9007199254740993.0", "1e309", "1e-400", "0.5", "123456789012345678901234567890"} {
		_, err := page(t, `{"RequestId":"r","Events":[{"EventId":`+id+`,`+someTime+`}]}`)
		if e := failure(t, err); e.Kind != history.ErrDecode || !strings.Contains(e.Message, id) {
			t.Errorf("the id %s: %v, want ErrDecode that quotes it", id, err)
		}
	}
}

// A service's own words cannot break a line of a log, nor colour a terminal, nor hide what comes behind them.
func TestHostileControlCharacters(t *testing.T) {
	t.Parallel()
	const odd = `a\u001b[31m\r\n2026-11-02 level=INFO\u0000\u0007\u009b\u2028`
	for name, answer := range map[string]string{
		"an error":      `{"Code":"` + odd + `","Message":"` + odd + `","RequestId":"` + odd + `"}`,
		"a broken page": `{"RequestId":"` + odd + `","Events":[{"EventId":"` + odd + `","Type":"` + odd + `"}]}`,
		"no page":       `{"RequestId":"` + odd + `","Message":"` + odd + `"}`,
	} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
			srv, client := start(t, nil, run(3))
			srv.Inject(alibabatest.Fault{Status: status, Body: []byte(answer), Times: -1})
			_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
			e := failure(t, err)
			for _, text := range []string{e.Error(), e.Message, e.Code, e.RequestID} {
				if strings.ContainsAny(text, controls) {
					t.Errorf("%s with HTTP %d: %q", name, status, text)
				}
			}
		}
	}
	got, err := page(t, `{"RequestId":"`+odd+`","Events":[]}`)
	if err != nil || strings.ContainsAny(got.RequestID, controls) {
		t.Errorf("the page's request id is %q, error %v", got.RequestID, err)
	}
}
