package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// DisclosureView is what a system's plan discloses about who takes part, with every version of it and whom it keeps out.
type DisclosureView struct {
	System   sallyport.SystemID  `json:"system"`
	Profile  string              `json:"profile"`
	Asked    bool                `json:"asked"` // the profile lets nobody take part who is not disclosed
	Versions []DisclosureVersion `json:"versions"`
	Blocked  []BlockedView       `json:"blocked"` // engineers and escorts whom the disclosure alone keeps out
}

// DisclosureVersion is one version, the newest first in a list.
type DisclosureVersion struct {
	Version   string    `json:"version"`
	Countries []string  `json:"countries"`
	Employers []string  `json:"employers"`
	By        Party     `json:"by"`
	At        time.Time `json:"at"`
}

// BlockedView is somebody whom a disclosure keeps out, and why.
type BlockedView struct {
	Person sallyport.PersonID `json:"person"`
	Name   string             `json:"name"`
	Ask    sallyport.Ask      `json:"ask"`
	Why    []string           `json:"why"`
	Facts  []string           `json:"facts"`
}

// ApprovalView is a written approval of view-only participation (R21).
type ApprovalView struct {
	sallyport.ApprovalRecorded
	State string    `json:"state"` // planned, in force, over
	By    Party     `json:"by"`
	At    time.Time `json:"at"`
}

// RunbookView is an action approved in advance.
type RunbookView struct {
	Runbook sallyport.RunbookID   `json:"runbook"`
	System  sallyport.SystemID    `json:"system"`
	Targets []sallyport.TargetID  `json:"targets"`
	Text    sallyport.RunbookText `json:"text"`
	Until   time.Time             `json:"until"`
	Escort  Party                 `json:"escort"`
	Second  Party                 `json:"second"`
	State   string                `json:"state"` // waits for its second person, in force, over, withdrawn
	Can     []string              `json:"can"`   // second, withdraw
}

// Disclosures lists the disclosures of the systems that the caller oversees.
func (g *Gateway) Disclosures(ctx context.Context, c Caller) ([]DisclosureView, error) {
	out := []DisclosureView{}
	err := g.view(func(s *workflow.State) error {
		w, err := g.check.World(s, g.time(), withRoles(s), g.cache)
		if err != nil {
			return refusal(err)
		}
		for id, sys := range s.Systems {
			if !g.overseesSystem(s, id, c.Person) {
				continue
			}
			set, err := g.check.SetOf(s, id, g.cache)
			if err != nil {
				return refusal(err)
			}
			v := DisclosureView{System: id, Profile: sys.Profile, Asked: set.Profile().Disclosure, Versions: []DisclosureVersion{}, Blocked: []BlockedView{}}
			if v.Asked {
				for p := range w.People {
					for ask, role := range map[sallyport.Ask]sallyport.Role{sallyport.AskPropose: sallyport.RoleEngineer, sallyport.AskEscort: sallyport.RoleEscort} {
						req := w.Suppose(ask, p, id)
						if !slices.Contains(req.Principal.Roles, role) {
							continue
						}
						answer := set.Evaluate(req)
						if answer.Allowed || len(answer.Needs) != 1 || answer.Needs[0] != "disclosure" {
							continue
						}
						b := BlockedView{Person: p, Name: g.party(s, p).Name, Ask: ask, Facts: set.Explain(req).Facts}
						for _, r := range answer.Policies {
							b.Why = append(b.Why, r.Says)
						}
						v.Blocked = append(v.Blocked, b)
					}
				}
				slices.SortFunc(v.Blocked, func(a, b BlockedView) int {
					return strings.Compare(string(a.Person)+"\x00"+string(a.Ask), string(b.Person)+"\x00"+string(b.Ask))
				})
			}
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b DisclosureView) int { return strings.Compare(string(a.System), string(b.System)) })
	for i := range out {
		if err != nil {
			return nil, err
		}
		err = g.entriesAbout(ctx, "system", string(out[i].System), func(_ int64, e sallyport.Entry, b sallyport.Body) {
			if d, ok := b.(*sallyport.DisclosureSet); ok {
				out[i].Versions = append(out[i].Versions, DisclosureVersion{Version: d.Version, Countries: d.Countries, Employers: d.Employers, By: g.partyOf(e.By), At: e.Time})
			}
		})
		slices.Reverse(out[i].Versions)
	}
	return out, err
}

// Approvals lists the written approvals on the systems that the caller oversees, soonest to end first.
func (g *Gateway) Approvals(ctx context.Context, c Caller) ([]ApprovalView, error) {
	var systems []sallyport.SystemID
	var now time.Time
	_ = g.view(func(s *workflow.State) error {
		now = g.time()
		for id := range s.Systems {
			if g.overseesSystem(s, id, c.Person) {
				systems = append(systems, id)
			}
		}
		return nil
	})
	out := []ApprovalView{}
	for _, id := range systems {
		err := g.entriesAbout(ctx, "system", string(id), func(_ int64, e sallyport.Entry, b sallyport.Body) {
			a, ok := b.(*sallyport.ApprovalRecorded)
			if !ok {
				return
			}
			v := ApprovalView{ApprovalRecorded: *a, State: "in force", By: g.partyOf(e.By), At: e.Time}
			switch {
			case !now.Before(a.Until):
				v.State = "over"
			case now.Before(a.From):
				v.State = "planned"
			}
			out = append(out, v)
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b ApprovalView) int { return a.Until.Compare(b.Until) })
	return out, nil
}

// Runbooks lists the runbooks on the systems that the caller oversees, escorts on or is second person of, soonest to end first.
func (g *Gateway) Runbooks(ctx context.Context, c Caller) ([]RunbookView, error) {
	out := []RunbookView{}
	err := g.view(func(s *workflow.State) error {
		now := g.time()
		for _, r := range s.Runbooks {
			p := s.People[c.Person]
			takes := p != nil && (p.Holds(sallyport.RoleEscort, r.System, now) || p.Holds(sallyport.RoleSecond, r.System, now))
			if !takes && c.Person != r.Escort && c.Person != r.Second && !g.overseesSystem(s, r.System, c.Person) {
				continue
			}
			v := RunbookView{Runbook: r.Runbook, System: r.System, Targets: r.Targets, Until: r.Until, Escort: g.party(s, r.Escort), Second: g.party(s, r.Second), State: "in force", Can: []string{}}
			_ = g.blobJSON(r.RunbookSigned.Text, &v.Text) // where it is withheld the page says that there is no text
			over := r.Withdrawn || !now.Before(r.Until)
			switch {
			case r.Withdrawn:
				v.State = "withdrawn"
			case over:
				v.State = "over"
			case !r.Seconded:
				v.State = "waits for its second person"
			}
			for word, body := range map[string]sallyport.Body{"second": &sallyport.RunbookSeconded{Runbook: r.Runbook}, "withdraw": &sallyport.RunbookWithdrawn{Runbook: r.Runbook, Reason: "asking"}} {
				if !over && g.could(s, now, c.Person, body) {
					v.Can = append(v.Can, word)
				}
			}
			slices.Sort(v.Can)
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b RunbookView) int { return a.Until.Compare(b.Until) })
	return out, err
}

// could tells whether rules would let p write body now. The caller holds the lock.
func (g *Gateway) could(s *workflow.State, now time.Time, p sallyport.PersonID, body sallyport.Body) bool {
	e, _, err := g.entry(now, p, "", body)
	return err == nil && g.check.Check(s, e, body, g.cache) == nil
}
