package policy

import (
	"slices"
	"strings"

	"sallyport"
)

// FactSays lists what a fact can be asked for by: each country, each employer in the chain, a tier with every lower one. Nothing is
// added that the value does not say.
func FactSays(v sallyport.FactValue) []string {
	switch v := v.(type) {
	case sallyport.Citizenship:
		return v.Countries
	case sallyport.Residence:
		var out []string
		for _, s := range v.Statuses {
			out = append(out, s.Country, s.Country+":"+s.Status)
		}
		return out
	case sallyport.Location:
		return []string{v.Country, v.Country + ":" + v.Method, FactText(v)}
	case sallyport.Office:
		return []string{v.Country}
	case sallyport.Employer:
		out := []string{v.Kind}
		for _, o := range append([]sallyport.Owner{v.Owner}, v.Chain...) {
			out = append(out, o.Name)
		}
		return out
	case sallyport.Qualification:
		return []string{v.Technology, v.Technology + ":" + v.Class}
	}
	return holdings(v)
}

// FactCountries lists the countries that a fact puts a person in touch with: those that a revocation by country looks at.
func FactCountries(v sallyport.FactValue) []string {
	switch v := v.(type) {
	case sallyport.Citizenship:
		return v.Countries
	case sallyport.Location:
		return []string{v.Country}
	case sallyport.Office:
		return []string{v.Country}
	case sallyport.Employer:
		out := []string{v.Country}
		for _, o := range v.Chain {
			out = append(out, o.Country)
		}
		return out
	}
	return nil
}

// Says tells whether a fact says word, whatever the case of its letters.
func Says(v sallyport.FactValue, word string) bool {
	return slices.ContainsFunc(FactSays(v), func(s string) bool { return strings.EqualFold(s, word) })
}
