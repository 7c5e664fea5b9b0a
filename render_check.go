package sallyport

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

var (
	varPattern   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	loginPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]{0,31}$`)
)

// interpreters that an action may have.
var interpreters = map[string]bool{"/bin/sh": true, "/bin/bash": true, "/usr/bin/sh": true, "/usr/bin/bash": true}

// reservedVar says why a variable may not be set for an action from outside its text, or "".
func reservedVar(name string) string {
	switch name {
	case "PATH", "HOME", "USER", "LOGNAME":
		return "it is the same for every action"
	case "BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "IFS", "PS4", "POSIXLY_CORRECT":
		return "it changes what the shell does before it reads the text"
	}
	switch {
	case strings.HasPrefix(name, "LD_"), strings.HasPrefix(name, "BASH_FUNC_"), strings.HasPrefix(name, "GLIBC_"), strings.HasPrefix(name, "GCONV_"):
		return "it changes what every program does before it starts"
	case strings.HasPrefix(name, "SALLYPORT_"):
		return "the name is Sallyport's own"
	}
	return ""
}

// ValidLogin tells whether s may be the name of an account on a target.
func ValidLogin(s string) bool { return loginPattern.MatchString(s) }

// checkRenderable refuses a spec that cannot run exactly as it reads.
func checkRenderable(spec Spec, pins []Pin, marker string) error {
	size := len(spec.Text) + len(spec.Stdin)
	for _, p := range pins {
		size += len(p.Content)
	}
	switch {
	case !ValidID(marker):
		return Errorf(Invalid, "marker %q is not an identifier", marker)
	case len(bytes.TrimSpace(spec.Text)) == 0:
		return Errorf(Invalid, "action has no text")
	case size > MaxText:
		return Errorf(Limited, "action is %d bytes with its files and input, more than %d", size, MaxText).
			WithHint("transfer large files in parts, or have the target fetch them")
	case bytes.IndexByte(spec.Text, 0) >= 0:
		return Errorf(Invalid, "text has a NUL byte at offset %d", bytes.IndexByte(spec.Text, 0)).
			WithHint("shells drop or misread NUL bytes, so what runs would not be what was shown")
	case !interpreters[spec.Interpreter]:
		return Errorf(Invalid, "interpreter %q is not supported", spec.Interpreter).WithHint("use /bin/sh or /bin/bash")
	case !ValidLogin(spec.Login):
		return Errorf(Invalid, "login %q is not a name of an account", spec.Login)
	case spec.Dir != "" && (!path.IsAbs(spec.Dir) || len(spec.Dir) > MaxPath || strings.ContainsRune(spec.Dir, 0)):
		return Errorf(Invalid, "working directory %q is not an absolute path of at most %d bytes", spec.Dir, MaxPath)
	case len(spec.Env) > MaxEnv:
		return Errorf(Limited, "%d variables, more than %d", len(spec.Env), MaxEnv)
	case len(pins) > MaxPins:
		return Errorf(Limited, "%d pinned files, more than %d", len(pins), MaxPins)
	}
	seen := map[string]bool{}
	for _, v := range spec.Env {
		switch why := reservedVar(v.Name); {
		case !varPattern.MatchString(v.Name) || strings.ContainsRune(v.Value, 0):
			return Errorf(Invalid, "variable %q cannot be set", v.Name).WithHint("names are letters, digits and underscores; values have no NUL byte")
		case why != "":
			return Errorf(Invalid, "variable %q cannot be set for an action: %s", v.Name, why).
				WithHint("set it inside the text, where the assessment sees it")
		case seen[v.Name]:
			return Errorf(Invalid, "variable %q is set twice", v.Name)
		}
		seen[v.Name] = true
	}
	return nil
}
