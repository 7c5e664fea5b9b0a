package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sallyport"
)

// ParseFactText reads the short text form of a fact's value, as it stands in tables and rosters (docs/spec/facts.md).
// name is a kind, or a full fact name that the value must then have.
//
//	citizenship    FR,US
//	residence      US:permanent-resident,FR:resident    or "none"
//	location       US:document:high                     or US alone: stated, low confidence
//	office         US
//	employer       staff:US:Example Corp>FR:Holding SA  kind, country, name, then who stands above
//	screening      us-federal:2
//	clearance      us:secret
//	training       insider-threat
//	agreement      rules-of-behavior
//	qualification  nginx:change:competent:certificate
func ParseFactText(name, text string) (sallyport.FactValue, error) {
	kind := sallyport.FactKind(name)
	v, err := parseFactText(kind, text)
	if err != nil {
		return nil, err
	}
	if err := v.Validate(); err != nil {
		return nil, err
	}
	if name != kind && v.FactName() != name {
		return nil, sallyport.Errorf(sallyport.Invalid, "fact is named %q, its value %q says %q", name, text, v.FactName())
	}
	return v, nil
}

func parseFactText(kind, text string) (sallyport.FactValue, error) {
	parts := strings.Split(text, ":")
	want := func(n int, form string) error {
		if len(parts) != n {
			return sallyport.Errorf(sallyport.Invalid, "%s %q is not of the form %s", kind, text, form)
		}
		return nil
	}
	switch kind {
	case sallyport.FactCitizenship:
		c := strings.Split(text, ",")
		slices.Sort(c)
		return sallyport.Citizenship{Countries: c}, nil
	case sallyport.FactResidence:
		r := sallyport.Residence{Statuses: []sallyport.ResidenceStatus{}}
		if text == "none" {
			return r, nil
		}
		for _, one := range strings.Split(text, ",") {
			country, status, ok := strings.Cut(one, ":")
			if !ok {
				return nil, sallyport.Errorf(sallyport.Invalid, "residence %q is not of the form COUNTRY:status", one)
			}
			r.Statuses = append(r.Statuses, sallyport.ResidenceStatus{Country: country, Status: status})
		}
		slices.SortFunc(r.Statuses, func(a, b sallyport.ResidenceStatus) int { return strings.Compare(a.Country, b.Country) })
		return r, nil
	case sallyport.FactLocation:
		if len(parts) == 1 {
			parts = append(parts, "stated", "low")
		}
		if err := want(3, "COUNTRY:method:confidence"); err != nil {
			return nil, err
		}
		return sallyport.Location{Country: parts[0], Method: parts[1], Confidence: parts[2]}, nil
	case sallyport.FactOffice:
		return sallyport.Office{Country: text}, nil
	case sallyport.FactEmployer:
		return parseEmployer(text)
	case sallyport.FactScreening:
		if err := want(2, "scheme:tier"); err != nil {
			return nil, err
		}
		tier, err := strconv.Atoi(parts[1])
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "screening tier %q is not a number", parts[1])
		}
		return sallyport.Screening{Scheme: parts[0], Tier: tier}, nil
	case sallyport.FactClearance:
		if err := want(2, "scheme:level"); err != nil {
			return nil, err
		}
		return sallyport.Clearance{Scheme: parts[0], Level: parts[1]}, nil
	case sallyport.FactTraining:
		return sallyport.Training{Course: text}, nil
	case sallyport.FactAgreement:
		return sallyport.Agreement{Document: text}, nil
	case sallyport.FactQualification:
		if len(parts) < 4 {
			return nil, want(4, "technology:class:level:shown")
		}
		return sallyport.Qualification{Technology: parts[0], Class: parts[1], Level: parts[2], Shown: strings.Join(parts[3:], ":")}, nil
	}
	return nil, sallyport.Errorf(sallyport.Invalid, "fact %q is of no known kind", kind).WithHint("kinds are %s", strings.Join(sallyport.FactKinds, ", "))
}

func parseEmployer(text string) (sallyport.FactValue, error) {
	var e sallyport.Employer
	kind, rest, _ := strings.Cut(text, ":")
	e.Kind = kind
	for i, link := range strings.Split(rest, ">") {
		country, name, ok := strings.Cut(link, ":")
		if !ok {
			return nil, sallyport.Errorf(sallyport.Invalid, "employer %q is not of the form kind:COUNTRY:name>COUNTRY:owner", text)
		}
		o := sallyport.Owner{Name: name, Country: country}
		if i == 0 {
			e.Owner = o
		} else {
			e.Chain = append(e.Chain, o)
		}
	}
	return e, nil
}

// FactText writes a value in the short form that [ParseFactText] reads.
func FactText(v sallyport.FactValue) string {
	switch v := v.(type) {
	case sallyport.Citizenship:
		return strings.Join(v.Countries, ",")
	case sallyport.Residence:
		var parts []string
		for _, s := range v.Statuses {
			parts = append(parts, s.Country+":"+s.Status)
		}
		if parts == nil {
			return "none"
		}
		return strings.Join(parts, ",")
	case sallyport.Location:
		return v.Country + ":" + v.Method + ":" + v.Confidence
	case sallyport.Office:
		return v.Country
	case sallyport.Employer:
		s := v.Kind + ":" + v.Country + ":" + v.Name
		for _, o := range v.Chain {
			s += ">" + o.Country + ":" + o.Name
		}
		return s
	case sallyport.Screening:
		return fmt.Sprintf("%s:%d", v.Scheme, v.Tier)
	case sallyport.Clearance:
		return v.Scheme + ":" + v.Level
	case sallyport.Training:
		return v.Course
	case sallyport.Agreement:
		return v.Document
	case sallyport.Qualification:
		return v.Technology + ":" + v.Class + ":" + v.Level + ":" + v.Shown
	}
	return ""
}
