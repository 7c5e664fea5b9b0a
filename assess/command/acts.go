package command

import (
	"net/netip"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// act performs one line of a table.
func (e *eval) act(a act) {
	switch a.verb {
	case "do":
		for _, t := range e.expand(a.target) {
			e.effect(a.kind, t, e.inWords(a.detail))
		}
	case "may":
		for _, t := range e.expand(a.target) {
			e.may(a.kind, t, e.inWords(a.detail))
		}
	case "hint":
		e.hint(a.rule, a.level, a.detail)
	case "say":
		e.unknown("%s: %s", e.called(), a.detail)
	case "as":
		e.apply(a.role, e.expand(a.target))
	case "prints":
		e.prints(a.target)
	case "source":
		for _, t := range e.expand(a.target) {
			e.sources = append(e.sources, End{EndKind(a.rule), t})
		}
	case "sink":
		for _, t := range e.expand(a.target) {
			e.sinks = append(e.sinks, End{EndKind(a.rule), t})
		}
	}
}

// expand fills a template in: literal text with {1}, {2*}, {*}, {-o}. It returns one string per combination, none when a place is empty.
func (e *eval) expand(template string) []value.Str {
	out := []value.Str{{}}
	for template != "" {
		lit, rest, open := strings.Cut(template, "{")
		for i := range out {
			out[i] = value.Concat(out[i], value.Lit(lit))
		}
		if !open {
			break
		}
		ref, tail, _ := strings.Cut(rest, "}")
		template = tail
		var next []value.Str
		for _, o := range out {
			for _, v := range e.refer(ref) {
				next = append(next, value.Concat(o, v))
			}
		}
		out = next
	}
	return out
}

// inWords fills the places of a detail in: a word for each value, nothing for an empty place.
func (e *eval) inWords(detail string) string {
	out := ""
	for detail != "" {
		lit, rest, open := strings.Cut(detail, "{")
		out += lit
		ref, tail, closed := strings.Cut(rest, "}")
		if !open || !closed {
			break
		}
		out += value.Join(e.refer(ref), " ").String()
		detail = tail
	}
	return strings.TrimSpace(out)
}

func (e *eval) refer(ref string) []value.Str {
	if strings.HasPrefix(ref, "-") || strings.HasPrefix(ref, "+") {
		return e.values(ref)
	}
	num, rest := strings.CutSuffix(ref, "*")
	n := 1
	if num != "" {
		n, _ = strconv.Atoi(num)
	}
	switch {
	case n < 1 || n > len(e.operands):
		return nil
	case rest:
		return e.operands[n-1:]
	}
	return e.operands[n-1 : n]
}

// connect joins every source of main data with every sink, and says what is printed.
func (e *eval) connect() {
	s := e.spec
	if s.stdin == "always" || s.stdin == "default" && len(e.sources) == 0 {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	sinks := e.sinks
	if !e.noStdout && !s.quiet && len(e.sources) > 0 {
		sinks = append(sinks, End{Kind: Stdout})
	}
	if len(sinks) == 0 && len(e.sources) > 0 && s.quiet {
		sinks = append(sinks, End{Kind: Nothing})
	}
	for _, from := range e.sources {
		for _, to := range sinks {
			e.res.Flows = append(e.res.Flows, Flow{from, to, s.lossy})
		}
	}
	e.res.Stdout = e.printed()
}

// printed says what standard output is made of.
func (e *eval) printed() value.Str {
	if e.stdout != nil {
		return *e.stdout
	}
	if out, ok := e.compute(); ok {
		return value.Lit(string(out))
	}
	h := value.Hole{Name: "output of " + e.name, Taint: value.Output}
	var verbatim []value.Str
	whole := e.spec.verbatim
	for _, f := range e.res.Flows {
		if f.To.Kind != Stdout {
			continue
		}
		if f.Lossy {
			h.Taint |= value.Derived
		}
		t := f.From.Target
		switch f.From.Kind {
		case Stdin:
			if e.ctx.Stdin == nil {
				h.Taint |= value.Input
				whole = false
				break
			}
			verbatim = append(verbatim, *e.ctx.Stdin)
			taint, from := e.ctx.Stdin.Taint()
			h.Taint, h.From = h.Taint|taint, append(h.From, from...)
			if h.Why == "" {
				h.Why = e.ctx.Stdin.Why()
			}
		case File:
			if text, ok := e.read(t); ok {
				verbatim = append(verbatim, value.Lit(string(text)))
				break
			}
			h.Taint |= value.File
			h.From = append(h.From, t.Strings()...)
			verbatim = append(verbatim, value.Of(value.Hole{Name: "contents of " + t.String(), Taint: value.File, From: t.Strings()}))
		case Net:
			h.Taint |= value.Remote
			h.From = append(h.From, t.Strings()...)
			whole = false
		case Secret:
			h.Taint |= value.Secret
			h.From = append(h.From, t.Strings()...)
			whole = false
		case System:
			if t.Is("environment") {
				h.Taint |= value.Env
				h.From = append(h.From, "environment")
			}
			whole = false
		case Text:
			taint, from := t.Taint()
			h.Taint, h.From = h.Taint|taint, append(h.From, from...)
			whole = false
		default:
			whole = false
		}
	}
	if whole && len(verbatim) > 0 {
		return value.Concat(verbatim...)
	}
	return value.Of(h)
}

// read returns the contents of a file that the context knows.
func (e *eval) read(path value.Str) ([]byte, bool) {
	p, ok := path.Const()
	if !ok || e.ctx.Read == nil {
		return nil, false
	}
	return e.ctx.Read(p)
}

// compute runs the command's filter on known arguments and input.
func (e *eval) compute() ([]byte, bool) {
	args := make([]string, len(e.argv))
	for i, a := range e.argv {
		c, ok := a.Const()
		if !ok {
			return nil, false
		}
		args[i] = c
	}
	var stdin []byte
	if e.ctx.Stdin != nil {
		c, ok := e.ctx.Stdin.Const()
		if !ok {
			return nil, false
		}
		stdin = []byte(c)
	} else if e.readsStdin() {
		return nil, false
	}
	return filterParsed(e, args, stdin)
}

func (e *eval) readsStdin() bool {
	for _, s := range e.sources {
		if s.Kind == Stdin {
			return true
		}
	}
	return false
}

// isAddress reports whether text is an IP address and not a name to look up.
func isAddress(text string) bool {
	_, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return err == nil
}

// lit is a literal, for hooks.
func lit(text string) value.Str { return value.Lit(text) }

// isDir reports whether a path is certainly a directory: it ends in a slash or dot, or the context knows.
func (e *eval) isDir(path value.Str) bool {
	c, known := path.Const()
	if path.HasSuffix("/") || known && (c == "." || c == ".." || strings.HasSuffix(c, "/.") || strings.HasSuffix(c, "/..")) {
		return true
	}
	if known && e.ctx.IsDir != nil {
		if dir, sure := e.ctx.IsDir(c); sure {
			return dir
		}
	}
	return known && usualDirs[c]
}

// usualDirs are directories on every Linux system: naming one as a destination means a file inside it.
var usualDirs = map[string]bool{}

func init() {
	for _, d := range strings.Fields(`/ /bin /boot /dev /etc /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly
		/etc/default /etc/init.d /etc/logrotate.d /etc/modprobe.d /etc/modules-load.d /etc/pam.d /etc/profile.d /etc/skel /etc/ssh /etc/ssl
		/etc/ssl/certs /etc/sudoers.d /etc/sysctl.d /etc/systemd /etc/systemd/system /etc/udev/rules.d /etc/apt /etc/apt/sources.list.d
		/etc/apt/keyrings /etc/yum.repos.d /etc/nginx /etc/nginx/conf.d /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys
		/tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/local/share /usr/sbin /usr/share
		/usr/share/keyrings /usr/lib/systemd/system /lib/systemd/system /var /var/cache /var/lib /var/log /var/run /var/spool /var/spool/cron
		/var/tmp /var/www /var/www/html /dev/shm`) {
		usualDirs[d] = true
	}
}

var _ = sallyport.Must
