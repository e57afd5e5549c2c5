// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// refusal is an error body as it goes over the wire.
type refusal struct {
	Recommend, Message, Code string
	RequestID                string `json:"RequestId"`
	HostID                   string `json:"HostId"`
}

// send sends a request and returns the status and what the body says.
func send(t *testing.T, r *http.Request) (int, refusal) {
	t.Helper()
	transport := new(http.Transport)
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said refusal
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatalf("body %q: %v", body, err)
	}
	return response.StatusCode, said
}

func rpcEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func canonical(values url.Values) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, rpcEscape(name)+"="+rpcEscape(values.Get(name)))
	}
	return strings.Join(pairs, "&")
}

// rpcParams are the parameters of a call that is signed the RPC way.
func rpcParams(srv *alibabatest.Server, method, algorithm string, more url.Values) url.Values {
	params := url.Values{
		"Action": {"GetExecutionHistory"}, "Version": {"2019-03-15"}, "AccessKeyId": {srv.AccessKeyID()},
		"SignatureMethod": {algorithm}, "SignatureVersion": {"1.0"}, "SignatureNonce": {"nonce *~/ +" + method + algorithm},
		"Timestamp": {time.Now().UTC().Format(time.RFC3339)}, "FlowName": {"flow"}, "ExecutionName": {"exec"},
	}
	maps.Copy(params, more)
	digest := map[string]func() hash.Hash{"HMAC-SHA1": sha1.New, "HMAC-SHA256": sha256.New}[algorithm]
	mac := hmac.New(digest, []byte(srv.AccessKeySecret()+"&"))
	_, _ = io.WriteString(mac, method+"&%2F&"+rpcEscape(canonical(params)))
	params.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return params
}

func newRequest(t *testing.T, method, target string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	return r
}

func TestRPCSignatureAnywhere(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	for _, algorithm := range []string{"HMAC-SHA1", "HMAC-SHA256"} {
		params := rpcParams(srv, http.MethodGet, algorithm, nil)
		if status, said := send(t, newRequest(t, http.MethodGet, srv.URL()+"/?"+params.Encode(), nil)); status != 200 {
			t.Errorf("GET %s: %d %s", algorithm, status, said.Code)
		}
		params = rpcParams(srv, http.MethodPost, algorithm, nil)
		if status, said := send(t, newRequest(t, http.MethodPost, srv.URL(), params)); status != 200 {
			t.Errorf("POST form %s: %d %s", algorithm, status, said.Code)
		}
		params = rpcParams(srv, http.MethodPost, algorithm, url.Values{"SignatureNonce": {"both" + algorithm}})
		form := url.Values{"FlowName": params["FlowName"], "ExecutionName": params["ExecutionName"]}
		params.Del("FlowName")
		params.Del("ExecutionName")
		if status, said := send(t, newRequest(t, http.MethodPost, srv.URL()+"?"+params.Encode(), form)); status != 200 {
			t.Errorf("POST query and form %s: %d %s", algorithm, status, said.Code)
		}
	}
	if got := srv.Requests()[1].Form.Get("FlowName"); got != "flow" {
		t.Errorf("recorded form has FlowName %q", got)
	}
}

// acs3 signs a request the newer way, with all headers it has and with Host.
func acs3(srv *alibabatest.Server, r *http.Request, body string) *http.Request {
	sum := sha256.Sum256([]byte(body))
	r.Header.Set("X-Acs-Action", "GetExecutionHistory")
	r.Header.Set("X-Acs-Version", "2019-03-15")
	r.Header.Set("X-Acs-Date", time.Now().UTC().Format(time.RFC3339))
	r.Header.Set("X-Acs-Signature-Nonce", "nonce "+r.Method)
	r.Header.Set("X-Acs-Content-Sha256", hex.EncodeToString(sum[:]))
	if srv.SecurityToken() != "" {
		r.Header.Set("X-Acs-Security-Token", srv.SecurityToken())
	}
	headers := map[string]string{"host": r.URL.Host}
	for name := range r.Header {
		headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	names, lines := slices.Sorted(maps.Keys(headers)), ""
	for _, name := range names {
		lines += name + ":" + headers[name] + "\n"
	}
	request := strings.Join([]string{
		r.Method, "/", canonical(r.URL.Query()), lines, strings.Join(names, ";"), r.Header.Get("X-Acs-Content-Sha256"),
	}, "\n")
	hashed := sha256.Sum256([]byte(request))
	mac := hmac.New(sha256.New, []byte(srv.AccessKeySecret()))
	_, _ = io.WriteString(mac, "ACS3-HMAC-SHA256\n"+hex.EncodeToString(hashed[:]))
	r.Header.Set("Authorization", fmt.Sprintf("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%x",
		srv.AccessKeyID(), strings.Join(names, ";"), mac.Sum(nil)))
	return r
}

func TestHeaderSignature(t *testing.T) {
	t.Parallel()
	form := url.Values{"FlowName": {"flow"}, "ExecutionName": {"exec"}, "NextToken": {"flow_xxx"}}
	tests := []struct {
		name   string
		change func(r *http.Request)
		status int
		code   string
	}{
		{"right", func(*http.Request) {}, 200, ""},
		{"other query", func(r *http.Request) { r.URL.RawQuery += "&Limit=1" }, 403, "SignatureNotMatch"},
		{"other header", func(r *http.Request) { r.Header.Set("X-Acs-Version", "2020-01-01") }, 403, "SignatureNotMatch"},
		{"other token", func(r *http.Request) { r.Header.Set("X-Acs-Security-Token", "x") }, 403, "SignatureNotMatch"},
		{"other body", func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader("FlowName=other")), 14
		}, 403, "SignatureNotMatch"},
		{"no date", func(r *http.Request) { r.Header.Del("X-Acs-Date") }, 400, "MissingRequiredHeader"},
		{"no nonce", func(r *http.Request) { r.Header.Del("X-Acs-Signature-Nonce") }, 400, "MissingRequiredHeader"},
		{"no action", func(r *http.Request) { r.Header.Del("X-Acs-Action") }, 400, "MissingRequiredHeader"},
		{"no version", func(r *http.Request) { r.Header.Del("X-Acs-Version") }, 400, "MissingRequiredHeader"},
		{"no hash", func(r *http.Request) { r.Header.Del("X-Acs-Content-Sha256") }, 400, "MissingRequiredHeader"},
		{"no key", func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Credential=test-access-key-id", "Credential=", 1))
		}, 400, "IncompleteSignature"},
		{"other algorithm", func(r *http.Request) { r.Header.Set("Authorization", "ACS3-RSA-SHA256 x=y") }, 400, "InvalidSignatureMethod"},
		{"nothing signed", func(r *http.Request) {
			r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=b")
		}, 400, "IncompleteSignature"},
		{"no signature", func(r *http.Request) {
			r.Header.Set("Authorization", strings.Split(r.Header.Get("Authorization"), ",Signature")[0])
		}, 400, "IncompleteSignature"},
		{"host is not signed", func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "host;", "", 1))
		}, 400, "IncompleteSignature"},
		{"signature is no hex", func(r *http.Request) {
			r.Header.Set("Authorization", r.Header.Get("Authorization")+"?")
		}, 403, "SignatureNotMatch"},
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, tt := range tests {
			if tt.name == "other body" && method == http.MethodGet {
				continue
			}
			t.Run(method+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				srv := alibabatest.NewServer(t, &alibabatest.Options{SecurityToken: "test-security-token"})
				srv.AddExecution(alibabatest.SeedExecution())
				r := newRequest(t, method, srv.URL()+"/?"+form.Encode(), nil)
				if method == http.MethodPost {
					r = newRequest(t, method, srv.URL()+"/", form)
				}
				body := ""
				if method == http.MethodPost {
					body = form.Encode()
				}
				r = acs3(srv, r, body)
				tt.change(r)
				status, said := send(t, r)
				if status != tt.status || said.Code != tt.code {
					t.Errorf("got %d %q, want %d %q", status, said.Code, tt.status, tt.code)
				}
			})
		}
	}
}

func TestRPCRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		opts   alibabatest.Options
		change func(r *http.Request) *http.Request
		status int
		code   string
		text   string
	}{
		{"no signature", alibabatest.Options{}, query("Signature", ""), 400, "MissingRequiredParams", "The HTTP query 'Signature' must be specified."},
		{"no action", alibabatest.Options{}, query("Action", ""), 400, "MissingRequiredParams", "The HTTP query 'Action' must be specified."},
		{"no nonce", alibabatest.Options{}, query("SignatureNonce", ""), 400, "MissingRequiredParams", "The HTTP query 'SignatureNonce' must be specified."},
		{"no date", alibabatest.Options{}, query("Timestamp", ""), 400, "MissingRequiredParams", "The HTTP query 'Timestamp' must be specified."},
		{"no version", alibabatest.Options{}, query("Version", ""), 400, "MissingRequiredParams", "The HTTP query 'Version' must be specified."},
		{"what a header says instead", alibabatest.Options{}, func(r *http.Request) *http.Request {
			r.Header.Set("X-Acs-Action", "ListFlows")
			r.Header.Set("X-Acs-Version", "2000-01-01")
			return r
		}, 200, "", ""},
		{"method of signing", alibabatest.Options{}, query("SignatureMethod", "none"), 400, "InvalidSignatureMethod", ""},
		{"version of signing", alibabatest.Options{}, query("SignatureVersion", "2.0"), 400, "IncompleteSignature", ""},
		{"key", alibabatest.Options{}, query("AccessKeyId", "nobody"), 403, "InvalidAccessKeyID", "The AccessKey ID nobody is invalid."},
		{"date", alibabatest.Options{}, query("Timestamp", "now"), 400, "InvalidTimeStamp.Format", ""},
		{"parameter", alibabatest.Options{}, query("FlowName", "other"), 403, "SignatureNotMatch", ""},
		{"signature", alibabatest.Options{}, query("Signature", "?"), 403, "SignatureNotMatch", ""},
		{"signature at the gateway", alibabatest.Options{SignatureCode: "SignatureDoesNotMatch"}, query("FlowName", "other"), 400, "SignatureDoesNotMatch", ""},
		{"unknown code", alibabatest.Options{SignatureCode: "Own"}, query("FlowName", "other"), 400, "Own", ""},
		{"path", alibabatest.Options{}, func(r *http.Request) *http.Request { r.URL.Path = "/x"; return r }, 404, "InvalidApi.NotFound", ""},
		{"method", alibabatest.Options{}, func(r *http.Request) *http.Request { r.Method = "PUT"; return r }, 400, "UnsupportedHTTPMethod", ""},
		{"method in the signature", alibabatest.Options{}, func(r *http.Request) *http.Request { r.Method = "POST"; return r }, 403, "SignatureNotMatch", ""},
		{"media type", alibabatest.Options{}, body("text/xml", "<x/>"), 415, "UnsupportedMediaType", `The content type must be "application/json".`},
		{"JSON body", alibabatest.Options{}, body("application/json", "{}"), 200, "", ""},
		{"no form", alibabatest.Options{}, body("application/x-www-form-urlencoded", "%"), 400, "InvalidArgument", ""},
		{"body too large", alibabatest.Options{}, body("application/json", strings.Repeat(" ", 1<<20+1)), 400, "EntityTooLarge", "The payload size exceeds maximum allowed size (1048576 bytes)."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, &tt.opts)
			srv.AddExecution(alibabatest.SeedExecution())
			request := signed(t, newClient(t, srv), historyOf("flow", "exec", "", 0))
			status, said := send(t, tt.change(request))
			if status != tt.status || said.Code != tt.code || tt.text != "" && said.Message != tt.text {
				t.Errorf("got %d %q %q, want %d %q %q", status, said.Code, said.Message, tt.status, tt.code, tt.text)
			}
		})
	}
}

func query(name, value string) func(*http.Request) *http.Request {
	return func(r *http.Request) *http.Request { return withQuery(r, name, value) }
}

func body(media, text string) func(*http.Request) *http.Request {
	return func(r *http.Request) *http.Request {
		r.Header.Set("Content-Type", media)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		return r
	}
}

func TestSkew(t *testing.T) {
	t.Parallel()
	tests := []struct {
		off    time.Duration
		opts   alibabatest.Options
		status int
		code   string
	}{
		{14 * time.Minute, alibabatest.Options{}, 0, ""},
		{-14 * time.Minute, alibabatest.Options{}, 0, ""},
		{16 * time.Minute, alibabatest.Options{}, 400, "InvalidTimeStamp.Expired"},
		{-16 * time.Minute, alibabatest.Options{}, 400, "InvalidTimeStamp.Expired"},
		{16 * time.Minute, alibabatest.Options{SkewCode: "RequestTimeTooSkewed"}, 403, "RequestTimeTooSkewed"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.off, tt.opts.SkewCode), func(t *testing.T) {
			t.Parallel()
			tt.opts.Now = func() time.Time { return time.Now().Add(tt.off) }
			srv := alibabatest.NewServer(t, &tt.opts)
			srv.AddExecution(alibabatest.SeedExecution())
			_, err := newClient(t, srv).GetExecutionHistory(historyOf("flow", "exec", "", 0))
			if status, code := answerOf(t, err); status != tt.status || code != tt.code {
				t.Errorf("got %d %q, want %d %q", status, code, tt.status, tt.code)
			}
		})
	}
}

func TestNonceWorksOnce(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	request := signed(t, newClient(t, srv), historyOf("flow", "exec", "", 0))
	// The nonce counts as used although the answer was a fault.
	srv.Inject(alibabatest.Fault{Code: "ServiceUnavailable"})
	var got []string
	for range 2 {
		_, said := send(t, request)
		got = append(got, said.Code)
	}
	if diff := cmp.Diff([]string{"ServiceUnavailable", "SignatureNonceUsed"}, got); diff != "" {
		t.Errorf("codes mismatch (-want +got):\n%s", diff)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{SecurityToken: "test-security-token"})
	srv.AddExecution(alibabatest.SeedExecution())
	old := newClient(t, srv)
	read := func(name, want string) {
		t.Helper()
		client := old
		if name == "new" {
			client = newClient(t, srv)
		}
		_, err := client.GetExecutionHistory(historyOf("flow", "exec", "", 0))
		if _, code := answerOf(t, err); code != want {
			t.Errorf("%s keys: code = %q, want %q", name, code, want)
		}
	}
	read("old", "")
	srv.RotateKeys("test-access-key-id", "test-access-key-secret", "test-other-token")
	read("old", "InvalidSecurityToken.MismatchWithAccessKey")
	read("new", "")
	srv.RotateKeys("test-access-key-id", "test-access-key-secret", "") // permanent keys have no token
	read("old", "InvalidSecurityToken.MismatchWithAccessKey")
	read("new", "")
	srv.RotateKeys("test-access-key-id", "test-other-secret", "")
	read("old", "SignatureNotMatch")
	srv.RotateKeys("test-other-id", "test-other-secret", "")
	read("old", "InvalidAccessKeyID")
	read("new", "")
}
