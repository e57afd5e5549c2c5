// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// TestTheOwnTransportWantsTLS12 from a server that can do no better than each version. A server with a version that is good
// enough gets as far as its certificate, which nobody has signed.
func TestTheOwnTransportWantsTLS12(t *testing.T) {
	t.Parallel()
	for version, want := range map[uint16]string{
		tls.VersionTLS10: "protocol version",
		tls.VersionTLS11: "protocol version",
		tls.VersionTLS12: "certificate",
		tls.VersionTLS13: "certificate",
	} {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
		server.StartTLS()
		defer server.Close()
		x := newExchange(t, &history.Options{Retry: history.Retry{Max: -1}})
		err := x.Do(t.Context(), get(server.URL, nil))
		if !errors.Is(err, history.ErrUnavailable) || !strings.Contains(err.Error(), want) {
			t.Errorf("a server with %s: got %v, want an error about its %s", tls.VersionName(version), err, want)
		}
	}
}

// TestTheOwnTransportHonoursProxies. net/http reads the variables once in a process, so this needs one of its own: the test
// runs itself again.
func TestTheOwnTransportHonoursProxies(t *testing.T) {
	const child = "FLOWHISTORY_TEST_PROXIED"
	if os.Getenv(child) != "" {
		var got string
		err := newExchange(t, nil).Do(t.Context(), get("http://cloud.test/path", &got))
		if err != nil || got != "the proxy was asked for http://cloud.test/path" {
			t.Errorf("got %q, %v, want the proxy's answer", got, err)
		}
		return
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the proxy was asked for "+r.RequestURI)
	}))
	defer proxy.Close()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	command.Env = append(os.Environ(), child+"=1", "HTTP_PROXY="+proxy.URL, "NO_PROXY=")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestARedirectLeadsToNoOtherHost, and what is signed does not go there.
func TestARedirectLeadsToNoOtherHost(t *testing.T) {
	t.Parallel()
	var asked atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		x, url := serve(t, nil, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/?"+r.URL.RawQuery, status)
		})
		err := x.Do(t.Context(), get(url+"/?Signature=test-signature", nil))
		if !errors.Is(err, history.ErrDecode) || failure(t, err).Attempts != 1 {
			t.Errorf("%d: got %v, want ErrDecode after one attempt", status, err)
		}
	}
	if asked.Load() {
		t.Error("a redirect was followed to another host")
	}
}
