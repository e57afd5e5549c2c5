// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"runtime"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer/algorithm"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"
	aom "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
)

const (
	projectID  = "0123456789abcdef0123456789abcdef"
	aomRegion  = "cn-north-4"
	workflowID = "wf-restart"
)

// answerHost serves one AOM answer, whatever is asked for.
type answerHost struct {
	*host
	megabytes float64
	nodes     int
}

func serveAnswer(size int) (*answerHost, error) {
	answer, executions := encodeExecutions(size)
	h, err := serve(func(string, string) []byte { return answer }, 0)
	if err != nil {
		return nil, err
	}
	return &answerHost{h, float64(len(answer)) / 1e6, executions * nodesEach}, nil
}

func openAOM(h *host) (*history.Client, error) {
	return huawei.New(
		huawei.Config{Region: aomRegion, Endpoint: h.url, ProjectID: projectID, AccessKeyID: keyID, SecretAccessKey: keySecret},
		&history.Options{RateLimit: history.RateLimit{Off: true}},
	)
}

// oursAOM reads all executions with this module and counts their nodes.
func oursAOM(client *history.Client) side {
	return side{sidePlain, func(ctx context.Context) (int, error) {
		n := 0
		for e, err := range client.Executions(ctx, history.ExecutionQuery{Workflow: workflowID}) {
			if err != nil {
				return n, err
			}
			n += len(e.Steps)
		}
		return n, nil
	}}
}

// aomSDK is what signs for the floor and what the official loop is made of.
func aomSDK() (*impl.DefaultHttpClient, *basic.Credentials, error) {
	credential, err := basic.NewCredentialsBuilder().WithAk(keyID).WithSk(keySecret).WithProjectId(projectID).SafeBuild()
	if err != nil {
		return nil, nil, err
	}
	// Without a user agent the SDK writes a file into the home directory.
	conf := config.DefaultHttpConfig().WithUserAgent("bench").WithHttpRoundTripper(&http.Transport{})
	return impl.NewDefaultHttpClient(conf), credential, nil
}

// officialAOM reads all executions with the official SDK: its typed call, its times as times.
func officialAOM(h *host) (side, error) {
	client, credential, err := aomSDK()
	if err != nil {
		return side{}, err
	}
	sdk := aom.NewAomClient(core.NewHcHttpClient(client).WithEndpoints([]string{h.url}).WithCredential(credential))
	return side{sideOfficial, func(context.Context) (int, error) {
		answer, err := sdk.ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: workflowID})
		if err != nil {
			return 0, err
		}
		n, latest := 0, time.Time{}
		for _, e := range *answer.Body {
			for _, node := range *e.ExecutionResultList {
				for _, at := range []*int64{node.BeginTime, node.EndTime} {
					if t := time.UnixMilli(*at); t.After(latest) {
						latest = t
					}
				}
				n++
			}
		}
		return n, nil
	}}, nil
}

// floorAOM makes the same request, signed by the SDK, and throws the body away.
func floorAOM(h *answerHost) (side, error) {
	signer, credential, err := aomSDK()
	if err != nil {
		return side{}, err
	}
	client := &http.Client{Transport: &http.Transport{}}
	return side{sideFloor, func(ctx context.Context) (int, error) {
		req, err := credential.ProcessAuthRequest(signer, request.NewHttpRequestBuilder().
			WithEndpoint(h.url).WithMethod(http.MethodGet).WithPath("/v1/"+projectID+"/cms/workflow/"+workflowID+"/executions").
			WithSigningAlgorithm(algorithm.HmacSHA256).AddHeaderParam("Content-Type", "application/json").Build())
		if err != nil {
			return 0, err
		}
		return h.nodes, discard(ctx, client, http.MethodGet, req.GetEndpoint()+req.GetPath(), req.GetHeaderParams())
	}}, nil
}

// aomSides opens every way of reading one answer.
func aomSides(h *answerHost) ([]side, *history.Client, error) {
	official, err := officialAOM(h.host)
	if err != nil {
		return nil, nil, err
	}
	floor, err := floorAOM(h)
	if err != nil {
		return nil, nil, err
	}
	client, err := openAOM(h.host)
	if err != nil {
		return nil, nil, err
	}
	return []side{official, floor, oursAOM(client)}, client, nil
}

func measureAOM(ctx context.Context, runs int) ([]figure, error) {
	h, err := serveAnswer(answerBytes)
	if err != nil {
		return nil, err
	}
	defer h.close()
	sides, client, err := aomSides(h)
	if err != nil {
		return nil, err
	}
	all, err := interleave(ctx, runs, sides...)
	if err != nil {
		return nil, err
	}
	beyond, page, err := listHeap(ctx, client)
	if err != nil {
		return nil, err
	}
	speed := func(name string) float64 { return h.megabytes / all[name].seconds() }
	official, ours := speed(sideOfficial), speed(sidePlain)
	const mib = 1 << 20
	return []figure{
		stated("official loop: allocations a node", all[sideOfficial].allocs(), "").noted("%.0f MB/s", official),
		stated("signed floor, times the official loop", speed(sideFloor)/official, "x").noted("%.0f MB/s", speed(sideFloor)),
		atLeast("a 41 MB answer, times the official MB/s", ours/official, "x", 8, 10).noted("%.0f MB/s", ours),
		atMost("allocations a node", all[sidePlain].allocs(), "", 0.3, 0),
		atMost("live heap beyond one page of executions", float64(beyond)/mib, "MiB", 1, 0).noted("the page has %.2f MiB", float64(page)/mib),
	}, nil
}

// listHeap is what a walk over executions keeps alive in its middle, beyond what was there before and the page in hand;
// and how large that page is.
func listHeap(ctx context.Context, client *history.Client) (beyond, size int64, err error) {
	before, atPage, number := liveHeap(), int64(0), 0
	var held history.Page[history.Execution]
	for page, err := range client.ExecutionPages(ctx, history.ExecutionQuery{Workflow: workflowID}) {
		if err != nil {
			return 0, 0, err
		}
		if number++; number == 2 {
			atPage = liveHeap()
			held = page
		}
	}
	with := liveHeap()
	runtime.KeepAlive(held)
	held = history.Page[history.Execution]{}
	size = with - liveHeap()
	return atPage - before - size, size, nil
}
