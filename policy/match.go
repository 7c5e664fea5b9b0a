package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sallyport"
)

// Candidate is one person who might take a seat, and why not where they may not (R13: the match is audit evidence).
type Candidate struct {
	Person    sallyport.PersonID `json:"person"`
	Offered   bool               `json:"offered"`   // policy lets them take the seat for this work
	Eligible  bool               `json:"eligible"`  // policy would, were there no technology to be qualified for
	Qualified bool               `json:"qualified"` // they hold every qualification that the work asks for
	Lacks     []string           `json:"lacks,omitempty"`
	Sessions  int                `json:"sessions"`         // that they escort now
	WhyNot    []string           `json:"whyNot,omitempty"` // sentences; empty where they are offered
}

// SeatRoles are the roles among whose holders a seat is offered. To stand here gives nobody a right: policies do.
func SeatRoles(ask sallyport.Ask) []sallyport.Role {
	if ask == sallyport.AskDecideSecond {
		return []sallyport.Role{sallyport.RoleSecond, sallyport.RoleEscort}
	}
	return []sallyport.Role{sallyport.RoleEscort}
}

// Lacks lists the technologies that req is about and for which who is not qualified as the profile asks for.
func (s *Set) Lacks(req *Request, who Subject) []string {
	return standing{who, req.Now, &s.profile}.lacks(needsOf(req), classOf(req))
}

// Match asks for each candidate whether they may take the seat that req asks about (escort, decide or decideSecond) for
// its technologies. Those offered come first, the least busy before the others, then by id.
func (s *Set) Match(req Request, candidates []Subject) []Candidate {
	out := make([]Candidate, 0, len(candidates))
	for _, who := range candidates {
		r := req
		r.Principal = who
		switch r.Ask {
		case sallyport.AskEscort, sallyport.AskDecide:
			r.Session.Escort = who
		case sallyport.AskDecideSecond:
			r.Session.Second = who
		}
		c := Candidate{Person: who.ID, Sessions: who.Escorted}
		c.Lacks = standing{who, r.Now, &s.profile}.lacks(needsOf(&r), classOf(&r))
		c.Qualified = len(c.Lacks) == 0
		answer := s.Evaluate(&r)
		c.Offered = answer.Allowed
		easy := r
		easy.Session.Technologies, easy.Action.Needs = nil, nil
		c.Eligible = s.Evaluate(&easy).Allowed
		if !c.Offered {
			c.WhyNot = whyNot(answer)
			if len(c.Lacks) > 0 {
				c.WhyNot = append(c.WhyNot, "They lack "+strings.Join(c.Lacks, ", ")+".")
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		if a.Offered != b.Offered {
			return map[bool]int{true: -1, false: 1}[a.Offered]
		}
		return cmp.Or(cmp.Compare(a.Sessions, b.Sessions), strings.Compare(string(a.Person), string(b.Person)))
	})
	return out
}

func whyNot(a Answer) []string {
	var out []string
	for _, e := range a.Errors {
		out = append(out, "A policy could not be evaluated: "+e)
	}
	for _, f := range a.Withheld {
		out = append(out, fmt.Sprintf("Their %s is withheld.", f.Name))
	}
	for _, p := range a.Policies {
		if p.Forbids {
			out = append(out, p.Says)
		}
	}
	if len(out) == 0 {
		out = append(out, "Nothing permits it: they do not hold the role.")
	}
	return out
}

// Matched says in one sentence what came of a match.
func Matched(candidates []Candidate, needs []string) string {
	offered, eligible := 0, 0
	for _, c := range candidates {
		if c.Offered {
			offered++
		}
		if c.Eligible {
			eligible++
		}
	}
	work := "the work"
	if len(needs) > 0 {
		work = strings.Join(needs, ", ")
	}
	switch {
	case len(candidates) == 0:
		return "Nobody holds the role."
	case offered == 0 && eligible == 0:
		return fmt.Sprintf("Nobody is eligible; %d looked at.", len(candidates))
	case offered == 0:
		return fmt.Sprintf("Nobody qualifies for %s; %d looked at, %d of them eligible.", work, len(candidates), eligible)
	}
	return fmt.Sprintf("%d of %d may take the seat for %s.", offered, len(candidates), work)
}
