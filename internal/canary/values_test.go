// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/internal/canary"
)

// printed are the exported types that could hold a credential, or something that holds one, or a text about one. All of them
// are printed: by TestNoSecretIsInAValue, or by watch.
func printed() []string {
	return []string{
		"alibaba.Config", "alibaba.Credentials", "huawei.Config", "huawei.Credentials",
		"history.Client", "history.ClientOptions", "history.Options", "history.Folder",
		"history/group.Group", "history/group.Limiters", "history/group.Options",
		// What watch prints of each operation.
		"history.Call", "history.Error", "history.Execution", "history.Page", "history.Position", "history/group.Result",
	}
}

// What a program has in its hands prints no secret, in whatever form, whatever it is within: before anything was read, and
// after.
func TestNoSecretIsInAValue(t *testing.T) {
	for _, c := range clouds(t) {
		for _, way := range c.entrances {
			w := new(watch)
			o := w.options()
			proxy := &url.URL{Scheme: "http", Host: "proxy.example", User: url.UserPassword(proxyUser, proxyPassword)}
			options := []any{
				history.Options{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}, *o, o,
				history.ClientOptions{Logger: o.Logger}, &history.ClientOptions{Logger: o.Logger},
			}
			address := c.start(t, nil)
			client, err := way.open(address, o)
			if err != nil {
				t.Fatal(err)
			}
			source, err := way.source(address, o)
			if err != nil {
				t.Fatal(err)
			}
			together, err := group.New([]*history.Client{client}, nil)
			if err != nil {
				t.Fatal(err)
			}
			folder := new(history.Folder)
			values := append(options, client, source, together, group.Options{}, group.NewLimiters(nil), folder,
				[]any{client, source}, map[string]any{"x": client}, struct{ Inner any }{client})
			values = append(values, way.values...)
			for range 2 {
				for _, v := range values {
					_, _ = w.Write([]byte(canary.Prints(v)))
				}
				w.look(t, c.name+", "+way.name)
				for _, op := range operations()[:6] {
					_ = w.run(t, way.name, client, op) // a busy machine may be too slow for it
				}
				for e, err := range client.Events(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec"}}) {
					if err != nil {
						t.Fatal(err)
					}
					folder.Add(e)
				}
				for result, err := range together.ReadEach(t.Context(), slices.Values([]history.Ref{{Workflow: "flow", Execution: "none"}})) {
					_, _ = w.Write([]byte(canary.Prints(result) + canary.Chain(result.Err) + canary.Chain(err)))
				}
			}
		}
	}
}

// What New refuses, it refuses without quoting a secret.
func TestNoSecretComesOutOfNew(t *testing.T) {
	for _, c := range clouds(t) {
		for _, way := range c.entrances {
			for _, endpoint := range []string{
				"https://someone:" + userinfo + "@cloud.example", "someone:" + userinfo + "@cloud.example", "https:///someone:" + userinfo + "@x",
				"//someone:" + userinfo + "@x", "https://cloud.example/" + userinfo, "https://cloud.example?token=" + userinfo,
				"https://cloud.example#" + userinfo, "ftp://someone:" + userinfo + "@x", "https://someone:%zz" + userinfo + "@x",
				"http://someone:" + userinfo + "@cloud.example", "https://cloud..example/" + userinfo, "https://" + userinfo + "@" + userinfo + "@x",
			} {
				w := new(watch)
				_, err := way.open(endpoint, w.options())
				if err == nil {
					t.Errorf("%s, %s: the endpoint %q is taken", c.name, way.name, endpoint)
				}
				_, _ = w.Write([]byte(canary.Chain(err)))
				w.look(t, c.name+", "+way.name+", New")
			}
		}
	}
}
