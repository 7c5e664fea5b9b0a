package judge

import (
	"strings"

	"sallyport"
	"sallyport/assess/shell"
)

// plainWork reports whether a change that would be medium by its kind alone is plain work: it gives nobody rights or reach, weakens no protection and
// no record, brings nothing in and sends nothing out, loses nothing, and either comes back by itself or is undone by the same tool. t is its
// target as printed, p its path.
func plainWork(e *shell.Effect, t, p string) bool {
	if strings.Contains(t, "‹") { // nobody knows which
		return false
	}
	verb, _, _ := strings.Cut(e.Detail, " ")
	switch e.Kind {
	case sallyport.EffectService:
		return mildVerbs[verb]
	case sallyport.EffectMount:
		return verb == "unmounts" && !corePath(p) && treasure(p) == ""
	case sallyport.EffectChown:
		return rootOwner[e.Detail] && !trees[p]
	case sallyport.EffectChmod:
		return takesOnly(e.Detail) && !trees[p] && !has(p, "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/lib", "/usr/lib")
	case sallyport.EffectAccount:
		return strings.HasPrefix(t, "group ") && e.Detail == "made" || serviceAccount(e.Detail)
	case sallyport.EffectKubernetes:
		return oneWord(e.Detail, "cordon", "uncordon", "rollout restart", "rollout pause", "rollout resume")
	}
	return false
}

// mildVerbs are what is done to a service that runs as before afterwards, and leaves nothing behind.
var mildVerbs = set(`start reload restart try-restart condrestart reload-or-restart try-reload-or-restart force-reload status list show tail is-active is-enabled daemon-reload daemon-reexec
	reset-failed logs ps help inspect started purge unmask update-state was-enabled debian-installed reenable leftover`)

// rootOwner are owners that take a file away from everybody but the administrator.
var rootOwner = set("root root: root:root root.root 0 0:0 root:0 0:root")

// takesOnly reports whether a mode only takes rights to read and write away, and from others than the owner.
func takesOnly(mode string) bool {
	for part := range strings.SplitSeq(strings.TrimSpace(mode), ",") {
		who, what, ok := strings.Cut(part, "-")
		if !ok || who == "" || what == "" || strings.Trim(who, "go") != "" || strings.Trim(what, "rwx") != "" {
			return false
		}
	}
	return true
}

// serviceAccount reports whether an account is made that nobody can log in to: adduser(8) gives a system account no password and the shell nologin,
// useradd(8) no password. An account with a shell, a password or a group that means power is not one.
func serviceAccount(detail string) bool {
	words, ok := strings.CutPrefix(detail, "made: ")
	if !ok || power(detail) {
		return false
	}
	system, next := false, ""
	for w := range strings.FieldsSeq(words) {
		value := ""
		if name, v, ok := strings.Cut(w, "="); ok {
			w, value = name, v
		}
		switch {
		case next != "":
			value, next = w, ""
			if !noLogin[value] {
				return false
			}
			continue
		case w == "--system" || w == "-r":
			system = true
		case w == "-s" || w == "--shell":
			if value == "" {
				next = w
			} else if !noLogin[value] {
				return false
			}
		case w == "-p" || w == "--password" || w == "-o" || w == "--non-unique" || w == "-G" || w == "--groups":
			return false
		}
	}
	return system && next == ""
}

var noLogin = set("/usr/sbin/nologin /sbin/nologin /bin/false /usr/bin/false nologin")

func oneWord(s string, of ...string) bool {
	for _, w := range of {
		if s == w {
			return true
		}
	}
	return false
}
