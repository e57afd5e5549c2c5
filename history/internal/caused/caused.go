// SPDX-License-Identifier: Apache-2.0

// Package caused makes errors of contexts that ended for a reason.
package caused

// By is an error that also matches the cause of a context's end, whose text it does not repeat: that is the caller's own and
// may speak of secrets.
func By(err, cause error) error {
	if cause == nil || err == cause {
		return err
	}
	return &caused{err, cause}
}

type caused struct{ err, cause error }

func (c *caused) Error() string   { return c.err.Error() }
func (c *caused) Unwrap() []error { return []error{c.err, c.cause} }
