package policy

import (
	"slices"

	"sallyport"
)

// Untested lists the policies that could be deleted without a case failing.
func (s *Set) Untested() ([]string, error) {
	cases, err := s.Cases()
	if err != nil {
		return nil, err
	}
	var out []string
	for i, r := range s.rules {
		without := *s
		without.rules = slices.Delete(slices.Clone(s.rules), i, i+1)
		without.byAsk = map[sallyport.Ask]*question{}
		without.index()
		missed := slices.ContainsFunc(cases, func(c Case) bool {
			if !slices.Contains(r.asks, c.Request.Ask) {
				return false
			}
			set := *c.set
			set.byAsk = without.byAsk
			c.set = &set
			return c.run().Wrong != ""
		})
		if !missed {
			out = append(out, r.ID)
		}
	}
	return out, nil
}
