// SPDX-License-Identifier: Apache-2.0

package history

// owners says which node an event belongs to, by its place. IDs follow each other in practice, so they are looked up in
// pages of IDs that do; what does not fit in there is in a map, so that no ID costs memory by its value.
//
// A page takes 4 bytes for an ID and is given back when nothing in it is remembered any more. The list of pages grows by
// as little as a byte for 10 events.
type owners struct {
	near  *ownerPage   // where an ID was set last: the next ones are most likely there too; nil or one of pages
	first int64        // the number of the first page: an ID is on page ID / pageSize
	pages []*ownerPage // by number, nil where no ID is known
	made  int          // how many of them are in memory
	used  int          // how many IDs they hold
	far   map[int64]place
	spare []*ownerPage // pages without an ID, for the next execution
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
	first  int64 // ID
	used   int
	places [pageSize]place
}

// get is the node to which an event belongs, 0 if that is not known.
func (o *owners) get(id int64) place {
	if page := o.near; page != nil {
		if i := uint64(id - page.first); i < pageSize && page.places[i] != 0 {
			return page.places[i]
		}
	}
	return o.search(id)
}

// search is get wherever the ID is.
func (o *owners) search(id int64) place {
	if page := o.page(id); page != nil {
		if n := page.places[id&(pageSize-1)]; n != 0 {
			return n
		}
	}
	return o.far[id]
}

// page is the page of an ID, nil if it has none.
func (o *owners) page(id int64) *ownerPage {
	p := uint64(id>>pageBits - o.first)
	if p >= uint64(len(o.pages)) {
		return nil
	}
	return o.pages[p]
}

// set remembers the node of an event that has none yet.
func (o *owners) set(id int64, n place) {
	page := o.near
	if page == nil || uint64(id-page.first) >= pageSize {
		if page = o.turn(id); page == nil {
			o.setFar(id, n)
			return
		}
	}
	page.places[id&(pageSize-1)] = n
	page.used++
	o.used++
}

// setFar is set for an ID that no page is made for.
func (o *owners) setFar(id int64, n place) {
	if o.far == nil {
		o.far = make(map[int64]place)
	}
	o.far[id] = n
}

// turn goes to the page of an ID, and makes it if there is none; it returns nil if the ID should be in the map.
func (o *owners) turn(id int64) *ownerPage {
	if page := o.page(id); page != nil {
		o.near = page
		return page
	}
	number := id >> pageBits
	if len(o.pages) == 0 {
		o.first = number
	}
	p := uint64(number - o.first)
	if p > uint64(len(o.pages))+maxSkip || o.used < (o.made-1)*minFilled {
		return nil
	}
	for uint64(len(o.pages)) <= p {
		o.pages = append(o.pages, nil)
	}
	page := o.blank()
	page.first = number << pageBits
	o.near, o.pages[p] = page, page
	o.made++
	return page
}

// blank is a page without an ID.
func (o *owners) blank() *ownerPage {
	last := len(o.spare) - 1
	if last < 0 {
		return new(ownerPage)
	}
	page := o.spare[last]
	o.spare = o.spare[:last]
	return page
}

// forget takes out an event.
func (o *owners) forget(id int64) {
	page := o.page(id)
	if page == nil || page.places[id&(pageSize-1)] == 0 {
		delete(o.far, id)
		return
	}
	page.places[id&(pageSize-1)] = 0
	o.used--
	if page.used--; page.used > 0 {
		return
	}
	o.pages[id>>pageBits-o.first] = nil
	o.made--
	if page == o.near {
		o.near = nil
	}
}

// reset forgets all events, and keeps memory for about as many as a history has.
func (o *owners) reset() {
	const most = 32 // pages: 16,384 IDs
	for _, page := range o.pages {
		if page != nil && len(o.spare) < most {
			*page = ownerPage{}
			o.spare = append(o.spare, page)
		}
	}
	*o = owners{pages: kept(o.pages), spare: o.spare}
}

// empty reports whether no event is known.
func (o *owners) empty() bool { return o.used == 0 && len(o.far) == 0 }
