package workflow

import (
	"slices"
	"strings"

	"sallyport"
)

// systems holds the rules for systems, targets, disclosures and tickets.
func (s *State) systems(e sallyport.Entry, b sallyport.Body) (func(), error) {
	switch b := b.(type) {
	case *sallyport.SystemSet:
		err := id("system", b.System)
		switch {
		case err != nil:
		case s.Policies[b.Profile] == nil:
			err = illegal("profile %q of system %q is not in force", b.Profile, b.System)
		case b.OutputLimit < 0 || b.EscortCap < 0:
			err = illegal("system %q has a negative limit", b.System)
		case b.Release != sallyport.ReleaseNow && b.Release != sallyport.ReleaseRedacted && b.Release != sallyport.ReleaseHeld:
			err = illegal("release rule %q of system %q is not known", b.Release, b.System)
		}
		sys := &System{SystemSet: *b}
		if old := s.Systems[b.System]; old != nil {
			sys.Disclosure = old.Disclosure
		}
		return func() { s.Systems[b.System] = sys }, err
	case *sallyport.TargetSet:
		err := first(id("target", b.Target), s.hasSystem(b.System))
		switch old := s.Targets[b.Target]; {
		case err != nil:
		case old != nil && old.System != b.System:
			err = illegal("target %q belongs to system %q, not %q", b.Target, old.System, b.System)
		case len(b.Logins) == 0 || b.HostKey == "" || b.Address == "" || b.Interpreter == "":
			err = illegal("target %q lacks a login, host key, address or interpreter", b.Target)
		}
		return func() { s.Targets[b.Target] = b }, err
	case *sallyport.TargetChecking:
		t := s.Targets[b.Target]
		switch {
		case t == nil || t.Retired || !slices.Contains(t.Logins, b.Login):
			return nil, illegal("target %q has no login %q to look at", b.Target, b.Login)
		case !strings.HasPrefix(b.Check, sallyport.CheckPrefix):
			return nil, illegal("check %q does not begin with %q", b.Check, sallyport.CheckPrefix)
		}
		return func() {}, nil
	case *sallyport.NetworksSet:
		return func() { s.Networks = &Networks{NetworksSet: *b, By: e.By, At: e.Time} }, nil
	case *sallyport.DisclosureSet:
		return func() { s.Systems[b.System].Disclosure = b }, s.hasSystem(b.System)
	case *sallyport.TicketOpened:
		err := first(id("ticket", b.Ticket), s.hasSystem(b.System))
		_, known := sallyport.AskOf(b.Mode)
		switch {
		case err != nil:
		case s.Tickets[b.Ticket] != nil:
			err = illegal("ticket %q exists", b.Ticket)
		case s.People[b.Engineer] == nil:
			err = illegal("person %q is not known", b.Engineer)
		case !known:
			err = illegal("mode %q of ticket %q is not one to work in", b.Mode, b.Ticket)
		case !b.To.After(b.From):
			err = illegal("ticket %q ends %s, not after it begins %s", b.Ticket, stamp(b.To), stamp(b.From))
		}
		for _, t := range b.Targets {
			if err == nil && (s.Targets[t] == nil || s.Targets[t].System != b.System) {
				err = illegal("target %q is not part of system %q", t, b.System)
			}
		}
		return func() { s.Tickets[b.Ticket] = &Ticket{TicketOpened: *b, Index: s.Size, By: e.By} }, err
	case *sallyport.TicketClosed:
		t := s.Tickets[b.Ticket]
		if t == nil || t.Closed {
			return nil, illegal("ticket %q is not open", b.Ticket)
		}
		return func() { t.Closed = true }, nil
	}
	return nil, nil
}

func (s *State) hasSystem(sys sallyport.SystemID) error {
	if s.Systems[sys] == nil {
		return illegal("system %q is not known", sys)
	}
	return nil
}

// TargetOf gives a target of a ticket; "" means its only one.
func (s *State) TargetOf(t *Ticket, want sallyport.TargetID) (*sallyport.TargetSet, error) {
	if want == "" && len(t.Targets) == 1 {
		want = t.Targets[0]
	}
	if !slices.Contains(t.Targets, want) {
		return nil, illegal("target %q is not one of ticket %q: %q", want, t.Ticket, t.Targets)
	}
	target := s.Targets[want]
	if target == nil || target.Retired {
		return nil, illegal("target %q is retired", want)
	}
	return target, nil
}
