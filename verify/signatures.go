package verify

import (
	"fmt"
	"slices"

	"sallyport"
	"sallyport/signature"
)

// signatures checks the signatures of people, with keys enrolled and in force at that moment.
type signatures struct {
	*run
	unsigned map[string]int64 // by act
}

func (s *signatures) entry(index int64, e sallyport.Entry, body sallyport.Body, _ []byte) {
	statement, signed, ok := signature.Of(e, body, func(id sallyport.RunbookID) sallyport.Digest {
		if r := s.state.Runbooks[id]; r != nil {
			return r.Content
		}
		return ""
	})
	if !ok {
		return
	}
	if signed == nil {
		if s.unsigned == nil {
			s.unsigned = map[string]int64{}
		}
		s.unsigned[statement.Act]++
		return
	}
	key := s.state.Keys[signed.Key]
	switch {
	case key == nil:
		s.signed.found(Wrong, index, "%s by %s is signed with key %s, which is not enrolled", statement.Act, e.By, signed.Key)
	case key.Person != e.By:
		s.signed.found(Wrong, index, "%s by %s is signed with key %s of %s", statement.Act, e.By, signed.Key, key.Person)
	case key.Retired || key.Until != nil && !e.Time.Before(*key.Until):
		s.signed.found(Wrong, index, "%s by %s is signed with key %s, which was no longer in force", statement.Act, e.By, signed.Key)
	case !slices.Contains(key.Use, "sign"):
		s.signed.found(Wrong, index, "%s by %s is signed with key %s, which was not enrolled for signing", statement.Act, e.By, signed.Key)
	default:
		if err := signature.Check(statement, signed, &key.KeyEnrolled); err != nil {
			s.signed.found(Wrong, index, "%s by %s: %v", statement.Act, e.By, err)
			return
		}
		s.signed.Checked++
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
