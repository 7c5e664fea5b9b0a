package gateway

import (
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/rules"
	"sallyport/workflow"
)

// MatchView says who could take a seat that is empty.
type MatchView struct {
	Seat  sallyport.Seat `json:"seat"`
	Needs []string       `json:"needs,omitempty"` // technologies that whoever takes it is to be qualified for
	Says  string         `json:"says"`            // one sentence
	// Nobody: none of those who were looked at may take the seat; somebody must be made eligible or qualified first.
	Nobody bool `json:"nobody,omitempty"`
	// Candidates are those who may take it and, for whoever may end the session, those who may not, with the reasons. In a list there is the
	// viewer alone, and the engineer sees nobody.
	Candidates []CandidateView `json:"candidates,omitempty"`
}

// CandidateView is somebody who might take a seat.
type CandidateView struct {
	Name string `json:"name"`
	policy.Candidate
}

// matched is a match as it was asked last.
type matched struct {
	rules.Match
	at      time.Time
	changed int64 // the last entry that could change an answer
	next    int   // length of the session's chain
}

// matchFor is how long a match is good while nothing is written that could change it: a queue asks for it all the time.
const matchFor = 5 * time.Second

// match asks who could take the seat of a session's escort, or, with a, of the second person of an action. The caller holds the lock.
func (g *Gateway) match(s *workflow.State, sess *workflow.Session, a *workflow.Action) (rules.Match, error) {
	key := string(sess.ID)
	if a != nil {
		key = "action " + string(a.ID)
	}
	now := g.time()
	if m, ok := g.matches[key]; ok && m.changed == g.changed && m.next == sess.Next && now.Sub(m.at) < matchFor {
		return m.Match, nil
	}
	var m rules.Match
	var err error
	if a != nil {
		m, err = g.check.Seconds(s, a, now, g.cache)
	} else {
		m, err = g.check.Escorts(s, sess, now, g.cache)
	}
	if err != nil {
		return m, err
	}
	if len(g.matches) > 10_000 {
		clear(g.matches)
	}
	g.matches[key] = matched{m, now, g.changed, sess.Next}
	return m, nil
}

// matchView is match for a viewer; nil where it cannot be asked. The caller holds the lock.
func (g *Gateway) matchView(s *workflow.State, sess *workflow.Session, a *workflow.Action, viewer sallyport.PersonID, whole bool) *MatchView {
	m, err := g.match(s, sess, a)
	if err != nil {
		g.log.Error("nobody could be matched", "session", sess.ID, "err", err)
		return nil
	}
	v := &MatchView{Seat: sallyport.SeatEscort, Needs: m.Needs, Says: policy.Matched(m.Candidates, m.Needs), Nobody: m.Nobody()}
	if a != nil {
		v.Seat = sallyport.SeatSecond
	}
	if viewer == sess.Engineer {
		return v
	}
	all := whole && g.mayIn(s, sess, nil, sallyport.AskEnd, viewer)
	for _, c := range m.Candidates {
		if whole && c.Offered || all || c.Person == viewer {
			v.Candidates = append(v.Candidates, CandidateView{g.party(s, c.Person).Name, c})
		}
	}
	return v
}

// notEscort says in sentences why somebody may not take over a session, or nil. The caller holds the lock.
func (g *Gateway) notEscort(s *workflow.State, sess *workflow.Session, p sallyport.PersonID) []string {
	m, err := g.match(s, sess, nil)
	if err != nil {
		return []string{err.Error()}
	}
	i := slices.IndexFunc(m.Candidates, func(c policy.Candidate) bool { return c.Person == p })
	switch {
	case i < 0:
		return []string{"They do not hold the role."}
	case m.Candidates[i].Offered:
		return nil
	}
	return m.Candidates[i].WhyNot
}
