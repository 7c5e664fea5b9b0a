package shell

import (
	"maps"
	"path"
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Some files of the operating system are data that shells source. What they set is not known; that they do nothing else is what they are
// for. Whoever can write them is root on the target and can as well replace the commands that this walk takes for the ordinary ones: they are
// trusted as far as those, and no further. So a text that may itself have changed such a file, or a directory above it, is not taken to
// source the target's own.

// identity are files that set variables of a list: os-release(5), lsb_release(1), locale.conf(5), machine-info(5), vconsole.conf(5), selinux_config(5).
// Names that a distribution adds begin with its own, and so cannot be told.
var identity = map[string][]string{
	"/etc/os-release":       osRelease,
	"/usr/lib/os-release":   osRelease,
	"/etc/initrd-release":   osRelease,
	"/etc/upstream-release": osRelease,
	"/etc/lsb-release":      strings.Fields("DISTRIB_ID DISTRIB_RELEASE DISTRIB_CODENAME DISTRIB_DESCRIPTION LSB_VERSION"),
	"/etc/debian_version":   nil,
	"/etc/default/locale":   locale,
	"/etc/locale.conf":      locale,
	"/etc/machine-info":     strings.Fields("PRETTY_HOSTNAME ICON_NAME CHASSIS DEPLOYMENT LOCATION HARDWARE_VENDOR HARDWARE_MODEL"),
	"/etc/vconsole.conf":    strings.Fields("KEYMAP KEYMAP_TOGGLE FONT FONT_MAP FONT_UNIMAP XKBLAYOUT XKBMODEL XKBVARIANT XKBOPTIONS"),
	"/etc/selinux/config":   strings.Fields("SELINUX SELINUXTYPE REQUIRESEUSERS AUTORELABEL SETLOCALDEFS"),
}

var (
	osRelease = strings.Fields(`NAME ID ID_LIKE PRETTY_NAME CPE_NAME VARIANT VARIANT_ID VERSION VERSION_ID VERSION_CODENAME BUILD_ID IMAGE_ID IMAGE_VERSION RELEASE_TYPE
		HOME_URL DOCUMENTATION_URL SUPPORT_URL BUG_REPORT_URL PRIVACY_POLICY_URL SUPPORT_END LOGO ANSI_COLOR VENDOR_NAME VENDOR_URL EXPERIMENT EXPERIMENT_URL DEFAULT_HOSTNAME
		ARCHITECTURE SYSEXT_LEVEL CONFEXT_LEVEL SYSEXT_SCOPE CONFEXT_SCOPE PORTABLE_PREFIXES UBUNTU_CODENAME DEBIAN_CODENAME PLATFORM_ID`)
	locale = strings.Fields(`LANG LANGUAGE LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_PAPER LC_NAME LC_ADDRESS LC_TELEPHONE LC_MEASUREMENT LC_IDENTIFICATION LC_ALL`)
)

// settingsOf are directories whose files hold the settings of services and nothing else: "only variable settings and comments" (Debian Policy
// 9.3.2 of /etc/default), and the same of Red Hat's /etc/sysconfig and OpenRC's /etc/conf.d.
var settingsOf = map[string]bool{"/etc/default": true, "/etc/sysconfig": true, "/etc/conf.d": true}

// kept are variables that settings are not taken to change: the shell's own, and those that the login set from files of the same kind.
var kept = set("PATH IFS HOME PWD OLDPWD USER LOGNAME SHELL OPTIND OPTARG OPTERR")

// settings sources a file of the system that only sets variables, and reports whether p is one.
func (m *machine) settings(p string) bool {
	if m.place.Where != command.Here && m.place.Where != command.Later || path.Clean(p) != p {
		return false
	}
	if names, ok := identity[p]; ok {
		for _, name := range names {
			m.unsettle(name, p, false)
		}
		m.trusted(p)
		return true
	}
	if !settingsOf[path.Dir(p)] || strings.ContainsAny(p, "*?[") {
		return false
	}
	m.refer(p, false)
	for _, name := range slices.Sorted(maps.Keys(m.vars)) {
		if name[0] != 0 && !kept[name] {
			m.unsettle(name, p, true)
		}
	}
	m.trusted(p)
	return true
}

// unsettle makes a variable one that the file p may have set. maybe says that it may also be what it was.
func (m *machine) unsettle(name, p string, maybe bool) {
	old := m.vars[name]
	switch {
	case old == nil:
		return // not known before either
	case old.nameref:
		return
	case old.unset || old.list != nil || old.dict != nil:
		m.put(name, nil)
		return
	}
	hole := value.Of(value.Hole{Name: "$" + name, Taint: value.Env, Why: "the settings in " + p + " may set it"})
	v := *old
	v.val = hole
	if maybe {
		v.val = value.OneOf(old.val, hole)
	}
	m.put(name, &v)
}

// trusted notes that the system's own file p was sourced here, for changedAfterAll.
func (m *machine) trusted(p string) {
	m.sourced = append(m.sourced, sourced{p, m.place})
}

type sourced struct {
	path  string
	place Place
}

// changedAfterAll says so where a file was taken for the system's own which the text may have changed, before it was sourced or in
// another round of a loop.
func (m *machine) changedAfterAll() {
	for _, s := range m.sourced {
		if e := m.changer(s.path); e != nil {
			place := m.place
			m.place = s.place
			m.gap("runs the contents of " + s.path + ", which this text may have changed: it changes " + e.Target.String())
			m.place = place
		}
	}
}

// changer is an effect by which the file p may come to hold something else, nil where there is none.
func (m *machine) changer(p string) *Effect {
	var gone, put []*Effect
	for i := range m.trace.Effects {
		switch e := &m.trace.Effects[i]; {
		case e.Kind == sallyport.EffectDelete && mayHold(e.Target, p) && strings.HasSuffix(e.Command, "rename"): // says only what is gone
			return e
		case e.Kind == sallyport.EffectDelete && mayHold(e.Target, p):
			gone = append(gone, e)
		case !changes[e.Kind] || e.Command == "mkdir" || e.Command == "touch":
		case e.Place.Where == command.Other || e.Place.Where == command.Container || e.Command == "pivot_root" || mayHold(e.Target, p):
			return e
		case e.Command == "ln" || e.Command == "mv" || e.Command == "cp" || e.Command == "rsync":
			put = append(put, e)
		}
	}
	// What is said to be put into a directory takes its place where the directory is gone.
	for _, e := range put {
		for at := path.Dir(p); at != "/"; at = path.Dir(at) {
			for _, g := range gone {
				if mayHold(e.Target.Dir(), at) && mayHold(g.Target, at) {
					return e
				}
			}
		}
	}
	return nil
}

// changes are the kinds of effects by which a file can come to hold something else.
var changes = map[sallyport.EffectKind]bool{
	sallyport.EffectWrite: true, sallyport.EffectAppend: true, sallyport.EffectCreate: true, sallyport.EffectMount: true, sallyport.EffectPersist: true,
}

// mayHold reports whether target may be the file p or a directory above it. A blank may stand for anything, but for a home directory; a
// relative path may begin anywhere. A target of which the text says nothing at all is for whoever fills it in to know: it counts only where the
// text computed it.
func mayHold(target value.Str, p string) bool {
	for _, alt := range target.Alternatives() {
		pattern, said, taint := "", false, value.Taint(0)
		for i, part := range alt.Parts() {
			switch {
			case part.Hole == nil:
				pattern += strings.NewReplacer("?", "*", "[", "*", "{", "*", "]", "*", "}", "*").Replace(part.Text)
				said = said || strings.Trim(part.Text, "/*") != ""
			case i == 0 && part.Hole.Name == "~":
				pattern, said = "/home/.", true
			default:
				pattern += "*"
				taint |= part.Hole.Taint
			}
		}
		if !said && taint&^(value.Env|value.Input) == 0 && taint != 0 {
			continue
		}
		if !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "*") {
			pattern = "*/" + pattern
		}
		pattern = path.Clean(pattern)
		for at := p; ; at = path.Dir(at) {
			if inOrder(pattern, at) {
				return true
			}
			if at == "/" {
				break
			}
		}
	}
	return false
}

// inOrder reports whether text is made of pattern's pieces in their order, with anything where it has a star.
func inOrder(pattern, text string) bool {
	pieces := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(text, pieces[0])
	if !ok || len(pieces) == 1 {
		return ok && rest == ""
	}
	for _, p := range pieces[1 : len(pieces)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, pieces[len(pieces)-1])
}
