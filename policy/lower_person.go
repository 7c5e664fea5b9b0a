package policy

import (
	"slices"
	"strconv"
	"time"

	"github.com/cedar-policy/cedar-go"

	"sallyport"
)

// record is a person in Cedar's terms: those attributes that are read. Of what is not known the records are made once.
func (p standing) record(reads func(attribute string) bool, needs []string, class string, revocations []Revocation) cedar.Record {
	if p.ID == "" && len(needs) == 0 {
		return nobody
	}
	m := make(cedar.RecordMap, 14)
	for _, a := range []struct {
		name  cedar.String
		value func() cedar.Value
	}{
		{"somebody", func() cedar.Value { return cedar.Boolean(p.ID != "") }},
		{"roles", func() cedar.Value { return stringSet(p.Roles) }},
		{"escorting", func() cedar.Value { return cedar.Long(p.Escorted) }},
		{"revoked", func() cedar.Value { return cedar.Boolean(p.isRevoked(revocations)) }},
		{sallyport.FactCitizenship, func() cedar.Value { return p.citizenship() }},
		{sallyport.FactResidence, func() cedar.Value { return p.residence() }},
		{sallyport.FactLocation, func() cedar.Value { return p.location() }},
		{sallyport.FactOffice, func() cedar.Value { return p.office() }},
		{sallyport.FactEmployer, func() cedar.Value { return p.employer() }},
		{sallyport.FactScreening, func() cedar.Value { return p.held(sallyport.FactScreening) }},
		{sallyport.FactClearance, func() cedar.Value { return p.held(sallyport.FactClearance) }},
		{sallyport.FactTraining, func() cedar.Value { return p.held(sallyport.FactTraining) }},
		{sallyport.FactAgreement, func() cedar.Value { return p.held(sallyport.FactAgreement) }},
		{"lacks", func() cedar.Value { return stringSet(p.lacks(needs, class)) }},
	} {
		if reads(string(a.name)) {
			m[a.name] = a.value()
		}
	}
	return cedar.NewRecord(m)
}

// held says what a person holds of a kind of fact that has keys, and what they held until its time was over.
func (p standing) held(kind string) cedar.Record {
	var now, over []string
	for name, h := range p.Facts {
		if sallyport.FactKind(name) != kind || h.Fact == nil {
			continue
		}
		switch p.stateOf(h) {
		case sallyport.FactKnown:
			now = append(now, holdings(h.Fact.Value)...)
		case sallyport.FactExpired:
			over = append(over, holdings(h.Fact.Value)...)
		}
	}
	if now == nil && over == nil {
		return heldNothing
	}
	return cedar.NewRecord(cedar.RecordMap{"known": stringSet(now), "expired": stringSet(over)})
}

// unknownFacts are the records of facts that are not known, by kind and state.
var unknownFacts = func() map[read]cedar.Record {
	out := map[read]cedar.Record{}
	for _, state := range []sallyport.FactState{sallyport.FactUnknown, sallyport.FactExpired, sallyport.FactUnverified, sallyport.FactWithheld} {
		s := cedar.String(state)
		out[read{string(state), sallyport.FactCitizenship}] = cedar.NewRecord(cedar.RecordMap{"state": s, "countries": emptySet})
		out[read{string(state), sallyport.FactResidence}] = cedar.NewRecord(cedar.RecordMap{"state": s, "statuses": emptySet})
		out[read{string(state), sallyport.FactLocation}] = countryRecord(state, sallyport.Location{})
		out[read{string(state), sallyport.FactOffice}] = countryRecord(state, sallyport.Location{})
		out[read{string(state), sallyport.FactEmployer}] = cedar.NewRecord(cedar.RecordMap{"state": s, "name": cedar.String(""), "kind": cedar.String(""),
			"names": emptySet, "countries": emptySet})
	}
	return out
}()

func unknownFact(kind string, state sallyport.FactState) cedar.Record {
	return unknownFacts[read{string(state), kind}]
}

// nobody is whoever sits in an empty seat, where no technology is asked for.
var nobody = cedar.NewRecord(cedar.RecordMap{
	"somebody": cedar.False, "roles": emptySet, "escorting": cedar.Long(0), "revoked": cedar.False, "lacks": emptySet,
	"citizenship": unknownFact(sallyport.FactCitizenship, sallyport.FactUnknown), "residence": unknownFact(sallyport.FactResidence, sallyport.FactUnknown),
	"location": unknownFact(sallyport.FactLocation, sallyport.FactUnknown), "office": unknownFact(sallyport.FactOffice, sallyport.FactUnknown),
	"employer": unknownFact(sallyport.FactEmployer, sallyport.FactUnknown), "screening": heldNothing, "clearance": heldNothing,
	"training": heldNothing, "agreement": heldNothing,
})

func (p standing) citizenship() cedar.Record {
	v, state := known[sallyport.Citizenship](p, sallyport.FactCitizenship)
	if state != sallyport.FactKnown {
		return unknownFact(sallyport.FactCitizenship, state)
	}
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "countries": stringSet(v.Countries)})
}

func (p standing) residence() cedar.Record {
	v, state := known[sallyport.Residence](p, sallyport.FactResidence)
	if state != sallyport.FactKnown {
		return unknownFact(sallyport.FactResidence, state)
	}
	var statuses []string
	for _, s := range v.Statuses {
		statuses = append(statuses, s.Country+":"+s.Status)
	}
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "statuses": stringSet(statuses)})
}

func (p standing) location() cedar.Record {
	v, state := known[sallyport.Location](p, sallyport.FactLocation)
	if state != sallyport.FactKnown {
		return unknownFact(sallyport.FactLocation, state)
	}
	return countryRecord(state, v)
}

func (p standing) office() cedar.Record {
	v, state := known[sallyport.Office](p, sallyport.FactOffice)
	if state != sallyport.FactKnown {
		return unknownFact(sallyport.FactOffice, state)
	}
	return countryRecord(state, sallyport.Location{Country: v.Country})
}

func (p standing) employer() cedar.Record {
	v, state := known[sallyport.Employer](p, sallyport.FactEmployer)
	if state != sallyport.FactKnown {
		return unknownFact(sallyport.FactEmployer, state)
	}
	var names, countries []string
	for _, o := range append([]sallyport.Owner{v.Owner}, v.Chain...) {
		names, countries = append(names, o.Name), append(countries, o.Country)
	}
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "name": cedar.String(v.Name), "kind": cedar.String(v.Kind),
		"names": stringSet(names), "countries": stringSet(countries)})
}

var heldNothing = cedar.NewRecord(cedar.RecordMap{"known": emptySet, "expired": emptySet})

// holdings says what a person holds by a value, each with everything below it: tier 2 is also tier 1.
func holdings(v sallyport.FactValue) []string {
	switch v := v.(type) {
	case sallyport.Screening:
		var out []string
		for t := 1; t <= v.Tier; t++ {
			out = append(out, v.Scheme+":"+strconv.Itoa(t))
		}
		return out
	case sallyport.Clearance:
		var out []string
		for _, level := range sallyport.ClearanceLevels {
			out = append(out, v.Scheme+":"+level)
			if level == v.Level {
				break
			}
		}
		return out
	case sallyport.Training:
		return []string{v.Course}
	case sallyport.Agreement:
		return []string{v.Document}
	}
	return nil
}

func countryRecord(state sallyport.FactState, v sallyport.Location) cedar.Record {
	return cedar.NewRecord(cedar.RecordMap{"state": cedar.String(state), "country": cedar.String(v.Country), "method": cedar.String(v.Method),
		"confidence": cedar.Long(slices.Index(sallyport.Confidences, v.Confidence) + 1)})
}

// Revoked tells whether any of what is revoked takes who's access away: they, their employer or a country of theirs. It is what policies
// read as principal.revoked; a door asks it before anyone comes in.
func Revoked(who Subject, now time.Time, revocations []Revocation) bool {
	return standing{who, now, &Profile{}}.isRevoked(revocations)
}

func (p standing) isRevoked(revocations []Revocation) bool {
	if len(revocations) == 0 || p.ID == "" {
		return false
	}
	countries, employers := p.recorded()
	for _, r := range revocations {
		switch {
		case r.What == "person" && r.Name == string(p.ID),
			r.What == "employer" && slices.Contains(employers, r.Name),
			r.What == "country" && slices.Contains(countries, r.Name):
			return true
		}
	}
	return false
}
