package policy

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sallyport"
)

// Case is one row of a table of cases: a question and the answer that the profile must give. See docs/spec/profile.md.
type Case struct {
	File    string
	Line    int
	Name    string
	Allow   bool
	By      []string // exactly the policies that decide; none where nothing permits it
	Request Request
	Note    string
	set     *Set // with the parameters that the case sets
}

// caseMoment is the time at which every case is asked.
var caseMoment = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const caseSystem sallyport.SystemID = "sys"

// caseHeader names the columns.
var caseHeader = []string{"kind", "name", "expect", "by", "ask", "who", "given", "note"}

const maxCases = 10000

// table is what the rows of the files of a set say together. People and lists of one file hold in the ones after it.
type table struct {
	set    *Set
	people map[string]string // tokens
	lists  Lists             // fixtures over those that are shipped
	cases  []Case
}

// Cases reads the tables of the set: those of the shared files first, asked of the people that cases.csv defines.
func (s *Set) Cases() ([]Case, error) {
	lists, err := ShippedLists()
	if err != nil {
		return nil, err
	}
	t := &table{set: s, people: map[string]string{}, lists: lists}
	files := []string{fileCases}
	for _, name := range append([]string{"floor"}, s.profile.Include...) {
		files = append(files, sharedDir+name+".csv")
	}
	for _, definitions := range []bool{true, false} {
		for _, file := range files {
			if err := t.read(file, s.files[file], definitions); err != nil {
				return nil, err
			}
		}
	}
	return t.cases, nil
}

// read takes the people and lists of a file, or else its cases.
func (t *table) read(file, text string, definitions bool) error {
	r := csv.NewReader(bytes.NewReader([]byte(text)))
	r.FieldsPerRecord = len(caseHeader)
	r.Comment = '#'
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sallyport.Errorf(sallyport.Invalid, "%s: %v", file, err)
		}
		line, _ := r.FieldPos(0)
		bad := func(err error) error {
			return sallyport.Errorf(sallyport.Invalid, "%s line %d: %v", file, line, err)
		}
		if first {
			if !slices.Equal(row, caseHeader) {
				return bad(fmt.Errorf("header is %q, want %q", strings.Join(row, ","), strings.Join(caseHeader, ",")))
			}
			continue
		}
		if (row[0] == "case") == definitions {
			continue
		}
		switch row[0] {
		case "person":
			if t.people[row[1]] != "" {
				return bad(fmt.Errorf("person %q is defined twice", row[1]))
			}
			t.people[row[1]] = row[6]
		case "list":
			l := &List{Name: row[1], Title: "fixture", Version: "2026-11-21", Source: "cases", Confirmed: true, Members: strings.Fields(row[6])}
			if err := l.validate(); err != nil {
				return bad(err)
			}
			t.lists[row[1]] = l
		case "case":
			c, err := t.parse(row)
			if err != nil {
				return bad(err)
			}
			c.File, c.Line = file, line
			if t.cases = append(t.cases, c); len(t.cases) > maxCases {
				return bad(fmt.Errorf("more than %d cases", maxCases))
			}
		default:
			return bad(fmt.Errorf("kind %q is not person, list or case", row[0]))
		}
	}
}

// parse reads a case row. Everything that a session and an action need is there by default; tokens take it away.
func (t *table) parse(row []string) (Case, error) {
	c := Case{Name: row[1], By: strings.Fields(row[3]), Note: row[7], set: t.set}
	slices.Sort(c.By)
	switch row[2] {
	case "allow":
		c.Allow = true
	case "deny":
	default:
		return c, fmt.Errorf("expect %q is not allow or deny", row[2])
	}
	ask := sallyport.Ask(row[4])
	if !slices.Contains(asks, ask) {
		return c, fmt.Errorf("ask %q is not one that policy is asked", row[4])
	}
	who, err := t.subject(row[5])
	if err != nil {
		return c, err
	}
	req := &c.Request
	*req = Request{Ask: ask, Now: caseMoment, Principal: who, System: System{ID: caseSystem}, Lists: t.lists,
		Disclosure: &Disclosure{Version: "1", Countries: []string{"*"}, Employers: []string{"*"}}}
	if err := t.setting(req, ask); err != nil {
		return c, err
	}
	for _, token := range strings.Fields(row[6]) {
		if err := t.given(&c, token); err != nil {
			return c, fmt.Errorf("token %q: %w", token, err)
		}
	}
	return c, nil
}

// setting is the default situation: an open session, everyone in their seat, an action that the escort approved.
func (t *table) setting(req *Request, ask sallyport.Ask) error {
	ses := &req.Session
	*ses = Session{ID: "s-1", Ticket: "t-1", Stage: StageWork, Mode: sallyport.Propose, Approved: true, Consented: true, Present: true}
	if isMode(ask) {
		ses.Mode = sallyport.Mode(ask)
	}
	if ask == sallyport.AskAdminister {
		*ses = Session{}
		return nil
	}
	var err error
	if ses.Engineer, err = t.subject("engineer"); err != nil {
		return err
	}
	if ses.Escort, err = t.subject("escort"); err != nil {
		return err
	}
	switch ask {
	case sallyport.AskAdvise, sallyport.AskView, sallyport.AskPropose, sallyport.AskDrive, sallyport.AskRead, sallyport.AskExecute, sallyport.AskSeeOutput:
		ses.Engineer = req.Principal
	case sallyport.AskDecide, sallyport.AskEscort:
		ses.Escort = req.Principal
	case sallyport.AskDecideSecond:
		ses.Second = req.Principal
	}
	switch ask {
	case sallyport.AskRead, sallyport.AskExecute, sallyport.AskDecide, sallyport.AskDecideSecond, sallyport.AskSeeOutput, sallyport.AskReleaseOutput:
		req.Action = Action{ID: "a-1", Assessed: true, Verdict: sallyport.Low, Complete: true, Kinds: []sallyport.EffectKind{sallyport.EffectRead},
			Signed: true, EscortApproved: ask == sallyport.AskExecute || ask == sallyport.AskSeeOutput}
		req.Decision = Decision{Answer: sallyport.Approve, Words: true, Signed: true}
	}
	return nil
}

// Result is a case and what came of it.
type Result struct {
	Case   Case
	Answer Answer
	Wrong  string // "" where the case holds
}

// Test asks every case of the set's tables.
func (s *Set) Test() ([]Result, error) {
	cases, err := s.Cases()
	if err != nil {
		return nil, err
	}
	out := make([]Result, len(cases))
	for i, c := range cases {
		out[i] = c.run()
	}
	return out, nil
}

func (c Case) run() Result {
	a := c.set.Evaluate(&c.Request)
	r := Result{Case: c, Answer: a}
	var by []string
	for _, p := range a.Policies {
		by = append(by, p.ID)
	}
	word := map[bool]string{true: "allowed", false: "denied"}
	switch {
	case len(a.Errors) > 0:
		r.Wrong = "evaluation error: " + strings.Join(a.Errors, "; ")
	case a.Allowed != c.Allow:
		r.Wrong = fmt.Sprintf("is %s by %s, want %s", word[a.Allowed], orNothing(by), word[c.Allow])
	case !c.Allow && !slices.Equal(by, c.By), c.Allow && len(c.By) > 0 && !slices.Equal(by, c.By):
		r.Wrong = fmt.Sprintf("is %s by %s, want by %s", word[a.Allowed], orNothing(by), orNothing(c.By))
	}
	return r
}

func orNothing(ids []string) string {
	if len(ids) == 0 {
		return "nothing"
	}
	return strings.Join(ids, " ")
}

// Examples gives the people whom the set's table of cases defines: who they are in it ("engineer", "escort", "foreign", ...), with the facts that a
// demonstration or a test may record of them.
func (s *Set) Examples() (map[string]Subject, error) {
	t := &table{set: s, people: map[string]string{}, lists: Lists{}}
	if err := t.read(fileCases, s.files[fileCases], true); err != nil {
		return nil, err
	}
	out := map[string]Subject{}
	for name := range t.people {
		who, err := t.subject(name)
		if err != nil {
			return nil, err
		}
		out[name] = who
	}
	return out, nil
}
