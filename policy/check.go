package policy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	cedarast "github.com/cedar-policy/cedar-go/ast"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"sallyport"
)

//go:embed schema.cedar
var schemaText string

// Schema gives the Cedar schema that the policies of a profile with these lists are checked against.
func Schema(lists []string) string {
	var members []string
	for _, l := range lists {
		members = append(members, fmt.Sprintf("%q: List", l))
	}
	return strings.ReplaceAll(schemaText, "{ LISTS }", "{ "+strings.Join(members, ", ")+" }")
}

// check refuses a set whose policies do not fit the schema, each other or the declared lists.
func (s *Set) check() error {
	var sc schema.Schema
	if err := sc.UnmarshalCedar([]byte(Schema(s.profile.Lists))); err != nil {
		return fmt.Errorf("policy schema: %w", err)
	}
	resolved, err := sc.Resolve()
	if err != nil {
		return fmt.Errorf("policy schema: %w", err)
	}
	v := validate.New(resolved, validate.WithStrict())
	seen := map[string]*rule{}
	read := map[string]bool{}
	if len(s.rules) > maxPolicies {
		return sallyport.Errorf(sallyport.Limited, "profile %q has %d policies, more than %d", s.profile.Name, len(s.rules), maxPolicies)
	}
	for _, r := range s.rules {
		if other := seen[r.ID]; other != nil {
			return sallyport.Errorf(sallyport.Invalid, "policy %q is in %s and in %s", r.ID, other.file, r.file)
		}
		seen[r.ID] = r
		if err := v.Policy(r.ID, (*ast.Policy)(r.policy.AST())); err != nil {
			return sallyport.Errorf(sallyport.Invalid, "%s line %d: policy %q: %v", r.file, r.policy.Position().Line, r.ID, err).
				WithHint("docs/spec/profile.md lists the attributes that a policy may read")
		}
		for _, path := range r.reads {
			if parts := strings.Split(path, "."); len(parts) >= 3 && parts[1] == "lists" {
				read[parts[2]] = true
			}
		}
	}
	for _, l := range s.profile.Lists {
		if !read[l] {
			return sallyport.Errorf(sallyport.Invalid, "profile %q declares list %q, which no policy reads", s.profile.Name, l)
		}
	}
	return nil
}

// question is what a set knows beforehand about one ask.
type question struct {
	rules map[cedar.PolicyID]*rule
	set   *cedar.PolicySet
	reads []read   // facts
	lists []string // names, sorted
	wants *wanted
}

// read is one fact of one seat.
type read struct{ seat, kind string }

// index sorts the rules by ask, so that an evaluation visits only those whose scope covers it.
func (s *Set) index() {
	for _, ask := range asks {
		q := &question{rules: map[cedar.PolicyID]*rule{}, set: cedar.NewPolicySet()}
		var asked []*rule
		for _, r := range s.rules {
			if !slices.Contains(r.asks, ask) {
				continue
			}
			q.rules[cedar.PolicyID(r.ID)] = r
			asked = append(asked, r)
			q.set.Add(cedar.PolicyID(r.ID), r.unscoped())
			q.reads = append(q.reads, factsRead(r.reads)...)
			q.lists = append(q.lists, listsRead(r.reads)...)
		}
		slices.SortFunc(q.reads, func(a, b read) int { return strings.Compare(a.seat+"."+a.kind, b.seat+"."+b.kind) })
		q.reads = slices.Compact(q.reads)
		slices.Sort(q.lists)
		q.lists = slices.Compact(q.lists)
		q.wants = wantedBy(asked)
		s.byAsk[ask] = q
	}
	s.context = newProfileRecord(s.profile)
}

// unscoped is the policy without its action scope, which the question has answered already. To test an action's
// parents again is a good part of what an evaluation would cost.
func (r *rule) unscoped() *cedar.Policy {
	tree := *(*ast.Policy)(r.policy.AST())
	tree.Action = ast.ScopeTypeAll{}
	return cedar.NewPolicyFromAST((*cedarast.Policy)(&tree))
}

// factsRead lists the facts behind paths. What a person lacks is read off their qualifications, whether they are revoked
// off where they are from.
func factsRead(paths []string) []read {
	var out []read
	for _, path := range paths {
		seat, attribute, _, ok := seatOf(path)
		switch {
		case !ok:
		case attribute == "lacks":
			out = append(out, read{seat, sallyport.FactQualification})
		case slices.Contains(sallyport.FactKinds, attribute):
			out = append(out, read{seat, attribute})
		}
	}
	return out
}

func listsRead(paths []string) []string {
	var out []string
	for _, path := range paths {
		if parts := strings.Split(path, "."); len(parts) >= 3 && parts[1] == "lists" {
			out = append(out, parts[2])
		}
	}
	return out
}
