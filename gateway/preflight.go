package gateway

import (
	"context"
	"slices"

	"sallyport"
	"sallyport/policy"
	"sallyport/target"
	"sallyport/workflow"
)

// Finding is one result of the preflight of a target.
type Finding = target.Finding

// CheckTarget looks at whether actions could run on a target as login ("" is its first one), for someone who maintains targets. It runs a fixed
// probe there that changes nothing and shows nothing of the host but what the findings say. The ledger says so first: the logins on the
// target are under that entry.
func (g *Gateway) CheckTarget(ctx context.Context, c Caller, id sallyport.TargetID, login string) ([]Finding, error) {
	checker, ok := g.Runner.(target.Checker)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "this server has no preflight")
	}
	var t sallyport.TargetSet
	err := g.view(func(s *workflow.State) error {
		found := s.Targets[id]
		if found == nil || !g.may(s, found.System, sallyport.AskAdminister, policy.TopicTarget, c.Person) {
			return sallyport.Errorf(sallyport.NotFound, "no target %q that you maintain", id).WithHint("sallyport target list")
		}
		t = *found
		return nil
	})
	if err != nil {
		return nil, err
	}
	if login == "" && len(t.Logins) > 0 {
		login = t.Logins[0]
	}
	if !slices.Contains(t.Logins, login) {
		return nil, sallyport.Errorf(sallyport.Invalid, "target %q has no login %q", id, login).WithHint("it has %q", t.Logins)
	}
	check := sallyport.CheckPrefix + g.NewID()
	index, err := g.append(ctx, c.Person, "", say(&sallyport.TargetChecking{Target: id, Login: login, Check: check}))
	if err != nil {
		return nil, err
	}
	return checker.Check(ctx, target.Permit{Serial: uint64(index), Action: sallyport.ActionID(check)}, t, login), nil
}
