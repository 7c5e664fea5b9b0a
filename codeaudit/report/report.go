package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"sallyport/codeaudit"
	"sallyport/codeaudit/artifact"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/worklist"
)

// Report is everything that is said.
type Report struct {
	Format  string    `json:"format"` // Format
	Created time.Time `json:"created"`

	Set      string                  `json:"set"`    // in words
	Signer   string                  `json:"signer"` // of the set, or ""
	Members  int                     `json:"members"`
	Repos    []Repo                  `json:"repos"`
	Scope    codeaudit.Scope         `json:"scope"`
	Lines    []codeaudit.Attribution `json:"lines"`
	Balance  attribute.Balance       `json:"balance"` // of all repositories, in scope
	Findings []change.Finding        `json:"findings"`
	Releases []Release               `json:"releases"`
	List     worklist.Summary        `json:"list"`
	Progress review.Progress         `json:"progress"`
	Tiers    []Tier                  `json:"tiers"`
	Recall   review.Recall           `json:"recall"`
	Canaries []Canary                `json:"canaries"`
	Alarms   []Entry                 `json:"alarms"`  // needs-fix and suspicious, first to be read first
	Unclear  []Entry                 `json:"unclear"` // cannot-tell and disputed
	Undone   []Entry                 `json:"undone"`  // the first hundred that nobody finished
	Record   string                  `json:"record"`  // digest of the last decision, covers all before it
	Unread   []string                `json:"unread"`  // what could not be determined, one sentence each
	Outcomes []Outcome               `json:"outcomes"`
}

// Format names the form of the JSON; a reader refuses another.
const Format = "sallyport codeaudit report 1"

// Repo is what was captured of a repository.
type Repo struct {
	Name    string         `json:"name"`
	Source  string         `json:"source"`
	Objects map[string]int `json:"objects"`
	Digest  string         `json:"digest"`
	Refs    int            `json:"refs"`
}

// Release is an artifact in short.
type Release struct {
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Repo     string `json:"repo"`
	Ref      string `json:"ref"`
	Compared int    `json:"compared"`
	Equal    int    `json:"equal"`
	First    int    `json:"first"` // differences of the first rank
}

// Tier is coverage of a stretch of the list.
type Tier struct {
	Tier  int `json:"tier"`
	Items int `json:"items"`
	Done  int `json:"done"`
}

// Outcome counts a disposition.
type Outcome struct {
	Disposition review.Disposition `json:"disposition"`
	Items       int                `json:"items"`
}

// Entry is an item with its decisions.
type Entry struct {
	Item      string            `json:"item"`
	Rank      int               `json:"rank"`
	Score     float64           `json:"score"`
	Repo      string            `json:"repo"`
	Commit    string            `json:"commit"`
	Path      string            `json:"path"`
	Line      int               `json:"line,omitempty"`
	Title     string            `json:"title"`
	Signals   []string          `json:"signals"`
	Standing  review.Standing   `json:"standing"`
	Decisions []review.Decision `json:"decisions"`
	Surviving int               `json:"surviving"`
}

// Canary is a planted fault, shown.
type Canary struct {
	Item   string `json:"item"`
	From   string `json:"from"`
	Fault  string `json:"fault"`
	Result string `json:"result"` // found, missed, not looked at
}

// Gather makes the report of a workspace. deadline may be zero.
func Gather(w *codeaudit.Workspace, deadline, now time.Time) (*Report, error) {
	r := &Report{Format: Format, Created: now.UTC().Truncate(time.Second)}
	set, err := w.Set()
	if err != nil {
		return nil, err
	}
	r.Set, r.Signer, r.Members = set.Summary(), set.Signer, len(set.Members)
	s, err := w.Scope()
	if err != nil {
		return nil, err
	}
	r.Scope = *s
	for _, repo := range w.Repos() {
		inv, err := w.Inventory(repo.Name)
		if err != nil {
			return nil, err
		}
		r.Repos = append(r.Repos, Repo{Name: repo.Name, Source: inv.Source, Objects: inv.Objects, Digest: inv.ObjectsDigest, Refs: len(inv.Refs)})
		a, err := w.Attribution(repo.Name)
		if err != nil {
			return nil, err
		}
		a.Findings = nil // they are in Findings
		r.Lines = append(r.Lines, *a)
		r.Balance.Parts += a.InScope.Parts
		r.Balance.Inserted += a.InScope.Inserted
		r.Balance.Surviving += a.InScope.Surviving
		r.Balance.Deleted += a.InScope.Deleted
		r.Balance.Unbalanced = append(r.Balance.Unbalanced, a.InScope.Unbalanced...)
	}
	if r.Findings, err = w.Findings(); err != nil {
		return nil, err
	}
	releases, err := worklist.Releases(worklist.ArtifactDir(w))
	if err != nil {
		return nil, err
	}
	for i := range releases {
		x := &releases[i]
		short := Release{File: x.File, SHA256: x.SHA256, Repo: x.Repo, Ref: x.Ref, Compared: x.Result.Compared, Equal: x.Result.Equal}
		for _, d := range x.Result.Differences {
			if d.Kind != artifact.Missing && d.Kind != artifact.LineEnds {
				short.First++
			}
		}
		r.Releases = append(r.Releases, short)
	}
	if err := r.review(w, deadline, now); err != nil {
		return nil, err
	}
	r.doubt()
	return r, nil
}

// review adds the list and what was decided.
func (r *Report) review(w *codeaudit.Workspace, deadline, now time.Time) error {
	dir := worklist.Dir(w)
	items, summary, err := worklist.Load(dir)
	if err != nil {
		return err
	}
	planted, err := worklist.Canaries(dir)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(w.Path("review", worklist.DecisionsName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	decisions, err := review.ReadRecord(data)
	if err != nil {
		return err
	}
	r.Record = review.RootOf(data)
	r.Fill(items, summary, planted, decisions, deadline, now)
	return nil
}

// maxUndone bounds the list of unfinished items; all are counted.
const maxUndone = 100

// Fill counts. It is what a verifier calls to count again.
func (r *Report) Fill(items []rank.Item, summary worklist.Summary, planted []review.Planted, decisions []review.Decision, deadline, now time.Time) {
	r.List = summary
	began := summary.Built
	if len(decisions) > 0 && decisions[0].Time.Before(began) {
		began = decisions[0].Time
	}
	states := review.States(items, decisions, review.TwoReviewers)
	r.Progress = review.Measure(items, states, decisions, began, deadline, now)
	r.Tiers, r.Outcomes, r.Alarms, r.Unclear, r.Undone = nil, nil, nil, nil, nil
	for tier := 1; tier <= 4; tier++ {
		t := r.Progress.Tiers[tier]
		r.Tiers = append(r.Tiers, Tier{tier, t.Items, t.Done})
	}
	for _, d := range review.Dispositions {
		r.Outcomes = append(r.Outcomes, Outcome{d, r.Progress.Outcomes[d]})
	}
	for i := range items {
		it := &items[i]
		s := states[it.ID]
		switch {
		case s.Outcome.Alarms():
			r.Alarms = append(r.Alarms, entry(it, s))
		case s.Standing == review.Disputed || s.Standing == review.Unclear || s.Outcome == review.CannotTell:
			r.Unclear = append(r.Unclear, entry(it, s))
		case s.Standing != review.Done && len(r.Undone) < maxUndone:
			r.Undone = append(r.Undone, entry(it, s))
		}
	}
	r.Recall = review.MeasureRecall(planted, decisions)
	r.Canaries = nil
	for _, p := range planted {
		c := Canary{Item: p.Item.ID, From: p.From, Fault: p.Fault, Result: "not looked at"}
		for _, d := range decisions {
			if d.Item != p.Item.ID {
				continue
			}
			if d.Disposition.Alarms() {
				c.Result = "found"
			} else if c.Result != "found" {
				c.Result = "missed"
			}
		}
		r.Canaries = append(r.Canaries, c)
	}
}

func entry(it *rank.Item, s *review.State) Entry {
	e := Entry{Item: it.ID, Rank: it.Rank, Score: it.Score, Repo: it.Repo, Commit: it.Commit, Path: it.Path, Title: it.Title, Standing: s.Standing, Decisions: s.Last, Surviving: it.Surviving}
	if len(it.Hunks) > 0 {
		e.Line = it.Hunks[0].NewLine
	}
	for _, g := range it.Signals {
		if !slices.Contains(e.Signals, g.ID) {
			e.Signals = append(e.Signals, g.ID)
		}
	}
	return e
}

// JSON writes the report for programs.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(r)
	return b.Bytes(), err
}
