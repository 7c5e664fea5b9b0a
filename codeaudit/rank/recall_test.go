package rank

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sallyport/codeaudit/script"
	"sallyport/codeaudit/signal"
)

// measured is what the harness found for one history.
type measured struct {
	commits       int
	first, second float64 // shares of commits
	at95          float64 // the score that a commit needs to be in the top 5 %
	fired         map[string]int
	classes       []recall
	scores        []float64
	top           []*scored
	crowd         map[string]int // by strongest signal: the commits of the top 8 %, among which a planted one has to stand
}

type recall struct {
	class        string
	planted, hit int
	missed       []string
}

// measure ranks a history as it is, then plants mutants one at a time and asks whether each would be in the top 5 % of
// commits, and above floor. A planted mutant is scored against the history's own background.
func measure(tb testing.TB, exam []class, perClass int, floor float64, read func(func(signal.Input))) measured {
	h := New()
	m := &materials{byLang: map[signal.Lang][]site{}, commits: map[string]int{}}
	read(func(in signal.Input) {
		in.Commit.Repo = "r"
		h.Add(in)
		m.gather(in)
	})
	h.Rank()
	out := measured{commits: len(h.commits), fired: h.usual.fired}
	for _, c := range h.commits {
		out.scores = append(out.scores, c.score)
		switch TierOf(c.score) {
		case First:
			out.first++
		case Second:
			out.second++
		}
	}
	out.first, out.second = out.first/float64(out.commits), out.second/float64(out.commits)
	slices.Sort(out.scores)
	out.at95 = max(floor, out.scores[len(out.scores)*95/100])
	out.top = slices.Clone(h.commits)
	slices.SortFunc(out.top, func(a, b *scored) int { return cmp.Compare(b.score, a.score) })
	out.crowd = map[string]int{}
	for _, c := range out.top[:len(out.top)*8/100] {
		if len(c.ranked) > 0 {
			out.crowd[c.ranked[0].ID]++
		}
	}
	out.top = out.top[:min(len(out.top), 40)]
	r := rand.New(rand.NewPCG(1, 2))
	for _, class := range exam {
		result := recall{class: class.name}
		variants := class.variants
		if variants == nil {
			variants = []variant{{}}
		}
		for i := 0; i < perClass; i++ {
			in, ok := m.mutant(r, class.name, variants[i%len(variants)])
			if !ok {
				continue
			}
			score := h.plant(in)
			result.planted++
			if score > out.at95 {
				result.hit++
			} else {
				lines := ""
				if len(in.Changes[0].Hunks) > 0 {
					for _, l := range in.Changes[0].Hunks[0].Old {
						lines += " -" + strings.TrimSpace(string(l))
					}
					for _, l := range in.Changes[0].Hunks[0].New {
						lines += " +" + strings.TrimSpace(string(l))
					}
				}
				result.missed = append(result.missed, in.Changes[0].Path+lines)
			}
		}
		out.classes = append(out.classes, result)
	}
	return out
}

// plant scores a commit as if it were the newest of the history, without learning from it.
func (h *History) plant(in signal.Input) float64 {
	in.Shell = script.Assess
	c := &scored{in: in, items: clusters(in), signals: signal.Scan(in)}
	p := h.of(in.Commit.Repo)
	if who := p.known[fold(in.Commit.Author.Email)]; who == nil { // an address never seen
		fresh := newPeople()
		fresh.known, fresh.names, fresh.seen = p.known, p.names, p.seen
		paths := []string{in.Changes[0].Path}
		c.signals = append(c.signals, fresh.touch(in.Commit, paths)...)
		delete(p.known, fold(in.Commit.Author.Email))
	}
	for i := range in.Changes {
		c.lines += in.Changes[i].Inserted() + in.Changes[i].Deleted()
	}
	h.score(c)
	return c.score
}

func (m measured) report(tb testing.TB, name string, verbose bool) {
	tb.Logf("%s: %d commits, first tier %.2f %%, second %.2f %%, top 5 %% begins at %.1f", name, m.commits, 100*m.first, 100*m.second, m.at95)
	for _, c := range m.classes {
		if c.planted == 0 {
			continue
		}
		tb.Logf("  %-26s %4d of %4d  %5.1f %%", c.class, c.hit, c.planted, 100*float64(c.hit)/float64(c.planted))
		if verbose {
			slices.Sort(c.missed)
			for _, line := range slices.Compact(c.missed)[:min(8, len(slices.Compact(c.missed)))] {
				tb.Logf("      missed %s", line)
			}
		}
	}
	if verbose {
		crowd := slices.SortedFunc(maps.Keys(m.crowd), func(a, b string) int { return m.crowd[b] - m.crowd[a] })
		for _, id := range crowd[:min(14, len(crowd))] {
			tb.Logf("  %d of the top 8 %% are there for %s", m.crowd[id], id)
		}
		for _, id := range slices.Sorted(maps.Keys(m.fired)) {
			if share := float64(m.fired[id]) / float64(m.commits); share > 1.5*signal.Table[id].Usual {
				tb.Logf("  %s fires in %.2f %% of commits, usually in %.2f %%", id, 100*share, 100*signal.Table[id].Usual)
			}
		}
		for _, c := range m.top {
			var p []string
			for _, s := range c.ranked[:min(4, len(c.ranked))] {
				p = append(p, s.ID+" "+s.Path+" "+strings.TrimSpace(s.Text[:min(len(s.Text), 70)]))
			}
			tb.Logf("  %.1f %.10s %s | %s", c.score, c.in.Commit.Hash, c.in.Commit.Subject(), strings.Join(p, " | "))
		}
	}
}

// BenchmarkHistories measures recall and quiet on real histories: SALLYPORT_HISTORIES holds git directories, separated by
// colons. Nothing of them is kept.
//
//	SALLYPORT_HISTORIES=/src/curl:/src/redis go test -run '^$' -bench Histories -benchtime 1x -v ./codeaudit/rank
func BenchmarkHistories(b *testing.B) {
	dirs := filepath.SplitList(os.Getenv("SALLYPORT_HISTORIES"))
	if len(dirs) == 0 {
		b.Skip("no histories named: this benchmark needs clones, which are not part of the repository")
	}
	for _, dir := range dirs {
		name := filepath.Base(filepath.Dir(dir + "/x"))
		if name == "repo" {
			name = filepath.Base(filepath.Dir(dir))
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m := measure(b, slices.Concat(classes, examCode, examBuild), 200, 0, func(each func(signal.Input)) { readHistory(b, dir, "HEAD", 0, each) })
				m.report(b, name, testing.Verbose())
				b.ReportMetric(100*m.first, "%first")
			}
		})
	}
}
