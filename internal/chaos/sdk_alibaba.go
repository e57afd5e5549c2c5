// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// alibabaEvents pages through an execution's events with the official client.
func (w *sdkWalker) alibabaEvents(j job, l *ledger) error {
	// Not fnf.NewClientWithAccessKey: that writes package variables, and several walks run at once.
	client := new(fnf.Client)
	keys := w.plan.goodKeys()
	err := client.InitWithOptions(alibabatest.DefaultRegion, sdk.NewConfig(), credentials.NewAccessKeyCredential(keyID(keys), keySecret(keys)))
	if err != nil {
		return err
	}
	client.SetTransport(w.http)
	client.SetReadTimeout(sdkTimeout)
	token := ""
	for range maxPages {
		req := fnf.CreateGetExecutionHistoryRequest()
		req.Domain = strings.TrimPrefix(w.url, "http://")
		req.FlowName, req.ExecutionName, req.NextToken = j.ref.Workflow, j.ref.Execution, token
		if j.page > 0 {
			req.Limit = requests.NewInteger(j.page)
		}
		resp, err := client.GetExecutionHistory(req)
		if err != nil {
			return err
		}
		for _, item := range resp.Events {
			j.noteEvent(l, sdkEvent(j.ref, item))
		}
		if token = resp.NextToken; token == "" {
			return nil
		}
	}
	return errCircle
}

// sdkEvent is the SDK's event in this module's type.
func sdkEvent(ref history.Ref, item fnf.EventsItem) history.Event {
	at, _ := time.Parse(time.RFC3339, item.Time) // one that cannot be read is zero, and wrong
	return history.Event{
		Ref: ref, ID: item.EventId, Cause: item.ScheduleEventId, Type: history.EventType(item.Type), Time: at,
		Step: item.StepName, Detail: history.Detail(item.EventDetail),
	}
}
