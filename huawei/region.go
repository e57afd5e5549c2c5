// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"slices"

	sdkregion "github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	aomregion "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/region"
)

// regions are the SDK's regions for AOM. The SDK's own look-up by name panics for others, reads a file in the home
// directory, and writes a map without a lock.
var regions = []*sdkregion.Region{
	aomregion.CN_NORTH_4, aomregion.CN_EAST_3, aomregion.CN_SOUTH_1, aomregion.CN_EAST_2, aomregion.CN_NORTH_1,
	aomregion.CN_SOUTHWEST_2, aomregion.AP_SOUTHEAST_1, aomregion.AF_SOUTH_1, aomregion.AP_SOUTHEAST_2,
	aomregion.AP_SOUTHEAST_3, aomregion.AP_SOUTHEAST_4, aomregion.CN_NORTH_2, aomregion.RU_NORTHWEST_2,
	aomregion.LA_SOUTH_2, aomregion.SA_BRAZIL_1, aomregion.LA_NORTH_2, aomregion.CN_NORTH_9, aomregion.CN_SOUTH_2,
	aomregion.NA_MEXICO_1, aomregion.TR_WEST_1, aomregion.ME_EAST_1, aomregion.AE_AD_1, aomregion.RU_MOSCOW_1,
	aomregion.MY_KUALALUMPUR_1, aomregion.AP_SOUTHEAST_5, aomregion.AF_NORTH_1, aomregion.CN_NORTH_12,
	aomregion.CN_EAST_5, aomregion.CN_EAST_4, aomregion.CN_NORTH_11, aomregion.CN_SOUTHWEST_3,
}

// listed reports whether the SDK knows a region. Only four or five of them are documented to have the workflow API; which
// ones may change without this module.
func listed(id string) bool {
	return slices.ContainsFunc(regions, func(r *sdkregion.Region) bool { return r.Id == id })
}
