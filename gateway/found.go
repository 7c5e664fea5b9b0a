package gateway

import (
	"context"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/rules"
	"sallyport/workflow"
)

// Founding is what a new log begins with.
type Founding struct {
	Origin        string
	LogKey        string // the log's public key, note verifier form
	Administrator sallyport.PersonID
	Details       sallyport.PersonDetails
	Keys          []sallyport.KeyEnrolled // the administrator's
	Profile       string                  // governs the house; systems may have others
}

// Found writes the first entries of a log: its opening, the first administrator, the house's policies, and the country
// lists that the shipped profiles read. The log must be empty.
func Found(ctx context.Context, c Config, f Founding) error {
	g, err := newGateway(ctx, c)
	if err != nil {
		return err
	}
	defer g.stop()
	if g.state.Size != 0 {
		return sallyport.Errorf(sallyport.Conflict, "the ledger has %d entries already", g.state.Size).WithHint("a log is founded once; `sallyport serve` goes on with it")
	}
	details, err := g.putJSON(ctx, f.Details)
	if err != nil {
		return err
	}
	set, err := policy.Open(f.Profile)
	if err != nil {
		return err
	}
	archive, err := g.put(ctx, set.Archive())
	if err != nil {
		return err
	}
	me := f.Administrator
	if _, err := g.append(ctx, sallyport.Gateway, "", say(&sallyport.LogOpened{Origin: f.Origin, Key: f.LogKey, Software: c.Version})); err != nil {
		return err
	}
	drafts := []draft{
		say(&sallyport.PersonAdded{Person: me, Details: details}),
		say(&sallyport.RoleAssigned{Person: me, Role: sallyport.RoleAdministrator, System: "*"}),
	}
	for _, k := range f.Keys {
		drafts = append(drafts, say(&k))
	}
	drafts = append(drafts, say(&sallyport.PolicySet{Profile: set.Name(), Version: set.Version(), Policy: archive, Content: set.Digest()}))
	if _, err := g.append(ctx, me, "", drafts...); err != nil {
		return err
	}
	return g.foundLists(ctx, me)
}

// foundLists puts every shipped country list in force, confirmed or not: one that is not makes a profile that needs it deny.
func (g *Gateway) foundLists(ctx context.Context, me sallyport.PersonID) error {
	lists, err := policy.ShippedLists()
	if err != nil {
		return err
	}
	for _, name := range lists.Names() {
		b, err := policy.ShippedList(name)
		if err != nil {
			return err
		}
		ref, err := g.put(ctx, b)
		if err != nil {
			return err
		}
		l := lists[name]
		if _, err := g.append(ctx, me, "", say(&sallyport.ListSet{List: name, Version: l.Version, Blob: ref, Content: l.Digest()})); err != nil {
			return err
		}
	}
	return nil
}

// UseProfile puts a shipped profile in force.
func (g *Gateway) UseProfile(ctx context.Context, c Caller, name string) error {
	set, err := policy.Open(name)
	if err != nil {
		return err
	}
	return g.Record(ctx, c, &sallyport.PolicySet{Profile: set.Name(), Version: set.Version(), Content: set.Digest()}, set.Archive())
}

// newGateway makes a gateway over what the ledger has, without taking anything up.
func newGateway(ctx context.Context, c Config) (*Gateway, error) {
	g := &Gateway{Config: c, check: rules.New(), log: c.Logger, state: workflow.New(), runs: map[sallyport.ActionID]*run{},
		seen: map[sallyport.SessionID]*presence{}, pace: map[sallyport.PersonID]*pace{}, opened: map[opening]time.Time{}, watched: map[opening]time.Time{}, looks: map[look]bool{}, past: newHistory(), stated: map[sallyport.PersonID]statement{}, menus: map[sallyport.PersonID]menu{}, drafts: map[sallyport.PersonID]ProposalChallenge{}, unsigned: map[opening]decisionDraft{}, accepting: map[sallyport.PersonID]sallyport.AcceptanceSigned{}, preparing: map[sallyport.ActionID]bool{}, matches: map[string]matched{}}
	g.defaults()
	g.cache = &blobCache{blobs: c.Blobs, content: map[sallyport.Digest][]byte{}}
	g.subs.all = map[*subscriber]struct{}{}
	g.ctx, g.stop = context.WithCancel(context.WithoutCancel(ctx))
	return g, g.fold(ctx)
}
