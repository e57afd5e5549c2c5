// SPDX-License-Identifier: Apache-2.0

package history

// Status is where an execution or a step stands, in words that are the same for every provider. "" means that the
// provider's own word, NativeStatus, is not known; it is then neither success nor failure, and not Terminal.
type Status string

// The statuses.
const (
	Pending   Status = "pending"
	Running   Status = "running"
	Paused    Status = "paused"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	TimedOut  Status = "timed_out"
	Stopped   Status = "stopped"
)

// Terminal reports whether s is an end: nothing changes after it.
func (s Status) Terminal() bool {
	switch s {
	case Succeeded, Failed, TimedOut, Stopped:
		return true
	}
	return false
}

// Known reports whether s is one of the statuses above.
func (s Status) Known() bool {
	switch s {
	case Pending, Running, Paused:
		return true
	}
	return s.Terminal()
}
