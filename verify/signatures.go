package verify

import (
	"fmt"
	"slices"

	"sallyport"
	"sallyport/rules"
)

// signatures checks the signatures of people, with keys enrolled and in force at that moment.
type signatures struct {
	*run
	unsigned map[string]int64 // by act
}

func (s *signatures) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	act, signed, err := rules.Signed(s.state, e, body)
	switch {
	case act == "":
	case err != nil:
		s.signed.found(Wrong, index, "%v", err)
	case signed:
		s.signed.Checked++
	default:
		if s.unsigned == nil {
			s.unsigned = map[string]int64{}
		}
		s.unsigned[act]++
	}
}

func (s *signatures) end() {
	s.signed.Says = fmt.Sprintf("%d acts carry their person's own signature, each by a key in force", s.signed.Checked)
	if s.signed.Result == Wrong {
		s.signed.Says = "a signature is not what it claims to be"
	}
	acts := make([]string, 0, len(s.unsigned))
	for act := range s.unsigned {
		acts = append(acts, act)
	}
	slices.Sort(acts)
	for i, act := range acts {
		if i == 0 {
			s.signed.Says += "; not signed:"
		} else {
			s.signed.Says += ","
		}
		s.signed.Says += fmt.Sprintf(" %d of act %q", s.unsigned[act], act)
	}
}
