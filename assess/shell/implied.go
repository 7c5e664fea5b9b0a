package shell

import (
	"path"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Places where a shell, or a program that it starts, runs code without being told so in a command: names with subscripts, prompts, call-backs,
// variables that programs take commands from.

// subscripts evaluates names that a builtin is given: the subscript of an element is arithmetic, and arithmetic runs the command substitutions in it
// (Bash manual 6.5, 6.7).
func (m *machine) subscripts(args ...value.Str) {
	for _, a := range args {
		for _, t := range a.Strings() {
			if base, _, ok := strings.Cut(t, "["); ok && validName(base) && (strings.Contains(t, "$(") || strings.Contains(t, "`")) {
				name, _, _ := strings.Cut(t, "]=")
				if name != t {
					name += "]"
				}
				m.arithText(name, 0)
			}
		}
	}
}

// after gives the words that follow an option.
func after(args []value.Str, options ...string) (out []value.Str) {
	for i, a := range args {
		for _, o := range options {
			if a.Is(o) && i+1 < len(args) {
				out = append(out, args[i+1])
			}
		}
	}
	return out
}

// implied looks at the arguments of builtins for code that they run.
func (m *machine) implied(name string, args []value.Str) {
	switch name {
	case "read", "unset", "mapfile", "readarray", "getopts", "declare", "typeset", "local", "export", "readonly":
		m.subscripts(args...)
	case "printf", "test", "[":
		m.subscripts(after(args, "-v", "-R")...)
	case "wait":
		m.subscripts(after(args, "-p")...)
	}
	switch name {
	case "mapfile", "readarray":
		for _, c := range after(args, "-C") {
			m.callback(value.Concat(c, value.Lit(" 0 "), value.Of(value.Hole{Name: "a line of its input", Taint: value.Input})), "for lines that are read", command.Here)
		}
	case "compgen":
		for _, c := range after(args, "-C", "-F") {
			m.callback(c, "", command.Here)
		}
	case "complete":
		for _, c := range after(args, "-C", "-F") {
			m.callback(c, "whenever somebody completes a word", command.Later)
		}
	case "bind":
		for _, c := range after(args, "-x") {
			if _, code, ok := c.Cut(":"); ok {
				m.callback(code.TrimPrefix(" "), "whenever somebody presses a key", command.Later)
			}
		}
	}
}

// callback runs code that something calls when it likes.
func (m *machine) callback(code value.Str, when string, where command.Where) {
	m.within(func() {
		if when != "" {
			m.maybe(when)
		}
		m.place.Where = where
		m.subshell(func() { m.nest(nested{text: code, via: "call-back"}) })
	})
}

// prompt expands a text as a prompt, which performs the substitutions in it.
func (m *machine) prompt(v value.Str, via string) {
	t, ok := v.Const()
	if !ok || !strings.Contains(t, "$(") && !strings.Contains(t, "`") {
		return
	}
	m.subshell(func() {
		m.nest(nested{text: value.Lit(": \"" + strings.ReplaceAll(t, `"`, `\"`) + "\""), via: via})
	})
}

// commanding are variables from which programs take a command to run; the words are what the command is given.
var commanding = map[string]string{"PAGER": "", "MANPAGER": "", "GIT_PAGER": "", "SYSTEMD_PAGER": "", "PSQL_PAGER": "", "BAT_PAGER": "", "AWS_PAGER": "", "DELTA_PAGER": "",
	"EDITOR": "a file", "VISUAL": "a file", "GIT_EDITOR": "a file", "GIT_SEQUENCE_EDITOR": "a file", "SUDO_EDITOR": "a file", "KUBE_EDITOR": "a file", "FCEDIT": "a file", "SYSTEMD_EDITOR": "a file", "PSQL_EDITOR": "a file",
	"GIT_SSH_COMMAND": "a host", "GIT_SSH": "a host", "RSYNC_RSH": "a host", "CVS_RSH": "a host", "RSYNC_CONNECT_PROG": "", "GIT_PROXY_COMMAND": "a host", "GIT_EXTERNAL_DIFF": "a file",
	"GIT_ASKPASS": "a question", "SSH_ASKPASS": "a question", "SUDO_ASKPASS": "a question", "BROWSER": "an address", "LESSOPEN": "", "LESSCLOSE": ""}

// loading are variables by which interpreters are told to load code, with what marks a value that does.
var loading = map[string][]string{"PERL5OPT": {"-M", "-m", "-d", "-I"}, "PERL5DB": {""}, "PERL5LIB": {"/tmp", "/dev/shm", "/var/tmp"}, "RUBYOPT": {"-r", "-e", "-I"}, "RUBYLIB": {"/tmp", "/dev/shm", "/var/tmp"},
	"NODE_OPTIONS": {"require", "-r ", "import", "loader", "eval"}, "NODE_PATH": {"/tmp", "/dev/shm", "/var/tmp"}, "PYTHONSTARTUP": {""}, "PYTHONPATH": {"/tmp", "/dev/shm", "/var/tmp"}, "PYTHONINSPECT": {""},
	"JAVA_TOOL_OPTIONS": {"agent", "bootclasspath"}, "_JAVA_OPTIONS": {"agent", "bootclasspath"}, "JDK_JAVA_OPTIONS": {"agent", "bootclasspath", "@"}, "GCONV_PATH": {""}, "LD_LIBRARY_PATH": {"/tmp", "/dev/shm", "/var/tmp"},
	"PHPRC": {""}, "PHP_INI_SCAN_DIR": {""}, "TAR_OPTIONS": {"exec", "-I", "to-command", "checkpoint", "use-compress"}, "GIT_CONFIG_GLOBAL": {""}, "GIT_CONFIG_SYSTEM": {""}, "GIT_CONFIG_PARAMETERS": {""}, "GIT_EXEC_PATH": {""}, "GIT_TEMPLATE_DIR": {"/"},
	"OPENSSL_CONF": {""}, "OPENSSL_ENGINES": {""}, "OPENSSL_MODULES": {""}, "TERMINFO": {"/tmp"}, "MAKEFLAGS": {"eval", "-f"}, "LUA_INIT": {""}, "AWKPATH": {"/tmp"}, "BASH_LOADABLES_PATH": {""}, "GLIBC_TUNABLES": {""}}

// handed looks at a variable that is given to programs.
func (m *machine) handed(name string, val value.Str) {
	t, known := val.Const()
	if what, ok := commanding[name]; ok {
		if name == "LESSOPEN" && known {
			if t != "" && !strings.HasPrefix(t, "|") { // less(1), INPUT PREPROCESSOR: it prints the name of the file that is shown instead
				m.gap("less shows the file whose name the command in LESSOPEN prints")
			}
			t = strings.TrimLeft(t, "|-")
			val = value.Lit(t)
		}
		fields := strings.Fields(t)
		if known && (t == "" || len(fields) == 1 && ordinaryHelper(fields[0])) {
			return
		}
		code := val
		if what != "" {
			code = value.Concat(val, value.Lit(" "), value.Of(value.Hole{Name: what}))
		}
		m.callback(code, "when a program asks for it by "+name, command.Here)
		return
	}
	for _, mark := range loading[name] {
		if known && t != "" && t != "/dev/null" && strings.Contains(t, mark) || !known && mark == "" {
			m.effect(sallyport.EffectExec, val, "is loaded by programs that are started ("+name+")", name)
			m.gap("makes programs load code by way of " + name + ", which is not followed")
			return
		}
	}
}

// ordinaryHelper reports whether a command is an editor, pager or the like by itself.
func ordinaryHelper(name string) bool {
	if strings.Contains(name, "/") && !strings.HasPrefix(name, "/usr/bin/") && !strings.HasPrefix(name, "/bin/") {
		return false
	}
	switch path.Base(name) {
	case "vi", "vim", "vim.tiny", "nvim", "nano", "pico", "emacs", "ed", "ex", "less", "more", "most", "cat", "tee", "true", "false", "ssh", "rsh", "lesspipe", "delta", "bat", "pg", "joe", "jed", "mcedit", "micro", "code", "firefox", "chromium", "xdg-open", "echo", ":":
		return true
	}
	return false
}

// descriptor gives the number of a path that names an open descriptor.
func descriptor(p string) (int, bool) {
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if n, ok := strings.CutPrefix(path.Clean(p), dir); ok && isDigits(n) {
			d, err := strconv.Atoi(n)
			return d, err == nil
		}
	}
	return 0, false
}
