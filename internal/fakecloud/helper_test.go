// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// outcome is all a client sees of one exchange.
type outcome struct {
	status int
	header http.Header
	length int64
	body   string
	err    error // of the request or of reading the body
}

// newClient returns a client with a pool of its own that follows no redirect and
// asks for no compression.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func get(t *testing.T, client *http.Client, url string, header ...string) outcome {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return outcome{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return outcome{
		status: response.StatusCode, header: response.Header,
		length: response.ContentLength, body: string(body), err: err,
	}
}

// serve starts a server that gives every request the answer, bent by the fault.
func serve(t *testing.T, log *fakecloud.Log, f fakecloud.Fault, a fakecloud.Answer) *fakecloud.Server {
	t.Helper()
	server, err := fakecloud.Listen("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entry := log.Add(fakecloud.Record(r, "Op", nil, time.Now()))
		fakecloud.Write(w, r, entry, f, a)
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}
