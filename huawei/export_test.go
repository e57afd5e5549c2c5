// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"strings"
)

// SDKHosts are the hosts that the SDK has for its regions.
func SDKHosts() map[string]string {
	hosts := make(map[string]string, len(regions))
	for _, r := range regions {
		hosts[r.Id] = strings.TrimPrefix(r.Endpoints[0], "https://")
	}
	return hosts
}
