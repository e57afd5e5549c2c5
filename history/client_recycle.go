// SPDX-License-Identifier: Apache-2.0

package history

// A recycler is a Source that makes pages of events from the memory of those that were read to their end. It gets it back
// from Client.Events, which gives out events one by one, as copies: of a page nothing is left then but its memory. Pages
// that a consumer gets as pages are the consumer's own and never come back.
//
// It is made for the sources of this module, and has no exported name; but like any interface it is met by whoever has the
// method. Such a source must let nothing else refer to the pages that it handed out.
type recycler interface {
	Source
	// Recycle takes the Items of a page that EventPages yielded. Nobody else uses them any more, so that they may be
	// overwritten; their strings are still in use. It may be called by several goroutines at once.
	Recycle(events []Event)
}

// recycle is what takes the memory of pages that were read to their end, nil if nobody does.
func (c *Client) recycle() func([]Event) {
	if r, ok := c.src.(recycler); ok {
		return r.Recycle
	}
	return nil
}
