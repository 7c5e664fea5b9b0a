package gateway

import (
	"context"
	"slices"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// maxDiffed bounds how many people one comparison asks about.
const maxDiffed = 5000

// PolicyDraft is a policy set that somebody thinks of putting in force: exactly one of an archive, the files of a profile
// folder, or the shipped one of that name.
type PolicyDraft struct {
	Content []byte            `json:"content,omitempty"`
	Files   map[string]string `json:"files,omitempty"`
	Shipped bool              `json:"shipped,omitempty"`
}

// PolicyChange says what putting a policy set in force would change, before it is done.
type PolicyChange struct {
	Profile    string                `json:"profile"`
	Was        string                `json:"was"` // version in force, or ""
	Is         string                `json:"is"`
	Same       bool                  `json:"same"` // equal, byte for byte
	Content    sallyport.Digest      `json:"content"`
	Archive    []byte                `json:"archive"` // what to put in force
	Cases      string                `json:"cases"`   // how the set's own cases went
	Added      []string              `json:"added"`
	Removed    []string              `json:"removed"`
	Reworded   []string              `json:"reworded"`
	Parameters []string              `json:"parameters"`
	Missing    []string              `json:"missing"` // lists that it reads and that are not in force, or not confirmed
	Changes    []AnswerChange        `json:"changes"`
	Sessions   []sallyport.SessionID `json:"sessions"` // live ones that would end
	People     int                   `json:"people"`   // asked about
	Systems    []sallyport.SystemID  `json:"systems"`  // asked about: those of the profile
}

// AnswerChange is one answer that would differ.
type AnswerChange struct {
	Person sallyport.PersonID `json:"person"`
	Name   string             `json:"name"`
	System sallyport.SystemID `json:"system"`
	Ask    sallyport.Ask      `json:"ask"`
	Was    bool               `json:"was"`
	Is     bool               `json:"is"`
	By     []string           `json:"by"` // sentences of the policies that deny, in the set that does
}

func (d PolicyDraft) set(profile string) (*policy.Set, error) {
	given := 0
	for _, yes := range []bool{len(d.Content) > 0, len(d.Files) > 0, d.Shipped} {
		if yes {
			given++
		}
	}
	if given != 1 {
		return nil, sallyport.Errorf(sallyport.Invalid, "give exactly one of content, files and shipped").WithHint("files are those of a profile folder: profile.toml, policies.cedar, summary.md, cases.csv")
	}
	var set *policy.Set
	var err error
	switch {
	case d.Shipped:
		set, err = policy.Open(profile)
	case len(d.Content) > 0:
		set, err = policy.Parse(d.Content)
	default:
		set, err = policy.Compose(d.Files)
	}
	if err != nil {
		return nil, err
	}
	if set.Name() != profile {
		return nil, sallyport.Errorf(sallyport.Invalid, "the policy set is of profile %q, not %q", set.Name(), profile)
	}
	return set, nil
}

// ComparePolicy asks the set in force and a draft everything about everyone, and says which answers differ and which live
// sessions would end (R65: before the change is made).
func (g *Gateway) ComparePolicy(ctx context.Context, c Caller, profile string, draft PolicyDraft) (PolicyChange, error) {
	set, err := draft.set(profile)
	if err != nil {
		return PolicyChange{}, err
	}
	out := PolicyChange{Profile: profile, Is: set.Version(), Content: set.Digest(), Archive: set.Archive(), Changes: []AnswerChange{}, Sessions: []sallyport.SessionID{}, Missing: []string{}, Systems: []sallyport.SystemID{}}
	var old *policy.Set
	var world *policy.World
	names := map[sallyport.PersonID]string{}
	err = g.view(func(s *workflow.State) error {
		if !g.mayList(s, c.Person) && !g.may(s, "*", sallyport.AskAdminister, policy.TopicPolicy, c.Person) {
			return sallyport.Errorf(sallyport.Forbidden, "you may not compare policies").WithHint("administrators and auditors may")
		}
		if len(s.People) > maxDiffed {
			return sallyport.Errorf(sallyport.Limited, "there are %d people, more than %d can be compared at once", len(s.People), maxDiffed).
				WithHint("use `sallyport policy diff` with a roster of those whom it concerns")
		}
		var err error
		if s.Policies[profile] != nil {
			if old, err = g.check.SetNamed(s, profile, g.cache); err != nil {
				return refusal(err)
			}
		}
		if world, err = g.check.World(s, g.time(), withRoles(s), g.cache); err != nil {
			return refusal(err)
		}
		for id, sys := range s.Systems {
			if sys.Profile != profile {
				delete(world.Systems, id)
			}
		}
		for p := range world.People {
			names[p] = g.party(s, p).Name
		}
		for _, l := range set.Profile().Lists {
			switch in := world.Lists[l]; {
			case in == nil:
				out.Missing = append(out.Missing, l+": not in force")
			case !in.Confirmed:
				out.Missing = append(out.Missing, l+": its members are not confirmed")
			}
		}
		out.Sessions = g.wouldEnd(s, profile, set)
		return nil
	})
	if err != nil {
		return out, err
	}
	// Outside the lock: a world is a copy, and asking everything about everyone takes its time.
	for id := range world.Systems {
		out.Systems = append(out.Systems, id)
	}
	slices.Sort(out.Systems)
	out.tested(set)
	if old == nil {
		for _, r := range set.Rules() {
			out.Added = append(out.Added, r.ID)
		}
		return out, nil
	}
	out.Was, out.Same = old.Version(), old.Digest() == set.Digest()
	d := policy.Diff(old, set, world)
	out.Added, out.Removed, out.Reworded, out.Parameters, out.People = d.Added, d.Removed, d.Reworded, d.Parameters, d.People
	for _, ch := range d.Changes {
		v := AnswerChange{Person: ch.Person, Name: names[ch.Person], System: ch.System, Ask: ch.Ask, Was: ch.Was.Allowed, Is: ch.Is.Allowed, By: []string{}}
		denial := ch.Is
		if ch.Is.Allowed {
			denial = ch.Was
		}
		for _, r := range denial.Policies {
			v.By = append(v.By, r.Says)
		}
		if len(v.By) == 0 {
			v.By = append(v.By, "Nothing permits it.")
		}
		out.Changes = append(out.Changes, v)
	}
	return out, nil
}

// tested says how the set's own cases went: a set whose cases fail is not what its author thinks it is.
func (out *PolicyChange) tested(set *policy.Set) {
	results, err := set.Test()
	if err != nil {
		out.Cases = "its cases cannot be read: " + err.Error()
		return
	}
	failed := 0
	for _, r := range results {
		if r.Wrong != "" {
			failed++
		}
	}
	out.Cases = count(len(results), "case") + ", all as they should be"
	if failed > 0 {
		out.Cases = count(failed, "case") + " of " + count(len(results), "case") + " not as they should be"
	}
}

// wouldEnd lists the live sessions that a policy set would end, by asking the rules about a state in which it is in force.
// The caller holds the lock.
func (g *Gateway) wouldEnd(s *workflow.State, profile string, set *policy.Set) []sallyport.SessionID {
	out := []sallyport.SessionID{}
	now := g.time()
	ref := sallyport.BlobRef{Digest: set.Digest()} // a draft has no blob: it goes by its content, which no blob's digest is (they are salted)
	before := s.Policies[profile]
	s.Policies[profile] = &sallyport.PolicySet{Profile: profile, Version: set.Version(), Policy: ref, Content: set.Digest()}
	defer func() {
		if s.Policies[profile] = before; before == nil {
			delete(s.Policies, profile)
		}
	}()
	for id, sess := range s.Live() {
		if s.Systems[sess.System].Profile == profile && g.check.Live(s, sess, now, drafted{g.cache, ref, set.Archive()}) != nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// drafted discloses one more blob.
type drafted struct {
	sallyport.Disclosed
	ref     sallyport.BlobRef
	content []byte
}

func (d drafted) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	if ref == d.ref {
		return d.content, true
	}
	return d.Disclosed.Blob(ref)
}
