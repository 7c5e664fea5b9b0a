// Package words says effects, and a whole assessment, to someone who does not read shell. It promises that every effect has
// words and that a summary names the gravest first-hand: what, and to whom. It knows nothing of how they were found.
package words

import (
	"fmt"
	"strings"

	"sallyport"
)

// Effect says an effect, beginning with a verb in the third person: "deletes /srv/data".
func Effect(e *sallyport.Effect) string {
	t, d := e.Target, e.Detail
	with := func(s string) string {
		if d != "" {
			return s + " (" + d + ")"
		}
		return s
	}
	var s string
	switch e.Kind {
	case sallyport.EffectRead:
		s = "reads " + t
		if d == "as a program" {
			s = "runs the contents of " + t
		}
	case sallyport.EffectWrite:
		s = with("writes " + t)
	case sallyport.EffectAppend:
		s = with("adds to " + t)
	case sallyport.EffectCreate:
		s = with("makes " + t)
	case sallyport.EffectDelete:
		s = "deletes " + t
		if d == "with everything in it" {
			s += " with everything in it"
		} else if d != "" {
			s = with(s)
		}
	case sallyport.EffectChmod:
		s = with("changes the permissions of " + t)
	case sallyport.EffectChown:
		s = with("changes the owner of " + t)
	case sallyport.EffectMount:
		s = with("mounts or unmounts " + t)
	case sallyport.EffectExec:
		s = with("runs " + t)
	case sallyport.EffectConnect:
		s = "connects to " + Host(t)
		if d != "" {
			s = with(s)
		}
	case sallyport.EffectListen:
		s = "waits for connections on " + t
	case sallyport.EffectDNS:
		s = "looks up the name " + t
	case sallyport.EffectPrivilege:
		if d == "" || d == "becomes" || d == "sudo" || d == "su" || d == "doas" {
			s = "acts as " + t
		} else {
			s = "gains rights: " + t + " (" + d + ")"
		}
	case sallyport.EffectAccount:
		s = with("changes the account " + t)
	case sallyport.EffectPersist:
		s = with("sets up something that runs later: " + t)
	case sallyport.EffectService:
		s = service(t, d)
	case sallyport.EffectKernel:
		s = with("changes the kernel or its settings: " + t)
	case sallyport.EffectTamper:
		s = with("falsifies or removes a record: " + t)
	case sallyport.EffectSecurityTool:
		s = with("changes a protection: " + t)
	case sallyport.EffectCredential:
		s = with("uses a secret: " + t)
	case sallyport.EffectInstall:
		s = with("installs or removes software: " + t)
	case sallyport.EffectRemoteExec:
		s = with("runs commands on another machine: " + Host(t))
	case sallyport.EffectDatabase:
		s = with("works on a database: " + t)
	case sallyport.EffectKubernetes:
		s = with("changes the cluster: " + t)
	case sallyport.EffectCloud:
		s = with("changes the cloud account: " + t)
	case sallyport.EffectProcess:
		s = with("signals a program: " + t)
	case sallyport.EffectIrreversible:
		s = with("cannot be undone: " + t)
	case sallyport.EffectUnknown:
		s = with("does something that is not known: " + t)
	default:
		s = with(string(e.Kind) + " " + t)
	}
	if e.Principal != "" {
		s += ", as " + e.Principal
	}
	return s
}

// Host says a network target: "203.0.113.77 port 443".
func Host(t string) string {
	if strings.Contains(t, "://") || strings.Count(t, ":") != 1 {
		return t
	}
	h, p, _ := strings.Cut(t, ":")
	if p == "" || strings.Trim(p, "0123456789") != "" {
		return t
	}
	return h + " port " + p
}

var verbs = map[string]string{"restart": "restarts", "start": "starts", "stop": "stops", "reload": "reloads", "enable": "switches on for every start", "disable": "no longer starts by itself",
	"restarted": "restarts", "started": "starts", "stopped": "stops", "reloaded": "reloads", "status": "asks about", "mask": "blocks"}

func service(t, d string) string {
	first, _, _ := strings.Cut(d, " ")
	if v, ok := verbs[strings.Trim(strings.ToLower(first), ",")]; ok {
		return v + " the service " + t
	}
	if d == "" {
		return "changes the service " + t
	}
	return "changes the service " + t + " (" + d + ")"
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Summary is one or two short sentences: the ordinary work first, then what is grave, then what is not known.
func Summary(a *sallyport.Assessment) string {
	var out []string
	ordinary := ordinary(a)
	if ordinary != "" {
		out = append(out, ordinary)
	}
	n := 0
	seen := map[string]bool{}
	for _, f := range a.Findings {
		if !f.Level.Alert() || seen[f.Message] {
			continue
		}
		seen[f.Message] = true
		if n++; n > 3 {
			continue
		}
		m := f.Message
		if n == 1 && ordinary != "" {
			m = "Also " + strings.ToLower(m[:1]) + m[1:]
		}
		out = append(out, m)
	}
	if n > 3 {
		out = append(out, fmt.Sprintf("And %d more grave things.", n-3))
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

// ordinary says up to three kinds of ordinary effects.
func ordinary(a *sallyport.Assessment) string {
	by := map[sallyport.EffectKind][]*sallyport.Effect{}
	for i := range a.Effects {
		e := &a.Effects[i]
		if e.Level.Alert() || strings.HasPrefix(e.Target, "/dev/null") {
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

// line names the first line of what stands in the submitted text or in a pinned file.
func line(s sallyport.Span, file string, in sallyport.Span) string {
	if file != "" {
		return fmt.Sprintf("line %d of %s", in[0], file)
	}
	return fmt.Sprintf("line %d", s[0])
}

// Advice says what would make approving this safer.
func Advice(a *sallyport.Assessment) []string {
	var out []string
	add := func(s string) {
		for _, o := range out {
			if o == s {
				return
			}
		}
		if len(out) < 6 {
			out = append(out, s)
		}
	}
	for _, f := range a.Findings {
		if f.Level.Rank() < sallyport.Medium.Rank() {
			continue
		}
		at := line(f.Lines, f.File, f.FileLines)
		switch f.Rule {
		case "remote-code":
			add("Download the code first, put the file into the action, and let it be read before it runs (" + at + ").")
		case "hidden-code", "composed-code", "hidden-effect", "split-name":
			add("Ask for the same commands written out plainly, without encoding (" + at + ").")
		case "secret-leaves", "data-leaves", "name-lookup", "file-leaves":
			add("Ask who owns the receiving machine and why it must have this (" + at + ").")
		case "secret-read", "secret-shown", "secret-exposed", "secret-search":
			add("Ask which fact is needed, and print that instead of the secret (" + at + ").")
		case "persist-cron", "persist-boot", "persist-login", "persist-library", "login-key":
			add("Ask whether it must stay after this session, and who will remove it (" + at + ").")
		case "data-destroyed", "system-destroyed", "disk-destroyed", "cluster-destroyed", "irreversible":
			add("Ask for a backup, and for the list of what would be deleted, first (" + at + ").")
		case "defence-off":
			add("Ask when the protection is switched on again, and put that into the same action (" + at + ").")
		case "log-tamper", "history-tamper", "time-tamper":
			add("Remove what touches the records; it is never part of a repair (" + at + ").")
		case "remote-shell", "listening-shell", "relay":
			add("Refuse this: work by other people belongs into its own supervised session (" + at + ").")
		case "off-screen":
			add("Scroll to the right in " + at + ", and ask why the command stands there.")
		case "outside-scope":
			add("Add it to the ticket, or take it out (" + at + ").")
		}
	}
	for _, u := range a.Unknown {
		switch {
		case strings.Contains(u.Why, "contents of") || strings.Contains(u.Why, "whose contents"):
			add("Attach the file that " + line(u.Lines, u.File, u.FileLines) + " runs, so that it can be read too.")
		case strings.Contains(u.Why, "value is not known") || strings.Contains(u.Why, "not known"):
			add("Write the values into " + line(u.Lines, u.File, u.FileLines) + " instead of leaving them open.")
		}
	}
	return out
}
