package gateway

import (
	"context"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// maxExplained bounds how many people one answer explains.
const maxExplained = 500

// Explained says whether one person may do something, and why.
type Explained struct {
	Person sallyport.PersonID `json:"person"`
	Name   string             `json:"name"`
	policy.Explanation
}

// AcceptanceView is a risk acceptance.
type AcceptanceView struct {
	Acceptance sallyport.AcceptID `json:"acceptance"`
	System     sallyport.SystemID `json:"system"`
	Person     sallyport.PersonID `json:"person,omitempty"` // "" is everyone that the rule concerns
	Rule       string             `json:"rule"`
	By         sallyport.PersonID `json:"by"`
	Until      time.Time          `json:"until"`
	Warned     bool               `json:"warned,omitempty"` // it ends soon, and those concerned were told
	Ended      bool               `json:"ended,omitempty"`  // taken back before its time
	Details    any                `json:"details,omitempty"`
}

func (g *Gateway) mayList(s *workflow.State, p sallyport.PersonID) bool {
	return g.may(s, "*", sallyport.AskAdminister, policy.TopicPerson, p) || g.may(s, "*", sallyport.AskExport, "", p)
}

// Acceptances lists the risk acceptances on systems that the caller may watch, administer or audit, soonest to end first.
func (g *Gateway) Acceptances(ctx context.Context, c Caller) ([]AcceptanceView, error) {
	out := []AcceptanceView{}
	err := g.view(func(s *workflow.State) error {
		all := g.mayList(s, c.Person)
		for _, a := range s.Acceptances {
			if !all && !g.may(s, a.System, sallyport.AskWatch, "", c.Person) && !g.may(s, a.System, sallyport.AskAcceptRisk, "", c.Person) {
				continue
			}
			v := AcceptanceView{Acceptance: a.Acceptance, System: a.System, Person: a.Person, Rule: a.Rule, By: a.By, Until: a.Until, Warned: a.Warned, Ended: a.Ended}
			if err := g.blobJSON(a.Details, &v.Details); err != nil {
				v.Details = nil
			}
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b AcceptanceView) int { return a.Until.Compare(b.Until) })
	return out, err
}

// accepted lists the risk acceptances that a session rests on. The caller holds the lock.
func (g *Gateway) accepted(s *workflow.State, sess *workflow.Session) (out []AcceptedView) {
	mode, _ := sallyport.AskOf(sess.Mode)
	for _, q := range []struct {
		ask sallyport.Ask
		who sallyport.PersonID
	}{{mode, sess.Engineer}, {sallyport.AskEscort, sess.Escort}} {
		if q.who == "" {
			continue
		}
		answer, err := g.check.Question(s, sess, nil, q.ask, q.who, policy.StageWork, g.time(), g.cache)
		if err != nil {
			continue
		}
		for _, a := range answer.Accepted {
			out = append(out, AcceptedView{a.ID, q.who, a.Rule, a.By, a.Until})
		}
	}
	return out
}
