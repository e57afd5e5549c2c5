// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// statusKinds are the answers that tell of a broken service. Two in three come from a gateway that knows nothing of the
// service's own form of errors.
func statusKinds() []kind {
	var list []kind
	for _, s := range []struct {
		status          int
		alibaba, huawei string // codes
	}{
		{http.StatusInternalServerError, "InternalServerError", "AOM.31001405"},
		{http.StatusBadGateway, "InternalError", "APIGW.0201"},
		{http.StatusServiceUnavailable, "ServiceUnavailable", "AOM.31001405"},
		{http.StatusGatewayTimeout, "InternalError", "APIGW.0201"},
	} {
		list = append(list, kind{name: strconv.Itoa(s.status), fault: func(h hit) fakecloud.Fault {
			f := fakecloud.Fault{Status: s.status}
			switch h.n % 3 {
			case 0:
				f.Code = s.alibaba
				if h.cloud == huaweiCloud {
					f.Code = s.huawei
				}
			case 1:
				f.Body = []byte(`{"Code":` + strconv.Itoa(s.status) + `,"Message":"` + http.StatusText(s.status) + `"}`)
			}
			return f // without any body, the third time
		}})
	}
	return list
}

// throttleKinds are the refusals of a caller that asks too often.
func throttleKinds() []kind {
	var list []kind
	for _, status := range []int{http.StatusTooManyRequests, http.StatusBadRequest} {
		throttle := func(h hit, headers func(n int) http.Header) fakecloud.Fault {
			f := fakecloud.Fault{Status: status, Code: "APIGW.0308"}
			if h.cloud == alibabaCloud {
				f.Code = "Throttling.User"
			}
			if headers != nil {
				f.Header = headers(h.n)
			}
			return f
		}
		name := strconv.Itoa(status) + " throttled"
		list = append(list,
			kind{name: name, throttles: true, fault: func(h hit) fakecloud.Fault { return throttle(h, nil) }},
			kind{name: name + ", Retry-After", throttles: true, fault: func(h hit) fakecloud.Fault { return throttle(h, retryAfter) }},
			kind{name: name + ", absurd Retry-After", throttles: true, fault: func(h hit) fakecloud.Fault { return throttle(h, absurdRetryAfter) }},
		)
	}
	return list
}

// retryAfter asks for a second, in all the ways there are.
func retryAfter(n int) http.Header {
	switch n % 3 {
	case 0:
		return http.Header{"Retry-After": {"1"}}
	case 1:
		return http.Header{"Retry-After": {time.Now().Add(time.Second).UTC().Format(http.TimeFormat)}}
	default:
		return http.Header{"X-Acs-Retry-After": {"1000"}} // Alibaba's own, in milliseconds; means nothing elsewhere
	}
}

// absurdRetryAfter asks for what nobody should do.
func absurdRetryAfter(n int) http.Header {
	values := []string{
		"1000000000", "-1", "99999999999999999999999", "soon", "", "1.5", "NaN", "1e9", " 0 ", "0x10",
		"Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 99 Foo 2026 25:61:61 GMT",
	}
	value := values[n%len(values)]
	return http.Header{"Retry-After": {value}, "X-Acs-Retry-After": {value}}
}
