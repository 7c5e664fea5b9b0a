package attribute

import (
	"testing"

	"pgregory.net/rapid"
)

// TestMinus holds minus, and the bits behind it, to sets of numbers.
func TestMinus(t *testing.T) {
	t.Parallel()
	var marked bitset
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (runs []run, set map[uint32]bool) {
			set = map[uint32]bool{}
			for range rapid.IntRange(0, 6).Draw(t, name) {
				r := run{rapid.Uint32Range(0, 400).Draw(t, "first"), rapid.Uint32Range(0, 200).Draw(t, "n")}
				runs = append(runs, r)
				for i := range r.n {
					set[r.first+i] = true
				}
			}
			return runs, set
		}
		a, inA := draw("a")
		b, inB := draw("b")
		got := map[uint32]bool{}
		minus(a, b, &marked, func(r run) {
			for i := range r.n {
				got[r.first+i] = true
			}
		})
		for i := range uint32(700) {
			if got[i] != (inA[i] && !inB[i]) {
				t.Fatalf("%d: in a %v, in b %v, in the difference %v", i, inA[i], inB[i], got[i])
			}
			if marked.has(i) {
				t.Fatalf("%d is left marked", i)
			}
		}
		var bits bitset
		for _, r := range a {
			bits.set(r.first, r.n)
		}
		if bits.count(0, 700) != uint32(len(inA)) {
			t.Fatalf("%d bits, want %d", bits.count(0, 700), len(inA))
		}
	})
}
