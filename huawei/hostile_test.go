// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
)

// streaming is a transport that never leaves the process: each request is answered with a body of unknown length.
type streaming func(*http.Request) io.Reader

func (f streaming) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		Body: io.NopCloser(f(r)), ContentLength: -1,
	}, nil
}

// An answer may break off at any byte, in whatever way: nothing is lost and nothing repeated, by the next attempt or by
// the cursor of the error.
func TestHostileBreakAtEachByte(t *testing.T) {
	t.Parallel()
	const body = `[[{"execution_id":"a","execution_result_list":[null]}],null,[],{"execution_id":"b","execution_result_list":` +
		`[{"node_id":"n","output":{"x":[1,2]}}]},[[null,{"execution_id":"c"}],{"execution_id":"d","status":"é"}]] `
	want := []string{"a", "b", "c", "d"}
	for size := range 4 {
		q := history.ExecutionQuery{Workflow: "flow", PageSize: size}
		for at := 1; at < len(body); at++ {
			broken := map[string]func() io.Reader{
				"an error": func() io.Reader {
					return io.MultiReader(strings.NewReader(body[:at]), iotest.ErrReader(io.ErrUnexpectedEOF))
				},
				"an end": func() io.Reader { return strings.NewReader(body[:at]) },
			}
			for how, first := range broken {
				for _, o := range []*history.Options{quick(), once()} {
					requests := 0
					o.Transport = streaming(func(*http.Request) io.Reader {
						if requests++; requests == 1 {
							return first()
						}
						return strings.NewReader(body)
					})
					client := open(t, localConfig(), o)
					got, err := history.Collect(client.Executions(t.Context(), q))
					if o.Retry.Max < 0 && err != nil {
						q := q
						q.From = failure(t, err).Cursor
						var rest []history.Execution
						rest, err = history.Collect(client.Executions(t.Context(), q))
						got = append(got, rest...)
					}
					if diff := cmp.Diff(want, names(got)); diff != "" || err != nil {
						t.Errorf("pages of %d, %s at byte %d, retries %d: error %v, executions mismatch (-want +got):\n%s",
							size, how, at, o.Retry.Max, err, diff)
					}
				}
			}
		}
	}
}

// endless is a text again and again.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.text[(e.read+i)%len(e.text)]
	}
	e.read += len(p)
	return len(p), nil
}

// An answer that goes on for ever without an execution ends at the limit for one.
func TestHostileEndless(t *testing.T) {
	t.Parallel()
	for _, text := range []string{" ", "[],", "null,", `{"execution_id":"a","x":[` + "0,", `[[{"execution_id":{"a":`} {
		o := once()
		o.MaxResponseBytes = 64 << 10
		body := &endless{text: text}
		o.Transport = streaming(func(*http.Request) io.Reader { return io.MultiReader(strings.NewReader("["), body) })
		_, err := history.Collect(open(t, localConfig(), o).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
		if !errors.Is(err, history.ErrTooLarge) && !errors.Is(err, history.ErrDecode) {
			t.Errorf("%q: %v, want ErrTooLarge or ErrDecode", text, err)
		}
		if body.read > 512<<10 {
			t.Errorf("%q: %d bytes were read", text, body.read)
		}
	}
}

// The largest limit there is is no limit.
func TestHostileNoLimit(t *testing.T) {
	t.Parallel()
	o := once()
	o.MaxResponseBytes = math.MaxInt64
	body := "[" + strings.Repeat(`{"execution_id":"a","x":"`+strings.Repeat("y", 1000)+`"},`, 99) + `{"execution_id":"b"}]`
	o.Transport = always(http.StatusOK, body)
	got := list(t, open(t, localConfig(), o), history.ExecutionQuery{Workflow: "flow"})
	if len(got) != 100 {
		t.Errorf("%d executions, want 100", len(got))
	}
}

// An execution of nothing but nodes does not take a hundred times its size in memory.
func TestHostileManyNodes(t *testing.T) {
	t.Parallel()
	for _, node := range []string{"{}", "null"} {
		nodes := `"execution_result_list":[` + strings.Repeat(node+",", 200_000) + node + "]"
		if _, err := listed(t, `[{"execution_id":"a",`+nodes+"}]"); !errors.Is(err, history.ErrDecode) {
			t.Errorf("200,001 of %s in a list: %v, want ErrDecode", node, err)
		}
		if _, err := described(t, `{"execution_id":"exec",`+nodes+"}"); !errors.Is(err, history.ErrDecode) {
			t.Errorf("200,001 of %s: %v, want ErrDecode", node, err)
		}
	}
}

// Bytes that are not UTF-8, nesting and strange types: what is read can be written as JSON and read again.
func TestHostileRoundTrip(t *testing.T) {
	t.Parallel()
	const odd = "{\"\xff\":\"\xff\\ud800\"}"
	for _, body := range []string{
		strings.ReplaceAll(`{"execution_id":"exec","status":?,"begin_time":?,"x":?,"created_by":?,"input":?,"output":?,"workflow_edit_time":?,`+
			`"approve_user_name_list":[?,null],"execution_result_list":[{"node_id":?,"begin_time":?,"output":?,"status":"fail"},null]}`, "?", odd),
		`{"execution_id":"exec","execution_result_list":[{"node_id":"a","output":` + strings.Repeat("[", 9990) + strings.Repeat("]", 9990) + "}]}",
	} {
		want, err := described(t, body)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got history.Execution
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("execution mismatch (-want +got):\n%.2000s", diff)
		}
	}
}

// A service that says a request's secrets back, wherever it can, gets them into no error, no log and no metric: not even a
// beginning of one, where an answer is quoted and cut.
func TestHostileEcho(t *testing.T) {
	t.Parallel()
	x := strings.Repeat("x", 60)
	for name, echo := range map[string]func(secret string) (status int, body string){
		"no JSON":    func(s string) (int, string) { return 200, x + s },
		"HTML":       func(s string) (int, string) { return 502, "<html>" + x + s },
		"code":       func(s string) (int, string) { return 400, fmt.Sprintf(`{"error_code":%q,"error_msg":%q}`, s, s) },
		"time":       func(s string) (int, string) { return 200, fmt.Sprintf(`{"execution_id":"exec","begin_time":%q}`, x+s) },
		"item":       func(s string) (int, string) { return 200, fmt.Sprintf(`[%q]`, x+s) },
		"field":      func(s string) (int, string) { return 200, fmt.Sprintf(`[{%q:,`, x+s) },
		"id":         func(s string) (int, string) { return 200, fmt.Sprintf(`{"execution_id":%q}`, x+s) },
		"request id": func(string) (int, string) { return 200, "[]" },
		"redirect":   func(string) (int, string) { return 302, "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const secret = "canary-KEY+id/with-a-good-length"
			var seen bytes.Buffer
			o := once()
			o.Logger = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
			o.Observe = func(_ context.Context, c history.Call) { fmt.Fprintf(&seen, "%+v\n", c) }
			o.Transport = echoing(func(r *http.Request, resp *http.Response) {
				status, body := echo(secret)
				resp.StatusCode, resp.Body = status, io.NopCloser(strings.NewReader(body))
				resp.Header.Set("X-Request-Id", "id of "+secret)
				resp.Header.Set("Location", "https://"+secret+":x@cloud.example/"+secret)
			})
			cfg := localConfig()
			cfg.Token = secret
			client := open(t, cfg, o)
			calls := operations(client)
			calls["events"] = func(ctx context.Context) error {
				_, err := client.EventPage(ctx, history.EventQuery{Ref: ref()})
				return err
			}
			for _, call := range calls {
				if err := call(t.Context()); err != nil {
					seen.WriteString(strings.Join(forms(err), "\n"))
				}
			}
			noSecrets(t, []string{seen.String()}, secret[:6])
		})
	}
}

// echoing is a transport that a function finishes the answers of.
type echoing func(*http.Request, *http.Response)

func (f echoing) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := &http.Response{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{}, ContentLength: -1}
	f(r, resp)
	return resp, nil
}

// An error of the Credentials function may speak of the credential that it returns with it, or of the one before.
func TestHostileCredentialsError(t *testing.T) {
	t.Parallel()
	expired := errors.New("canary-key-id with canary-secret, or canary-token, has expired")
	credential := huawei.Credentials{AccessKeyID: "canary-key-id", SecretAccessKey: "canary-secret", SecurityToken: "canary-token"}
	asked := 0
	o := quick()
	o.Transport = always(http.StatusOK, "{}")
	cfg := localConfig()
	cfg.Token = ""
	cfg.Credentials = func(context.Context) (huawei.Credentials, error) {
		switch asked++; asked {
		case 1:
			return credential, expired
		case 2:
			return credential, nil
		default:
			return huawei.Credentials{}, expired
		}
	}
	client := open(t, cfg, o)
	for range 3 {
		_, err := client.Describe(t.Context(), ref())
		noSecrets(t, forms(err), "canary")
	}
}

// Behind a cancellation no page comes that was not read before, even if all of the answer is there.
func TestHostileCancelInTheLoop(t *testing.T) {
	t.Parallel()
	client := local(t, always(http.StatusOK, `[{"execution_id":"a"},{"execution_id":"b"},{"execution_id":"c"},{"execution_id":"d"}]`))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []history.Execution
	var end error
	for page, err := range client.ExecutionPages(ctx, history.ExecutionQuery{Workflow: "flow", PageSize: 1}) {
		got, end = append(got, page.Items...), err
		cancel()
	}
	if !errors.Is(end, context.Canceled) || len(got) != 1 {
		t.Errorf("%v, then %v; want a, then context.Canceled", names(got), end)
	}
}
