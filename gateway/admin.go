package gateway

import (
	"context"
	"slices"
	"strings"

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
		*sallyport.KeyOffered, *sallyport.KeyEnrolled, *sallyport.KeyRetired, *sallyport.RoleAssigned, *sallyport.RoleWithdrawn, *sallyport.SystemSet, *sallyport.TargetSet, *sallyport.DisclosureSet, *sallyport.NetworksSet,
		*sallyport.TicketOpened, *sallyport.TicketClosed, *sallyport.AcceptanceSigned, *sallyport.AcceptanceEnded, *sallyport.ApprovalRecorded, *sallyport.RunbookSigned,
		*sallyport.RunbookSeconded, *sallyport.RunbookWithdrawn, *sallyport.Restored, *sallyport.BreakGlassReviewed, *sallyport.ExportMade, *sallyport.ReplayWatched:
	default:
		return sallyport.Errorf(sallyport.Invalid, "entry %q is not recorded by hand", body.Kind())
	}
	if b, ok := body.(*sallyport.AcceptanceSigned); ok && b.Signature != nil {
		signed, err := g.acceptanceDrafted(ctx, c, b, contents[0])
		if err != nil {
			return err
		}
		_, err = g.append(ctx, c.Person, "", say(signed))
		return err
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
	case *sallyport.NetworksSet:
		return []*sallyport.BlobRef{&b.Networks}
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

// origin gives the verified country where a person is and their employer, or "unknown". Never derived from anything else.
func (g *Gateway) origin(s *workflow.State, p *workflow.Person) (country, employer string) {
	country, employer = "unknown", "unknown"
	own := map[string]string{} // what only its subject says is never shown as verified
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
		if g.factView(p.ID, f, now).AsksVoucher {
			own[name] = " (self-asserted)"
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
	return country + own[sallyport.FactLocation], employer + own[sallyport.FactEmployer]
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
