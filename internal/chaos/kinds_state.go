// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// skew is by how much a clock goes wrong, more than either cloud allows.
const skew = 20 * time.Minute

// stateKinds are no faults of one answer: the fake cloud itself changes, and what it then answers is its own word.
func stateKinds() []kind {
	return []kind{
		{name: "clock skew", fault: func(h hit) fakecloud.Fault {
			h.host.skew.Store(int64(skew)) // until the next request
			return fakecloud.Fault{}
		}},
		// The transport has sent the number of the new keys along: see host.plan.
		{name: credentialsExpire, fault: always(fakecloud.Fault{})},
		{name: "tokens expire", only: alibabaCloud, behind: true, fault: func(h hit) fakecloud.Fault {
			h.host.expireTokens()
			return fakecloud.Fault{}
		}},
	}
}

// credentialsExpire is the kind for which the keys change before the request arrives.
const credentialsExpire = "credentials expire"

// pageKinds are pages that are well formed and wrong. AOM has no pages.
func pageKinds() []kind {
	paged := func(name string, bend func(h hit, p *page)) kind {
		return kind{name: name, only: alibabaCloud, fault: func(h hit) fakecloud.Fault {
			return fakecloud.Fault{Mutate: func(body []byte) []byte { return bent(body, func(p *page) { bend(h, p) }) }}
		}}
	}
	return []kind{
		paged("duplicate events", func(_ hit, p *page) {
			twice := make([]json.RawMessage, 0, 2*len(p.Events))
			for _, e := range p.Events {
				twice = append(twice, e, e)
			}
			p.Events = twice
		}),
		{name: "overlapping pages", only: alibabaCloud, fault: func(h hit) fakecloud.Fault {
			return fakecloud.Fault{Overlap: 1 + h.n%200}
		}},
		paged("empty page", func(h hit, p *page) { p.Events, p.NextToken = []json.RawMessage{}, here(h) }),
		paged("token repeats", func(h hit, p *page) { p.NextToken = here(h) }),
	}
}

// here is the token of the page that was asked for; that of the first is the ID of the first event.
func here(h hit) string { return cmp.Or(h.request.URL.Query().Get("NextToken"), "1") }

// page is a page of events on the wire.
type page struct {
	NextToken string `json:",omitempty"`
	RequestID string `json:"RequestId"`
	Events    []json.RawMessage
}

// bent is a body after a change of its page; what is no page stays as it is.
func bent(body []byte, bend func(*page)) []byte {
	var p page
	if json.Unmarshal(body, &p) != nil || p.Events == nil {
		return body
	}
	bend(&p)
	out, err := json.Marshal(p)
	if err != nil {
		return body
	}
	return out
}
