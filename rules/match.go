package rules

import (
	"maps"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Match is who could take a seat, asked of everyone who holds a role for it (R13).
type Match struct {
	Needs      []string // technologies that whoever takes the seat is to be qualified for
	Candidates []policy.Candidate
}

// Nobody tells that none of the candidates may take the seat.
func (m Match) Nobody() bool {
	return !slices.ContainsFunc(m.Candidates, func(c policy.Candidate) bool { return c.Offered })
}

// Escorts asks who could escort a session. A ticket that names no technology is matched by what its proposals were found to touch.
func (c *Checker) Escorts(s *workflow.State, session *workflow.Session, now time.Time, d sallyport.Disclosed) (Match, error) {
	set, r, err := c.matching(s, session, nil, sallyport.AskEscort, now, d)
	if err != nil {
		return Match{}, err
	}
	if len(r.Session.Technologies) == 0 {
		for _, a := range session.Actions {
			if a := s.Actions[a]; a.State.Pending() && a.Assessed != nil {
				r.Session.Technologies = append(r.Session.Technologies, a.Assessed.Needs...)
			}
		}
		slices.Sort(r.Session.Technologies)
		r.Session.Technologies = slices.Compact(r.Session.Technologies)
	}
	return c.match(s, set, r, r.Session.Technologies, d)
}

// Seconds asks who could decide about an action as its second person: they are to be qualified for what its escort is not.
func (c *Checker) Seconds(s *workflow.State, a *workflow.Action, now time.Time, d sallyport.Disclosed) (Match, error) {
	set, r, err := c.matching(s, s.Sessions[a.Session], a, sallyport.AskDecideSecond, now, d)
	if err != nil {
		return Match{}, err
	}
	r.Action.Needs = set.Lacks(&r, r.Session.Escort)
	r.Decision = policy.Decision{Answer: sallyport.Approve, Words: true, Signed: true}
	return c.match(s, set, r, r.Action.Needs, d)
}

func (c *Checker) matching(s *workflow.State, session *workflow.Session, a *workflow.Action, ask sallyport.Ask, now time.Time, d sallyport.Disclosed) (*policy.Set, policy.Request, error) {
	set, err := c.SetOf(s, session.System, d)
	if err != nil {
		return nil, policy.Request{}, err
	}
	q := asker{c: c, s: s, d: d, now: now, system: session.System}
	rs, err := q.about(session, a, ask, session.Engineer, policy.StageWork)
	if err != nil {
		return nil, policy.Request{}, err
	}
	return set, rs[0], nil
}

func (c *Checker) match(s *workflow.State, set *policy.Set, r policy.Request, needs []string, d sallyport.Disclosed) (Match, error) {
	q := asker{c: c, s: s, d: d, now: r.Now, system: r.System.ID}
	var candidates []policy.Subject
	for _, id := range slices.Sorted(maps.Keys(s.People)) {
		p := s.People[id]
		if !slices.ContainsFunc(policy.SeatRoles(r.Ask), func(role sallyport.Role) bool { return p.Holds(role, r.System.ID, r.Now) }) {
			continue
		}
		who, err := q.subject(id, r.Session.ID)
		if err != nil {
			return Match{}, err
		}
		candidates = append(candidates, who)
	}
	return Match{Needs: needs, Candidates: set.Match(r, candidates)}, nil
}
