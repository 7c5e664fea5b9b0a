package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// Limits of one answer.
const (
	MaxWhoRows  = 1000
	whoRows     = 200     // where none is asked for
	maxTests    = 8       // facts asked for at once
	maxWhoBytes = 1 << 20 // of released bytes or text, per row
)

// FactTest asks for people by a fact as it stood when they acted. Name is a kind of fact ("employer"), a whole name
// ("screening:us-federal"), or "country": any citizenship, location, office or employer there, as in a revocation by country. Value is what the
// fact must say; or "unknown" (nobody had recorded it), "expired", "self-asserted".
type FactTest struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// WhoQuestion asks what people did and saw. Zero fields do not narrow.
type WhoQuestion struct {
	Person       sallyport.PersonID  `json:"person,omitempty"`
	Facts        []FactTest          `json:"facts,omitempty"` // all of them, as they stood at the time of each row
	Deeds        []string            `json:"deeds,omitempty"` // of Deeds; empty: all but DeedDid
	System       sallyport.SystemID  `json:"system,omitempty"`
	Session      sallyport.SessionID `json:"session,omitempty"`
	Mode         sallyport.Mode      `json:"mode,omitempty"`
	Since, Until time.Time           `json:"-"`
	From         int64               `json:"-"` // first ledger index of this page
	Limit        int                 `json:"-"` // rows; a page is longer where one entry has several
	Bytes        bool                `json:"-"` // give what was seen and proposed too, where policy lets the asker look
}

// WhoAnswer is one page of an answer, with what the whole answer comes to.
type WhoAnswer struct {
	Rows    []WhoRow             `json:"rows"`
	Next    int64                `json:"next,omitempty"` // From of the next page; 0: this is the last one
	Size    int64                `json:"size"`           // entries of the ledger that the answer rests on
	Total   int                  `json:"total"`          // rows on all pages
	Deeds   map[string]int       `json:"deeds"`          // rows by deed
	People  []sallyport.PersonID `json:"people"`
	Systems []sallyport.SystemID `json:"systems"`
	Asked   []sallyport.SystemID `json:"asked"` // the systems that the answer covers: those about which the asker may ask; "*" is what concerns none
}

// Who answers what people did, saw, decided and ran. Everyone may ask about themselves; about others, whoever may export evidence
// or replay recordings, of the systems on which they may. It is read from the ledger, with the facts of the time.
func (g *Gateway) Who(ctx context.Context, c Caller, q WhoQuestion) (WhoAnswer, error) {
	if err := q.check(); err != nil {
		return WhoAnswer{}, err
	}
	size := g.Log.Size()
	found, asked, err := g.whoActs(ctx, c, q, size)
	if err != nil {
		return WhoAnswer{}, err
	}
	a := WhoAnswer{Rows: []WhoRow{}, Size: size, Total: len(found), Deeds: map[string]int{}, People: []sallyport.PersonID{}, Systems: []sallyport.SystemID{}, Asked: asked}
	people, systems := map[sallyport.PersonID]bool{}, map[sallyport.SystemID]bool{}
	for _, f := range found {
		a.Deeds[Deeds[f.deed]]++
		people[f.person.ID] = true
		if f.within != nil {
			systems[f.within.System] = true
		}
	}
	for p := range people {
		a.People = append(a.People, p)
	}
	for s := range systems {
		a.Systems = append(a.Systems, s)
	}
	slices.Sort(a.People)
	slices.Sort(a.Systems)
	first := slices.IndexFunc(found, func(f act) bool { return f.index >= q.From })
	if first < 0 {
		return a, nil
	}
	open := opener{g: g, ctx: ctx, caller: c, may: map[workflow.Revocation]error{}}
	facts := map[sallyport.PersonID][]factWas{}
	for i, f := range found[first:] {
		if i >= q.Limit && f.index != found[first+i-1].index {
			a.Next = f.index
			break
		}
		row, err := g.whoRow(ctx, f, q, facts, size)
		if err != nil {
			return a, err
		}
		if q.Bytes {
			open.fill(&row)
		}
		a.Rows = append(a.Rows, row)
	}
	return a, nil
}

func (q *WhoQuestion) check() error {
	if q.Limit <= 0 {
		q.Limit = whoRows
	}
	q.Limit = min(q.Limit, MaxWhoRows)
	if len(q.Deeds) == 0 {
		q.Deeds = []string{DeedProposed, DeedSaw, DeedDecided, DeedRan}
	}
	for _, d := range q.Deeds {
		if !slices.Contains(Deeds, d) {
			return sallyport.Errorf(sallyport.Invalid, "%q is nothing that people are asked about", d).WithHint("one of %s", strings.Join(Deeds, ", "))
		}
	}
	if err := checkTests(q.Facts); err != nil {
		return err
	}
	if q.Mode != "" && q.Mode.Rank() <= 0 {
		return sallyport.Errorf(sallyport.Invalid, "mode %q is not known", q.Mode).WithHint("advise, view, propose or drive")
	}
	return nil
}

func checkTests(tests []FactTest) error {
	if len(tests) > maxTests {
		return sallyport.Errorf(sallyport.Limited, "%d facts are asked for at once, at most %d", len(tests), maxTests)
	}
	for _, t := range tests {
		if t.Name != "country" && !slices.Contains(sallyport.FactKinds, sallyport.FactKind(t.Name)) {
			return sallyport.Errorf(sallyport.Invalid, "fact %q is of no known kind", t.Name).WithHint("kinds are country, %s", strings.Join(sallyport.FactKinds, ", "))
		}
		if t.Value == "" || len(t.Value) > 256 {
			return sallyport.Errorf(sallyport.Invalid, "fact %q is asked for without a value, or with one longer than 256 bytes", t.Name).WithHint("for instance --fact %s=unknown", t.Name)
		}
	}
	return nil
}

// mayAsk tells whether a caller may ask about others on a system, or with HouseSystem about what concerns none; the caller of mayAsk holds
// the lock.
func (g *Gateway) mayAsk(s *workflow.State, system sallyport.SystemID, p sallyport.PersonID) bool {
	return g.may(s, system, sallyport.AskExport, "", p) || g.may(s, system, sallyport.AskReplay, "", p)
}

// whoActs finds the acts that a question is about, and the systems that its answer covers.
func (g *Gateway) whoActs(ctx context.Context, c Caller, q WhoQuestion, size int64) ([]act, []sallyport.SystemID, error) {
	var (
		span  []act
		facts map[sallyport.PersonID][]factChange
		allow = map[sallyport.SystemID]bool{}
		asked []sallyport.SystemID
	)
	err := g.view(func(s *workflow.State) error {
		if q.Person != "" && s.People[q.Person] == nil && q.Person != c.Person {
			// Whether somebody is known is for those who may ask.
			if !g.mayAsk(s, "*", c.Person) {
				return sallyport.Errorf(sallyport.Forbidden, "you may ask about yourself alone")
			}
			return sallyport.Errorf(sallyport.NotFound, "no person %q", q.Person).WithHint("sallyport person list")
		}
		for id := range s.Systems {
			allow[id] = g.mayAsk(s, id, c.Person)
		}
		allow["*"] = g.mayAsk(s, "*", c.Person)
		span = g.past.span(q.Since, q.Until)
		if len(q.Facts) > 0 {
			facts = make(map[sallyport.PersonID][]factChange, len(g.past.facts))
			for _, a := range span {
				facts[a.person.ID] = g.past.facts[a.person.ID]
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for id, yes := range allow {
		if yes {
			asked = append(asked, id)
		}
	}
	slices.Sort(asked)
	self := q.Person == c.Person
	switch {
	case len(asked) == 0 && !self:
		return nil, nil, sallyport.Errorf(sallyport.Forbidden, "you may ask about yourself alone").WithHint("whoever may export evidence or replay recordings of a system may ask about others there")
	case q.System != "" && !allow[q.System] && !self:
		return nil, nil, sallyport.Errorf(sallyport.NotFound, "no system %q that you may ask about", q.System)
	}
	wanted := [len5]bool{}
	for i, d := range Deeds {
		wanted[i] = slices.Contains(q.Deeds, d)
	}
	match := matcher{g: g, ctx: ctx, tests: q.Facts, changes: facts, size: size, people: map[sallyport.PersonID][]factWas{}}
	var out []act
	for _, a := range span {
		system := sallyport.SystemID("*")
		if a.within != nil {
			system = a.within.System
		}
		switch {
		case a.index >= size: // not durable yet: it did not happen
		case !wanted[a.deed], q.Person != "" && a.person.ID != q.Person:
		case !self && !allow[system]:
		case q.System != "" && system != q.System:
		case q.Session != "" && (a.within == nil || a.within.ID != q.Session):
		case q.Mode != "" && (a.within == nil || a.within.Mode != q.Mode):
		default:
			yes, err := match.acted(a)
			if err != nil {
				return nil, nil, err
			}
			if yes {
				out = append(out, a)
			}
		}
	}
	return out, asked, nil
}

const len5 = 5 // of Deeds

// matcher asks whether people's facts were what a question asks for, when they acted.
type matcher struct {
	g       *Gateway
	ctx     context.Context
	tests   []FactTest
	changes map[sallyport.PersonID][]factChange
	size    int64
	people  map[sallyport.PersonID][]factWas
}

func (m *matcher) acted(a act) (bool, error) {
	if len(m.tests) == 0 {
		return true, nil
	}
	was, ok := m.people[a.person.ID]
	if !ok {
		var relevant []factChange
		for _, ch := range m.changes[a.person.ID] {
			if slices.ContainsFunc(m.tests, func(t FactTest) bool { return t.concerns(ch.name) }) {
				relevant = append(relevant, ch)
			}
		}
		var err error
		if was, err = m.g.factsOf(m.ctx, relevant, m.size); err != nil {
			return false, err
		}
		m.people[a.person.ID] = was
	}
	stood, err := m.g.stood(was, a)
	if err != nil {
		return false, err
	}
	for _, t := range m.tests {
		if !t.holds(stood) {
			return false, nil
		}
	}
	return true, nil
}

// concerns tells whether a change of the fact called name can change the answer.
func (t FactTest) concerns(name string) bool {
	switch kind := sallyport.FactKind(name); t.Name {
	case "country":
		return kind == sallyport.FactCitizenship || kind == sallyport.FactLocation || kind == sallyport.FactOffice || kind == sallyport.FactEmployer
	default:
		return t.Name == name || t.Name == kind
	}
}

func (t FactTest) holds(stood []FactView) bool {
	seen := false
	for _, v := range stood {
		if !t.concerns(v.Name) {
			continue
		}
		seen = true
		if t.Value == v.State {
			return true
		}
		f, ok := v.Value.(*sallyport.Fact)
		if !ok {
			continue
		}
		if t.Name == "country" {
			if slices.ContainsFunc(policy.FactCountries(f.Value), func(c string) bool { return strings.EqualFold(c, t.Value) }) {
				return true
			}
		} else if policy.Says(f.Value, t.Value) {
			return true
		}
	}
	return !seen && t.Value == string(sallyport.FactUnknown)
}

// stood gives the facts of whoever acted, as they stood then: those on record before the entry, and for the engineer of a session the
// location that was recorded for it.
func (g *Gateway) stood(was []factWas, a act) ([]FactView, error) {
	at := time.Unix(0, a.at).UTC()
	facts := asOf(was, a.index)
	if s := a.within; s != nil && s.Location != nil && s.Engineer == a.person.ID && a.index >= s.Index {
		facts[sallyport.FactLocation] = &workflow.Fact{Name: sallyport.FactLocation, Ref: *s.Location, Index: s.Index, By: s.Engineer, At: s.At}
	}
	out := make([]FactView, 0, len(facts))
	for _, f := range facts {
		out = append(out, g.factView(a.person.ID, f, at))
	}
	slices.SortFunc(out, func(x, y FactView) int { return strings.Compare(x.Name, y.Name) })
	return out, nil
}
