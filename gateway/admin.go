package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/policy"
	"sallyport/workflow"
)

// Record implements Service. The references in body are filled in by ref, in the order of contents.
func (g *Gateway) Record(ctx context.Context, c Caller, body sallyport.Body, contents ...[]byte) error {
	refs := references(body)
	if len(refs) != len(contents) {
		return sallyport.Errorf(sallyport.Invalid, "entry %q has %d blobs, %d contents were given", body.Kind(), len(refs), len(contents))
	}
	switch body.(type) {
	case *sallyport.PolicySet, *sallyport.ListSet, *sallyport.PersonAdded, *sallyport.PersonChanged, *sallyport.FactRecorded, *sallyport.FactVouched, *sallyport.FactWithdrawn,
		*sallyport.KeyEnrolled, *sallyport.KeyRetired, *sallyport.RoleAssigned, *sallyport.RoleWithdrawn, *sallyport.SystemSet, *sallyport.TargetSet, *sallyport.DisclosureSet,
		*sallyport.TicketOpened, *sallyport.TicketClosed, *sallyport.AcceptanceSigned, *sallyport.AcceptanceEnded, *sallyport.ApprovalRecorded, *sallyport.RunbookSigned,
		*sallyport.RunbookSeconded, *sallyport.RunbookWithdrawn, *sallyport.Restored, *sallyport.BreakGlassReviewed, *sallyport.ExportMade, *sallyport.ReplayWatched:
	default:
		return sallyport.Errorf(sallyport.Invalid, "entry %q is not recorded by hand", body.Kind())
	}
	if err := describe(body, contents); err != nil {
		return err
	}
	for i, content := range contents {
		ref, err := g.put(ctx, content)
		if err != nil {
			return err
		}
		*refs[i] = ref
	}
	_, err := g.append(ctx, c.Person, "", say(body))
	return err
}

// references gives the blob references of an administrative entry, to be filled in.
func references(b sallyport.Body) []*sallyport.BlobRef {
	switch b := b.(type) {
	case *sallyport.PolicySet:
		return []*sallyport.BlobRef{&b.Policy}
	case *sallyport.ListSet:
		return []*sallyport.BlobRef{&b.Blob}
	case *sallyport.PersonAdded:
		return []*sallyport.BlobRef{&b.Details}
	case *sallyport.PersonChanged:
		return []*sallyport.BlobRef{&b.Details}
	case *sallyport.FactRecorded:
		return []*sallyport.BlobRef{&b.Fact}
	case *sallyport.TicketOpened:
		return []*sallyport.BlobRef{&b.Purpose}
	case *sallyport.AcceptanceSigned:
		return []*sallyport.BlobRef{&b.Details}
	case *sallyport.RunbookSigned:
		return []*sallyport.BlobRef{&b.Text}
	case *sallyport.BreakGlassReviewed:
		return []*sallyport.BlobRef{&b.Words}
	}
	return nil
}

// People implements Service. Facts are shown as they stand now.
func (g *Gateway) People(ctx context.Context, c Caller) ([]PersonView, error) {
	var out []PersonView
	err := g.view(func(s *workflow.State) error {
		if !g.may(s, "*", sallyport.AskAdminister, policy.TopicPerson, c.Person) && !g.may(s, "*", sallyport.AskExport, "", c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not list people")
		}
		for _, p := range s.People {
			out = append(out, g.person(s, p))
		}
		return nil
	})
	slices.SortFunc(out, func(a, b PersonView) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, err
}

func (g *Gateway) person(s *workflow.State, p *workflow.Person) PersonView {
	return g.personAt(s, p, g.time())
}

// personAt shows facts as they stand at now.
func (g *Gateway) personAt(s *workflow.State, p *workflow.Person, now time.Time) PersonView {
	v := PersonView{ID: p.ID, Name: string(p.ID), Roles: []RoleView{}, Facts: []FactView{}, Keys: []KeyView{}}
	var d sallyport.PersonDetails
	if g.blobJSON(p.Details, &d) == nil {
		v.Name, v.Email = d.Name, d.Email
	}
	_, v.Revoked = s.Revocations[workflow.Revocation{What: "person", Name: string(p.ID)}]
	for _, r := range p.Roles {
		v.Roles = append(v.Roles, RoleView{Role: r.Role, System: r.System, Until: r.Until})
	}
	for name, f := range p.Facts {
		fv := FactView{Name: name, State: string(sallyport.FactKnown), Verifier: f.By, Recorded: f.At, Until: f.Until, SelfAsserted: f.SelfAsserted}
		if fact, ok, err := g.check.Fact(f.Ref, g.cache); err == nil && ok {
			fv.Value, fv.State = fact, string(fact.StateAt(now))
		}
		v.Facts = append(v.Facts, fv)
	}
	slices.SortFunc(v.Facts, func(a, b FactView) int { return strings.Compare(a.Name, b.Name) })
	for _, k := range p.Keys {
		if key := s.Keys[k]; !key.Retired {
			v.Keys = append(v.Keys, KeyView{Key: key.Key, Form: key.Form, Use: key.Use, Public: key.Public})
		}
	}
	return v
}

// origin gives the verified country where a person is and their employer, or "unknown". Never derived from anything else.
func (g *Gateway) origin(s *workflow.State, p *workflow.Person) (country, employer string) {
	country, employer = "unknown", "unknown"
	now := g.time()
	known := func(name string) sallyport.FactValue {
		f := p.Facts[name]
		if f == nil {
			return nil
		}
		fact, ok, err := g.check.Fact(f.Ref, g.cache)
		if err != nil || !ok || fact.StateAt(now) != sallyport.FactKnown {
			return nil
		}
		return fact.Value
	}
	switch v := known(sallyport.FactLocation).(type) {
	case sallyport.Location:
		country = v.Country
	case *sallyport.Location:
		country = v.Country
	}
	switch v := known(sallyport.FactEmployer).(type) {
	case sallyport.Employer:
		employer = v.Name
	case *sallyport.Employer:
		employer = v.Name
	}
	return country, employer
}

// Systems implements Service.
func (g *Gateway) Systems(ctx context.Context, c Caller) ([]sallyport.SystemSet, error) {
	out := []sallyport.SystemSet{}
	err := g.view(func(s *workflow.State) error {
		me := g.asking(s, c.Person)
		for _, sys := range s.Systems {
			if me.may(sys.System, sallyport.AskWatch, "") || me.may(sys.System, sallyport.AskAdminister, policy.TopicSystem) {
				out = append(out, sys.SystemSet)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b sallyport.SystemSet) int { return strings.Compare(string(a.System), string(b.System)) })
	return out, err
}

// Targets implements Service.
func (g *Gateway) Targets(ctx context.Context, c Caller) ([]sallyport.TargetSet, error) {
	out := []sallyport.TargetSet{}
	err := g.view(func(s *workflow.State) error {
		me := g.asking(s, c.Person)
		for _, t := range s.Targets {
			if me.may(t.System, sallyport.AskWatch, "") || me.may(t.System, sallyport.AskAdminister, policy.TopicTarget) {
				out = append(out, *t)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b sallyport.TargetSet) int { return strings.Compare(string(a.Target), string(b.Target)) })
	return out, err
}

func (g *Gateway) about(ctx context.Context, kind, id string, from int64, limit int) ([]int64, error) {
	return g.Log.Store().About(ctx, ledger.Subject{Kind: kind, ID: id}, from, limit)
}
