package evidence

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"sallyport"
	"sallyport/workflow"
)

// Command is one line of the yearly hand-over (DoD Cloud Computing SRG V1R6 section 5.17): who, under whose escort, from
// which countries, did what, with what result.
type Command struct {
	Time             string `json:"time"` // of the proposal
	Session          string `json:"session"`
	Ticket           string `json:"ticket"`
	System           string `json:"system"`
	Target           string `json:"target"`
	Escort           string `json:"escort"`
	EscortName       string `json:"escortName"`
	EscortCountries  string `json:"escortCountries"` // citizenships as recorded at the time; "unknown" where there was no fact
	Escorted         string `json:"escorted"`
	EscortedName     string `json:"escortedName"`
	EscortedCountry  string `json:"escortedCountries"`
	EscortedLocation string `json:"escortedLocation"` // country where they were, as recorded
	EscortedEmployer string `json:"escortedEmployer"`
	Action           string `json:"action"`
	Command          string `json:"command"` // the whole text
	Login            string `json:"login"`
	Verdict          string `json:"verdict"` // of the assessment
	Decision         string `json:"decision"`
	DecidedBy        string `json:"decidedBy"`
	Result           string `json:"result"` // success, failure, or why nothing ran
	Exit             string `json:"exit"`   // the target's status, where it ran
	Entry            int64  `json:"entry"`  // index of the proposal
}

// Control is a control or setting that was changed.
type Control struct {
	Time  string          `json:"time"`
	By    string          `json:"by"`
	Name  string          `json:"name"`
	Kind  string          `json:"kind"`
	What  json.RawMessage `json:"what"` // the body of the entry
	Entry int64           `json:"entry"`
}

// Handover is the yearly hand-over.
type Handover struct {
	Commands []Command `json:"commands"`
	Controls []Control `json:"controls"`
}

// HandoverWords says in the entry of an export which hand-over was made.
func HandoverWords(from, to time.Time) string {
	words := "hand-over"
	if !from.IsZero() {
		words += " from " + from.UTC().Format(time.RFC3339)
	}
	if !to.IsZero() {
		words += " before " + to.UTC().Format(time.RFC3339)
	}
	return words
}

// MakeHandover reads what happened in from <= t < to; zero times are no bounds.
func MakeHandover(ctx context.Context, log Ledger, blobs Blobs, from, to time.Time) (*Handover, error) {
	size, _, err := log.Head(ctx)
	if err != nil {
		return nil, err
	}
	h := &handover{ctx: ctx, blobs: blobs, state: workflow.New(), rows: map[sallyport.ActionID]int{}}
	within := func(t time.Time) bool { return !t.Before(from) && (to.IsZero() || t.Before(to)) }
	index := int64(0)
	for index < size {
		entries, err := log.Entries(ctx, index, min(index+512, size))
		if err != nil {
			return nil, err
		}
		for _, raw := range entries {
			e, body, err := sallyport.DecodeEntry(raw)
			if err == nil {
				err = h.state.Apply(e, body, raw)
			}
			if err != nil {
				return nil, sallyport.Errorf(sallyport.Invalid, "entry %d: %w", index, err).WithHint("run sallyport verify")
			}
			h.entry(index, e, body, within(e.Time))
			index++
		}
	}
	return &h.out, nil
}

// handover folds entries into rows.
type handover struct {
	ctx   context.Context
	blobs Blobs
	state *workflow.State // after the entry
	rows  map[sallyport.ActionID]int
	out   Handover
}

func (h *handover) entry(index int64, e sallyport.Entry, body sallyport.Body, within bool) {
	if p, ok := body.(*sallyport.ActionProposed); ok && within {
		h.rows[p.Action] = len(h.out.Commands)
		h.out.Commands = append(h.out.Commands, h.command(index, e, p))
	}
	if controls(e.Kind) && within {
		h.out.Controls = append(h.out.Controls, Control{stamp(e.Time), string(e.By), h.name(e.By), string(e.Kind), e.Body, index})
	}
	row := func(id sallyport.ActionID) *Command {
		i, ok := h.rows[id]
		if !ok {
			return &Command{}
		}
		return &h.out.Commands[i]
	}
	switch b := body.(type) {
	case *sallyport.ActionAssessed:
		row(b.Action).Verdict = b.Verdict
	case *sallyport.ActionDecided:
		r := row(b.Action)
		h.escort(r, e.Session)
		r.Decision, r.DecidedBy = joined(r.Decision, b.Answer), joined(r.DecidedBy, string(e.By))
		if b.Answer == sallyport.Refuse {
			r.Result = "not run: refused"
		}
	case *sallyport.ActionWithdrawn:
		row(b.Action).Result = "not run: withdrawn"
	case *sallyport.ActionCancelled:
		row(b.Action).Result = "not run: " + b.Why
	case *sallyport.ActionStarted:
		r := row(b.Action)
		h.escort(r, e.Session)
		if r.Result = "running"; b.Runbook != "" {
			r.Decision = joined(r.Decision, "runbook "+string(b.Runbook))
		}
	case *sallyport.ActionFinished:
		r := row(b.Action)
		r.Exit = strconv.Itoa(b.Exit)
		switch {
		case b.Stopped != "":
			r.Result = "failure: stopped, " + b.Stopped
		case b.Exit == 0:
			r.Result = "success"
		default:
			r.Result = "failure"
		}
	case *sallyport.ActionFailed:
		row(b.Action).Result = "failure: nothing ran, " + b.Why
	case *sallyport.ActionInterrupted:
		row(b.Action).Result = "unknown: " + b.Why
	}
}

// controls tells whether an entry changes who may do what, where, or by which rules.
func controls(k sallyport.Kind) bool {
	for _, prefix := range []string{"policy.", "list.", "system.", "target.", "disclosure.", "role.", "key.", "fact.", "person.added", "person.changed", "acceptance.", "approval.", "runbook.", "revoked", "restored", "breakglass."} {
		if strings.HasPrefix(string(k), prefix) {
			return true
		}
	}
	return false
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

func (h *handover) command(index int64, e sallyport.Entry, p *sallyport.ActionProposed) Command {
	c := Command{Time: stamp(e.Time), Session: string(e.Session), Target: string(p.Target), Escorted: string(e.By), EscortedName: h.name(e.By), Action: string(p.Action), Entry: index, Result: "not run: undecided"}
	if s := h.state.Sessions[e.Session]; s != nil {
		c.Ticket, c.System = string(s.Ticket), string(s.System)
		c.EscortedLocation = h.location(e.By, s.Location)
	}
	c.EscortedCountry, c.EscortedEmployer = h.fact(e.By, sallyport.FactCitizenship), h.fact(e.By, sallyport.FactEmployer)
	h.escort(&c, e.Session)
	var spec sallyport.Spec
	if h.blob(p.Spec, &spec) {
		c.Command, c.Login = string(spec.Text), spec.Login
	} else {
		c.Command = "(no longer kept)"
	}
	return c
}

// escort fills in who escorts at this moment.
func (h *handover) escort(c *Command, id sallyport.SessionID) {
	s := h.state.Sessions[id]
	if s == nil || s.Escort == "" || c.Escort == string(s.Escort) {
		return
	}
	c.Escort, c.EscortName, c.EscortCountries = string(s.Escort), h.name(s.Escort), h.fact(s.Escort, sallyport.FactCitizenship)
}

func (h *handover) name(id sallyport.PersonID) string {
	p := h.state.People[id]
	var d sallyport.PersonDetails
	if p == nil || !h.blob(p.Details, &d) {
		return ""
	}
	return d.Name
}

// fact says a fact of a person as it was at this moment.
func (h *handover) fact(id sallyport.PersonID, name string) string {
	p := h.state.People[id]
	if p == nil || p.Facts[name] == nil {
		return "unknown"
	}
	return h.read(p.Facts[name].Ref)
}

func (h *handover) location(id sallyport.PersonID, session *sallyport.BlobRef) string {
	if session != nil {
		return h.read(*session)
	}
	return h.fact(id, sallyport.FactLocation)
}

func (h *handover) read(ref sallyport.BlobRef) string {
	content, _, err := h.blobs.Get(h.ctx, ref.Digest)
	if err != nil {
		return "no longer kept"
	}
	f, err := sallyport.DecodeFact(content)
	if err != nil {
		return "unreadable"
	}
	switch v := f.Value.(type) {
	case sallyport.Citizenship:
		return strings.Join(v.Countries, " ")
	case sallyport.Location:
		return v.Country
	case sallyport.Employer:
		return v.Name + " (" + v.Country + ")"
	}
	return f.Name
}

func (h *handover) blob(ref sallyport.BlobRef, v any) bool {
	content, _, err := h.blobs.Get(h.ctx, ref.Digest)
	return err == nil && json.Unmarshal(content, v) == nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// WriteCommands writes the commands as CSV (RFC 4180).
func (h *Handover) WriteCommands(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"time", "session", "ticket", "system", "target", "escort", "escort name", "escort countries", "escorted", "escorted name", "escorted countries",
		"escorted location", "escorted employer", "action", "command", "login", "verdict", "decision", "decided by", "result", "exit", "entry"})
	for _, c := range h.Commands {
		out.Write(cells(c.Time, c.Session, c.Ticket, c.System, c.Target, c.Escort, c.EscortName, c.EscortCountries, c.Escorted, c.EscortedName, c.EscortedCountry,
			c.EscortedLocation, c.EscortedEmployer, c.Action, c.Command, c.Login, c.Verdict, c.Decision, c.DecidedBy, c.Result, c.Exit, strconv.FormatInt(c.Entry, 10)))
	}
	out.Flush()
	return out.Error()
}

// WriteControls writes the controls and settings changed as CSV.
func (h *Handover) WriteControls(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"time", "by", "name", "kind", "what", "entry"})
	for _, c := range h.Controls {
		out.Write(cells(c.Time, c.By, c.Name, c.Kind, string(c.What), strconv.FormatInt(c.Entry, 10)))
	}
	out.Flush()
	return out.Error()
}

// cells keeps a spreadsheet from taking a text for a formula: a command may be anything, and was written by someone who is
// not trusted.
func cells(texts ...string) []string {
	for i, t := range texts {
		if t != "" && slices.Contains([]byte("=+-@\t\r"), t[0]) {
			texts[i] = "'" + t
		}
	}
	return texts
}
