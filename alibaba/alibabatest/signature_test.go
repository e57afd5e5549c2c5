// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The requests and signatures of these two tests are the published examples of the
// two kinds of signature; they are of another service, which signs the same way.

func TestSignatureV1PublishedExample(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "http://ecs.aliyuncs.com/?Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML"+
		"&AccessKeyId=testid&Action=DescribeRegions&SignatureMethod=HMAC-SHA1&Version=2014-05-26&SignatureVersion=1.0"+
		"&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D", http.NoBody)
	checkSignature(t, (*request).signatureV1, r, "testid", "testsecret")
}

func TestSignatureV3PublishedExample(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "http://ecs.cn-shanghai.aliyuncs.com/"+
		"?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai", http.NoBody)
	for name, value := range map[string]string{
		"x-acs-action":          "RunInstances",
		"x-acs-version":         "2014-05-26",
		"x-acs-date":            "2023-10-26T10:22:32Z",
		"x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
		"x-acs-content-sha256":  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"Authorization": "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=" +
			"host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
			"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
	} {
		r.Header.Set(name, value)
	}
	checkSignature(t, (*request).signatureV3, r, "YourAccessKeyId", "YourAccessKeySecret")
}

func checkSignature(t *testing.T, parse func(*request) (signature, *apiError), r *http.Request, id, secret string) {
	t.Helper()
	sig, bad := parse(parseRequest(r))
	if bad != nil {
		t.Fatal(bad.code, bad.message)
	}
	if sig.accessKeyID != id || !sig.matches(secret) || sig.matches(secret+"x") {
		t.Errorf("key %q, right secret %t, wrong secret %t", sig.accessKeyID, sig.matches(secret), sig.matches(secret+"x"))
	}
}

func TestNoncesAreForgotten(t *testing.T) {
	t.Parallel()
	var used nonces
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var got []bool
	for _, after := range []time.Duration{0, 0, 2 * maxSkew, maxSkew, 0} {
		now = now.Add(after)
		got = append(got, used.use("n", now))
	}
	// After twice the skew it is still known, after three times it is not.
	want := []bool{true, false, false, true, false}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("use %d = %t, want %t", i, got[i], want[i])
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add("GET", "Action=GetExecutionHistory&FlowName=f&Limit=1&Signature=eA%3D%3D&SignatureMethod=HMAC-SHA1", "", "")
	f.Add("POST", "Action=ListExecutions", "FlowName=f&StartedTimeBegin=2026-11-01T00:00:00Z", "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host;x,Signature=00")
	f.Add("PUT", "%zz;", "=&=", "ACS3- =,=")
	f.Fuzz(func(t *testing.T, method, query, body, authorization string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Method, r.URL.RawQuery = method, query
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", authorization)
		for _, name := range []string{"x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"} {
			r.Header.Set(name, body)
		}
		s := &Server{opts: (*Options)(nil).withDefaults(), creds: credentials{"id", "secret", ""}}
		s.AddExecution(SeedExecution())
		rq := parseRequest(r)
		if s.authenticate(rq) == nil {
			t.Errorf("%s %q with %q was let in", method, query, authorization)
		}
		// What is behind the signature must stand any parameter too.
		answer, bad := s.operate(rq, 1)
		if bad == nil && len(answer) == 0 || bad != nil && (bad.status == 0 || bad.code == "") {
			t.Errorf("answer %q, refusal %+v", answer, bad)
		}
	})
}

func BenchmarkLargestPage(b *testing.B) {
	s := &Server{opts: (*Options)(nil).withDefaults()}
	s.AddExecution(Execution{Flow: "f", Name: "e", Events: make([]Event, 5000)})
	rq := parseRequest(httptest.NewRequest(http.MethodGet, "/?FlowName=f&ExecutionName=e&Limit=999&NextToken=2000", http.NoBody))
	b.ReportAllocs()
	for b.Loop() {
		if _, bad := s.getExecutionHistory(rq, 0); bad != nil {
			b.Fatal(bad.message)
		}
	}
}
