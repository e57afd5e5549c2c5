// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"net/http"
	"os"
	"strings"
)

// proxySecrets are the password of the proxy that a request goes through, and the pair of which the Proxy-Authorization is
// made: a proxy may say them back. It is asked for only when there is an error to be written, because a Proxy function may
// be slow. Of a transport of the user's own kind nothing is known.
func proxySecrets(transport http.RoundTripper, request *http.Request) []string {
	t, ok := transport.(*http.Transport)
	if !ok || t.Proxy == nil || request == nil {
		return nil
	}
	proxy, err := t.Proxy(request)
	switch {
	case err != nil:
		return variableSecrets() // the error quotes the variable that it could not read
	case proxy == nil || proxy.User == nil:
		return nil
	}
	password, _ := proxy.User.Password()
	return []string{password, proxy.User.Username() + ":" + password}
}

// variableSecrets are the user information in the proxy variables, whether they can be read or not.
func variableSecrets() []string {
	var found []string
	for _, name := range [...]string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		address := os.Getenv(name)
		if _, rest, ok := strings.Cut(address, "://"); ok {
			address = rest
		}
		at := strings.LastIndexByte(address, '@')
		if at < 0 {
			continue
		}
		_, password, _ := strings.Cut(address[:at], ":")
		found = append(found, address[:at], password)
	}
	return found
}
