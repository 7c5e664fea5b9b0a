package policy

import (
	"slices"
	"time"

	"sallyport"
)

// standing is one person's facts as one request sees them: each with its state at the moment, under the profile.
type standing struct {
	Subject
	now     time.Time
	profile *Profile
}

// state of the fact called name.
func (p standing) state(name string) sallyport.FactState {
	h, ok := p.Facts[name]
	if !ok {
		return sallyport.FactUnknown
	}
	return p.stateOf(h)
}

// stateOf judges a held fact. A fact whose only witness is its subject is unverified, unless it is marked self-asserted
// and the profile accepts that (R17: whoever verified a fact is not its subject).
func (p standing) stateOf(h Held) sallyport.FactState {
	if h.Until != nil && !p.now.Before(*h.Until) {
		return sallyport.FactExpired
	}
	if h.Fact == nil {
		return sallyport.FactWithheld
	}
	if s := h.Fact.StateAt(p.now); s != sallyport.FactKnown {
		return s
	}
	own := h.SelfAsserted || h.Fact.SelfAsserted
	if own || h.Fact.Verifier == p.ID {
		vouched := slices.ContainsFunc(h.Vouchers, func(v sallyport.PersonID) bool { return v != p.ID })
		if !vouched && !(own && p.profile.SelfAsserted) {
			return sallyport.FactUnverified
		}
	}
	return sallyport.FactKnown
}

// known gives the value of the fact called name where it is known, and its state.
func known[V sallyport.FactValue](p standing, name string) (V, sallyport.FactState) {
	var zero V
	s := p.state(name)
	if s != sallyport.FactKnown {
		return zero, s
	}
	v, ok := p.Facts[name].Fact.Value.(V)
	if !ok { // a name and a value that do not fit are refused when a fact is read; fail closed if one came by another way
		return zero, sallyport.FactUnknown
	}
	return v, s
}

// recorded lists the countries that anyone ever recorded and did not withdraw, expired or not: a revocation by country
// looks at those too.
func (p standing) recorded() (countries, employers []string) {
	for _, h := range p.Facts {
		if h.Fact == nil {
			continue
		}
		switch v := h.Fact.Value.(type) {
		case sallyport.Citizenship:
			countries = append(countries, v.Countries...)
		case sallyport.Location:
			countries = append(countries, v.Country)
		case sallyport.Office:
			countries = append(countries, v.Country)
		case sallyport.Employer:
			for _, o := range append([]sallyport.Owner{v.Owner}, v.Chain...) {
				employers = append(employers, o.Name)
				countries = append(countries, o.Country)
			}
		}
	}
	return countries, employers
}

// lacks lists those of needs for which the person holds no known qualification of the class and level asked for.
func (p standing) lacks(needs []string, class string) []string {
	if len(needs) == 0 {
		return nil
	}
	rank := func(words []string, word string) int { return slices.Index(words, word) }
	var out []string
	for _, need := range needs {
		ok := false
		for _, c := range sallyport.QualificationClass {
			if rank(sallyport.QualificationClass, c) < rank(sallyport.QualificationClass, class) {
				continue
			}
			q, state := known[sallyport.Qualification](p, sallyport.FactQualification+":"+need+":"+c)
			if state == sallyport.FactKnown && rank(sallyport.QualificationLevels, q.Level) >= rank(sallyport.QualificationLevels, p.profile.Qualification) {
				ok = true
				break
			}
		}
		if !ok {
			out = append(out, need)
		}
	}
	return out
}

// classOf says which class of qualification a request asks for: observe where nothing changes, else change.
func classOf(req *Request) string {
	if req.Action.ID == "" {
		if req.Session.Mode == sallyport.Advise {
			return "observe"
		}
		return "change"
	}
	if !req.Action.Complete {
		return "change"
	}
	for _, k := range req.Action.Kinds {
		switch k {
		case sallyport.EffectRead, sallyport.EffectDNS, sallyport.EffectConnect, sallyport.EffectExec:
		default:
			return "change"
		}
	}
	return "observe"
}

// needsOf lists the technologies that the question is about: those of the action, else those of the session.
func needsOf(req *Request) []string {
	if req.Action.ID != "" && req.Ask != sallyport.AskEscort {
		return req.Action.Needs
	}
	return req.Session.Technologies
}
