// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer/algorithm"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/endpoint"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

const (
	userAgent           = "flowhistory"
	headerRequestID     = "X-Request-Id"
	headerToken         = "X-Auth-Token"
	headerSecurityToken = "X-Security-Token"
	queryEnterprise     = "x_enterprise_project_id"
)

// get makes one request and has its answer read. The ids in the path must have been checked: the SDK escapes nothing.
func (s *source) get(ctx context.Context, op, path string, query map[string]string, read func(context.Context, *exchange.Reply) error) error {
	return s.exchange.Do(ctx, exchange.Call{
		Op:     op,
		Target: path,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			return s.signer.sign(ctx, "/v1/"+s.project+"/cms/workflow/"+path, query)
		},
		Read: read,
	})
}

// signer turns paths into signed HTTP requests. It is safe for concurrent use.
type signer struct {
	host        endpoint.Endpoint
	project     string
	credentials func(context.Context) (Credentials, error)
	last        atomic.Pointer[key] // what credentials returned last; nil = nothing yet

	brought auth.ICredential
	lock    sync.Mutex // around brought, which may refresh its keys while it signs
	client  *impl.DefaultHttpClient
}

// key is what a Config.Credentials function returned.
type key struct {
	Credentials
	flaw string             // what is wrong with it, "" if nothing
	sdk  *basic.Credentials // signs; nil if there is nothing to sign with. It is only read, so calls may share it
}

// newSigner takes the options' transport for what a brought credential asks IAM; nil is Go's own.
func newSigner(cfg Config, host endpoint.Endpoint, transport http.RoundTripper) *signer {
	if transport == nil {
		transport = http.DefaultTransport // unlike the SDK's it honours proxy variables
	}
	// Without a user agent the SDK writes a file into the home directory.
	conf := config.DefaultHttpConfig().WithUserAgent(userAgent).WithHttpRoundTripper(transport)
	return &signer{
		host:        host,
		project:     cfg.ProjectID,
		credentials: cfg.Credentials,
		brought:     cfg.Credential,
		client:      impl.NewDefaultHttpClient(conf),
	}
}

// sign makes a new request without a body and lets the SDK sign it. It must be a new one for each attempt: signing one
// again keeps the old date and signs the old signature.
func (s *signer) sign(ctx context.Context, path string, query map[string]string) (exchange.Signed, error) {
	builder := s.request(http.MethodGet, path)
	for key, value := range query {
		builder.AddQueryParam(key, reflect.ValueOf(value)) // the SDK leaves out what is not a reflect.Value
	}
	return s.finish(ctx, builder)
}

// signPost is sign for a request with a body, which the SDK writes as JSON.
func (s *signer) signPost(ctx context.Context, path string, body any) (exchange.Signed, error) {
	return s.finish(ctx, s.request(http.MethodPost, path).WithBody("", body))
}

func (s *signer) request(method, path string) *request.HttpRequestBuilder {
	return request.NewHttpRequestBuilder().
		WithEndpoint(s.host.String()).
		WithMethod(method).
		WithPath(path).
		WithSigningAlgorithm(algorithm.HmacSHA256).
		AddHeaderParam("Content-Type", "application/json"). // mandatory by the document, even for a GET
		AddHeaderParam("User-Agent", userAgent)
}

// finish signs a request and makes it one that net/http can send.
func (s *signer) finish(ctx context.Context, builder *request.HttpRequestBuilder) (exchange.Signed, error) {
	req, secrets, err := s.authorize(ctx, builder.Build())
	if err != nil {
		return exchange.Signed{Secrets: secrets}, err
	}
	if req == nil {
		return exchange.Signed{Secrets: secrets}, errors.New("the credential returned no request")
	}
	if s.brought == nil && req.GetBody() == nil {
		out := s.bare(req)
		return exchange.Signed{Request: out, Secrets: appendSecretHeaders(secrets, out.Header)}, nil
	}
	out, err := req.ConvertRequest()
	if err != nil {
		return exchange.Signed{Secrets: secrets}, err
	}
	if out.ContentLength == 0 {
		out.Body, out.GetBody = nil, nil // the SDK's is empty; nil is one that net/http may resend
	}
	out.Header.Del("Accept-Encoding") // "identity" would turn compression off
	return exchange.Signed{Request: out, Secrets: appendSecretHeaders(secrets, out.Header)}, nil
}

// bare is what ConvertRequest makes of a request without a body whose parameters are texts that are not empty, at a third of
// the cost.
func (s *signer) bare(req *request.DefaultHttpRequest) *http.Request {
	sent := req.GetHeaderParams()
	header, values := make(http.Header, len(sent)), make([]string, 0, len(sent))
	for name, value := range sent {
		values = append(values, value)
		header[http.CanonicalHeaderKey(name)] = values[len(values)-1 : len(values) : len(values)]
	}
	query := url.Values{}
	for name, value := range req.GetQueryParams() {
		if text, ok := value.(reflect.Value); ok {
			query.Set(name, text.String())
		}
	}
	return &http.Request{
		Method: req.GetMethod(),
		URL: &url.URL{
			Scheme: s.host.Scheme, Host: s.host.Host, Path: req.GetPath(),
			RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20"),
		},
		Host: s.host.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
	}
}

// authorize signs with the brought credential or with the credentials of the moment, and returns the secrets it knows.
func (s *signer) authorize(ctx context.Context, req *request.DefaultHttpRequest) (*request.DefaultHttpRequest, []string, error) {
	if s.brought != nil {
		s.lock.Lock()
		defer s.lock.Unlock()
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		signed, err := s.brought.ProcessAuthRequest(s.client, req)
		return signed, broughtSecrets(s.brought), err
	}
	now, err := s.credentials(ctx)
	known := append(make([]string, 0, 8), now.secrets()...) // with room for a signature
	if err != nil {
		// It may speak of the credential of the call before.
		if last := s.last.Load(); last != nil {
			known = append(known, last.secrets()...)
		}
		return nil, known, fmt.Errorf("Config.Credentials: %w", err)
	}
	key, err := s.keyOf(now)
	if err != nil {
		return nil, known, err
	}
	if part := now.missing(); part != "" {
		return nil, known, &history.Error{Kind: history.ErrUnauthenticated, Message: "Config.Credentials returned a credential without " + part}
	}
	if key.flaw != "" {
		return nil, known, &history.Error{Kind: history.ErrUnauthenticated, Message: "Config.Credentials returned a credential that cannot be right: " + key.flaw}
	}
	if now.Token != "" {
		req.AddHeaderParam(headerToken, now.Token)
		return req, known, nil
	}
	signed, err := key.sdk.ProcessAuthRequest(s.client, req)
	return signed, known, err
}

// keyOf is the key of credentials: that of the call before as long as they are the same.
func (s *signer) keyOf(now Credentials) (*key, error) {
	if last := s.last.Load(); last != nil && last.Credentials == now {
		return last, nil
	}
	k := &key{Credentials: now, flaw: now.flaw(fieldNames())}
	if now.Token == "" && now.missing() == "" {
		var err error
		k.sdk, err = basic.NewCredentialsBuilder().
			WithAk(now.AccessKeyID).WithSk(now.SecretAccessKey).WithSecurityToken(now.SecurityToken).
			WithProjectId(s.project).SafeBuild()
		if err != nil {
			return nil, err
		}
	}
	s.last.Store(k)
	return k, nil
}

// broughtSecrets are the secrets of a credential of the SDK's own type, as it is now.
func broughtSecrets(c auth.ICredential) []string {
	if own, ok := c.(*basic.Credentials); ok {
		return []string{own.AK, own.SK, own.SecurityToken}
	}
	return nil
}

// appendSecretHeaders appends the parts of a signed request's headers that must not get out. The access key's id is one: with
// a signature it identifies an account.
func appendSecretHeaders(secrets []string, h http.Header) []string {
	secrets = append(secrets, h[headerToken]...)
	secrets = append(secrets, h[headerSecurityToken]...)
	authorization := h.Get("Authorization")
	for _, name := range [...]string{"Access=", "Signature="} {
		if _, value, found := strings.Cut(authorization, name); found {
			if end := strings.IndexAny(value, " ,"); end >= 0 {
				value = value[:end]
			}
			secrets = append(secrets, value)
		}
	}
	return secrets
}
