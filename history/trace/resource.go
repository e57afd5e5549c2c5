// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// resource says what an execution ran on, in OpenTelemetry's words as far as they go.
func resource(ref history.Ref) []Attribute {
	var a attributes
	a.text("service.name", orUnnamed(ref.Workflow)) // required of every resource
	a.text("cloud.provider", cloudProvider(ref.Provider))
	region, account, _ := strings.Cut(ref.Scope, "/")
	a.text("cloud.region", region)
	a.text("cloud.account.id", account)
	return a
}

// cloudProvider is the provider in the conventions' words. They have none for Huawei; ours is made like the others.
func cloudProvider(provider string) string {
	switch provider {
	case "alibaba", "huawei":
		return provider + "_cloud"
	default:
		return provider
	}
}
