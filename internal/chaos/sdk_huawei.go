// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	aom "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// huaweiClient is the official client, put together from the core, because its own builder writes a file into the home
// directory.
func (w *sdkWalker) huaweiClient() (*aom.AomClient, error) {
	keys := w.plan.goodKeys()
	credential, err := basic.NewCredentialsBuilder().
		WithAk(keyID(keys)).WithSk(keySecret(keys)).WithProjectId(huaweitest.DefaultProjectID).SafeBuild()
	if err != nil {
		return nil, err
	}
	conf := config.DefaultHttpConfig().WithUserAgent("chaos").WithHttpRoundTripper(w.http).WithTimeout(sdkTimeout)
	return aom.NewAomClient(core.NewHcHttpClient(impl.NewDefaultHttpClient(conf)).
		WithEndpoints([]string{w.url}).
		WithCredential(credential).
		WithErrorHandler(sdkerr.DefaultErrorHandler{})), nil
}

// huaweiDetail reads one execution. It has no events, so it stands for all of its own when it is right, and for as many
// wrong ones when it is not.
func (w *sdkWalker) huaweiDetail(j job, l *ledger) error {
	client, err := w.huaweiClient()
	if err != nil {
		return err
	}
	resp, err := client.SearchWorkflowExecutionDetail(&model.SearchWorkflowExecutionDetailRequest{
		WorkflowId: j.ref.Workflow, ExecutionId: j.ref.Execution,
	})
	if err != nil {
		return err
	}
	got := model.WorkflowExecutionBrief{
		WorkflowId: resp.WorkflowId, ExecutionId: resp.ExecutionId, Status: resp.Status, BeginTime: resp.BeginTime,
		EndTime: resp.EndTime, LastUpdateTime: resp.LastUpdateTime, ExecutionResultList: resp.ExecutionResultList,
		ProjectId: resp.ProjectId, WorkflowEditTime: resp.WorkflowEditTime, ApproveUserNameList: resp.ApproveUserNameList,
	}
	truth := j.execution(0)
	truth.CreatedBy = "" // is not part of a detail
	right := sameBrief(got, truth)
	for i := range j.size {
		l.note(i, true, right)
	}
	return nil
}

// huaweiList reads the executions of a workflow.
func (w *sdkWalker) huaweiList(j job, l *ledger) error {
	client, err := w.huaweiClient()
	if err != nil {
		return err
	}
	resp, err := client.ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: j.ref.Workflow})
	if err != nil {
		return err
	}
	if resp.Body == nil {
		return nil
	}
	for _, got := range *resp.Body {
		i, known := -1, false
		if got.ExecutionId != nil {
			i, known = j.find(*got.ExecutionId)
		}
		l.note(i, known, known && sameBrief(got, j.execution(i)))
	}
	return nil
}

// sameBrief reports whether the SDK's execution says what it should, by its JSON: the SDK's types hold outputs decoded, so
// that bytes cannot be compared.
func sameBrief(got model.WorkflowExecutionBrief, truth history.Execution) bool {
	want := huawei.WorkflowExecutionBrief(truth)
	want.ApproveUserNameList = got.ApproveUserNameList // empty or none: nothing that could go wrong here
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}
