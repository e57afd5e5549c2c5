// SPDX-License-Identifier: Apache-2.0

package wiretap_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/wiretap"
)

// send writes bytes to a tap and returns what it answers.
func send(t *testing.T, tap *wiretap.Tap, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", tap.Host())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func listen(t *testing.T, answer string) *wiretap.Tap {
	t.Helper()
	tap, err := wiretap.Listen(func(wiretap.Request) string { return answer })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tap.Close)
	return tap
}

// Whatever was injected is there to be seen: header lines of any kind, and a request behind the first.
func TestTapKeepsWhatItIsSent(t *testing.T) {
	t.Parallel()
	tap := listen(t, wiretap.Answer(http.StatusOK, "{}"))
	answer := send(t, tap, "POST /a b HTTP/1.1\r\nHost: x\nX-Injected: 1\r\n folded\r\ncontent-length: 2\r\n\r\nokGET / HTTP/1.1\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 200 OK\r\n") || !strings.HasSuffix(answer, "\r\n\r\n{}") {
		t.Errorf("the answer is %q", answer)
	}
	got := tap.Take()
	want := []wiretap.Request{{
		Line:   "POST /a b HTTP/1.1",
		Header: []string{"Host: x", "X-Injected: 1", " folded", "content-length: 2"},
		Body:   "ok",
		Rest:   "GET / HTTP/1.1\r\n\r\n",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1"}, got[0].Values("x-injected")); diff != "" {
		t.Errorf("values mismatch (-want +got):\n%s", diff)
	}
	if _, err := got[0].Target(); err == nil {
		t.Error("a request line with a blank in it has a target")
	}
	if len(tap.Take()) != 0 {
		t.Error("a request was taken twice")
	}
}

func TestTapServesClients(t *testing.T) {
	t.Parallel()
	tap := listen(t, wiretap.Answer(http.StatusTeapot, `{"a":1}`, "X-Odd: \xff"))
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(tap.URL() + "/path?a=%26")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != `{"a":1}` || resp.StatusCode != http.StatusTeapot || resp.Header.Get("X-Odd") != "\xff" {
		t.Errorf("HTTP %d %q %v, error %v", resp.StatusCode, body, resp.Header, err)
	}
	target, err := tap.Take()[0].Target()
	if err != nil || target.Path != "/path" || target.Query().Get("a") != "&" {
		t.Errorf("the target is %v, error %v", target, err)
	}
}
