// Package reconcile compares a target's own record of logins with the permits of a ledger: a login without a permit went past the
// gateway; a permit without its login did not do what it says. It reads OpenSSH's log at level INFO, which names key id and serial of a
// certificate: the action, and the index of the permit.
//
// It believes the target's log as far as the target does: whoever is root there can change it. It compares what both sides say.
package reconcile

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"sallyport"
)

// Login is one accepted login of a target's log.
type Login struct {
	Line   int    // in the log, from 1
	When   string // as the log says it
	Method string // publickey, password, ...
	User   string
	From   string
	KeyID  string // of a certificate, else ""
	Serial uint64
	CA     string // fingerprint of the authority
}

var (
	acceptedLine = regexp.MustCompile(`^(.{0,80}?) \S{1,255} sshd(?:-session)?(?:\[\d{1,10}\])?: Accepted (\S{1,64}) for (\S{1,256}) from (\S{1,64}) port \d{1,5}(.*)$`)
	certificate  = regexp.MustCompile(` ID (\S{1,256}) \(serial (\d{1,20})\) CA \S{1,64} (SHA256:\S{1,64})`)
)

const maxLine = 64 << 10

// ReadLog reads the logins of an OpenSSH log, as syslog or journalctl write it. Lines that are something else are skipped.
func ReadLog(r io.Reader) ([]Login, error) {
	var out []Login
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for n := 1; lines.Scan(); n++ {
		m := acceptedLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		l := Login{Line: n, When: m[1], Method: m[2], User: m[3], From: m[4]}
		if c := certificate.FindStringSubmatch(m[5]); c != nil {
			serial, err := strconv.ParseUint(c[2], 10, 64)
			if err != nil {
				return nil, sallyport.Errorf(sallyport.Invalid, "line %d: serial %q is no number", n, c[2])
			}
			l.KeyID, l.Serial, l.CA = c[1], serial, c[3]
		}
		out = append(out, l)
	}
	if err := lines.Err(); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "log cannot be read: %w", err)
	}
	return out, nil
}

// Permit is a permit of the ledger for one target.
type Permit struct {
	Index   int64
	Action  sallyport.ActionID
	Time    string
	Reading bool // to read files before the assessment; may be used more than once
	Failed  bool // the ledger says that nothing ran
	Login   string
	logins  int
}

// Permits collects permits while entries go by.
type Permits struct {
	Target  sallyport.TargetID
	actions map[sallyport.ActionID]sallyport.TargetID
	all     map[uint64]*Permit
	other   map[uint64]sallyport.TargetID // permits for other targets
	last    map[sallyport.ActionID]*Permit
}

// NewPermits collects the permits for a target.
func NewPermits(target sallyport.TargetID) *Permits {
	return &Permits{Target: target, actions: map[sallyport.ActionID]sallyport.TargetID{}, all: map[uint64]*Permit{}, other: map[uint64]sallyport.TargetID{}, last: map[sallyport.ActionID]*Permit{}}
}

// Entry takes in one entry. login gives the login of an action's text, "" where it is withheld.
func (p *Permits) Entry(index int64, e sallyport.Entry, body sallyport.Body, login func(sallyport.BlobRef) string) {
	add := func(id sallyport.ActionID, reading bool) {
		target, ok := p.actions[id]
		switch {
		case !ok:
		case target != p.Target:
			p.other[uint64(index)] = target
		default:
			permit := &Permit{Index: index, Action: id, Time: e.Time.UTC().Format("2006-01-02T15:04:05Z"), Reading: reading}
			if l := p.last[id]; l != nil {
				permit.Login = l.Login
			}
			p.all[uint64(index)] = permit
			p.last[id] = permit
		}
	}
	switch b := body.(type) {
	case *sallyport.ActionProposed:
		p.actions[b.Action] = b.Target
		if b.Target == p.Target {
			p.last[b.Action] = &Permit{Login: login(b.Spec)}
		}
	case *sallyport.TargetChecking: // a preflight logs in several times, or not at all where it is refused
		if b.Target != p.Target {
			p.other[uint64(index)] = b.Target
			return
		}
		p.all[uint64(index)] = &Permit{Index: index, Action: sallyport.ActionID(b.Check), Time: e.Time.UTC().Format("2006-01-02T15:04:05Z"), Reading: true, Login: b.Login}
	case *sallyport.ActionReading:
		add(b.Action, true)
	case *sallyport.ActionStarted:
		add(b.Action, false)
	case *sallyport.ActionFailed:
		if l := p.last[b.Action]; l != nil {
			l.Failed = true
		}
	}
}

// Report is the outcome of a reconciliation.
type Report struct {
	Logins   int      `json:"logins"`
	Matched  int      `json:"matched"`
	Permits  int      `json:"permits"` // within the log's reach
	Findings []string `json:"findings"`
}

// Match compares. The log's reach are the permits from the first to the last that it names: what lies outside may be in another file.
func (p *Permits) Match(logins []Login) *Report {
	r := &Report{Logins: len(logins), Findings: []string{}}
	found := func(format string, args ...any) { r.Findings = append(r.Findings, fmt.Sprintf(format, args...)) }
	cas := map[string]bool{}
	var low, high uint64
	for _, l := range logins {
		where := fmt.Sprintf("line %d, %s: %s from %s", l.Line, l.When, l.User, l.From)
		if l.KeyID == "" {
			found("%s came in by %s, not by a certificate: no permit covers it", where, l.Method)
			continue
		}
		if !cas[l.CA] && len(cas) > 0 {
			found("%s came in by a certificate of another authority, %s", where, l.CA)
		}
		cas[l.CA] = true
		permit := p.all[l.Serial]
		if permit == nil {
			if target, ok := p.other[l.Serial]; ok {
				found("%s used permit %d, which is for target %s", where, l.Serial, target)
			} else {
				found("%s used serial %d, id %q: the ledger has no such permit", where, l.Serial, l.KeyID)
			}
			continue
		}
		if string(permit.Action) != l.KeyID {
			found("%s used permit %d of action %s with the id %q", where, l.Serial, permit.Action, l.KeyID)
			continue
		}
		if permit.Login != "" && permit.Login != l.User {
			found("%s used permit %d, which is for login %q", where, l.Serial, permit.Login)
		}
		if permit.logins++; permit.logins == 2 && !permit.Reading {
			found("%s used permit %d a second time", where, l.Serial)
		}
		r.Matched++
		if low == 0 || l.Serial < low {
			low = l.Serial
		}
		high = max(high, l.Serial)
	}
	for serial := low; serial <= high && high > 0; serial++ {
		permit := p.all[serial]
		if permit == nil {
			continue
		}
		r.Permits++
		if permit.logins == 0 && !permit.Failed && !permit.Reading {
			found("permit %d of %s for action %s has no login on the target", serial, permit.Time, permit.Action)
		}
		if permit.logins > 0 && permit.Failed {
			found("permit %d for action %s: the ledger says that nothing ran, the target says that someone came in", serial, permit.Action)
		}
	}
	return r
}
