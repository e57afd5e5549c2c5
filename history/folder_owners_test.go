// SPDX-License-Identifier: Apache-2.0

package history

import (
	"math/rand/v2"
	"testing"
)

// Owners are a map from IDs to places, wherever the IDs are, also when they were used before.
func TestOwnersAreAMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		var got owners
		for range 2 {
			want := map[int64]place{}
			var ids []int64
			id := int64(0)
			for i := range place(2000) {
				id = nextID(r, id)
				if want[id] == 0 {
					got.set(id, i+1)
					want[id] = i + 1
					ids = append(ids, id)
				}
				if k := r.IntN(len(ids)); len(ids) > 1 && r.IntN(2) == 0 {
					got.forget(ids[k])
					delete(want, ids[k])
					ids = append(ids[:k], ids[k+1:]...)
				}
				for _, id := range []int64{id, id - 1, id - r.Int64N(3*pageSize), r.Int64N(200 * pageSize)} {
					if got.get(id) != want[id] {
						t.Fatalf("seed %d: %d belongs to %d (want %d)", seed, id, got.get(id), want[id])
					}
				}
			}
			for _, id := range ids {
				got.forget(id)
			}
			if !got.empty() || got.made > 0 {
				t.Fatalf("seed %d: all was forgotten; empty is %t with %d pages", seed, got.empty(), got.made)
			}
			got.set(id, 1)
			if got.reset(); got.get(id) != 0 {
				t.Fatalf("seed %d: %d belongs to %d after reset", seed, id, got.get(id))
			}
		}
	}
}

// nextID is most often the next one, and now and then somewhere else, which may be too far for a page.
func nextID(r *rand.Rand, id int64) int64 {
	switch r.IntN(40) {
	case 0:
		return r.Int64N(200 * pageSize)
	case 1:
		return id + pageSize
	case 2:
		return int64(r.Uint64())
	}
	return id + 1
}
