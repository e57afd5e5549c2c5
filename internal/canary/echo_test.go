// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"encoding/json"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/flowhistory/flowhistory/internal/canary"
)

// echo is an answer that says back what it was asked.
type echo struct {
	name  string
	write func(w http.ResponseWriter, text string)
}

// echoes are all places of an answer that are no data.
func echoes(c cloud) []echo {
	failure := func(status int) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, text string) {
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(map[string]string{
				"Code": text, "Message": text, "RequestId": text, "error_code": text, "error_msg": text, "request_id": text,
			})
		}
	}
	header := func(status int, prefix string, names ...string) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, text string) {
			for _, name := range names {
				w.Header().Set(name, prefix+text)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"RequestId":"","Events":[],"Executions":[],"Flows":[],"Name":"exec"}`)
		}
	}
	list := []echo{
		{"error, 400", failure(http.StatusBadRequest)},
		{"error, 503", failure(http.StatusServiceUnavailable)},
		{"HTML", func(w http.ResponseWriter, text string) {
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "<html>"+text+"</html>")
		}},
		{"no JSON", func(w http.ResponseWriter, text string) { _, _ = io.WriteString(w, text) }},
		{"broken off", func(w http.ResponseWriter, text string) { _, _ = io.WriteString(w, `{"Message":"`+text) }},
		{"request id, 200", header(http.StatusOK, "", "X-Acs-Request-Id", "X-Request-Id")},
		{"request id, 404", header(http.StatusNotFound, "", "X-Acs-Request-Id", "X-Request-Id")},
		{"Retry-After", header(http.StatusTooManyRequests, "", "Retry-After", "X-Acs-Retry-After", "Date")},
		{"Content-Encoding", header(http.StatusOK, "", "Content-Encoding", "Content-Type")},
		{"redirect to a path", header(http.StatusFound, "/", "Location")},
		{"redirect to a host", header(http.StatusFound, "https://", "Location")},
		{"no status line", func(w http.ResponseWriter, text string) { raw(w, text+"\r\n\r\n") }},
		{"reason", func(w http.ResponseWriter, text string) { raw(w, "HTTP/1.1 502 "+text+"\r\nContent-Length: 0\r\n\r\n") }},
		{"no header", func(w http.ResponseWriter, text string) { raw(w, "HTTP/1.1 200 OK\r\n"+text+"\r\n\r\n") }},
		{"length", func(w http.ResponseWriter, text string) {
			raw(w, "HTTP/1.1 200 OK\r\nContent-Length: "+text+"\r\n\r\n")
		}},
		{"transfer encoding", func(w http.ResponseWriter, text string) {
			raw(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "+text+"\r\n\r\n")
		}},
		{"chunk", func(w http.ResponseWriter, text string) {
			raw(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"+text+"\r\n\r\n")
		}},
	}
	for _, name := range slices.Sorted(maps.Keys(c.broken(""))) {
		list = append(list, echo{name, func(w http.ResponseWriter, text string) {
			quoted, _ := json.Marshal(text) // of a string there is no error
			_, _ = io.WriteString(w, c.broken(string(quoted))[name])
		}})
	}
	return list
}

// raw writes an answer that net/http would not.
func raw(w http.ResponseWriter, text string) {
	conn, out, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = out.WriteString(text)
	_ = out.Flush()
}

// said is what a request carries, another secret first each time since texts are cut, and then the request as a whole.
func said(r *http.Request, turn int, write func(string) string) string {
	secrets := carried(r)
	names := slices.Sorted(maps.Keys(secrets))
	var parts []string
	for i := range names {
		parts = append(parts, write(secrets[names[(turn+i)%len(names)]]))
	}
	whole, _ := httputil.DumpRequest(r, false) // without a body there is no error
	return strings.Join(append(parts, write(r.URL.String()), string(whole)), " ")
}

// A service that says a request's secrets back gets them into nothing: at each place that is no data, in each form.
func TestNoSecretIsEchoed(t *testing.T) {
	for _, c := range clouds(t) {
		places := echoes(c)
		for at, way := range c.entrances {
			t.Run(c.name+", "+way.name, func(t *testing.T) {
				t.Parallel()
				w := new(watch)
				var place, form, turn atomic.Int64
				server := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
					w.request(r)
					places[place.Load()].write(out, said(r, int(turn.Load()), canary.Forms()[form.Load()].Write))
				}))
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Start()
				t.Cleanup(server.Close)
				o := w.options()
				o.Retry.Max = -1
				client, err := way.open(server.URL, o)
				if err != nil {
					t.Fatal(err)
				}
				ops := operations()[:4] // those of one request
				for p := range places {
					for f, written := range canary.Forms() {
						if (p+f+at)%5 > 0 { // the ways in share the work
							continue
						}
						place.Store(int64(p))
						form.Store(int64(f))
						where := places[p].name + ", " + written.Name
						_ = w.run(t, where, client, ops[turn.Add(1)%4]) // some places are nothing to complain about
					}
				}
			})
		}
	}
}
