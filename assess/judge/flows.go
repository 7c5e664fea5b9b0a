package judge

import (
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/shell"
	"sallyport/assess/value"
)

// pipes notes what flows into named pipes, in whatever order the text does it: both ends of a pipe are open at once.
func (j *judge) pipes() {
	for i := range j.t.Flows {
		f := &j.t.Flows[i]
		if f.To.Kind != command.File {
			continue
		}
		for _, p := range f.To.Target.Strings() {
			if j.t.Fifos[clean(p)] || j.t.Fifos[p] {
				j.fifo[clean(p)] = append(j.fifo[clean(p)], f.Data)
			}
		}
	}
}

// origin is where a string's unknown parts come from, through named pipes.
type origin struct {
	secrets []string // what secrets, in words
	grave   bool
	private []string // paths of data that does not belong outside
	files   []string // other files
	remote  []string // hosts
	output  bool     // what commands print
	input   bool
	env     bool
	facts   []string // what commands say of the machine, by its name in their descriptions
	decoded bool     // computed by a decoder, or from text of the script, in a way that was not followed
}

func (j *judge) origin(data value.Str) origin {
	var o origin
	j.trace(data, &o, map[string]bool{}, 0)
	return o
}

// telling are facts about a machine that help whoever wants to get into it.
var telling = map[string]bool{"processes": true, "accounts": true, "accounts and services": true, "packages": true, "modules": true, "network state": true, "open files": true, "history": true,
	"clipboard": true, "services": true, "journal": true, "audit log": true, "audit rules": true, "firewall rules": true, "security settings": true, "security state": true, "scheduled jobs": true, "mail": true, "keys": true,
	"kernel settings": true, "containers": true, "cluster": true, "login failures": true}

func add(to []string, s string) []string {
	if s == "" || slices.Contains(to, s) || len(to) > 20 {
		return to
	}
	return append(to, s)
}

func (j *judge) trace(data value.Str, o *origin, seen map[string]bool, depth int) {
	for _, h := range data.Holes() {
		if h.Taint&value.Derived != 0 && h.Taint&(value.Secret|value.Remote|value.File) == 0 {
			for _, from := range h.From {
				if telling[from] {
					o.facts = add(o.facts, from)
				}
			}
			continue
		}
		o.output = o.output || h.Taint&value.Output != 0
		o.input = o.input || h.Taint&value.Input != 0
		o.env = o.env || h.Taint&value.Env != 0
		if h.Taint&value.Secret != 0 && !slices.ContainsFunc(h.From, stored) {
			o.grave = true
		}
		o.decoded = o.decoded || decoder(h.Name)
		for _, from := range h.From {
			from = tidy(from)
			if from == shell.OwnText || from == "‹$0›" || from == "‹$BASH_SOURCE›" {
				o.decoded = true
				continue
			}
			if p := clean(from); j.fifo[p] != nil && !seen[p] && depth < 8 {
				seen[p] = true
				for _, d := range j.fifo[p] {
					j.trace(d, o, seen, depth+1)
				}
				continue
			}
			what, grave := j.secret(from)
			switch {
			case from == "environment":
				o.secrets = add(o.secrets, "the environment variables, which often hold passwords and tokens")
			case what != "":
				o.secrets = add(o.secrets, what+" ("+from+")")
				o.grave = o.grave || grave
			case h.Taint&value.Secret != 0 && stored(from):
				o.private = add(o.private, "what "+from+" holds")
			case h.Taint&value.Secret != 0 && !(h.Taint&value.Remote != 0 && looksRemote(from)):
				o.secrets = add(o.secrets, from)
			case h.Taint&value.Remote != 0 && !strings.HasPrefix(from, "/") && !strings.HasPrefix(from, "~"):
				o.remote = add(o.remote, from)
			default:
				if _, ok := private(from); ok {
					o.private = add(o.private, from)
				} else if strings.HasPrefix(from, "/") || strings.HasPrefix(from, "~") || h.Taint&value.File != 0 {
					o.files = add(o.files, from)
				}
			}
		}
		if h.Taint&value.Remote != 0 && len(h.From) == 0 {
			o.remote = add(o.remote, "another machine")
		}
	}
}

// stored reports whether a named source (not a path) is a store of data, or something that its own tool hands out, rather than a
// credential lying about: worth keeping inside, no surprise to see.
func stored(from string) bool {
	return !strings.ContainsAny(from, "/~") && !strings.HasPrefix(from, "k8s:secret") && !strings.HasPrefix(from, "credential") && from != "instance credentials" && from != "memory" || strings.HasPrefix(from, "database")
}

// decoder reports whether a hole is what a decoding command prints.
func decoder(name string) bool {
	for _, c := range []string{"base64", "base32", "xxd", "uudecode", "openssl", "gpg"} {
		if strings.HasSuffix(strings.TrimRight(name, "›"), "output of "+c) {
			return true
		}
	}
	return false
}

func looksRemote(s string) bool { return strings.Contains(s, "://") || strings.Contains(s, ":") }

// flow judges where bytes go.
func (j *judge) flow(f *shell.Flow) {
	switch f.To.Kind {
	case command.Net:
		j.sent(f)
	case command.Program:
		if f.From.Kind == command.Net && !local(f.From.Target.String()) {
			j.find("remote-shell", critical, f.Place, "Lets %s run commands on this machine", hostWords(tidy(f.From.Target.String())))
		}
	case command.File:
		j.stored(f)
	case command.Stdout:
		if f.Lossy {
			return
		}
		o := j.origin(f.Data)
		if len(o.secrets) > 0 && o.grave && !derivedOnly(f.Data) {
			j.find("secret-shown", high, f.Place, "Shows %s", list(o.secrets))
		}
	}
}

// derivedOnly reports whether what is left of a secret is a count or a digest.
func derivedOnly(s value.Str) bool {
	for _, h := range s.Holes() {
		if h.Taint&value.Derived == 0 {
			return false
		}
	}
	return true
}

func (j *judge) sent(f *shell.Flow) {
	for _, to := range f.To.Target.Strings() {
		to = tidy(to)
		if local(to) {
			continue
		}
		o := j.origin(f.Data)
		if f.From.Kind == command.File {
			for _, p := range f.From.Target.Strings() {
				j.from(tidy(p), &o)
			}
		}
		where := hostWords(to)
		inScope := j.scope != nil && slices.ContainsFunc(j.scope.Hosts, func(h string) bool { return bareHost(h) == bareHost(to) })
		if metadata(to) {
			continue
		}
		lookup := f.From.Kind == command.Text && j.isLookup(f.Place)
		for _, r := range o.remote {
			if r == anyone || strings.Trim(strings.TrimPrefix(r, "*:"), "0123456789") == "" {
				j.find("relay", high, f.Place, "Passes on to %s what those who connect to this machine send", where)
			}
		}
		if f.From.Kind == command.File && f.From.Target.Known() && drop(to) && !inScope { // what the caller names is the caller's to send
			j.find("data-leaves", high, f.Place, "Sends %s to %s, where anybody can put and fetch things", tidy(f.From.Target.String()), where)
		}
		switch {
		case len(o.secrets) > 0 && o.grave && !f.Lossy:
			j.find("secret-leaves", critical, f.Place, "Sends %s to %s", list(o.secrets), where)
		case len(o.secrets) > 0:
			j.find("secret-leaves", high, f.Place, "Sends something of %s to %s", list(o.secrets), where)
		case lookup && (len(o.private)+len(o.files) > 0):
			j.find("name-lookup", high, f.Place, "Sends something of %s out, hidden in the name %s that it looks up", list(append(o.private, o.files...)), to)
		case len(o.private) > 0 && !f.Lossy && !inScope:
			level := high
			if !byNumber(to) && !strings.Contains(to, "://") && allStored(o.private) {
				level = medium // a copy of a database to another host by name is what backups and moves are
			}
			j.find("data-leaves", level, f.Place, "Sends %s to %s", list(o.private), where)
		case len(o.private) > 0 || len(o.files) > 0:
			level := medium
			// An ordinary file to a named person (an address with "@") is what mail is for; private files are judged above.
			if !inScope && !f.Lossy && f.From.Kind != command.Text && !j.overSSH(f.Place) && !(person(to) && j.mailed(f.Place)) && slices.ContainsFunc(append(o.private, o.files...), named) {
				level = high
			}
			j.find("file-leaves", level, f.Place, "Sends %s to %s", list(append(o.private, o.files...)), where)
		case len(o.facts) > 0 && !inScope:
			level := medium
			if byNumber(to) || drop(to) {
				level = high
			}
			j.find("facts-leave", level, f.Place, "Sends what it finds out about this machine (%s) to %s", list(o.facts), where)
		case o.output && f.From.Kind == command.Text: // an address or header put together with it, most often of a download
			j.find("file-leaves", medium, f.Place, "What a command prints is part of what it asks %s for", where)
		case o.output:
			j.find("file-leaves", medium, f.Place, "Sends what a command prints to %s", where)
		}
	}
}

func (j *judge) from(p string, o *origin) {
	if what, grave := j.secret(p); what != "" {
		o.secrets = add(o.secrets, what+" ("+p+")")
		o.grave = o.grave || grave
	} else if _, ok := private(p); ok {
		o.private = add(o.private, p)
	} else if !j.ours(clean(p)) {
		o.files = add(o.files, p)
	}
}

// isLookup reports whether a name is looked up at this place.
func (j *judge) isLookup(p shell.Place) bool {
	for i := range j.t.Effects {
		e := &j.t.Effects[i]
		if e.Kind == sallyport.EffectDNS && e.Place.Same(p) {
			return true
		}
	}
	return false
}

// stored judges what is written to files: secrets where others can read them, shells under other names.
func (j *judge) stored(f *shell.Flow) {
	o := j.origin(f.Data)
	if f.From.Kind == command.File {
		for _, p := range f.From.Target.Strings() {
			j.from(tidy(p), &o)
		}
	}
	for _, to := range f.To.Target.Strings() {
		p := clean(to)
		if j.t.Fifos[p] {
			continue
		}
		if len(o.secrets) > 0 && o.grave && !f.Lossy && !derivedOnly(f.Data) {
			if what, _ := j.secret(p); what != "" || strings.HasSuffix(p, ".bak") || strings.HasSuffix(p, ".orig") || strings.HasPrefix(p, "/dev/") {
				continue // from one guarded place to another
			}
			if has(p, "/tmp", "/var/tmp", "/dev/shm", "/var/www", "/srv", "/usr/share", "/home", "/mnt", "/media", "/opt", "/var/spool/mail", "/var/mail") || outOfTheWay(p) || !systemPath(p) {
				j.find("secret-exposed", high, f.Place, "Copies %s to %s", list(o.secrets), to)
			}
		}
		if f.From.Kind == command.File {
			for _, src := range f.From.Target.Strings() {
				if tool := shellOrTool(clean(src)); tool != "" && pathBase(p) != tool && !strings.HasSuffix(p, "/"+tool) && !strings.HasPrefix(to, "‹$") && !systemDirOnly(p) && !ordinaryLink(tool, p) {
					j.shellish[p] = true
					j.find("renamed-program", high, f.Place, "Copies %s to %s, where it is not recognised", src, to)
				}
			}
		}
	}
}

// ordinaryLink reports whether a name in a directory for programs is an ordinary second name of an interpreter.
func ordinaryLink(tool, p string) bool {
	return has(p, "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/opt") && !strings.HasPrefix(pathBase(p), ".") && (strings.HasPrefix(tool, "python") || tool == "perl" || tool == "busybox" || tool == "dash" || pathBase(p) == "sh")
}

// systemDirOnly reports whether a target is a directory for programs rather than a new name.
func systemDirOnly(p string) bool {
	return strings.HasSuffix(p, "/bin") || strings.HasSuffix(p, "/sbin") || strings.HasSuffix(p, "/")
}

func pathBase(p string) string {
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		return p[i+1:]
	}
	return p
}

// shellOrTool returns the name of a shell that a path is, "" for anything else.
func shellOrTool(p string) string {
	if !has(p, "/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin") {
		return ""
	}
	switch b := pathBase(p); b {
	case "sh", "bash", "dash", "zsh", "ksh", "busybox", "nc", "ncat", "socat", "python3", "python", "perl":
		return b
	}
	return ""
}

func list(s []string) string {
	switch {
	case len(s) == 0:
		return "something"
	case len(s) == 1:
		return s[0]
	case len(s) > 3:
		return strings.Join(s[:3], ", ") + " and more"
	}
	return strings.Join(s[:len(s)-1], ", ") + " and " + s[len(s)-1]
}

func hostWords(to string) string {
	if to == anyone {
		return to
	}
	h := hostOf(to)
	if i := strings.LastIndexByte(h, ':'); i > 0 && strings.Count(h, ":") == 1 && !strings.Contains(to, "://") {
		return h[:i] + " port " + h[i+1:]
	}
	if h == "" {
		return "another machine"
	}
	return h
}

func allStored(s []string) bool {
	for _, p := range s {
		if !strings.HasPrefix(p, "what database") {
			return false
		}
	}
	return true
}

// named reports whether a source is a certain file of this machine rather than something the text made or was given.
func named(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.Contains(p, "‹") && !has(clean(p), "/tmp", "/dev", "/proc", "/sys", "/var/tmp", "/usr/share", "/opt", "/etc/os-release", "/etc/lsb-release", "/etc/debian_version", "/etc/issue", "/etc/redhat-release")
}

// overSSH reports whether what is sent at a place goes through a login, whose keys say who may.
func (j *judge) overSSH(p shell.Place) bool {
	for i := range j.t.Effects {
		e := &j.t.Effects[i]
		if e.Place.Same(p) && (e.Kind == sallyport.EffectConnect || e.Kind == sallyport.EffectRemoteExec) {
			switch e.Command {
			case "ssh", "scp", "sftp", "rsync", "git", "kubectl", "docker", "podman", "aws", "gcloud", "az", "gsutil", "rclone", "borg", "restic":
				return true
			}
		}
	}
	return false
}

// drop reports whether a host takes files from anybody and shows them to whoever has the address (MITRE T1567).
func drop(to string) bool {
	h := bareHost(to)
	for _, d := range []string{"discord.com", "discordapp.com", "hooks.slack.com", "api.telegram.org", "pastebin.com", "paste.ee", "hastebin.com", "dpaste.org", "ix.io", "sprunge.us", "termbin.com", "0x0.st",
		"transfer.sh", "file.io", "gofile.io", "anonfiles.com", "catbox.moe", "bashupload.com", "temp.sh", "oshi.at", "webhook.site", "requestbin.com", "pipedream.net", "ngrok.io", "ngrok-free.app", "ngrok.app", "trycloudflare.com", "serveo.net", "interact.sh", "oast.fun", "oast.pro", "burpcollaborator.net"} {
		if h == d || strings.HasSuffix(h, "."+d) {
			return true
		}
	}
	return false
}

// person reports whether a destination is somebody's mail address.
func person(to string) bool { return strings.Contains(to, "@") && !strings.ContainsAny(to, ":/") }

// mailed reports whether what is sent at a place goes by mail.
func (j *judge) mailed(p shell.Place) bool {
	for i := range j.t.Effects {
		e := &j.t.Effects[i]
		if e.Place.Lines == p.Lines && e.Kind == sallyport.EffectConnect {
			switch e.Command {
			case "mail", "mailx", "mutt", "neomutt", "s-nail", "nail", "sendmail", "msmtp":
				return true
			}
		}
	}
	return false
}
