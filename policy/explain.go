package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// Explanation is an answer in sentences.
type Explanation struct {
	Question  string   `json:"question"`
	Allowed   bool     `json:"allowed"`
	Answer    string   `json:"answer"`
	Because   []string `json:"because"`             // the policies that decided, with their basis
	Facts     []string `json:"facts,omitempty"`     // on which facts
	Lists     []string `json:"lists,omitempty"`     // by which versions of which lists
	Accepted  []string `json:"accepted,omitempty"`  // risk acceptances that made the difference
	Changes   []string `json:"changes,omitempty"`   // what would change the answer: all of it, where several policies deny
	Instead   []string `json:"instead,omitempty"`   // what would be allowed as everything else stands: tried, not guessed
	Questions []string `json:"questions,omitempty"` // open legal questions that it touches
	Policy    string   `json:"policy"`              // profile, version and digest

	anyChange bool
}

// Explain answers a request in sentences: allowed or not, by which rule, on which facts, and what would change it. What
// would change a denial is what every policy that denies says of itself: all of it, not any of it.
func (s *Set) Explain(req *Request) Explanation {
	a, l := s.evaluate(req)
	e := Explanation{Question: questionText(req), Allowed: a.Allowed, Policy: fmt.Sprintf("%s %s, sha256 %s", s.Name(), s.Version(), s.digest)}
	deciding := s.deciding(a)
	switch {
	case len(a.Errors) > 0:
		e.Answer = "No: a policy could not be evaluated, and that is a denial."
		e.Because = a.Errors
		e.Changes = []string{"The policy is corrected."}
	case len(a.Withheld) > 0:
		e.Answer = "Not known: facts that the policies read are withheld."
		for _, f := range a.Withheld {
			e.Because = append(e.Because, fmt.Sprintf("The fact %q of %s is recorded and not disclosed here.", f.Name, f.Person))
		}
		e.Changes = []string{"The facts are disclosed."}
	case a.Allowed:
		e.Answer = "Yes."
		for _, r := range a.Policies {
			e.Because = append(e.Because, sentence(r))
		}
		for _, ac := range a.Accepted {
			e.Accepted = append(e.Accepted, fmt.Sprintf("%s sets %s aside until %s, signed by %s. Without it the answer is no.", ac.ID, ac.Rule, stamp(ac.Until), ac.By))
		}
		if !a.Until.IsZero() {
			e.Changes = append(e.Changes, fmt.Sprintf("Something that this rests on ends at %s.", stamp(a.Until)))
		}
	case len(a.Policies) == 0:
		e.Answer, e.anyChange = "No: nothing permits it.", true
		for _, r := range s.permits(req) {
			e.Because = append(e.Because, "What does not hold here: "+lowerFirst(r.Says))
			e.Changes = append(e.Changes, r.Changes)
		}
	default:
		e.Answer = "No."
		for _, r := range a.Policies {
			e.Because = append(e.Because, sentence(r))
			e.Changes = append(e.Changes, r.Changes)
		}
	}
	if s.byAsk[req.Ask] == nil {
		return e
	}
	if !a.Allowed {
		e.Instead = s.instead(req)
	}
	for _, f := range a.Facts {
		if slices.ContainsFunc(deciding, func(r *rule) bool { return r.readsFact(f) }) || a.Allowed && f.Seat == "principal" {
			if p, ok := l.people[f.Seat]; ok {
				e.Facts = append(e.Facts, p.sentence(f))
			}
		}
	}
	for _, used := range a.Lists {
		if a.Allowed || slices.ContainsFunc(deciding, func(r *rule) bool { return slices.Contains(listsRead(r.reads), used.Name) }) {
			e.Lists = append(e.Lists, listSentence(used, req.Lists[used.Name]))
		}
	}
	for _, r := range s.rules {
		if r.Question != "" && (slices.Contains(deciding, r) || a.Allowed && slices.Contains(r.asks, req.Ask)) {
			e.Questions = append(e.Questions, fmt.Sprintf("%s: %s", r.ID, r.Question))
		}
	}
	return e
}

// permits gives the permits that one more role would bring into play, or all of the question's where none would.
func (s *Set) permits(req *Request) []Rule {
	var near, all []Rule
	for _, role := range sallyport.Roles {
		more := *req
		more.Principal.Roles = append(slices.Clone(req.Principal.Roles), role)
		for _, p := range s.Evaluate(&more).Policies {
			if !p.Forbids && !slices.Contains(near, p) {
				near = append(near, p)
			}
		}
	}
	if len(near) > 0 {
		return near
	}
	if q := s.byAsk[req.Ask]; q != nil {
		for _, r := range s.rules {
			if !r.Forbids && slices.Contains(r.asks, req.Ask) {
				all = append(all, r.Rule)
			}
		}
	}
	return all
}

// instead tries what lies near a denied request: risk acceptances, a process approval, lower modes, and roles that the
// person does not hold.
func (s *Set) instead(req *Request) []string {
	out := s.excepted(req)
	if isMode(req.Ask) {
		for _, mode := range []sallyport.Mode{sallyport.Propose, sallyport.View, sallyport.Advise} {
			lower := *req
			lower.Ask, _ = sallyport.AskOf(mode)
			lower.Session.Mode = mode
			if mode.Rank() < modeOf(req).Rank() && s.Evaluate(&lower).Allowed {
				out = append(out, fmt.Sprintf("Mode %s is allowed.", mode))
			}
		}
	}
	for _, role := range sallyport.Roles {
		if slices.Contains(req.Principal.Roles, role) {
			continue
		}
		more := *req
		more.Principal.Roles = append(slices.Clone(req.Principal.Roles), role)
		if s.Evaluate(&more).Allowed {
			out = append(out, fmt.Sprintf("With the role %s it is allowed.", role))
		}
	}
	return out
}

// excepted tries the exceptions that an authority can make: accepting the risk of every policy that denies and lets
// itself be set aside, and approving the process for the countries of the principal.
func (s *Set) excepted(req *Request) []string {
	var out []string
	accepted := *req
	accepted.Acceptances = slices.Clone(req.Acceptances)
	var rules []string
	for _, r := range s.Evaluate(req).Policies {
		if r.Acceptable && r.Forbids {
			rules = append(rules, r.ID)
			accepted.Acceptances = append(accepted.Acceptances, Acceptance{System: req.System.ID, Rule: r.ID, From: req.Now, Until: req.Now.Add(time.Hour)})
		}
	}
	if len(rules) > 0 && s.Evaluate(&accepted).Allowed {
		out = append(out, fmt.Sprintf("Under a risk acceptance of %s it is allowed.", strings.Join(rules, " and ")))
	}
	who := standing{req.Principal, req.Now, &s.profile}
	citizenship, _ := known[sallyport.Citizenship](who, sallyport.FactCitizenship)
	location, state := known[sallyport.Location](who, sallyport.FactLocation)
	countries := slices.Clone(citizenship.Countries)
	if state == sallyport.FactKnown {
		countries = append(countries, location.Country)
	}
	slices.Sort(countries)
	countries = slices.Compact(countries)
	approved := *req
	approved.Approvals = append(slices.Clone(req.Approvals), Approval{System: req.System.ID, Countries: countries, From: req.Now, Until: req.Now.Add(time.Hour)})
	for _, mode := range []sallyport.Mode{sallyport.Propose, sallyport.View} {
		if ask, _ := sallyport.AskOf(mode); isMode(req.Ask) && mode.Rank() <= modeOf(req).Rank() {
			approved.Ask, approved.Session.Mode = ask, mode
			without := approved
			without.Approvals = req.Approvals
			if s.Evaluate(&approved).Allowed && !s.Evaluate(&without).Allowed {
				out = append(out, fmt.Sprintf("Under a written process approval for %s mode %s is allowed.", strings.Join(countries, ", "), mode))
				break
			}
		}
	}
	return out
}

// deciding gives the rules behind the policies of an answer.
func (s *Set) deciding(a Answer) []*rule {
	var out []*rule
	for _, r := range s.rules {
		if slices.ContainsFunc(a.Policies, func(p Rule) bool { return p.ID == r.ID }) {
			out = append(out, r)
		}
	}
	return out
}

func (r *rule) readsFact(f FactUsed) bool {
	return slices.Contains(factsRead(r.reads), read{f.Seat, sallyport.FactKind(f.Name)})
}

// Text is the explanation as lines for a terminal.
func (e Explanation) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", e.Question, e.Answer)
	part := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n%s\n", title)
		for _, l := range lines {
			fmt.Fprintf(&b, "  - %s\n", l)
		}
	}
	part("Because", e.Because)
	part("Risk accepted", e.Accepted)
	part("On these facts", e.Facts)
	part("With these lists", e.Lists)
	changes := "What would change the answer"
	if !e.Allowed && len(e.Changes) > 1 {
		changes += map[bool]string{true: " (any of these)", false: " (all of these together)"}[e.anyChange]
	}
	part(changes, e.Changes)
	part("As everything else stands", e.Instead)
	part("Open legal questions, for counsel and not for this program", e.Questions)
	fmt.Fprintf(&b, "\nPolicy: %s\n", e.Policy)
	return b.String()
}

func sentence(r Rule) string {
	s := r.Says + " [" + r.ID
	if r.Requirement != "" {
		s += "; " + r.Requirement
	}
	if r.Basis != "" {
		s += "; " + r.Basis
	}
	return s + "]"
}

func (p standing) sentence(f FactUsed) string {
	value := f.Value()
	who := string(f.Person)
	switch f.State {
	case sallyport.FactKnown:
		s := fmt.Sprintf("%s: %s", who, value)
		if fact := p.Facts[f.Name].Fact; fact != nil {
			s += fmt.Sprintf(" (%s %s, verified by %s on %s", fact.Evidence.Kind, fact.Evidence.Reference, fact.Verifier, fact.Verified.Format(time.DateOnly))
			if p.Facts[f.Name].SelfAsserted || fact.SelfAsserted {
				s += ", self-asserted"
			}
			s += ")"
		}
		if u := f.Until(); u != nil {
			s += ", until " + stamp(*u)
		}
		return s
	case sallyport.FactExpired:
		return fmt.Sprintf("%s: %s expired at %s: %s", who, f.Name, stamp(*f.Until()), value)
	case sallyport.FactUnverified:
		return fmt.Sprintf("%s: %s is only what they say of themselves, which this profile does not accept", who, f.Name)
	}
	return fmt.Sprintf("%s: %s is %s", who, f.Name, f.State)
}

func listSentence(used ListUsed, l *List) string {
	switch used.State {
	case "absent":
		return fmt.Sprintf("%s: no such list is in force, so nothing that needs it is allowed", used.Name)
	case "unconfirmed":
		return fmt.Sprintf("%s %s: its members are not confirmed, so nothing that needs it is allowed (%s)", used.Name, used.Version, l.Source)
	}
	return fmt.Sprintf("%s %s: %s (%s)", used.Name, used.Version, strings.Join(l.Members, " "), l.Source)
}

var verbs = map[sallyport.Ask]string{
	sallyport.AskAdvise: "take part in mode advise", sallyport.AskView: "take part in mode view", sallyport.AskPropose: "take part in mode propose",
	sallyport.AskDrive: "take part in mode drive", sallyport.AskRead: "have files read for a proposal", sallyport.AskEscort: "escort",
	sallyport.AskDecide: "decide as escort", sallyport.AskDecideSecond: "decide as second person", sallyport.AskExecute: "have an approved action run",
	sallyport.AskSeeOutput: "see released output", sallyport.AskReleaseOutput: "release output", sallyport.AskWatch: "watch a session",
	sallyport.AskEnd: "end a session", sallyport.AskApprove: "approve a session", sallyport.AskAcceptRisk: "accept a risk",
	sallyport.AskConsent: "consent for the system owner", sallyport.AskReplay: "look at a recording", sallyport.AskExport: "take evidence out",
	sallyport.AskAdminister: "administer",
}

func questionText(req *Request) string {
	verb := verbs[req.Ask]
	if req.Topic != "" {
		verb += " (" + string(req.Topic) + ")"
	}
	return fmt.Sprintf("May %s %s on %s, at %s?", req.Principal.ID, verb, req.System.ID, stamp(req.Now))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
