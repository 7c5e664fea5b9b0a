package review

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"

	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Planted is a canary: an item with a known fault, made from a real one.
type Planted struct {
	Item  rank.Item `json:"item"`
	From  string    `json:"from"`  // the item it was made from
	Fault string    `json:"fault"` // what is wrong with it, for the day the canaries are shown
}

// Plant makes up to count canaries from items with lines, spread over the list. The same secret plants the same ones; whoever
// does not know it cannot tell them from other items by their id. Each is a copy of a real item in which one line was altered;
// its score is that of the item it replaces in the reader's eye, so that its rank does not give it away.
//
// What it does not hide: a reviewer who compares every item with git sees the altered line.
func Plant(items []rank.Item, count int, secret string) []Planted {
	seed := sha256.Sum256([]byte("sallyport codeaudit canaries\n" + secret))
	r := rand.New(rand.NewChaCha8(seed))
	var planted []Planted
	for _, i := range r.Perm(len(items)) {
		if len(planted) == count {
			break
		}
		it := &items[i]
		if it.Kind != rank.Lines || it.Added < 3 || it.Added > 120 {
			continue
		}
		c, fault, ok := spoil(r, it)
		if !ok {
			continue
		}
		sum := sha256.Sum256([]byte(secret + it.ID))
		c.ID = hex.EncodeToString(sum[:])[:16]
		planted = append(planted, Planted{Item: c, From: it.ID, Fault: fault})
	}
	slices.SortFunc(planted, func(a, b Planted) int { return a.Item.Rank - b.Item.Rank })
	return planted
}

// fault alters one line, or takes two away.
type fault struct {
	name string
	in   signal.Lang
	re   *regexp.Regexp
	to   string
}

var faults = []fault{
	{"a comparison turned", signal.Any, regexp.MustCompile(`^(\s*(?:\}\s*else\s+)?(?:if|while|elif)\b.*?) == (.*)$`), "$1 != $2"},
	{"a comparison turned", signal.Any, regexp.MustCompile(`^(\s*(?:\}\s*else\s+)?(?:if|while|elif)\b.*?) != (.*)$`), "$1 == $2"},
	{"a bound moved by one", signal.Any, regexp.MustCompile(`^(\s*(?:\}\s*else\s+)?(?:if|while|for|elif)\b.*?) >= (.*)$`), "$1 > $2"},
	{"a bound moved by one", signal.Any, regexp.MustCompile(`^(\s*(?:if|while|for)\b.*?) < (.*)$`), "$1 <= $2"},
	{"a connective turned", signal.Any, regexp.MustCompile(`^(\s*(?:if|while)\b.*?) && (.*)$`), "$1 || $2"},
	{"an assignment in a condition", signal.C | signal.JS | signal.PHP, regexp.MustCompile(`^(\s*if\s*\([\w.>-]+) == (\w+\).*)$`), "$1 = $2"},
	{"a negation dropped", signal.Any, regexp.MustCompile(`^(\s*if\s*\()!(\w.*)$`), "$1$2"},
	{"a limited copy made unlimited", signal.C, regexp.MustCompile(`^(.*)\bsnprintf\((\w+), sizeof\(?\s*\w+\)?, (.*)$`), "${1}sprintf($2, $3"},
	{"room for the end of a string dropped", signal.C, regexp.MustCompile(`^(.*alloc\(.*) \+ 1\)(.*)$`), "$1)$2"},
	{"a failure reported as success", signal.C, regexp.MustCompile(`^(\s*)return -1;(.*)$`), "${1}return 0;$2"},
	{"a failure reported as success", signal.Any, regexp.MustCompile(`^(\s*)return (?:false|False)(;?.*)$`), "${1}return true$2"},
	{"an error dropped", signal.Go, regexp.MustCompile(`^(\s*)return err$`), "${1}return nil"},
}

// spoil copies an item and plants one fault.
func spoil(r *rand.Rand, it *rank.Item) (rank.Item, string, bool) {
	lang := signal.AboutPath(it.Path).Lang
	for _, k := range r.Perm(len(faults)) {
		f := faults[k]
		if lang == signal.None || f.in&lang == 0 {
			continue
		}
		for _, h := range r.Perm(len(it.Hunks)) {
			for j, text := range it.Hunks[h].New {
				m := f.re.FindSubmatchIndex(text)
				if m == nil {
					continue
				}
				c := *it
				c.Hunks = slices.Clone(it.Hunks)
				c.Hunks[h].New = slices.Clone(it.Hunks[h].New)
				altered := f.re.Expand(nil, []byte(f.to), text, m)
				if bytes.Equal(altered, text) {
					continue
				}
				c.Hunks[h].New[j] = altered
				return c, fmt.Sprintf("%s, line %d: %q became %q", f.name, it.Hunks[h].NewLine+j, signal.Visible(text), signal.Visible(altered)), true
			}
		}
	}
	return rank.Item{}, "", false
}

// Recall is what the canaries say.
type Recall struct {
	Planted int     `json:"planted"`
	Decided int     `json:"decided"` // somebody looked at
	Found   int     `json:"found"`   // of these, somebody said needs-fix or suspicious
	Share   float64 `json:"share"`   // Found of Decided
	Low     float64 `json:"low"`     // 95 % interval
	High    float64 `json:"high"`
}

// MeasureRecall counts canaries that somebody decided about.
func MeasureRecall(planted []Planted, decisions []Decision) Recall {
	r := Recall{Planted: len(planted)}
	for _, p := range planted {
		decided, found := false, false
		for _, d := range decisions {
			if d.Item == p.Item.ID {
				decided = true
				found = found || d.Disposition.Alarms()
			}
		}
		if decided {
			r.Decided++
		}
		if found {
			r.Found++
		}
	}
	r.Low, r.High = Wilson(r.Found, r.Decided)
	if r.Decided > 0 {
		r.Share = float64(r.Found) / float64(r.Decided)
	}
	return r
}

// Wilson is the 95 % score interval of a share (E. B. Wilson, 1927). Without trials it is everything: [0, 1].
func Wilson(hits, trials int) (low, high float64) {
	if trials == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	n, p := float64(trials), float64(hits)/float64(trials)
	middle := p + z*z/(2*n)
	spread := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (middle-spread)/(1+z*z/n)), min(1, (middle+spread)/(1+z*z/n))
}

// Mix puts canaries among the items, each beside the one it was made from, and numbers the list anew.
func Mix(items []rank.Item, planted []Planted) []rank.Item {
	if len(planted) == 0 {
		return items
	}
	beside := map[string]rank.Item{}
	for _, p := range planted {
		beside[p.From] = p.Item
	}
	out := make([]rank.Item, 0, len(items)+len(planted))
	for _, it := range items {
		if c, ok := beside[it.ID]; ok {
			out = append(out, c) // instead of the original, which comes later in the list
			continue
		}
		out = append(out, it)
	}
	// The originals are read too: after everything else of their tier.
	originals := map[string]bool{}
	for _, p := range planted {
		originals[p.From] = true
	}
	var mixed []rank.Item
	for i, it := range out {
		mixed = append(mixed, it)
		if i+1 == len(out) || out[i+1].Tier != it.Tier {
			for _, o := range items {
				if originals[o.ID] && o.Tier == it.Tier {
					mixed = append(mixed, o)
				}
			}
		}
	}
	for i := range mixed {
		mixed[i].Rank = i + 1
	}
	return mixed
}
