// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
)

// openFnF makes a client of this module that reads from a host.
func openFnF(h *host, prefetch int) (*history.Client, error) {
	return alibaba.New(
		alibaba.Config{Region: region, Endpoint: h.url, AccessKeyID: keyID, AccessKeySecret: keySecret},
		&history.Options{RateLimit: history.RateLimit{Off: true}, Prefetch: prefetch},
	)
}

func execution(name string) history.Ref { return history.Ref{Workflow: flowName, Execution: name} }

// oursFnF walks an execution with this module.
func oursFnF(name string, client *history.Client, q history.EventQuery) side {
	return side{name, func(ctx context.Context) (int, error) {
		n := 0
		for _, err := range client.Events(ctx, q) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}}
}

// officialFnF walks an execution with the official SDK: its typed call, its next token, its times parsed. A limit of 0 is
// the service's default.
func officialFnF(h *host, execution string, limit int) (side, error) {
	client, err := fnf.NewClientWithAccessKey(region, keyID, keySecret)
	if err != nil {
		return side{}, err
	}
	return side{sideOfficial, func(ctx context.Context) (int, error) {
		n := 0
		for token := ""; ; {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			answer, err := client.GetExecutionHistory(historyRequest(h, execution, token, limit))
			if err != nil {
				return n, err
			}
			for _, e := range answer.Events {
				if _, err := time.Parse(time.RFC3339, e.Time); err != nil {
					return n, err
				}
			}
			n += len(answer.Events)
			if token = answer.NextToken; token == "" {
				return n, nil
			}
		}
	}}, nil
}

func historyRequest(h *host, execution, token string, limit int) *fnf.GetExecutionHistoryRequest {
	req := fnf.CreateGetExecutionHistoryRequest()
	req.SetScheme("http")
	req.SetDomain(h.address())
	req.FlowName, req.ExecutionName, req.NextToken = flowName, execution, token
	if limit > 0 {
		req.Limit = requests.NewInteger(limit)
	}
	return req
}

// floorFnF makes the requests of such a walk, signed by the SDK, and throws the bodies away. It knows the tokens: reading
// them would cost what it is to show.
func floorFnF(h *host, execution string, events int) (side, error) {
	signer, err := fnf.NewClientWithAccessKey(region, keyID, keySecret)
	if err != nil {
		return side{}, err
	}
	client := &http.Client{Transport: &http.Transport{}}
	return side{sideFloor, func(ctx context.Context) (int, error) {
		for first := 1; first <= events; first += largestPage {
			token := ""
			if first > 1 {
				token = strconv.Itoa(first)
			}
			req := historyRequest(h, execution, token, largestPage)
			if err := signer.BuildRequestWithSigner(req, nil); err != nil {
				return 0, err
			}
			if err := discard(ctx, client, req.GetMethod(), req.BuildUrl(), req.GetHeaders()); err != nil {
				return 0, err
			}
		}
		return events, nil
	}}, nil
}

// discard sends a signed request and throws the body away.
func discard(ctx context.Context, client *http.Client, method, url string, headers map[string]string) error {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the host answers %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
