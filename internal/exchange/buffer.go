// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"errors"
	"io"
	"math"
	"slices"
	"sync"
)

const (
	// believed is how much of an announced length is allocated before a byte of it is there: a length is only a claim. It
	// may save some copying, but not make us allocate for nothing.
	believed = 1 << 20
	// leastBuffer is how much a body of unknown length gets at first, as every compressed one is.
	leastBuffer = 8 << 10
	// mostKept bounds the buffers that are kept: an answer that was once very large must not take its memory for good. The
	// largest page of events without details is a tenth of it.
	mostKept = 4 << 20
)

// buffers are the memory of bodies that were read whole, to be used again. The zero value is ready, and safe for
// concurrent use; of a nil one every buffer is new.
type buffers struct{ pool sync.Pool }

// get returns an empty buffer.
func (b *buffers) get() *[]byte {
	if b != nil {
		if buf, ok := b.pool.Get().(*[]byte); ok {
			return buf
		}
	}
	return new([]byte)
}

// put takes a buffer back that nobody looks at any more.
func (b *buffers) put(buf *[]byte) {
	if b != nil && cap(*buf) <= mostKept {
		b.pool.Put(buf)
	}
}

// Borrow reads the whole body, as ReadAll does, and hands it to use. The bytes are lent: they hold until use returns, and
// what is to be kept of them must be copied. A string made of them is a copy; a json.RawMessage that was decoded is one
// too, a subslice is not. use may change them. Its error is returned as it is.
//
// The memory serves the next answer only when use returned nil: an error, and a panic, may hold a part of it. Borrow must be
// called at most once, and only on the goroutine of Read.
func (r *Reply) Borrow(use func(data []byte) error) error {
	buf := r.buffers.get()
	data, err := r.readInto(*buf)
	if err != nil {
		return err
	}
	if err := use(data); err != nil {
		return err
	}
	*buf = data
	r.buffers.put(buf)
	return nil
}

// ReadAll returns the whole body; it is the caller's. A body of more than MaxResponse bytes is ErrTooLarge, one that
// breaks off ErrUnavailable. Who only decodes it borrows it for less: see Borrow.
func (r *Reply) ReadAll() ([]byte, error) { return r.readInto(nil) }

// readInto reads the whole body into buf, or a larger one if it must.
func (r *Reply) readInto(buf []byte) ([]byte, error) {
	limit := min(r.MaxResponse(), math.MaxInt64-1)
	if r.length > limit {
		return nil, r.TooLarge("the answer")
	}
	// One byte more than there is lets the end be seen without another allocation.
	first := leastBuffer
	if r.length > 0 {
		first = int(min(r.length, believed)) + 1
	}
	buf = slices.Grow(buf[:0], first)
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, len(buf))
		}
		// One byte more than allowed tells a body that is too large from one that just fits.
		room := min(int64(cap(buf)), limit+1)
		n, err := r.Body.Read(buf[len(buf):room])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return nil, r.TooLarge("the answer")
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return nil, Broken(err)
		}
	}
}
