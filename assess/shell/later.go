package shell

import (
	"path"
	"strings"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

// later follows what the files that the text wrote would make run at another time: cron tables, units, start-up files,
// hooks, and scripts that it leaves behind.
func (m *machine) later() {
	done := map[string]bool{}
	for i := 0; i < len(m.trace.Written); i++ {
		w := m.trace.Written[i]
		if w.Place.Where == command.Remote || w.Place.Where == command.Container {
			continue
		}
		k := m.key(w.Path)
		v := m.vars[k]
		if done[k] || v == nil || v.unset || v.exported || v.val.Empty() {
			continue
		}
		done[k] = true
		for _, x := range m.trace.Written[i:] { // the last one with contents is where its code stands
			if m.key(x.Path) == k && !x.Content.Empty() {
				w = x
				break
			}
		}
		kind := runsLater(m.abs(w.Path))
		if kind == "" && m.active[m.abs(w.Path)] == 0 && looksLikeScript(v.val) && !m.ran[m.abs(w.Path)] {
			kind = "script"
		}
		if kind == "" && v.integer && programPlace(m.abs(w.Path)) && !m.ran[m.abs(w.Path)] {
			kind = "script" // lines that are added to a program
		}
		if kind == "" || m.sameKind(m.abs(w.Path), v.val) || settingsOf[path.Dir(m.abs(w.Path))] && !v.val.Has(value.Remote) && !says(v.val) {
			continue
		}
		place, lines := m.place, m.lines
		m.place = w.Place
		m.place.Written = true
		m.lines = lineMap{nested: true, at: w.Place.Lines}
		m.later1(kind, m.abs(w.Path), v.val)
		m.place, m.lines = place, lines
	}
}

func (m *machine) later1(kind, p string, body value.Str) {
	if kind != "script" {
		m.place.Where = command.Later
	}
	switch kind {
	case "cron":
		m.place.Via = appendVia(m.place.Via, "cron "+p)
		m.cron(body, !strings.HasPrefix(p, "/var/spool/cron"))
	case "unit":
		m.place.Via = appendVia(m.place.Via, "unit "+path.Base(p))
		m.unit(body)
	case "script":
		m.maybe("only when somebody runs " + p)
		m.runFile(nested{file: p, text: body, args: []value.Str{}, via: "file " + p})
	default:
		m.maybe(kind)
		m.runFile(nested{file: p, text: body, args: []value.Str{}, via: "file " + p})
	}
}

// runsLater says when a file at p is executed, "" when its place alone does not make it run.
func runsLater(p string) string {
	dir, base := path.Split(p)
	switch {
	case p == "/etc/crontab" || dir == "/etc/cron.d/" || strings.HasPrefix(p, "/var/spool/cron/"):
		return "cron"
	case strings.HasPrefix(dir, "/etc/cron."):
		return "at regular times, started by cron"
	case strings.Contains(dir, "systemd/system/") || strings.Contains(dir, "systemd/user/"):
		if strings.HasSuffix(base, ".service") || strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".timer") {
			return "unit"
		}
	case dir == "/etc/profile.d/" || p == "/etc/profile" || p == "/etc/bash.bashrc" || p == "/etc/bashrc" || p == "/etc/zsh/zshrc":
		return "whenever somebody logs in"
	case base == ".bashrc" || base == ".profile" || base == ".bash_profile" || base == ".bash_login" || base == ".zshrc" || base == ".zprofile" || base == ".bash_aliases" || base == ".bash_logout" || base == ".xprofile":
		return "whenever this user starts a shell"
	case p == "/etc/rc.local" || strings.HasPrefix(p, "/etc/init.d/") || strings.HasPrefix(p, "/etc/rc"):
		return "whenever the machine starts"
	case strings.HasPrefix(p, "/etc/update-motd.d/"):
		return "whenever somebody logs in"
	case strings.Contains(dir, "/.git/hooks/") || strings.HasSuffix(dir, "/git/hooks/"):
		return "whenever git is used in this repository"
	case strings.HasPrefix(p, "/etc/NetworkManager/dispatcher.d/") || strings.HasPrefix(p, "/etc/network/if-"):
		return "whenever the network changes"
	case settingsOf[path.Dir(p)]:
		return "whenever the service starts whose settings these are"
	case strings.HasPrefix(p, "/etc/kernel/") || strings.HasPrefix(p, "/etc/initramfs-tools/"):
		return "whenever a kernel is installed"
	}
	return ""
}

// says reports whether a text is known in part. Settings that a filter made of the settings before are not.
func says(s value.Str) bool {
	for _, a := range s.Alternatives() {
		for _, p := range a.Parts() {
			if p.Hole == nil && strings.TrimSpace(p.Text) != "" {
				return true
			}
		}
	}
	return false
}

// programPlace reports whether a file is taken for a shell script by its name or place.
func programPlace(p string) bool {
	switch path.Ext(p) {
	case ".sh", ".bash":
		return true
	case "":
	default:
		return false
	}
	switch path.Dir(p) {
	case "/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/opt/bin":
		return true
	}
	return false
}

// looksLikeScript reports whether contents begin as a shell script does.
func looksLikeScript(v value.Str) bool {
	first, _, _ := strings.Cut(v.Prefix(), "\n")
	return strings.HasPrefix(first, "#!") && isShell(shebang(first))
}

// cron follows the commands of a table. system tables have a column with the user's name.
func (m *machine) cron(body value.Str, system bool) {
	text, ok := m.mark(body)
	if !ok {
		m.gap("the contents of a cron table are not known")
		return
	}
	base := m.place
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if name, _, ok := strings.Cut(line, "="); ok && validName(strings.TrimSpace(name)) {
			continue
		}
		skip := 5
		if line[0] == '@' {
			skip = 1
		}
		if system {
			skip++
		}
		rest := line
		user := ""
		for range skip {
			user, rest, _ = strings.Cut(strings.TrimLeft(rest, " \t"), " ")
			if i := strings.IndexByte(user, '\t'); i >= 0 {
				user, rest = user[:i], user[i+1:]+" "+rest
			}
		}
		if strings.TrimSpace(rest) == "" {
			continue
		}
		if system {
			m.place.Principal = user + " (cron)"
		}
		m.maybe("at the times that cron is given")
		m.subshell(func() {
			m.nest(nested{text: m.lit(strings.TrimSpace(rest)), via: "cron job", written: true, args: []value.Str{}})
		})
		m.place = base
	}
}

// unit follows what a systemd unit starts (systemd.service(5)).
func (m *machine) unit(body value.Str) {
	text, ok := m.mark(body)
	if !ok {
		m.gap("the contents of a unit are not known")
		return
	}
	text = strings.ReplaceAll(text, "\\\n", " ")
	base := m.place
	for _, line := range strings.Split(text, "\n") {
		key, val, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || !strings.HasPrefix(key, "Exec") || key == "ExecSearchPath" {
			continue
		}
		val = strings.TrimLeft(strings.TrimSpace(val), "-@:+!")
		if val == "" {
			continue
		}
		// A unit's command line is no shell: variables and words only.
		m.maybe("whenever the unit is started")
		m.subshell(func() { m.nest(nested{text: m.lit(unitQuote(val)), via: key, written: true, args: []value.Str{}}) })
		m.place = base
	}
}

// unitQuote makes plain what a shell would treat specially outside quotes, and systemd would not.
func unitQuote(s string) string {
	s = strings.NewReplacer("%i", "i", "%n", "n", "%I", "i", "%H", "host", "%%", "%").Replace(s)
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			b.WriteByte(c)
			i++
			b.WriteByte(s[i])
			continue
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("|&;<>()`#", c) >= 0:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
