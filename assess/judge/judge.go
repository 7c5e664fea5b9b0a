// Package judge turns what the walker saw into effects with a gravity, findings and a verdict. Where data comes from and
// goes to decides: a secret to another machine, another machine's bytes to a shell, anything that stays after the session. It is
// a pure function of the trace and the ticket; it does not look at the text.
package judge

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/shell"
	"sallyport/assess/value"
	"sallyport/assess/words"
)

// Scope is what a ticket allows. Empty lists allow nothing in particular and everything in general.
type Scope struct {
	Purpose                string
	Paths, Services, Hosts []string
}

// Judgement is the result, in no particular order yet.
type Judgement struct {
	Effects  []sallyport.Effect
	Findings []sallyport.Finding
	Unknown  []sallyport.Unknown
	Verdict  sallyport.Verdict
}

type judge struct {
	t        *shell.Trace
	scope    *Scope
	out      Judgement
	seen     map[string]int // findings by rule, message and lines
	effects  map[string]int // effects by kind, target, lines
	fifo     map[string][]value.Str
	shellish map[string]bool // files that are copies of shells
	known    map[string]secretKind
	cap      sallyport.Verdict // the gravest that is found now; "" for no limit
}

// maxEffects bounds the list that is reported. What is beyond it still counts for the verdict.
const maxEffects = 2000

// Judge judges a trace.
func Judge(t *shell.Trace, scope *Scope) Judgement {
	j := &judge{t: t, scope: scope, seen: map[string]int{}, effects: map[string]int{}, fifo: map[string][]value.Str{}, shellish: map[string]bool{}, known: map[string]secretKind{}}
	j.out.Verdict = sallyport.Low
	j.pipes()
	for i := range t.Effects {
		j.effect(&t.Effects[i])
	}
	for i := range t.Flows {
		j.flow(&t.Flows[i])
		j.placed(&t.Flows[i])
	}
	for i := range t.Programs {
		j.program(&t.Programs[i])
	}
	for i := range t.Calls {
		j.call(&t.Calls[i])
		j.grants(&t.Calls[i])
	}
	for i := range t.Written {
		j.written(&t.Written[i])
	}
	for i := range t.Notes {
		j.note(&t.Notes[i])
	}
	j.concealed()
	for i := range t.Gaps {
		j.gap(&t.Gaps[i])
	}
	if t.Spent {
		j.find("too-large", sallyport.High, shell.Place{Lines: sallyport.Span{1, 1}}, "This text is too large or too involved to be followed to its end.")
	}
	j.finish()
	return j.out
}

// find adds a finding, once per rule, message and place.
func (j *judge) find(rule string, level sallyport.Verdict, p shell.Place, format string, args ...any) {
	if j.cap != "" && level.Rank() > j.cap.Rank() {
		level = j.cap
		format = "If the variable is empty: " + lower(format)
	}
	f := sallyport.Finding{Rule: rule, Level: level, Message: sentence(fmt.Sprintf(format, args...)), Lines: p.Lines, File: p.File, FileLines: p.FileLines}
	if r := ruleByName[rule]; r != nil {
		f.Technique = r.Technique
	}
	if where := principal(p); where != "" {
		f.Message = strings.TrimSuffix(f.Message, ".") + ", " + where + "."
	}
	key := fmt.Sprint(rule, f.Lines, f.File, f.FileLines, f.Message)
	if i, ok := j.seen[key]; ok {
		j.out.Findings[i].Level = j.out.Findings[i].Level.Max(level)
	} else if len(j.out.Findings) < 500 || level.Alert() && len(j.out.Findings) < 2000 {
		j.seen[key] = len(j.out.Findings)
		j.out.Findings = append(j.out.Findings, f)
	}
	j.out.Verdict = j.out.Verdict.Max(level)
}

// principal says in words whose shell does it, when that is another's.
func principal(p shell.Place) string {
	switch {
	case p.Principal == "" || strings.Contains(p.Principal, "sudo") || strings.Contains(p.Principal, "root"):
		return ""
	case p.Where == command.Remote || p.Where == command.Container:
		return "on " + p.Principal
	}
	return ""
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	if c := s[0]; c >= 'a' && c <= 'z' {
		s = string(c-32) + s[1:]
	}
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}

// lower begins a sentence in small letters, so that it can follow other words.
func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (j *judge) add(e *shell.Effect, target string, level sallyport.Verdict) {
	key := fmt.Sprint(e.Kind, "\x00", target, "\x00", e.Detail, "\x00", e.Place.Lines, e.Place.File, e.Place.FileLines, e.Place.Principal)
	j.out.Verdict = j.out.Verdict.Max(level)
	if i, ok := j.effects[key]; ok {
		if e.Place.Certainty == sallyport.Must && j.out.Effects[i].Certainty == sallyport.May {
			j.out.Effects[i].Certainty, j.out.Effects[i].Condition = sallyport.Must, ""
		}
		j.out.Effects[i].Level = j.out.Effects[i].Level.Max(level)
		return
	}
	if len(j.out.Effects) >= maxEffects {
		return
	}
	j.effects[key] = len(j.out.Effects)
	via := e.Place.Via
	if via == nil {
		via = []string{}
	}
	x := sallyport.Effect{Kind: e.Kind, Target: target, Detail: e.Detail, Certainty: e.Place.Certainty, Condition: e.Place.Condition, Level: level,
		Lines: e.Place.Lines, Via: via, Principal: e.Place.Principal, Outside: j.outside(e.Kind, target), File: e.Place.File, FileLines: e.Place.FileLines}
	if x.Certainty == "" {
		x.Certainty = sallyport.Must
	}
	if x.Certainty == sallyport.Must {
		x.Condition = ""
	}
	x.Text = words.Effect(&x)
	j.out.Effects = append(j.out.Effects, x)
}

// outside reports whether the ticket has a scope of that kind and target is not in it.
func (j *judge) outside(kind sallyport.EffectKind, target string) bool {
	if j.scope == nil {
		return false
	}
	switch kind {
	case sallyport.EffectService:
		return len(j.scope.Services) > 0 && !slices.ContainsFunc(j.scope.Services, func(s string) bool {
			return strings.TrimSuffix(target, ".service") == strings.TrimSuffix(s, ".service")
		})
	case sallyport.EffectConnect, sallyport.EffectRemoteExec, sallyport.EffectDNS:
		return len(j.scope.Hosts) > 0 && !local(target) && !slices.ContainsFunc(j.scope.Hosts, func(h string) bool { return bareHost(target) == bareHost(h) })
	case sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectCreate, sallyport.EffectDelete, sallyport.EffectChmod, sallyport.EffectChown, sallyport.EffectRead,
		sallyport.EffectPersist, sallyport.EffectCredential:
		if len(j.scope.Paths) == 0 || !strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "~") || has(clean(target), "/dev/null", "/tmp") {
			return false
		}
		return !slices.ContainsFunc(j.scope.Paths, func(p string) bool { return has(clean(target), clean(p)) })
	case sallyport.EffectAccount, sallyport.EffectPrivilege, sallyport.EffectKernel, sallyport.EffectTamper, sallyport.EffectSecurityTool, sallyport.EffectIrreversible:
		return len(j.scope.Paths)+len(j.scope.Services)+len(j.scope.Hosts) > 0
	}
	return false
}

func (j *judge) note(n *shell.Note) {
	level := n.Level
	rule := n.Rule
	if ruleByName[rule] == nil {
		rule = "remark"
	}
	if n.Rule == "runs-option" && !j.gapAt(n.Place) {
		level = sallyport.Low // what it runs was followed, and is judged by what it does
	}
	j.find(rule, level, n.Place, "%s", n.Message)
}

// gapAt reports whether something at a place was not understood.
func (j *judge) gapAt(p shell.Place) bool {
	return slices.ContainsFunc(j.t.Gaps, func(g shell.Gap) bool { return g.Place.Same(p) })
}

// concealed raises what is done by code that was encoded or assembled.
func (j *judge) concealed() {
	for i := range j.t.Effects {
		e := &j.t.Effects[i]
		if e.Place.Decoded == shell.Plain || e.Kind == sallyport.EffectIrreversible { // what is done says it already
			continue
		}
		target := j.target(e)
		key := fmt.Sprint(e.Kind, "\x00", target, "\x00", e.Detail, "\x00", e.Place.Lines, e.Place.File, e.Place.FileLines, e.Place.Principal)
		k, ok := j.effects[key]
		if !ok || !matters(&j.out.Effects[k]) {
			continue
		}
		if e.Place.Decoded == shell.Encoded || j.assembled(e.Place) {
			j.find("hidden-effect", sallyport.High, e.Place, "Hides in assembled code that it %s", j.out.Effects[k].Text)
		}
	}
}

// matters reports whether an effect is more than the looking and the files of plain work, so that hiding it, or doing it outside the ticket, is worth a word.
func matters(e *sallyport.Effect) bool {
	switch e.Kind {
	case sallyport.EffectService, sallyport.EffectAccount, sallyport.EffectMount, sallyport.EffectKubernetes:
		return true
	}
	return e.Level.Rank() >= sallyport.Medium.Rank()
}

// assembled reports whether code that a text needlessly put together from constants runs at a place.
func (j *judge) assembled(at shell.Place) bool {
	for _, p := range j.t.Programs {
		if p.Hidden == shell.Composed && p.Known && p.Cut && p.Place.Same(at) {
			return true
		}
	}
	return false
}

func (j *judge) gap(g *shell.Gap) {
	j.out.Verdict = j.out.Verdict.Max(sallyport.Medium)
	why := sentence(tidy(g.Why))
	for i := range j.out.Unknown {
		if u := &j.out.Unknown[i]; u.Why == why && u.Lines == g.Place.Lines && u.File == g.Place.File && u.FileLines == g.Place.FileLines {
			return
		}
	}
	if len(j.out.Unknown) < 500 {
		j.out.Unknown = append(j.out.Unknown, sallyport.Unknown{Lines: g.Place.Lines, Why: why, File: g.Place.File, FileLines: g.Place.FileLines})
	}
}

// finish sorts everything: gravest first, then outside the scope, then by line.
func (j *judge) finish() {
	for _, e := range j.out.Effects {
		if e.Outside && matters(&e) {
			j.find("outside-scope", sallyport.Medium, shell.Place{Lines: e.Lines, File: e.File, FileLines: e.FileLines}, "%s, which the ticket does not name", e.Text)
		}
	}
	sort.SliceStable(j.out.Effects, func(a, b int) bool {
		x, y := &j.out.Effects[a], &j.out.Effects[b]
		if x.Outside != y.Outside {
			return x.Outside
		}
		if x.Level != y.Level {
			return x.Level.Rank() > y.Level.Rank()
		}
		if x.Lines != y.Lines {
			return x.Lines[0] < y.Lines[0] || x.Lines[0] == y.Lines[0] && x.Lines[1] < y.Lines[1]
		}
		return x.File == y.File && x.FileLines[0] < y.FileLines[0]
	})
	sort.SliceStable(j.out.Findings, func(a, b int) bool {
		x, y := &j.out.Findings[a], &j.out.Findings[b]
		if x.Level != y.Level {
			return x.Level.Rank() > y.Level.Rank()
		}
		return x.Lines[0] < y.Lines[0]
	})
	sort.SliceStable(j.out.Unknown, func(a, b int) bool { return j.out.Unknown[a].Lines[0] < j.out.Unknown[b].Lines[0] })
}

// target prints an effect's target.
func (j *judge) target(e *shell.Effect) string { return tidy(e.Target.String()) }
