package words

import (
	"fmt"
	"sort"
	"strings"

	"sallyport"
)

// Summary is two or three short sentences. What is grave comes first, the gravest and the hidden before the rest, because many readers
// read one sentence only; then the ordinary work; then what is not known.
func Summary(a *sallyport.Assessment) string {
	var out []string
	lines := grave(a)
	for i, g := range lines {
		if i == 3 {
			out = append(out, plural(len(lines)-3, "And one more grave thing.", "And %d more grave things."))
			break
		}
		out = append(out, g)
	}
	if s := ordinary(a); s != "" {
		if len(out) > 0 {
			s = "Otherwise " + strings.ToLower(s[:1]) + s[1:]
		}
		out = append(out, s)
	}
	if len(a.Unknown) > 0 {
		if len(out) == 0 {
			out = append(out, "Not understood well enough to say what it does.")
		} else {
			out = append(out, plural(len(a.Unknown), "One thing in it could not be determined.", "%d things in it could not be determined."))
		}
	}
	if len(out) == 0 {
		out = append(out, "Only looks at things and prints text.")
	}
	return strings.Join(out, " ")
}

// spot is a place of the text or of a pinned file.
type spot struct {
	lines sallyport.Span
	file  string
	in    sallyport.Span
}

// manner are rules that say how something is done rather than what: they follow what they are about.
var manner = map[string]string{"hidden-code": "in code that cannot be read", "hidden-effect": "in code that is put together only when it runs", "composed-code": "in code that is put together only when it runs",
	"off-screen": "where a reader does not look", "split-name": "in pieces that hide its name", "odd-spelling": "", "unseen": "unseen in the background", "no-preserve-root": ""}

// later are rules that ordinary scripts set off too: among things equally grave, others are named before them.
var later = map[string]bool{"remote-code": true, "persist-cron": true, "trust-store": true, "privileged-container": true, "runs-option": true, "too-large": true, "not-parsed": true, "setuid": true, "unknown-code": true}

// grave says what is an alert: one sentence for each place, and how it is hidden there.
func grave(a *sallyport.Assessment) []string {
	type thing struct {
		at     spot
		level  sallyport.Verdict
		says   []string
		hidden string
		late   bool
	}
	var all []*thing
	by := map[spot]*thing{}
	for _, f := range a.Findings {
		at := spot{f.Lines, f.File, f.FileLines}
		t := by[at]
		if how, is := manner[f.Rule]; is && (t != nil || f.Level.Alert()) {
			if t == nil {
				t = &thing{at: at, level: f.Level}
				by[at], all = t, append(all, t)
			}
			if t.hidden == "" {
				t.hidden = how
			}
			if len(t.says) > 0 || f.Rule == "hidden-effect" || how != "" && hasOther(a, at) {
				continue
			}
		}
		if !f.Level.Alert() {
			continue
		}
		if t == nil {
			t = &thing{at: at, level: f.Level, late: true}
			by[at], all = t, append(all, t)
		}
		t.late = t.late && later[f.Rule]
		if s := strings.TrimSuffix(f.Message, "."); s != "" && len(t.says) < 2 && !contains(t.says, s) {
			t.says = append(t.says, s)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		x, y := all[i], all[j]
		if x.level != y.level {
			return x.level.Rank() > y.level.Rank()
		}
		if (x.hidden != "") != (y.hidden != "") {
			return x.hidden != ""
		}
		return !x.late && y.late
	})
	var out []string
	seen := map[string]bool{}
	for _, t := range all {
		if len(t.says) == 0 {
			continue
		}
		s := t.says[0]
		if len(t.says) > 1 {
			s += "; " + strings.ToLower(t.says[1][:1]) + t.says[1][1:]
		}
		if seen[s] {
			continue
		}
		seen[s] = true
		s += " (" + line(t.at.lines, t.at.file, t.at.in)
		if t.hidden != "" && hasOther(a, t.at) {
			s += ", " + t.hidden
		}
		out = append(out, s+").")
	}
	return out
}

// hasOther reports whether some alert says what is done at a place, not only how.
func hasOther(a *sallyport.Assessment, at spot) bool {
	for _, f := range a.Findings {
		if _, is := manner[f.Rule]; !is && f.Level.Alert() && at == (spot{f.Lines, f.File, f.FileLines}) {
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// order in which ordinary effects are worth naming.
var order = []sallyport.EffectKind{sallyport.EffectDatabase, sallyport.EffectKubernetes, sallyport.EffectCloud, sallyport.EffectInstall, sallyport.EffectService, sallyport.EffectKernel, sallyport.EffectMount,
	sallyport.EffectAccount, sallyport.EffectPersist, sallyport.EffectRemoteExec, sallyport.EffectDelete, sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectCreate, sallyport.EffectChmod, sallyport.EffectChown, sallyport.EffectProcess,
	sallyport.EffectSecurityTool, sallyport.EffectIrreversible, sallyport.EffectTamper, sallyport.EffectCredential, sallyport.EffectConnect, sallyport.EffectDNS, sallyport.EffectListen, sallyport.EffectPrivilege, sallyport.EffectRead}

// ordinary says up to three kinds of ordinary effects. What stands where an alert is belongs to the alert.
func ordinary(a *sallyport.Assessment) string {
	alert := map[spot]bool{}
	for _, f := range a.Findings {
		if f.Level.Alert() {
			alert[spot{f.Lines, f.File, f.FileLines}] = true
		}
	}
	by := map[sallyport.EffectKind][]*sallyport.Effect{}
	for i := range a.Effects {
		e := &a.Effects[i]
		if e.Level.Alert() || strings.HasPrefix(e.Target, "/dev/null") || alert[spot{e.Lines, e.File, e.FileLines}] || e.Kind == sallyport.EffectPersist && e.Detail == "starts at boot" && len(by[sallyport.EffectService]) > 0 {
			continue
		}
		by[e.Kind] = append(by[e.Kind], e)
	}
	var parts []string
	for _, k := range order {
		es := by[k]
		if len(es) == 0 || k == sallyport.EffectRead && len(parts) > 0 || k == sallyport.EffectPrivilege && len(parts) > 0 {
			continue
		}
		parts = append(parts, group(es))
		if len(parts) == 3 {
			break
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return upper(strings.Join(parts, "; ")) + "."
}

// group says effects of one kind together.
func group(es []*sallyport.Effect) string {
	seen := map[string]bool{}
	var uniq []*sallyport.Effect
	for _, e := range es {
		if !seen[e.Target] && (e.Level == es[0].Level || e.Detail == es[0].Detail) {
			seen[e.Target] = true
			uniq = append(uniq, e)
		}
	}
	first := *uniq[0]
	first.Principal = ""
	s := Effect(&first)
	switch {
	case len(uniq) == 2 && uniq[1].Detail == uniq[0].Detail:
		s = strings.Replace(s, first.Target, first.Target+" and "+uniq[1].Target, 1)
	case len(uniq) > 1:
		s += fmt.Sprintf(" and %d more", len(uniq)-1)
	}
	return s
}
