// SPDX-License-Identifier: Apache-2.0

package history

import (
	"math/rand/v2"
	"testing"
)

// Owners are a map from IDs to places, wherever the IDs are.
func TestOwnersAreAMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		var got owners
		want := map[int64]place{}
		var ids []int64
		id := int64(0)
		for i := range place(2000) {
			switch r.IntN(40) {
			case 0:
				id = r.Int64N(200 * pageSize) // somewhere, which may be too far for a page
			case 1:
				id += pageSize
			case 2:
				id = int64(r.Uint64())
			default:
				id++
			}
			if want[id] == 0 {
				got.set(id, i+1)
				want[id] = i + 1
				ids = append(ids, id)
			}
			if forgotten := r.IntN(2); forgotten == 0 {
				k := r.IntN(len(ids))
				got.forget(ids[k])
				delete(want, ids[k])
				ids = append(ids[:k], ids[k+1:]...)
			}
			for _, id := range []int64{id, id - 1, id - r.Int64N(3*pageSize), r.Int64N(200 * pageSize)} {
				if got.get(id) != want[id] {
					t.Fatalf("seed %d: %d belongs to %d (want %d)", seed, id, got.get(id), want[id])
				}
			}
			if len(ids) == 0 {
				ids = append(ids, id)
			}
			if got.empty() != (len(want) == 0) {
				t.Fatalf("seed %d: empty is %t with %d IDs", seed, got.empty(), len(want))
			}
		}
		got.reset()
		for id := range want {
			if got.get(id) != 0 {
				t.Fatalf("seed %d: %d belongs to %d after reset", seed, id, got.get(id))
			}
		}
	}
}
