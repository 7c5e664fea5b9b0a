package rank

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/signal"
)

// History gathers commits, oldest first, and puts their items in order. One goroutine.
type History struct {
	// Outline leaves the lines out of the items: for a list that is looked at and not kept, in a tenth of the memory. It is set
	// before the first Add.
	Outline bool

	usual   usual
	people  map[string]*people         // by repository
	unusual map[string][]signal.Signal // by repository and hash: what people said of a touched commit
	commits []*scored
	extra   []Item // artifact differences and what else does not come from a commit
}

// scored is a commit with its signals.
type scored struct {
	in      signal.Input // without Changes: they are in items
	items   []Item
	signals []signal.Signal
	lines   int
	score   float64
	ranked  []Scored
}

// New returns an empty history.
func New() *History {
	return &History{usual: usual{fired: map[string]int{}}, people: map[string]*people{}, unusual: map[string][]signal.Signal{}}
}

// Touch learns a commit of the background, in or out of scope, without its lines. All of a repository's are given before
// its first Add; without any, only commits in scope say what is usual for an identity.
func (h *History) Touch(t change.Touch) {
	paths := make([]string, len(t.Paths))
	for i := range t.Paths {
		paths[i] = t.Paths[i].Path
	}
	found := h.of(t.Commit.Repo).touch(t.Commit, paths)
	if t.Commit.InScope {
		h.unusual[t.Commit.Repo+"\x00"+t.Commit.Hash] = found
	}
}

func (h *History) of(repo string) *people {
	p := h.people[repo]
	if p == nil {
		p = newPeople()
		h.people[repo] = p
	}
	return p
}

// Add takes a commit in scope with all its changes and finds its signals.
func (h *History) Add(in signal.Input) { h.AddScanned(in, signal.Scan(in)) }

// AddScanned takes a commit in scope whose signals were found before, since finding them is what costs time and can be done
// for several commits at once.
func (h *History) AddScanned(in signal.Input, signals []signal.Signal) {
	c := &scored{in: in, signals: signals}
	key := in.Commit.Repo + "\x00" + in.Commit.Hash
	found, touched := h.unusual[key]
	if !touched {
		paths := make([]string, len(in.Changes))
		for i := range in.Changes {
			paths[i] = in.Changes[i].Path
		}
		found = h.of(in.Commit.Repo).touch(in.Commit, paths)
	}
	delete(h.unusual, key)
	c.signals = append(c.signals, found...)
	for i := range in.Changes {
		if about := signal.AboutPath(in.Changes[i].Path); about.Role != signal.Doc && about.Role != signal.Translation {
			c.lines += in.Changes[i].Inserted() + in.Changes[i].Deleted()
		}
	}
	c.items = clusters(in)
	if h.Outline {
		for i := range c.items {
			outline(&c.items[i])
		}
	}
	c.in.Changes, c.in.Blobs = nil, nil
	h.usual.observe(c.signals)
	h.commits = append(h.commits, c)
}

// AddItem takes an item that is not a commit's, with its signals. Those are weighed without regard to what is usual.
func (h *History) AddItem(it Item, signals ...signal.Signal) {
	ordinary := usual{}
	it.Score, it.Signals = ordinary.combine(signals, 0)
	it.CommitScore = it.Score
	it.Because = explain(it.Signals, it.Score)
	if it.ID == "" {
		it.ID = identify(&it)
	}
	h.extra = append(h.extra, it)
}

// Rank returns all items, first to be read first.
func (h *History) Rank() []Item {
	h.pushLog()
	h.sequences()
	all := make([]*Item, 0, len(h.commits)*4)
	for i := range h.extra {
		all = append(all, &h.extra[i])
	}
	for _, c := range h.commits {
		h.score(c)
		for i := range c.items {
			all = append(all, &c.items[i])
		}
	}
	slices.SortStableFunc(all, func(a, b *Item) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.CommitScore, a.CommitScore), strings.Compare(a.ID, b.ID))
	})
	items := make([]Item, len(all))
	for i, it := range all {
		items[i] = *it
		items[i].Rank = i + 1
		items[i].Tier = TierOf(it.Score)
	}
	return items
}

// Shares of a commit's score: an item without a signal of its own is read with its commit, but after the places that fired.
const (
	shareWithSignal    = 0.6
	shareWithoutSignal = 0.3
)

// score scores a commit and its items.
func (h *History) score(c *scored) {
	c.score, c.ranked = h.usual.combine(c.signals, c.lines)
	items := c.items
	var around []signal.Signal
	placed := make([]bool, len(c.signals))
	own := make([][]signal.Signal, len(items))
	for i := range c.signals {
		s := &c.signals[i]
		for j := range items {
			if s.Path != "" && items[j].covers(s) {
				own[j] = append(own[j], *s)
				placed[i] = true
				break
			}
		}
		if !placed[i] {
			around = append(around, *s)
		}
	}
	_, aroundScored := h.usual.combine(around, c.lines)
	for j := range items {
		it := &items[j]
		it.CommitScore, it.Around = c.score, aroundScored
		size := it.Added + it.Deleted + c.lines/10
		var score float64
		if len(own[j]) > 0 {
			_, it.Signals = h.usual.combine(own[j], size)
			both, _ := h.usual.combine(append(slices.Clone(own[j]), around...), size)
			score = max(both, shareWithSignal*c.score)
			it.Because = explain(it.Signals, both)
			if score > both {
				it.Because = fmt.Sprintf("%.1f: six tenths of its commit's %.1f", score, c.score)
			}
		} else {
			score = shareWithoutSignal * c.score
			it.Because = fmt.Sprintf("%.1f: no signal here; three tenths of its commit's %.1f", score, c.score)
		}
		it.Score = round(score)
	}
}

func explain(signals []Scored, total float64) string {
	var parts []string
	for _, s := range signals[:min(len(signals), 4)] {
		parts = append(parts, fmt.Sprintf("%s %.1f", s.ID, s.Points))
	}
	if len(signals) > 4 {
		parts = append(parts, fmt.Sprintf("and %d more", len(signals)-4))
	}
	return fmt.Sprintf("%.1f: %s", total, strings.Join(parts, ", "))
}

// Commits is the number of commits added.
func (h *History) Commits() int { return len(h.commits) }

// Fired is in how many commits each signal fired clearly.
func (h *History) Fired() map[string]int { return h.usual.fired }

// CommitScores returns the score of each added commit by repository and hash, after Rank.
func (h *History) CommitScores() map[string]float64 {
	m := make(map[string]float64, len(h.commits))
	for _, c := range h.commits {
		m[c.in.Commit.Repo+"\x00"+c.in.Commit.Hash] = c.score
	}
	return m
}

// pushLog marks commits that a push log does not know, if one was given that knows most of the others.
func (h *History) pushLog() {
	known := map[string]int{}
	for _, c := range h.commits {
		if c.in.Commit.Pusher != "" {
			known[c.in.Commit.Repo]++
		}
	}
	total := map[string]int{}
	for _, c := range h.commits {
		total[c.in.Commit.Repo]++
	}
	for _, c := range h.commits {
		repo := c.in.Commit.Repo
		if c.in.Commit.Pusher == "" && known[repo] > 0 && known[repo]*2 >= total[repo] {
			c.signals = append(c.signals, signal.Signal{ID: "who.not-pushed", Bytes: []byte(c.in.Commit.Hash), Text: c.in.Commit.Hash, Strength: 1})
		}
	}
}
