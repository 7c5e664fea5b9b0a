package workflow

import (
	"slices"

	"sallyport"
)

// people holds the rules for persons, facts, roles and keys.
func (s *State) people(e sallyport.Entry, b sallyport.Body) (func(), error) {
	switch b := b.(type) {
	case *sallyport.PersonAdded:
		if s.People[b.Person] != nil || b.Person == sallyport.Gateway {
			return nil, illegal("person %q exists", b.Person)
		}
		p := &Person{ID: b.Person, Details: b.Details, Added: s.Size, AddedBy: e.By, Facts: map[string]*Fact{}}
		return func() { s.People[b.Person] = p }, id("person", b.Person)
	case *sallyport.PersonChanged:
		p, err := s.person(b.Person)
		return func() { p.Details = b.Details }, err
	case *sallyport.FactRecorded:
		p, err := s.person(b.Person)
		if err == nil && b.SelfAsserted != (e.By == b.Person) {
			err = illegal("fact %q of %q by %q: a fact is self-asserted if and only if its subject records it", b.Name, b.Person, e.By)
		}
		f := &Fact{Name: b.Name, Ref: b.Fact, Index: s.Size, By: e.By, At: e.Time, Until: b.Until, SelfAsserted: b.SelfAsserted}
		return func() { p.Facts[b.Name] = f }, err
	case *sallyport.FactVouched:
		f, err := s.fact(b.Person, b.Name)
		if err == nil {
			switch {
			case f.Ref.Digest != b.Fact:
				err = illegal("fact %q of %q is %.12q now, not %.12q", b.Name, b.Person, f.Ref.Digest, b.Fact)
			case e.By == b.Person || e.By == f.By || slices.Contains(f.Vouchers, e.By):
				err = illegal("%q cannot vouch for fact %q of %q: a voucher is neither subject nor verifier, and vouches once", e.By, b.Name, b.Person)
			}
		}
		return func() { f.Vouchers = append(f.Vouchers, e.By) }, err
	case *sallyport.FactWithdrawn:
		_, err := s.fact(b.Person, b.Name)
		return func() { delete(s.People[b.Person].Facts, b.Name) }, err
	case *sallyport.RoleAssigned:
		p, err := s.person(b.Person)
		switch {
		case err != nil:
		case !slices.Contains(sallyport.Roles, b.Role):
			err = illegal("role %q is not known", b.Role)
		case b.System != "*" && s.Systems[b.System] == nil:
			err = illegal("system %q is not known", b.System)
		}
		return func() {
			p.Roles = append(without(p.Roles, b.Role, b.System), Role{Role: b.Role, System: b.System, Until: b.Until, By: e.By})
		}, err
	case *sallyport.RoleWithdrawn:
		p, err := s.person(b.Person)
		if err == nil && len(without(p.Roles, b.Role, b.System)) == len(p.Roles) {
			err = illegal("%q does not hold role %q on %q", b.Person, b.Role, b.System)
		}
		return func() { p.Roles = without(p.Roles, b.Role, b.System) }, err
	case *sallyport.KeyOffered:
		return s.offer(e, b)
	case *sallyport.KeyEnrolled:
		p, err := s.person(b.Person)
		if err == nil && s.Keys[b.Key] != nil {
			err = illegal("key %q is enrolled for %q", b.Key, s.Keys[b.Key].Person)
		}
		var counter uint32
		if err == nil && (b.Form == "webauthn" || b.Passkey != nil) {
			if err = s.vouched(e, b); err == nil {
				counter = s.Offers[b.Key].Signature.Counter
			}
		}
		return func() {
			s.Keys[b.Key] = &Key{KeyEnrolled: *b, By: e.By, Counter: counter}
			p.Keys = append(p.Keys, b.Key)
			delete(s.Offers, b.Key)
		}, err
	case *sallyport.KeyRetired:
		k := s.Keys[b.Key]
		if k == nil || k.Retired {
			return nil, illegal("key %q is not enrolled", b.Key)
		}
		return func() { k.Retired = true }, nil
	}
	return nil, nil
}

func without(roles []Role, role sallyport.Role, system sallyport.SystemID) []Role {
	return slices.DeleteFunc(slices.Clone(roles), func(r Role) bool { return r.Role == role && r.System == system })
}

func (s *State) person(p sallyport.PersonID) (*Person, error) {
	if known := s.People[p]; known != nil {
		return known, nil
	}
	return nil, illegal("person %q is not known", p)
}

func (s *State) fact(p sallyport.PersonID, name string) (*Fact, error) {
	person, err := s.person(p)
	if err != nil {
		return nil, err
	}
	if f := person.Facts[name]; f != nil {
		return f, nil
	}
	return nil, illegal("person %q has no fact %q", p, name)
}
