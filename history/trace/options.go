// SPDX-License-Identifier: Apache-2.0

package trace

import "time"

// Options sets how an execution is written. nil and the zero value are good defaults.
type Options struct {
	// Now is the end of what has not ended while the execution runs. Zero = the latest time that the execution knows,
	// so that the output depends on nothing else.
	Now time.Time
}

func (o *Options) now() time.Time {
	if o == nil {
		return time.Time{}
	}
	return o.Now
}
