package policy

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"sallyport"
)

// Profile holds the declared parameters of a set: profile.toml. Policies see those that concern people as
// context.profile; the workflow reads the times. Every key must be written: a parameter that is not stated is refused
// rather than guessed.
type Profile struct {
	Name    string   `toml:"name"`
	Title   string   `toml:"title"`
	Version string   `toml:"version"` // a date, and a counter where one day sees two: 2026-11-21 or 2026-11-21.2
	Include []string `toml:"include"` // shared policy files
	Lists   []string `toml:"lists"`   // country lists that the policies read

	Ceiling      sallyport.Mode        `toml:"ceiling"`       // no session goes further
	Grace        Duration              `toml:"grace"`         // presence lost for longer ends the session
	SessionHours int                   `toml:"session_hours"` // the longest window of one session
	Expiry       Expiry                `toml:"expiry"`
	EscortCap    int                   `toml:"escort_cap"` // sessions that one escort may hold at once (R16)
	Release      sallyport.ReleaseRule `toml:"release"`    // the least strict release rule a system may have

	SelfAsserted    bool `toml:"self_asserted"`    // facts that only their subject vouches for are accepted
	BreakGlass      bool `toml:"break_glass"`      // R42
	SessionApproval bool `toml:"session_approval"` // R19
	OwnerConsent    bool `toml:"owner_consent"`    // R31
	Disclosure      bool `toml:"disclosure"`       // R58
	SignProposals   bool `toml:"sign_proposals"`   // R49
	SignDecisions   bool `toml:"sign_decisions"`
	Words           bool `toml:"words"` // an approval states in the decider's own words what the action does (R26)

	SecondFrom      sallyport.Verdict `toml:"second_from"`      // from this verdict on a second person decides too (R27); "never"
	EscortQualified bool              `toml:"escort_qualified"` // an escort must be qualified for what the ticket names (R12)
	Qualification   string            `toml:"qualification"`    // the least level that counts
}

// Expiry says how long an unanswered request, an undecided proposal and an unused approval last (R20).
type Expiry struct {
	Request  Duration `toml:"request"`
	Proposal Duration `toml:"proposal"`
	Approval Duration `toml:"approval"`
}

// Duration is a length of time written as in Go: 90s, 10m, 8h.
type Duration time.Duration

func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}

// NeverSecond is the value of second_from that asks for no second person because of a verdict.
const NeverSecond sallyport.Verdict = "never"

var (
	namePattern    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	versionPattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(\.\d{1,3})?$`)
)

// parseProfile reads profile.toml: every key known, every key there, every value in its range.
func parseProfile(b []byte) (Profile, error) {
	var p Profile
	dec := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
			return p, sallyport.Errorf(sallyport.Invalid, "profile.toml has keys that are not known: %s", strings.Join(missingKeys(strict), ", "))
		}
		if at, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, col := at.Position()
			return p, sallyport.Errorf(sallyport.Invalid, "profile.toml line %d column %d: %s", row, col, at.Error())
		}
		return p, sallyport.Errorf(sallyport.Invalid, "profile.toml: %v", err)
	}
	if err := everyKey(b); err != nil {
		return p, err
	}
	return p, p.validate()
}

func missingKeys(err *toml.StrictMissingError) []string {
	var out []string
	for _, e := range err.Errors {
		out = append(out, strings.Join(e.Key(), "."))
	}
	return out
}

var profileKeys = []string{"name", "title", "version", "include", "lists", "ceiling", "grace", "session_hours", "expiry", "escort_cap", "release",
	"self_asserted", "break_glass", "session_approval", "owner_consent", "disclosure", "sign_proposals", "sign_decisions", "words",
	"second_from", "escort_qualified", "qualification"}

// everyKey refuses a profile that leaves a parameter out.
func everyKey(b []byte) error {
	var have map[string]any
	if err := toml.Unmarshal(b, &have); err != nil {
		return sallyport.Errorf(sallyport.Invalid, "profile.toml: %v", err)
	}
	for _, k := range profileKeys {
		if _, ok := have[k]; !ok {
			return sallyport.Errorf(sallyport.Invalid, "profile.toml does not say %q", k).WithHint("every parameter is written out; see docs/spec/profile.md")
		}
	}
	return nil
}

func (p Profile) validate() error {
	bad := func(format string, args ...any) error {
		return sallyport.Errorf(sallyport.Invalid, "profile.toml: "+format, args...)
	}
	switch {
	case !namePattern.MatchString(p.Name):
		return bad("name %q is not 1 to 40 lower-case letters, digits and dashes", p.Name)
	case p.Title == "" || len(p.Title) > 200:
		return bad("title is empty or longer than 200 bytes")
	case !versionPattern.MatchString(p.Version):
		return bad("version %q is not a date such as 2026-11-21", p.Version)
	case p.Ceiling.Rank() < 0:
		return bad("ceiling %q is not a mode", p.Ceiling)
	case p.Grace < Duration(time.Second) || p.Grace > Duration(10*time.Minute):
		return bad("grace %q is not between 1s and 10m", time.Duration(p.Grace))
	case p.SessionHours < 1 || p.SessionHours > 24:
		return bad("session_hours %d is not 1 to 24", p.SessionHours)
	case p.EscortCap < 1 || p.EscortCap > 100:
		return bad("escort_cap %d is not 1 to 100", p.EscortCap)
	case !slices.Contains([]sallyport.ReleaseRule{sallyport.ReleaseNow, sallyport.ReleaseRedacted, sallyport.ReleaseHeld}, p.Release):
		return bad("release %q is not immediate, redacted or held", p.Release)
	case p.SecondFrom != NeverSecond && !slices.Contains(sallyport.Verdicts, p.SecondFrom):
		return bad("second_from %q is neither a verdict nor never", p.SecondFrom)
	case !slices.Contains(sallyport.QualificationLevels, p.Qualification):
		return bad("qualification %q is not one of %s", p.Qualification, strings.Join(sallyport.QualificationLevels, ", "))
	}
	for what, d := range map[string]Duration{"expiry.request": p.Expiry.Request, "expiry.proposal": p.Expiry.Proposal, "expiry.approval": p.Expiry.Approval} {
		if d < Duration(time.Minute) || d > Duration(30*24*time.Hour) {
			return bad("%s %q is not between 1m and 720h", what, time.Duration(d))
		}
	}
	for i, l := range p.Lists {
		if !namePattern.MatchString(l) || slices.Contains(p.Lists[:i], l) {
			return bad("list %q is not a name, or is named twice", l)
		}
	}
	for i, l := range p.Include {
		if !namePattern.MatchString(l) || slices.Contains(p.Include[:i], l) {
			return bad("include %q is not a name, or is named twice", l)
		}
	}
	return nil
}

// parameterLines flattens a parameter file: "expiry.request" -> "96h".
func parameterLines(text string) map[string]string {
	var tree map[string]any
	out := map[string]string{}
	if toml.Unmarshal([]byte(text), &tree) != nil {
		return out
	}
	for k, v := range tree {
		if table, ok := v.(map[string]any); ok {
			for k2, v2 := range table {
				out[k+"."+k2] = fmt.Sprint(v2)
			}
			continue
		}
		out[k] = fmt.Sprint(v)
	}
	return out
}
