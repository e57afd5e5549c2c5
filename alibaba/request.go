// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/endpoint"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

const userAgent = "flowhistory"

// signer turns the SDK's typed requests into signed HTTP requests. It is safe for concurrent use.
type signer struct {
	region      string
	host        endpoint.Endpoint
	blank       http.Request // what all requests have in common
	credentials func(context.Context) (Credentials, error)

	brought *fnf.Client
	lock    sync.Mutex // around brought, which may refresh its credentials while it signs

	last atomic.Pointer[key] // what credentials returned last; nil = nothing yet
}

// key is what a Config.Credentials function returned.
type key struct {
	Credentials
	flaw string                          // what is wrong with it, "" if nothing
	sdk  credentials.CredentialsProvider // signs with it; it is only read, so calls may share it
}

func newSigner(cfg Config, host endpoint.Endpoint) *signer {
	return &signer{
		region: cfg.Region,
		host:   host,
		blank: http.Request{
			URL:  &url.URL{Scheme: host.Scheme, Host: host.Host, Path: "/"},
			Host: host.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		},
		credentials: cfg.Credentials,
		brought:     cfg.Client,
	}
}

// sign lets the SDK sign a request. The request must be a new one: the SDK keeps a nonce and old parameters in it.
func (s *signer) sign(ctx context.Context, req *requests.RpcRequest, full requests.AcsRequest) (exchange.Signed, error) {
	var known []string
	var err error
	// The SDK is called from here and not from further down: for each nonce it has the whole stack of calls written out.
	if s.brought != nil {
		s.lock.Lock()
		defer s.lock.Unlock()
		if err = ctx.Err(); err == nil {
			req.SetScheme(s.host.Scheme)
			req.SetDomain(s.host.Host)
			if err = s.brought.BuildRequestWithSigner(full, nil); err != nil {
				known = secretsIn(err.Error())
			}
		}
	} else {
		var provider credentials.CredentialsProvider
		if provider, known, err = s.provider(ctx); err == nil {
			// What the SDK's client does, but for the *http.Request that it makes for itself.
			req.GetHeaders()["x-sdk-core-version"] = sdk.Version
			if err = requests.InitParams(full); err == nil {
				err = auth.Sign(full, nil, s.region, provider)
			}
		}
	}
	secrets := appendSecretParams(known, req.GetQueryParams())
	if err != nil {
		return exchange.Signed{Secrets: secrets}, err
	}
	out := s.blank.WithContext(ctx)
	address := *out.URL
	address.RawQuery = encode(req.GetQueryParams()) // req.BuildUrl() does it at four times the cost
	out.Method, out.URL, out.Header = req.GetMethod(), &address, headers(req.GetHeaders())
	return exchange.Signed{Request: out, Secrets: secrets}, nil
}

// provider is the credentials of the moment, for the SDK. It returns the secrets that are known by then, with room for those
// of a signature.
func (s *signer) provider(ctx context.Context) (credentials.CredentialsProvider, []string, error) {
	now, err := s.credentials(ctx)
	known := append(make([]string, 0, 8), now.AccessKeyID, now.AccessKeySecret, now.SecurityToken)
	last := s.last.Load()
	if err != nil {
		if last != nil { // it may speak of the key of the call before
			known = append(known, last.AccessKeyID, last.AccessKeySecret, last.SecurityToken)
		}
		return nil, known, fmt.Errorf("Config.Credentials: %w", err)
	}
	if part := now.missing(); part != "" {
		return nil, known, &history.Error{Kind: history.ErrUnauthenticated, Message: "Config.Credentials returned a credential without " + part}
	}
	if last == nil || last.Credentials != now {
		last = &key{now, now.flaw(fieldNames()), credentials.NewStaticSTSCredentialsProvider(now.AccessKeyID, now.AccessKeySecret, now.SecurityToken)}
		s.last.Store(last)
	}
	if last.flaw != "" {
		return nil, known, &history.Error{Kind: history.ErrUnauthenticated, Message: "Config.Credentials returned a credential that cannot be right: " + last.flaw}
	}
	return last.sdk, known, nil
}

// headers are those that the SDK wants to be sent. One array has all their values: this is done for each request.
func headers(sent map[string]string) http.Header {
	h := make(http.Header, len(sent)) // one less, and ours
	values := make([]string, 0, len(sent)+1)
	set := func(key, value string) {
		values = append(values, value)
		h[key] = values[len(values)-1 : len(values) : len(values)]
	}
	for key, value := range sent {
		if key = canonical(key); key != "Accept-Encoding" { // "identity" would turn compression off
			set(key, value)
		}
	}
	set("User-Agent", userAgent)
	return h
}

// canonical is http.CanonicalHeaderKey without a new string for each of the names that the SDK sends.
func canonical(key string) string {
	switch key {
	case "x-acs-action":
		return "X-Acs-Action"
	case "x-acs-credentials-provider":
		return "X-Acs-Credentials-Provider"
	case "x-acs-version":
		return "X-Acs-Version"
	case "x-sdk-client":
		return "X-Sdk-Client"
	case "x-sdk-core-version":
		return "X-Sdk-Core-Version"
	case "x-sdk-invoke-type":
		return "X-Sdk-Invoke-Type"
	}
	return http.CanonicalHeaderKey(key)
}

// encode writes parameters as a query. Their order means nothing.
func encode(params map[string]string) string {
	const usual = 512 // bytes
	var out strings.Builder
	out.Grow(usual)
	for name, value := range params {
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(name))
		out.WriteByte('=')
		out.WriteString(url.QueryEscape(value))
	}
	return out.String()
}

// secretValue finds a secret in a text: a parameter in a URL, in the string that was signed, or a member of an answer of
// STS's, in JSON or quoted once more.
var secretValue = regexp.MustCompile(`(?:AccessKeyId|AccessKeySecret|Signature|SignatureNonce|SecurityToken|BearerToken)` +
	`(?:=([^&\s"']+)|%3D((?:[^%&\s"']|%25[0-9A-Fa-f]{2})+)|\\?"\s*:\s*\\?"([^"\\]+))`)

// secretsIn are the secrets in the text of an error. A brought client may ask STS for its key, with another one that nobody
// here knows, and the SDK puts the question and the answer into its errors.
func secretsIn(text string) []string {
	var out []string
	for _, match := range secretValue.FindAllStringSubmatch(text, -1) {
		out = append(out, match[1]+match[2]+match[3]) // two of them are empty
	}
	return out
}

// appendSecretParams appends the parameters of a signed request that must not get out. The access key's id is one: with a
// signature it identifies an account.
func appendSecretParams(secrets []string, params map[string]string) []string {
	for _, name := range [...]string{"AccessKeyId", "Signature", "SignatureNonce", "SecurityToken", "BearerToken"} {
		if value := params[name]; value != "" {
			secrets = append(secrets, value)
		}
	}
	return secrets
}
