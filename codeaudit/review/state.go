package review

import (
	"slices"
	"time"

	"sallyport/codeaudit/rank"
)

// TwoReviewers is the score from which two people must agree.
const TwoReviewers = 45

// Standing is how far an item is.
type Standing string

const (
	Open     Standing = "open"     // nobody decided
	Half     Standing = "half"     // one of two decided
	Disputed Standing = "disputed" // the last words of two people do not agree
	Unclear  Standing = "unclear"  // whoever looked cannot tell
	Done     Standing = "done"
)

// State is an item's decisions, the last of each person.
type State struct {
	Standing Standing    `json:"standing"`
	Outcome  Disposition `json:"outcome,omitempty"` // the gravest of the last words
	Needs    int         `json:"needs"`             // people
	Last     []Decision  `json:"last,omitempty"`    // in order of time
	Stale    bool        `json:"stale,omitempty"`   // somebody decided about the item as it was before
}

// gravity orders dispositions, gravest first.
var gravity = []Disposition{Suspicious, NeedsFix, CannotTell, AlreadyRemoved, NoLongerMatters, Benign}

// States works out where every item stands. Decisions about items that are not in the list are left out.
func States(items []rank.Item, decisions []Decision, twoAbove float64) map[string]*State {
	states := make(map[string]*State, len(items))
	digests := map[string]string{}
	decided := map[string]bool{}
	for i := range decisions {
		decided[decisions[i].Item] = true
	}
	for i := range items {
		s := &State{Needs: 1}
		if items[i].Score >= twoAbove {
			s.Needs = 2
		}
		states[items[i].ID] = s
		if decided[items[i].ID] {
			digests[items[i].ID] = DigestItem(&items[i])
		}
	}
	for _, d := range decisions {
		s := states[d.Item]
		if s == nil {
			continue
		}
		if d.Digest != digests[d.Item] {
			s.Stale = true
			continue
		}
		who := Address(d.Reviewer)
		s.Last = slices.DeleteFunc(s.Last, func(o Decision) bool { return Address(o.Reviewer) == who })
		s.Last = append(s.Last, d)
	}
	for _, s := range states {
		s.settle()
	}
	return states
}

func (s *State) settle() {
	clear, grave := 0, 0
	for _, d := range s.Last {
		switch {
		case d.Disposition == CannotTell:
		case d.Disposition.Alarms():
			grave++
		default:
			clear++
		}
		if s.Outcome == "" || slices.Index(gravity, d.Disposition) < slices.Index(gravity, s.Outcome) {
			s.Outcome = d.Disposition
		}
	}
	switch {
	case len(s.Last) == 0:
		s.Standing = Open
	case grave > 0 && clear > 0:
		s.Standing = Disputed
	case grave+clear == 0:
		s.Standing = Unclear
	case grave+clear < s.Needs:
		s.Standing = Half
	default:
		s.Standing = Done
		if s.Outcome == CannotTell { // enough others could tell
			for _, g := range gravity {
				if slices.ContainsFunc(s.Last, func(d Decision) bool { return d.Disposition == g }) && g != CannotTell {
					s.Outcome = g
					break
				}
			}
		}
	}
}

// Progress is what status prints.
type Progress struct {
	Items     int                 `json:"items"`
	Done      int                 `json:"done"`
	Lines     int                 `json:"lines"` // added and deleted lines of all items
	LinesDone int                 `json:"linesDone"`
	Standing  map[Standing]int    `json:"standing"`
	Outcomes  map[Disposition]int `json:"outcomes"` // of items done
	Tiers     [5]TierProgress     `json:"-"`
	Reviewers map[string]int      `json:"reviewers"` // decisions by address

	Decisions int        `json:"decisions"`          // made, about items in the list
	Missing   int        `json:"missing"`            // decisions still needed
	PerDay    float64    `json:"perDay"`             // decisions, over the days since the first
	Finish    *time.Time `json:"finish,omitempty"`   // at this rate
	Day       int        `json:"day,omitempty"`      // of the audit, counted from its start, on which it would be finished
	Deadline  *time.Time `json:"deadline,omitempty"` // as given
	Late      bool       `json:"late,omitempty"`
}

// TierProgress is coverage of a tier.
type TierProgress struct{ Items, Done int }

// Measure works out coverage and a forecast. start is when the audit began; deadline may be zero. The forecast takes the
// decisions of the last five days, or since the first if that is shorter, and never less than an hour of work.
func Measure(items []rank.Item, states map[string]*State, decisions []Decision, start, deadline, now time.Time) Progress {
	p := Progress{Items: len(items), Standing: map[Standing]int{}, Outcomes: map[Disposition]int{}, Reviewers: map[string]int{}}
	for i := range items {
		it, s := &items[i], states[items[i].ID]
		lines := it.Added + it.Deleted
		p.Lines += lines
		p.Standing[s.Standing]++
		p.Tiers[it.Tier].Items++
		p.Decisions += len(s.Last)
		if s.Standing == Done {
			p.Done++
			p.LinesDone += lines
			p.Outcomes[s.Outcome]++
			p.Tiers[it.Tier].Done++
			continue
		}
		told := 0
		for _, d := range s.Last {
			if d.Disposition != CannotTell {
				told++
			}
		}
		p.Missing += max(1, s.Needs-told)
	}
	window := now.Add(-5 * 24 * time.Hour)
	var from time.Time
	recent := 0
	for _, d := range decisions {
		if states[d.Item] == nil {
			continue
		}
		p.Reviewers[Address(d.Reviewer)]++
		if d.Time.After(window) {
			if recent++; from.IsZero() || d.Time.Before(from) {
				from = d.Time
			}
		}
	}
	if recent > 0 {
		days := max(now.Sub(from).Hours()/24, 1.0/24)
		p.PerDay = float64(recent) / days
		finish := now.Add(time.Duration(float64(p.Missing) / p.PerDay * 24 * float64(time.Hour))).UTC().Truncate(time.Minute)
		p.Finish = &finish
		p.Day = int(finish.Sub(start).Hours()/24) + 1
	}
	if !deadline.IsZero() {
		p.Deadline = &deadline
		p.Late = p.Finish != nil && p.Finish.After(deadline) || p.Missing > 0 && now.After(deadline)
	}
	return p
}
