package rules

import (
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// World gives what the ledger has recorded by now as policy's explorers take it: for questions that suppose, such as who
// could do something. What is really done is asked with Ask and Question. People are those that the question is about; one who is not
// known is left out.
func (c *Checker) World(s *workflow.State, now time.Time, people []sallyport.PersonID, d sallyport.Disclosed) (*policy.World, error) {
	w := &policy.World{Now: now, People: map[sallyport.PersonID]policy.Person{}, Systems: map[sallyport.SystemID]policy.System{}, Disclosures: map[sallyport.SystemID]*policy.Disclosure{}}
	for id, sys := range s.Systems {
		q := asker{c: c, s: s, d: d, now: now, system: id}
		r, err := q.request(sallyport.AskAdminister, "")
		if err != nil {
			return nil, err
		}
		w.Systems[sys.System], w.Lists, w.Revocations = r.System, r.Lists, r.Revocations
		w.Acceptances, w.Approvals = append(w.Acceptances, r.Acceptances...), append(w.Approvals, r.Approvals...)
		if r.Disclosure != nil {
			w.Disclosures[id] = r.Disclosure
		}
	}
	q := asker{c: c, s: s, d: d, now: now, system: HouseSystem}
	for _, id := range people {
		p := s.People[id]
		if p == nil {
			continue
		}
		subject, err := q.subject(id, "")
		if err != nil {
			return nil, err
		}
		person := policy.Person{Facts: subject.Facts, Escorted: subject.Escorted}
		for _, role := range p.Roles {
			person.Roles = append(person.Roles, policy.RoleOn{Role: role.Role, System: role.System, Until: role.Until})
		}
		w.People[id] = person
	}
	return w, nil
}
