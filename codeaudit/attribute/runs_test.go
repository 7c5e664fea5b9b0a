package attribute

import (
	"slices"
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

// TestKeep holds copying whole runs to copying line by line, from any place on.
func TestKeep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var file []run
		for next := uint32(1); len(file) < rapid.IntRange(0, 8).Draw(t, "runs"); {
			n := rapid.Uint32Range(1, 9).Draw(t, "n")
			file = append(file, run{next, n})
			next += n + rapid.Uint32Range(1, 3).Draw(t, "gap")
		}
		a, b := cursor{runs: file, line: 1}, cursor{runs: file, line: 1}
		build := []run{{1 << 20, 1}}
		want := []run{{1 << 20, 1}}
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			skip, n := rapid.Uint32Range(0, 6).Draw(t, "skip"), rapid.Uint32Range(0, 20).Draw(t, "keep")
			a.take(skip, nil)
			b.take(skip, nil)
			build = a.keep(build, n)
			for range n {
				b.take(1, func(r run) { want = join(want, r) })
			}
			if a.line != b.line || !slices.Equal(build, want) {
				t.Fatalf("%v at line %d, want %v at %d", build, a.line, want, b.line)
			}
		}
		build = a.keep(build, rest)
		b.all(func(r run) { want = join(want, r) })
		if !slices.Equal(build, want) || len(a.runs) > 0 {
			t.Fatalf("%v, want %v", build, want)
		}
	})
}
