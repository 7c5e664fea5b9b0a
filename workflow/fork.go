package workflow

import (
	"maps"
	"slices"

	"sallyport"
)

// Fork gives a state that can go its own way in what is recorded of people, while s goes on: for judging many such entries before
// the first is written. Of people it may change those named and those that it adds; whatever else it is asked about is as s had it at the
// moment of the fork. It knows the sessions that are live and no others.
func (s *State) Fork(people []sallyport.PersonID) *State {
	f := *s
	f.People, f.Keys = maps.Clone(s.People), maps.Clone(s.Keys)
	for _, id := range people {
		if p := s.People[id]; p != nil {
			own := *p
			own.Facts, own.Roles, own.Keys = maps.Clone(p.Facts), slices.Clone(p.Roles), slices.Clone(p.Keys)
			f.People[id] = &own
		}
	}
	f.live = make(map[sallyport.SessionID]*Session, len(s.live))
	for id, session := range s.live {
		own := *session
		f.live[id] = &own
	}
	f.Sessions = f.live
	f.Systems, f.Acceptances, f.Runbooks = copies(s.Systems), copies(s.Acceptances), copies(s.Runbooks)
	f.Policies, f.Lists, f.Approvals, f.Revocations = maps.Clone(s.Policies), maps.Clone(s.Lists), maps.Clone(s.Approvals), maps.Clone(s.Revocations)
	f.Tickets, f.Targets, f.Actions = map[sallyport.TicketID]*Ticket{}, map[sallyport.TargetID]*sallyport.TargetSet{}, map[sallyport.ActionID]*Action{}
	return &f
}

func copies[K comparable, V any](m map[K]*V) map[K]*V {
	out := make(map[K]*V, len(m))
	for k, v := range m {
		own := *v
		out[k] = &own
	}
	return out
}
