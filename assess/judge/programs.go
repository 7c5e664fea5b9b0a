package judge

import (
	"regexp"
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/shell"
	"sallyport/assess/value"
)

// program judges code that would run by where it comes from.
func (j *judge) program(p *shell.Program) {
	o := j.origin(p.Code)
	if p.Interactive {
		j.interactive(p, &o)
		return
	}
	switch {
	case len(o.remote) > 0 && mostlyHoles(p.Code):
		j.fetched(p, &o)
	case p.Lang == "file" || p.From == "file" && !p.Known:
		for _, h := range p.Code.Holes() {
			for _, f := range h.From {
				if f = clean(f); outOfTheWay(f) && strings.HasPrefix(f, "/") && !has(f, "/dev/fd", "/dev/stdin") {
					j.find("odd-program", high, p.Place, "Runs %s, which lies where programs are hidden and whose contents are not known", f)
				}
			}
		}
	}
	again := strings.Trim(p.Code.String(), "‹›") == "$0" // a text that starts itself again decodes nothing
	if o.decoded && !again && p.Lang != "command" && p.Lang != "file" && mostlyHoles(p.Code) {
		j.find("hidden-code", high, p.Place, "Runs code that is computed in a way that could not be followed")
	}
	if j.reach(p) {
		j.find("unknown-code", high, p.Place, "Runs code in %s that was not understood, and that speaks of both a network connection and starting programs", p.Lang)
	}
	if j.decodes(p) {
		j.find("hidden-code", high, p.Place, "Runs code in %s that decodes something and then runs it, in a way that could not be followed", p.Lang)
	}
	switch p.Hidden {
	case shell.Encoded:
		j.find("hidden-code", high, p.Place, "Runs code that cannot be read in the text, because it is encoded")
	case shell.Composed:
		level := low
		if p.Cut && p.Known {
			level = medium
		}
		j.find("composed-code", level, p.Place, "Puts code together from pieces and runs it")
	}
}

// reach reports whether code in a language that was not understood has what a way in from outside needs: words for a connection
// and words for starting a shell.
func (j *judge) reach(p *shell.Program) bool {
	if p.Lang == "sh" || !slices.ContainsFunc(j.t.Gaps, func(g shell.Gap) bool {
		return g.Place.Same(p.Place)
	}) {
		return false
	}
	text := strings.ToLower(p.Code.String())
	any := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	return any("socket", "dial(", "tcp", "connect(", "listen(", "sockaddr", "nc -", "ncat ", "/dev/tcp/") && any("/bin/sh", "/bin/bash", "exec.command", "syscall.exec", "popen", "process", "system(", "spawn", "run(", "cmd.exe")
}

var (
	decoding = regexp.MustCompile(`(?i)b64decode|base64|fromhex|unhexlify|unpack|\bpack\b|fromcharcode|atob\(|buffer\.from|\bchr\b|zlib|decompress|gzinflate|str_rot13|codecs|hex2bin|marshal|\[::-1\]|reverse|bytes\(\[`)
	running  = regexp.MustCompile(`(?i)\bexec|\beval|system|popen|subprocess|spawn|passthru|shell_exec|getattr|__import__|\bsend\b|%x|qx`)
)

// decodes reports whether code in a language that was not understood has words for decoding and words for running.
func (j *judge) decodes(p *shell.Program) bool {
	if p.Lang == "sh" || p.Lang == "command" || p.Lang == "file" || !j.gapAt(p.Place) {
		return false
	}
	text := p.Code.String()
	return decoding.MatchString(text) && running.MatchString(text)
}

// anyone is how the descriptions of commands name the other end of a connection that this machine waits for.
const anyone = "whoever connects"

// mostlyHoles reports whether code is what was fetched rather than a text with a fetched word in it.
func mostlyHoles(s value.Str) bool {
	for _, a := range s.Alternatives() {
		n := 0
		for _, p := range a.Parts() {
			n += len(strings.TrimSpace(p.Text))
		}
		if n > 2 {
			return false
		}
	}
	return true
}

// fetched judges code that another machine sends.
func (j *judge) fetched(p *shell.Program, o *origin) {
	for _, r := range o.remote {
		if local(r) {
			continue
		}
		what := "Runs code"
		if p.Lang == "command" {
			what = "Runs a command"
		}
		level := high
		if p.From == "operand" {
			j.find("unknown-code", medium, p.Place, "Hands what %s sends to %s, a program that is not known and may run it", hostWords(r), p.Lang)
			return
		}
		if r == anyone {
			j.find("listening-shell", critical, p.Place, "Runs what whoever connects to this machine sends")
			return
		}
		if port := strings.TrimPrefix(r, "*:"); strings.Trim(port, "0123456789") == "" {
			j.find("listening-shell", critical, p.Place, "Runs what whoever connects to port %s sends", port)
			return
		}
		if !strings.ContainsAny(r, ".:/‹") {
			level = medium // the answer of a service's own tool
		}
		if strings.HasPrefix(r, "http://") || byNumber(r) && !strings.Contains(r, "://") || p.Place.Where == command.Later {
			level = critical
		}
		if p.Lang == "command" && j.told("remote-code", p.Place) {
			return
		}
		j.find("remote-code", level, p.Place, "%s that %s sends at that moment: nobody has seen it", what, hostWords(r))
		return
	}
}

// told reports whether a rule has spoken about the same lines.
func (j *judge) told(rule string, p shell.Place) bool {
	return slices.ContainsFunc(j.out.Findings, func(f sallyport.Finding) bool {
		return f.Rule == rule && f.Lines == p.Lines && f.File == p.File && f.FileLines == p.FileLines
	})
}

// interactive judges a shell that obeys whoever is at its other end.
func (j *judge) interactive(p *shell.Program, o *origin) {
	for _, r := range o.remote {
		if !local(r) {
			j.find("remote-shell", critical, p.Place, "Gives %s a command line on this machine", hostWords(r))
			return
		}
	}
	if len(o.remote) > 0 {
		j.find("listening-shell", critical, p.Place, "Gives whoever connects a command line on this machine")
		return
	}
	if p.Place.Where == command.Remote || p.Place.Where == command.Container {
		return
	}
	if k := j.listens(p.Place); k != "" && p.Lang != "sql" {
		j.find("listening-shell", critical, p.Place, "Gives whoever connects to %s a command line on this machine", k)
		return
	}
	j.find("unknown-code", medium, p.Place, "Opens a command line (%s): what is typed there was not approved", p.Lang)
}

// listens returns what the same statement listens on.
func (j *judge) listens(p shell.Place) string {
	for i := range j.t.Effects {
		e := &j.t.Effects[i]
		if e.Place.Same(p) && e.Kind == sallyport.EffectListen && strings.Contains(strings.Join(p.Via, " "), e.Command) {
			return tidy(e.Target.String())
		}
	}
	return ""
}

// written judges files by what is put into them.
func (j *judge) written(w *shell.Written) {
	p := clean(w.Path)
	j.content(w, p)
	if kind := lasting(p); kind != "" {
		o := j.origin(w.Content)
		if len(o.remote) > 0 && mostlyHoles(w.Content) && (kind == "cron" || kind == "login" || kind == "boot") {
			j.find("remote-code", high, w.Place, "Lets %s decide what is run later, by way of %s", hostWords(o.remote[0]), w.Path)
		}
		t := strings.ToLower(w.Content.String())
		if kind == "event" && strings.Contains(t, "run+=") || strings.Contains(t, "pre-invoke") || strings.Contains(t, "post-invoke") {
			j.find("persist-boot", high, w.Place, "Makes the system run a command when something ordinary happens (%s)", w.Path)
		}
	}
	if strings.HasSuffix(p, "/sshd_config") || strings.Contains(p, "/sshd_config.d/") {
		t := strings.ToLower(strings.Join(strings.Fields(w.Content.String()), " "))
		for _, bad := range []string{"permitrootlogin yes", "permitemptypasswords yes", "authorizedkeyscommand ", "passwordauthentication yes", "authorizedkeysfile /"} {
			if strings.Contains(t, bad) {
				j.find("persist-auth", high, w.Place, "Opens the login to this machine wider: %s", bad)
			}
		}
	}
}
