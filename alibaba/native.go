// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
)

// timeForm is how the service writes times: UTC with milliseconds.
const timeForm = "2006-01-02T15:04:05.000Z"

// EventsItem is an event in the official SDK's type, for code that already works with it. The time is written as the
// service writes it, with milliseconds.
func EventsItem(e history.Event) fnf.EventsItem {
	return fnf.EventsItem{
		Type:            string(e.Type),
		EventId:         e.ID,
		Time:            e.Time.UTC().Format(timeForm),
		ScheduleEventId: e.Cause,
		EventDetail:     string(e.Detail),
		StepName:        e.Step,
	}
}
