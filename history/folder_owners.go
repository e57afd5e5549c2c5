// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// owners says which node an event belongs to. IDs follow each other in practice, so they are looked up in pages of IDs
// that do; what does not fit in there is in a map, so that no ID costs memory by its value.
//
// A page takes 4 bytes for an ID and is given back when nothing in it is remembered any more. The list of pages grows by
// as little as a byte for 10 events.
type owners struct {
	nodes []*node     // all there are; an event has the place of its own, 0 if it has none
	first int64       // the number of the first page: an ID is on page ID / pageSize
	pages []ownerPage // by number
	made  int         // how many of them are in memory
	used  int         // how many IDs they hold
	far   map[int64]int32
	spare []*[pageSize]int32 // pages without an ID, for the next execution
}

const (
	pageBits = 9
	pageSize = 1 << pageBits
	// maxSkip is how many pages may be missing between two.
	maxSkip = 64
	// minFilled is how many IDs there must be for each page before another is made. It bounds what sparse IDs cost.
	minFilled = pageSize / 16
)

type ownerPage struct {
	places *[pageSize]int32 // nil if no ID is known
	used   int
}

// join gives a node its place.
func (o *owners) join(n *node) {
	if len(o.nodes) == 0 {
		o.nodes = append(slices.Grow(o.nodes, 16), nil)
	}
	n.place = int32(len(o.nodes))
	o.nodes = append(o.nodes, n)
}

// get is the node to which an event belongs, nil if that is not known.
func (o *owners) get(id int64) *node {
	if place := o.slot(id); place != nil && *place != 0 {
		return o.nodes[*place]
	}
	if o.far == nil {
		return nil
	}
	return o.nodes[o.far[id]]
}

// slot is where the place of an ID is, nil if it has no page.
func (o *owners) slot(id int64) *int32 {
	p := uint64(id>>pageBits - o.first)
	if p >= uint64(len(o.pages)) || o.pages[p].places == nil {
		return nil
	}
	return &o.pages[p].places[id&(pageSize-1)]
}

// set remembers the node of an event that has none yet.
func (o *owners) set(id int64, n *node) {
	p := uint64(id>>pageBits - o.first)
	if p >= uint64(len(o.pages)) || o.pages[p].places == nil {
		o.setFar(id, n)
		return
	}
	page := &o.pages[p]
	page.places[id&(pageSize-1)] = n.place
	page.used++
	o.used++
}

// setFar is set for an ID whose page is not in memory yet.
func (o *owners) setFar(id int64, n *node) {
	page := o.page(id)
	if page == nil {
		if o.far == nil {
			o.far = make(map[int64]int32)
		}
		o.far[id] = n.place
		return
	}
	page.places[id&(pageSize-1)] = n.place
	page.used++
	o.used++
}

// page makes the page for an ID that has none, nil if it should be in the map.
func (o *owners) page(id int64) *ownerPage {
	number := id >> pageBits
	if len(o.pages) == 0 {
		o.first = number
	}
	p := uint64(number - o.first)
	if p > uint64(len(o.pages))+maxSkip || o.used < (o.made-1)*minFilled {
		return nil
	}
	for uint64(len(o.pages)) <= p {
		o.pages = append(o.pages, ownerPage{})
	}
	o.pages[p].places = o.blank()
	o.made++
	return &o.pages[p]
}

// blank is a page without an ID.
func (o *owners) blank() *[pageSize]int32 {
	last := len(o.spare) - 1
	if last < 0 {
		return new([pageSize]int32)
	}
	page := o.spare[last]
	o.spare = o.spare[:last]
	return page
}

// reset forgets all nodes and events, and keeps memory for about as many as a history has.
func (o *owners) reset() {
	const most = 32 // pages: 16,384 IDs
	for _, page := range o.pages {
		if page.places != nil && len(o.spare) < most {
			clear(page.places[:])
			o.spare = append(o.spare, page.places)
		}
	}
	*o = owners{nodes: kept(o.nodes), pages: kept(o.pages), spare: o.spare}
}

// kept is the memory of a list, unless it is large.
func kept[T any](list []T) []T {
	clear(list)
	if cap(list) > mostKept*mostInSlab {
		return nil
	}
	return list[:0]
}

// forget takes out an event.
func (o *owners) forget(id int64) {
	place := o.slot(id)
	if place == nil || *place == 0 {
		delete(o.far, id)
		return
	}
	*place = 0
	o.used--
	page := &o.pages[id>>pageBits-o.first]
	if page.used--; page.used == 0 {
		page.places = nil
		o.made--
	}
}

// empty reports whether no event is known.
func (o *owners) empty() bool { return o.used == 0 && len(o.far) == 0 }
