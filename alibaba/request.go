// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
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
	credentials func(context.Context) (Credentials, error)

	brought *fnf.Client
	lock    sync.Mutex // around brought, which may refresh its credentials while it signs

	cache sync.Mutex // around the two below
	key   Credentials
	sdk   *fnf.Client // signs with key; it is only read after it was made, so calls may share it
}

func newSigner(cfg Config, host endpoint.Endpoint) *signer {
	return &signer{region: cfg.Region, host: host, credentials: cfg.Credentials, brought: cfg.Client}
}

// sign lets the SDK sign a request. The request must be a new one: the SDK keeps a nonce and old parameters in it.
func (s *signer) sign(ctx context.Context, req *requests.RpcRequest, full requests.AcsRequest) (exchange.Signed, error) {
	req.SetScheme(s.host.Scheme)
	req.SetDomain(s.host.Host)
	known, err := s.authorize(ctx, full)
	secrets := append(known, secretParams(req)...)
	if err != nil {
		return exchange.Signed{Secrets: secrets}, err
	}
	out, err := http.NewRequestWithContext(ctx, req.GetMethod(), req.BuildUrl(), nil)
	if err != nil {
		return exchange.Signed{Secrets: secrets}, err
	}
	for key, value := range req.GetHeaders() {
		out.Header.Set(key, value)
	}
	out.Header.Del("Accept-Encoding") // the SDK's "identity" would turn compression off
	out.Header.Set("User-Agent", userAgent)
	return exchange.Signed{Request: out, Secrets: secrets}, nil
}

// authorize signs with the brought client or with the credentials of the moment, and returns the secrets it knows.
func (s *signer) authorize(ctx context.Context, full requests.AcsRequest) ([]string, error) {
	if s.brought != nil {
		s.lock.Lock()
		defer s.lock.Unlock()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := s.brought.BuildRequestWithSigner(full, nil)
		if err != nil {
			return secretsIn(err.Error()), err
		}
		return nil, nil
	}
	now, err := s.credentials(ctx)
	known := []string{now.AccessKeyID, now.AccessKeySecret, now.SecurityToken}
	if err != nil {
		return append(known, s.lastKey()...), fmt.Errorf("Config.Credentials: %w", err)
	}
	if part := now.missing(); part != "" {
		return known, &history.Error{Kind: history.ErrUnauthenticated, Message: "Config.Credentials returned a credential without " + part}
	}
	client, err := s.client(now)
	if err != nil {
		return known, err
	}
	return known, client.BuildRequestWithSigner(full, nil)
}

// client is the SDK's client for a key: the one of the call before as long as the key is the same.
func (s *signer) client(key Credentials) (*fnf.Client, error) {
	s.cache.Lock()
	defer s.cache.Unlock()
	if s.sdk != nil && s.key == key {
		return s.sdk, nil
	}
	client := &fnf.Client{} // not fnf.NewClientWith…: those write the SDK's package variables without a lock
	credential := credentials.NewStsTokenCredential(key.AccessKeyID, key.AccessKeySecret, key.SecurityToken)
	if err := client.InitWithOptions(s.region, sdk.NewConfig(), credential); err != nil {
		return nil, err
	}
	s.key, s.sdk = key, client
	return client, nil
}

// lastKey is the key of the call before: an error about why there is no new one may speak of it.
func (s *signer) lastKey() []string {
	s.cache.Lock()
	defer s.cache.Unlock()
	return []string{s.key.AccessKeyID, s.key.AccessKeySecret, s.key.SecurityToken}
}

// secretValue finds a secret parameter in a text that has a URL in it, or the string that was signed.
var secretValue = regexp.MustCompile(`(?:AccessKeyId|Signature|SignatureNonce|SecurityToken|BearerToken)(?:=([^&\s"']+)|%3D((?:[^%&\s"']|%25[0-9A-Fa-f]{2})+))`)

// secretsIn are the secrets in the text of an error. A brought client may ask STS for its key, with another one that nobody
// here knows, and the SDK puts both into its errors.
func secretsIn(text string) []string {
	var out []string
	for _, match := range secretValue.FindAllStringSubmatch(text, -1) {
		out = append(out, match[1]+match[2]) // one of them is empty
	}
	return out
}

// secretParams are the parameters of a signed request that must not get out. The access key's id is one: with a
// signature it identifies an account.
func secretParams(req *requests.RpcRequest) []string {
	var out []string
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureNonce", "SecurityToken", "BearerToken"} {
		if value := req.GetQueryParams()[name]; value != "" {
			out = append(out, value)
		}
	}
	return out
}
