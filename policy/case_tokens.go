package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sallyport"
)

// subject reads "name token ...": a person of the table, changed.
func (t *table) subject(text string) (Subject, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Subject{}, fmt.Errorf("nobody is named")
	}
	tokens, ok := t.people[words[0]]
	if !ok {
		return Subject{}, fmt.Errorf("there is no person %q in the table", words[0])
	}
	p := Subject{ID: sallyport.PersonID(words[0]), Facts: Facts{}}
	for _, token := range append(strings.Fields(tokens), words[1:]...) {
		if err := p.token(token); err != nil {
			return p, fmt.Errorf("person %q: token %q: %w", words[0], token, err)
		}
	}
	return p, nil
}

// token applies one word about a person:
//
//	roles=engineer,escort      the roles they hold
//	escorting=2                other sessions that they escort now
//	citizenship=FR,US          a fact, by name and value
//	screening=us-federal:2@-1s a fact whose time ended a second ago; @+0s: it ends this very moment
//	-location                  the fact is unknown
//	training=escort~           the fact is withheld
//	here=FR:network-list:low   where the session says that they are, put in the place of the location as [Facts.With] does
//	office=FR^self             only the person themselves says so; ^self+other: and another vouched; ^own: they verified it themselves unmarked
func (p *Subject) token(token string) error {
	if name, ok := strings.CutPrefix(token, "-"); ok {
		if _, there := p.Facts[name]; !there {
			return fmt.Errorf("they have no fact %q", name)
		}
		delete(p.Facts, name)
		return nil
	}
	key, value, ok := strings.Cut(token, "=")
	if !ok {
		return fmt.Errorf("neither name=value nor -name")
	}
	switch key {
	case "roles":
		p.Roles = nil
		for _, r := range strings.Split(value, ",") {
			if r != "" && !slices.Contains(sallyport.Roles, sallyport.Role(r)) {
				return fmt.Errorf("no role %q", r)
			}
			p.Roles = append(p.Roles, sallyport.Role(r))
		}
		return nil
	case "escorting":
		n, err := strconv.Atoi(value)
		p.Escorted = n
		return err
	}
	value, withheld := strings.CutSuffix(value, "~")
	value, source, _ := strings.Cut(value, "^")
	value, end, ends := strings.Cut(value, "@")
	here := key == "here"
	if here {
		key = sallyport.FactLocation
	}
	v, err := ParseFactText(key, value)
	if err != nil {
		return err
	}
	f := &sallyport.Fact{Name: v.FactName(), Value: v, Evidence: sallyport.Evidence{Kind: "case", Reference: "case"}, Verifier: "verifier", Verified: caseMoment.AddDate(-1, 0, 0)}
	held := Held{Fact: f}
	if ends {
		d, err := time.ParseDuration(end)
		if err != nil {
			return err
		}
		u := caseMoment.Add(d)
		f.Until, held.Until = &u, &u
	}
	switch source {
	case "":
	case "self", "self+other":
		f.Verifier, f.SelfAsserted, held.SelfAsserted = p.ID, true, true
		if source == "self+other" {
			held.Vouchers = []sallyport.PersonID{"other"}
		} else {
			held.Vouchers = []sallyport.PersonID{p.ID} // their own second word is no second word
		}
	case "own":
		f.Verifier = p.ID
	default:
		return fmt.Errorf("source %q is not self, self+other or own", source)
	}
	if here {
		p.Facts = p.Facts.With(f)
		return nil
	}
	if withheld {
		held.Fact = nil
	}
	p.Facts[f.Name] = held
	return nil
}

// given applies one word about the situation.
func (t *table) given(c *Case, token string) error {
	req := &c.Request
	yes := !strings.HasPrefix(token, "!")
	key, value, _ := strings.Cut(strings.TrimPrefix(token, "!"), "=")
	words := strings.Split(value, ",")
	flags := map[string]*bool{
		"approved": &req.Session.Approved, "consented": &req.Session.Consented, "present": &req.Session.Present, "paused": &req.Session.Paused,
		"break-glass": &req.Session.BreakGlass, "assessed": &req.Action.Assessed, "complete": &req.Action.Complete, "runbook": &req.Action.Runbook,
		"signed": &req.Action.Signed, "escort-approved": &req.Action.EscortApproved, "second-approved": &req.Action.SecondApproved,
		"words": &req.Decision.Words, "decision-signed": &req.Decision.Signed, "self-asserted": &req.SelfAsserted,
	}
	if f, ok := flags[key]; ok && value == "" {
		*f = yes
		return nil
	}
	if !yes {
		return fmt.Errorf("only a flag can be denied")
	}
	if param, ok := strings.CutPrefix(key, "profile."); ok {
		return c.parameter(param, value)
	}
	seats := map[string]*Subject{"engineer": &req.Session.Engineer, "escort": &req.Session.Escort, "second": &req.Session.Second,
		"owner": &req.Session.Owner, "approver": &req.Session.Approver, "subject": &req.Subject}
	if seat, ok := seats[key]; ok {
		var err error
		switch value {
		case "self":
			*seat = req.Principal
		case "nobody":
			*seat = Subject{}
		default:
			*seat, err = t.subject(strings.ReplaceAll(value, "+", " "))
		}
		return err
	}
	switch key {
	case "stage":
		req.Session.Stage = Stage(value)
	case "mode":
		req.Session.Mode = sallyport.Mode(value)
	case "topic":
		if !slices.Contains(Topics, Topic(value)) {
			return fmt.Errorf("no topic %q", value)
		}
		req.Topic = Topic(value)
	case "action": // a proposal, where the default has none
		req.Action = Action{ID: sallyport.ActionID(value), Signed: true}
	case "answer":
		req.Decision.Answer = value
	case "verdict":
		req.Action.Verdict = sallyport.Verdict(value)
	case "kinds":
		req.Action.Kinds = nil
		for _, k := range words {
			req.Action.Kinds = append(req.Action.Kinds, sallyport.EffectKind(k))
		}
	case "needs":
		req.Action.Needs, req.Session.Technologies = words, words
	case "impact":
		req.System.Impact = value
	case "escort-cap":
		n, err := strconv.Atoi(value)
		req.System.EscortCap = n
		return err
	case "disclosed": // countries, then employers after a slash; "nothing" for no disclosure at all
		req.Disclosure = nil
		if value != "nothing" {
			countries, employers, _ := strings.Cut(value, "/")
			req.Disclosure = &Disclosure{Version: "1", Countries: strings.Split(countries, ","), Employers: strings.Split(employers, ",")}
		}
	case "approval": // a written process approval for these countries, its end after an @
		countries, end, ends := strings.Cut(value, "@")
		until := caseMoment.AddDate(0, 1, 0)
		if ends {
			d, err := time.ParseDuration(end)
			if err != nil {
				return err
			}
			until = caseMoment.Add(d)
		}
		req.Approvals = append(req.Approvals, Approval{ID: "p-1", System: caseSystem, Countries: strings.Split(countries, ","), From: caseMoment.AddDate(0, -1, 0), Until: until})
	case "accept": // a risk acceptance of this policy, its end after an @
		rule, end, ends := strings.Cut(value, "@")
		if _, ok := t.set.Rule(rule); !ok {
			return fmt.Errorf("no policy %q", rule)
		}
		until := caseMoment.AddDate(0, 1, 0)
		if ends {
			d, err := time.ParseDuration(end)
			if err != nil {
				return err
			}
			until = caseMoment.Add(d)
		}
		req.Acceptances = append(req.Acceptances, Acceptance{ID: "r-1", System: caseSystem, Rule: rule, By: "ao", From: caseMoment.AddDate(0, -1, 0), Until: until})
	case "revoke":
		what, name, _ := strings.Cut(value, ":")
		req.Revocations = append(req.Revocations, Revocation{What: what, Name: name})
	case "lists":
		if value != "shipped" {
			return fmt.Errorf("lists are shipped, or those of the table")
		}
		lists, err := ShippedLists()
		req.Lists = lists
		return err
	default:
		return fmt.Errorf("not known")
	}
	return nil
}

// parameter asks the case of the set with one parameter changed.
func (c *Case) parameter(name, value string) error {
	set := *c.set
	p := &set.profile
	flags := map[string]*bool{"self_asserted": &p.SelfAsserted, "break_glass": &p.BreakGlass, "session_approval": &p.SessionApproval, "owner_consent": &p.OwnerConsent,
		"disclosure": &p.Disclosure, "sign_proposals": &p.SignProposals, "sign_decisions": &p.SignDecisions, "words": &p.Words, "escort_qualified": &p.EscortQualified}
	switch {
	case flags[name] != nil && (value == "true" || value == "false"):
		*flags[name] = value == "true"
	case name == "ceiling":
		p.Ceiling = sallyport.Mode(value)
	case name == "second_from":
		p.SecondFrom = sallyport.Verdict(value)
	case name == "qualification":
		p.Qualification = value
	case name == "escort_cap":
		n, err := strconv.Atoi(value)
		if err != nil {
			return err
		}
		p.EscortCap = n
	default:
		return fmt.Errorf("no parameter %q with value %q", name, value)
	}
	if err := p.validate(); err != nil {
		return err
	}
	set.context = newProfileRecord(set.profile)
	c.set = &set
	return nil
}
