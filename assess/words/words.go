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
		switch {
		case strings.HasPrefix(d, "unmount"):
			s = "unmounts " + t
		case strings.HasPrefix(d, "given to"):
			s = "gives " + t + strings.TrimPrefix(d, "given")
		default:
			s = with("mounts " + t)
		}
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
		if d == "starts at boot" {
			s = "makes " + t + " start by itself whenever the machine starts"
		} else {
			s = with("sets up something that runs later: " + t)
		}
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
		s = install(t, d)
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
		if d == "runs a program that is not known" {
			s = d + ": " + t
		} else {
			s = with("does something that is not known: " + t)
		}
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

var verbs = map[string]string{"restart": "restarts", "start": "starts", "stop": "stops", "reload": "reloads",
	"restarted": "restarts", "started": "starts", "stopped": "stops", "reloaded": "reloads", "status": "asks about", "mask": "blocks"}

// install says what happens to software: most tools say in a word whether it comes, goes or changes.
func install(t, d string) string {
	l := strings.ToLower(d)
	switch {
	case d == "":
		return "installs software: " + t
	case strings.HasPrefix(l, "remov") || strings.HasPrefix(l, "purg") || strings.HasPrefix(l, "uninstall"):
		return "removes software: " + t
	case strings.HasPrefix(l, "updat") || strings.HasPrefix(l, "upgrad"):
		return "updates software: " + t
	}
	return "installs or changes software: " + t + " (" + d + ")"
}

func service(t, d string) string {
	first, _, _ := strings.Cut(d, " ")
	switch strings.Trim(strings.ToLower(first), ",") {
	case "enable":
		return "makes the service " + t + " start by itself whenever the machine starts"
	case "disable":
		return "keeps the service " + t + " from starting by itself"
	}
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
	helpers := 0
	for _, u := range a.Unknown {
		switch {
		case strings.Contains(u.Why, "contents of") || strings.Contains(u.Why, "whose contents"):
			add("Attach the file that " + line(u.Lines, u.File, u.FileLines) + " runs, so that it can be read too.")
		case strings.HasPrefix(u.Why, "The command "):
			helpers++
		case strings.Contains(u.Why, "not known"):
			add("Write the values into " + line(u.Lines, u.File, u.FileLines) + " instead of leaving them open.")
		}
	}
	if helpers > 0 {
		add("Attach the files that define the commands which are not known, or ask what those commands do.")
	}
	return out
}
