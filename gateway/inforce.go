package gateway

import (
	"context"
	"slices"
	"strings"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// ProfileView is a policy set in force, in words.
type ProfileView struct {
	Profile    string               `json:"profile"`
	Title      string               `json:"title"`
	Version    string               `json:"version"`
	Content    sallyport.Digest     `json:"content"`
	Shipped    bool                 `json:"shipped"` // it is, byte for byte, what came with this program
	House      bool                 `json:"house"`   // it governs what concerns no single system
	Systems    []sallyport.SystemID `json:"systems"`
	Summary    string               `json:"summary"` // Markdown
	Parameters []ParameterView      `json:"parameters"`
	Lists      []string             `json:"lists"`
	Rules      []RuleView           `json:"rules"`
}

// ParameterView is one declared parameter of a profile.
type ParameterView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// RuleView is one policy in words.
type RuleView struct {
	ID          string `json:"id"`
	Forbids     bool   `json:"forbids"`
	Says        string `json:"says"`
	Changes     string `json:"changes"`
	Basis       string `json:"basis,omitempty"`
	Requirement string `json:"requirement,omitempty"`
	Question    string `json:"question,omitempty"`   // an open legal question
	Acceptable  bool   `json:"acceptable,omitempty"` // a risk acceptance may set it aside
}

// ListView is a country list in force.
type ListView struct {
	List      string           `json:"list"`
	Title     string           `json:"title"`
	Version   string           `json:"version"`
	Source    string           `json:"source"`
	Confirmed bool             `json:"confirmed"` // false: its members could not be confirmed, and a policy that needs it denies
	Note      string           `json:"note,omitempty"`
	Members   []string         `json:"members"`
	Content   sallyport.Digest `json:"content"`
	ReadBy    []string         `json:"readBy"` // profiles in force that read it
}

// Profiles lists the policy sets in force, for whoever oversees people, policy or a system.
func (g *Gateway) Profiles(ctx context.Context, c Caller) ([]ProfileView, error) {
	out := []ProfileView{}
	err := g.view(func(s *workflow.State) error {
		if !g.oversees(s, c.Person) {
			return errOversight
		}
		for name, p := range s.Policies {
			set, err := g.check.SetNamed(s, name, g.cache)
			if err != nil {
				return refusal(err)
			}
			v := profileView(set)
			v.House, v.Content = s.House == name, p.Content
			for id, sys := range s.Systems {
				if sys.Profile == name {
					v.Systems = append(v.Systems, id)
				}
			}
			slices.Sort(v.Systems)
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b ProfileView) int { return strings.Compare(a.Profile, b.Profile) })
	return out, err
}

func profileView(set *policy.Set) ProfileView {
	p := set.Profile()
	v := ProfileView{Profile: set.Name(), Title: p.Title, Version: set.Version(), Content: set.Digest(), Summary: set.Summary(), Systems: []sallyport.SystemID{}, Lists: p.Lists, Rules: []RuleView{}}
	if v.Lists == nil {
		v.Lists = []string{}
	}
	if shipped, err := policy.Open(set.Name()); err == nil {
		v.Shipped = shipped.Digest() == set.Digest()
	}
	for _, pair := range set.Parameters() {
		v.Parameters = append(v.Parameters, ParameterView{Name: pair[0], Value: pair[1]})
	}
	for _, r := range set.Rules() {
		v.Rules = append(v.Rules, RuleView(r))
	}
	return v
}

// Lists lists the country lists in force, for whoever oversees people, policy or a system.
func (g *Gateway) Lists(ctx context.Context, c Caller) ([]ListView, error) {
	out := []ListView{}
	err := g.view(func(s *workflow.State) error {
		if !g.oversees(s, c.Person) {
			return errOversight
		}
		reads := map[string][]string{}
		for name := range s.Policies {
			set, err := g.check.SetNamed(s, name, g.cache)
			if err != nil {
				return refusal(err)
			}
			for _, l := range set.Profile().Lists {
				reads[l] = append(reads[l], name)
			}
		}
		w, err := g.check.ListsOf(s, g.cache)
		if err != nil {
			return refusal(err)
		}
		for name, l := range w {
			v := ListView{List: name, Title: l.Title, Version: l.Version, Source: l.Source, Confirmed: l.Confirmed, Note: l.Note, Members: l.Members, Content: l.Digest(), ReadBy: reads[name]}
			if v.ReadBy == nil {
				v.ReadBy = []string{}
			}
			slices.Sort(v.ReadBy)
			out = append(out, v)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b ListView) int { return strings.Compare(a.List, b.List) })
	return out, err
}

var errOversight = sallyport.Errorf(sallyport.Forbidden, "you oversee neither people nor policy nor a system").
	WithHint("administrators, approvers, supervisors, system owners and auditors do")

// oversees tells whether policy lets p look after people, policy or some system. The caller holds the lock.
func (g *Gateway) oversees(s *workflow.State, p sallyport.PersonID) bool {
	if g.mayList(s, p) || g.may(s, "*", sallyport.AskAdminister, policy.TopicPolicy, p) {
		return true
	}
	for id := range s.Systems {
		if g.overseesSystem(s, id, p) {
			return true
		}
	}
	return false
}

func (g *Gateway) overseesSystem(s *workflow.State, system sallyport.SystemID, p sallyport.PersonID) bool {
	return g.may(s, system, sallyport.AskWatch, "", p) || g.may(s, system, sallyport.AskAcceptRisk, "", p) || g.may(s, system, sallyport.AskAdminister, policy.TopicSystem, p)
}
