// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/internal/exchange"
)

func TestCrowded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, data string
		want       bool
	}{
		{"nothing", "", false},
		{"three commas", `[1,2,3,4]`, false},
		{"four", `[1,2,3,4,5]`, true},
		{"four in a string", `["1,2,3,4,5",6]`, false},
		{"in a key", `{"a,b,c,d,e":1}`, false},
		{"behind an escaped quote", `["\",\\\",,,",1]`, false},
		{"behind a string that ends in a slash", `["\\",2,3,4,5]`, true},
		{"broken off in a string", `[1,2,"a,b,c,d`, false},
		{"broken off behind a slash", `[1,2,"a,b,c,d,\`, false},
	} {
		if got := exchange.Crowded([]byte(tt.data), 3); got != tt.want {
			t.Errorf("%s: %s is crowded: got %t, want %t", tt.name, tt.data, got, tt.want)
		}
	}
}

// What every answer is looked at for must cost next to nothing.
func BenchmarkCrowded(b *testing.B) {
	data := []byte(strings.Repeat(`{"Type":"TaskScheduled","EventDetail":"{\"a\":1,\"b\":2}"},`, 5000))
	for _, bb := range []struct {
		name string
		most int
	}{
		{"few", len(data)},
		{"commas", len(data) / 2},
		{"strings", 10_000},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if exchange.Crowded(data, bb.most) {
					b.Fatal("it is crowded")
				}
			}
		})
	}
}
