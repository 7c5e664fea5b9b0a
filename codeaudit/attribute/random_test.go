package attribute

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"sallyport/codeaudit/gittest"
)

// TestRandomHistories holds the pass to its invariants, agreement with git blame among them, over histories that a seed makes:
// edits, renames, removals, branches and merges, settled by hand where git cannot.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	seeds := 6
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			check(t, randomHistory(t, uint64(seed)).Dir)
		})
	}
}

// randomHistory makes some 25 commits. Lines are never the same twice, so that which line is which is not a matter of taste.
func randomHistory(t testing.TB, seed uint64) *gittest.Repo {
	r := gittest.New(t)
	dice := rand.New(rand.NewPCG(seed, 1))
	serial := 0
	line := func() string {
		serial++
		return fmt.Sprintf("%x line %d of seed %d", dice.Uint64(), serial, seed)
	}
	edit := func(text string) string {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		for range 1 + dice.IntN(3) {
			at := dice.IntN(len(lines) + 1)
			switch dice.IntN(3) {
			case 0:
				lines = append(lines[:at:at], append([]string{line()}, lines[at:]...)...)
			case 1:
				if at < len(lines) && len(lines) > 2 {
					lines = append(lines[:at:at], lines[at+1:]...)
				}
			default:
				if at < len(lines) {
					lines[at] = line()
				}
			}
		}
		return strings.Join(lines, "\n") + "\n"
	}
	files := func() []string {
		list := strings.Fields(r.Git("ls-files"))
		sort.Strings(list)
		return list
	}
	read := func(path string) string {
		data, err := os.ReadFile(filepath.Join(r.Dir, path))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	create := func() {
		var b strings.Builder
		for range 6 + dice.IntN(8) {
			b.WriteString(line() + "\n")
		}
		r.Write(fmt.Sprintf("f%d", dice.IntN(1000)), b.String())
	}
	create()
	create()
	r.Commit("begin")
	branches := []string{"main"}
	for n := range 24 {
		list := files()
		switch k := dice.IntN(10); {
		case k == 0 || len(list) == 0:
			create()
		case k == 1:
			r.Git("mv", list[dice.IntN(len(list))], fmt.Sprintf("m%d", n))
		case k == 2 && len(list) > 2:
			r.Git("rm", "-q", list[dice.IntN(len(list))])
		case k == 3 && len(branches) < 4:
			name := fmt.Sprintf("b%d", n)
			r.Git("checkout", "--quiet", "-b", name)
			branches = append(branches, name)
			continue
		case k == 4:
			r.Git("checkout", "--quiet", branches[dice.IntN(len(branches))])
			continue
		case k == 5 && len(branches) > 1:
			other := branches[dice.IntN(len(branches))]
			if r.Git("rev-parse", "HEAD") == r.Git("rev-parse", other) {
				continue
			}
			r.Merge(func() { settle(t, r) }, other)
			continue
		default:
			f := list[dice.IntN(len(list))]
			r.Write(f, edit(read(f)))
		}
		r.Commit(fmt.Sprintf("commit %d", n))
	}
	return r
}

// settle ends a merge's conflicts: of a file in conflict all lines stay, markers go; a file that one side removed goes.
func settle(t testing.TB, r *gittest.Repo) {
	for _, entry := range strings.Split(r.Git("status", "--porcelain", "-z"), "\x00") {
		if len(entry) < 4 || !strings.Contains("DD AU UD UA DU AA UU", entry[:2]) {
			continue
		}
		path := filepath.Join(r.Dir, entry[3:])
		data, err := os.ReadFile(path)
		if err != nil || entry[:2] != "UU" && entry[:2] != "AA" {
			_, _ = r.Try("rm", "-qf", "--", entry[3:])
			continue
		}
		var keep []string
		for l := range strings.SplitSeq(string(data), "\n") {
			if !strings.HasPrefix(l, "<<<<<<<") && !strings.HasPrefix(l, "=======") && !strings.HasPrefix(l, ">>>>>>>") {
				keep = append(keep, l)
			}
		}
		if err := os.WriteFile(path, []byte(strings.Join(keep, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
