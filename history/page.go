// SPDX-License-Identifier: Apache-2.0

package history

// Page is a part of a sequence, as large as one answer or the query's PageSize made it. It may be empty: only an empty
// Next ends the sequence.
type Page[T any] struct {
	// Items are the caller's own. From a Client they are never nil, so that in JSON an empty page has [] and not null.
	Items []T `json:"items"`
	// Next is where the next page begins; "" on the last page.
	Next Cursor `json:"next,omitempty"`
	// Resume goes on behind the last item, also behind the last page, when the execution is still running or new
	// executions may come. It is never empty. In a list that shows the newest executions first, new ones come before that
	// place and not behind it: to find those, read from the beginning.
	Resume Cursor `json:"resume,omitempty"`
	// RequestID is the provider's id of the request that brought the page, "" if none did.
	RequestID string `json:"request_id,omitempty"`
}
