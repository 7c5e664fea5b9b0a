package sshd

import (
	"context"
	"slices"

	"sallyport"
	"sallyport/gateway"
)

// desk is what an engineer has set for a ticket: session, target, working directory, variables. It is part of each
// proposal, never state of a shell on the target, and survives a reconnection.
type desk struct {
	session sallyport.SessionID
	ticket  gateway.TicketView

	// The server's lock protects the following: an engineer may be connected twice.
	s      *Server
	target sallyport.TargetID
	dir    string
	env    []sallyport.EnvVar
}

type deskKey struct {
	person sallyport.PersonID
	ticket sallyport.TicketID
}

// desk opens, or finds, the session of the ticket that name selects.
func (s *Server) desk(ctx context.Context, c gateway.Caller, name User) (*desk, error) {
	tickets, err := s.Service.Tickets(ctx, c)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(tickets, func(t gateway.TicketView) bool { return t.ID == name.Ticket && t.Engineer.ID == c.Person })
	if i < 0 {
		return nil, sallyport.Errorf(sallyport.NotFound, "no open ticket %q is yours", name.Ticket).
			WithHint("ssh TICKET@host chooses one; ssh TICKET+TARGET@host also one of its targets")
	}
	if name.Target != "" && !slices.Contains(tickets[i].Targets, name.Target) {
		return nil, sallyport.Errorf(sallyport.Invalid, "target %q is not one of ticket %q: %q", name.Target, name.Ticket, tickets[i].Targets)
	}
	v, err := s.Service.OpenSession(ctx, c, name.Ticket)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := deskKey{c.Person, name.Ticket}
	d := s.desks[key]
	if d == nil || d.session != v.ID {
		d = &desk{s: s, session: v.ID, ticket: v.Ticket}
		if len(v.Ticket.Targets) > 0 {
			d.target = v.Ticket.Targets[0]
		}
		s.desks[key] = d
	}
	if name.Target != "" {
		d.target = name.Target
	}
	return d, nil
}

// proposal gives what every proposal from this desk has in common.
func (d *desk) proposal() gateway.Proposal {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return gateway.Proposal{Session: d.session, Target: d.target, Dir: d.dir, Env: slices.Clone(d.env)}
}

func (d *desk) setTarget(t sallyport.TargetID) error {
	if !slices.Contains(d.ticket.Targets, t) {
		return sallyport.Errorf(sallyport.Invalid, "target %q is not one of ticket %q: %q", t, d.ticket.ID, d.ticket.Targets)
	}
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.target = t
	return nil
}

func (d *desk) setDir(dir string) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.dir = dir
}

func (d *desk) setEnv(name, value string, set bool) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.env = slices.DeleteFunc(slices.Clone(d.env), func(v sallyport.EnvVar) bool { return v.Name == name })
	if set {
		d.env = append(d.env, sallyport.EnvVar{Name: name, Value: value})
	}
}
