package judge

import (
	"strings"

	"sallyport"
	"sallyport/assess/shell"
	"sallyport/assess/value"
)

// A target that begins with what is not known is judged twice: as it stands, and as if that beginning were empty, because an unset
// variable is. "$x/etc/shadow" is /etc/shadow to the shell of whoever never set x.

// rootless returns the absolute path that remains of p when the variable or argument it begins with is empty: "" when it begins
// otherwise. local says that the variable's name has small letters, which POSIX (XBD 8.1) keeps for a program's own use: no
// environment sets it, so it is empty unless the text sets it, and it does not.
func rootless(p string) (rest string, local bool) {
	const open, shut = "‹$", "›"
	if !strings.HasPrefix(p, open) {
		return "", false
	}
	name, rest, ok := strings.Cut(p[len(open):], shut)
	if !ok || name == "" || !strings.HasPrefix(rest, "/") || len(rest) < 3 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@*") != "" {
		return "", false
	}
	return rest, strings.ToUpper(name) != name
}

// unnamed reports whether which object an effect is done to is up to whoever runs the text, or to another file or machine: nothing
// of its beginning is known.
func unnamed(s value.Str) bool {
	for _, a := range s.Alternatives() {
		parts := a.Parts()
		if len(parts) == 0 || parts[0].Hole == nil {
			continue
		}
		h := parts[0].Hole
		if h.Taint&(value.Input|value.Env|value.File|value.Remote) != 0 && h.Taint&(value.Derived|value.Glob) == 0 && h.Name != "~" && !homely[h.Name] {
			return true
		}
	}
	return false
}

// homely are variables that every login or job has, and that name a place of its own.
var homely = set("$HOME $TMPDIR $TMP $TEMP $PWD $OLDPWD $USER $LOGNAME $HOSTNAME $XDG_CACHE_HOME $XDG_CONFIG_HOME $XDG_DATA_HOME $XDG_RUNTIME_DIR $WORKSPACE")

// blank raises to medium what changes an object, or talks to a machine, that the text leaves open.
func (j *judge) blank(e *shell.Effect) sallyport.Verdict {
	switch e.Kind {
	case sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectDelete, sallyport.EffectChmod, sallyport.EffectChown:
		if e.Detail != "empty" && unnamed(e.Target) {
			return medium
		}
	case sallyport.EffectConnect, sallyport.EffectRemoteExec:
		if unnamed(e.Target) {
			return medium
		}
	}
	return low
}
