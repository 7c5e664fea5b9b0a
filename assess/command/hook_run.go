package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["env"] = env
	hooks["sudo"] = sudo
	hooks["su"] = su
	hooks["chpst"] = func(e *eval) {
		ops := e.operands
		if e.name != "chpst" && e.name != "softlimit" && len(ops) > 0 {
			if e.name == "setuidgid" {
				e.effect(sallyport.EffectPrivilege, ops[0], "becomes")
			}
			ops = ops[1:]
		}
		e.wrapped(ops, Run{})
	}
	hooks["capsh"] = capsh
	hooks["interactive"] = func(e *eval) { e.shell(Run{}) }
	hooks["watch"] = func(e *eval) {
		if e.has("-x", "--exec") {
			e.wrapped(e.operands, Run{})
		} else if len(e.operands) > 0 {
			text := value.Join(e.operands, " ")
			e.run(Run{Script: &text, Lang: "sh"})
		}
	}
	hooks["gdb"] = func(e *eval) {
		if e.has("-args") || len(e.values("-ex"))+len(e.values("-x")) == 0 {
			e.prompt("gdb")
		}
	}
	hooks["perf"] = func(e *eval) { e.lastCommand(1) }
	hooks["lastCommand"] = func(e *eval) { e.lastCommand(0) }
	hooks["script"] = func(e *eval) {
		if len(e.operands) > 0 {
			e.effect(sallyport.EffectWrite, e.operands[0], "everything typed and shown")
		} else if !e.has("-O", "-B") {
			e.effect(sallyport.EffectWrite, lit("typescript"), "everything typed and shown")
		}
		if len(e.operands) > 1 {
			e.wrapped(e.operands[1:], Run{})
		} else if !e.has("-c") {
			e.shell(Run{})
		}
	}
	hooks["namespace"] = namespace
	hooks["chroot"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		e.effect(sallyport.EffectPrivilege, e.operands[0], "becomes the root of the file system for what runs")
		e.wrapped(e.operands[1:], Run{Where: Other, Principal: "root in " + e.operands[0].String()})
	}
	hooks["flock"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		ops := e.operands[1:]
		if c, _ := e.operands[0].Const(); !isNumber(c) {
			e.may(sallyport.EffectCreate, e.operands[0], "lock")
		}
		if len(ops) > 1 && oneOf(ops[0].String(), "-c", "--command") {
			e.run(Run{Script: &ops[1], Lang: "sh"})
			for _, o := range ops[2:] {
				e.unknown("operand %q of flock is not understood", o)
			}
		} else if len(ops) > 0 {
			e.wrapped(ops, Run{})
		}
	}
	hooks["systemdRun"] = systemdRun
	hooks["startStop"] = startStop
	hooks["runParts"] = func(e *eval) {
		for _, d := range e.operands {
			f := value.Path(d, lit("*"))
			if !e.has("--test", "--list") {
				e.run(Run{File: &f, Args: e.values("-a")})
			}
		}
	}
	hooks["screen"] = func(e *eval) {
		ops := e.operands
		for i, o := range ops {
			if e.has("-X") && o.Is("stuff") && i+1 < len(ops) {
				e.run(Run{Script: &ops[i+1], Lang: "sh", Via: "screen"})
				return
			}
		}
		if e.has("-X", "-ls", "-list", "-wipe", "-Q") {
			return
		}
		if len(ops) == 1 && e.has("-r", "-x", "-R") {
			ops = nil
		}
		e.wrapped(ops, Run{})
	}
	hooks["tmux"] = tmux
	hooks["busybox"] = func(e *eval) {
		if len(e.operands) > 0 {
			e.run(Run{Argv: e.operands})
		}
	}
	hooks["needsStdin"] = func(e *eval) {
		if len(e.operands) == 0 && len(e.res.Runs) == 0 {
			e.run(Run{Stdin: true, Lang: e.name})
		}
	}
}

// wrapped runs the remaining arguments, or an interactive shell when there are none.
func (e *eval) wrapped(argv []value.Str, r Run) {
	if len(argv) > 0 && argv[0].Is("--") {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		e.shell(r)
		return
	}
	r.Argv = argv
	e.run(r)
}

// shell records a shell that reads what arrives on standard input.
func (e *eval) shell(r Run) {
	e.effect(sallyport.EffectExec, lit("shell"), "")
	r.Interactive, r.Lang = true, "sh"
	r.Stdin = e.ctx.Stdin != nil
	e.run(r)
}

// prompt records a program that takes commands in lang from standard input. What somebody types is not known.
func (e *eval) prompt(lang string) {
	if e.ctx.Stdin == nil {
		e.unknown("what is typed into %s is not known", e.name)
		return
	}
	e.run(Run{Stdin: true, Lang: lang, Args: e.operands})
}

// assignments takes leading NAME=value words off.
func assignments(ops []value.Str) (vars []Assign, rest []value.Str) {
	for i, o := range ops {
		name, v, ok := o.Cut("=")
		n, _ := name.Const()
		if !ok || !isName(n) {
			return vars, ops[i:]
		}
		vars = append(vars, Assign{n, v})
	}
	return vars, nil
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func env(e *eval) {
	ops := e.operands
	if len(ops) > 0 && ops[0].Is("-") {
		ops = ops[1:]
	}
	if s, ok := e.value("-S"); ok {
		words, exact := s.Fields()
		if c, known := s.Const(); !exact || known && strings.ContainsAny(c, `\'"$#`) {
			if !known {
				e.unknown("the arguments in %q of env -S are not known", s)
			}
			script := value.Concat(lit("env "), s)
			if len(ops) > 0 {
				script = value.Concat(script, lit(" "), value.Join(ops, " "))
			}
			if !strings.HasPrefix(c, "-") {
				e.run(Run{Script: &script, Lang: "sh"})
				return
			}
		}
		ops = append(words, ops...)
		for len(ops) > 0 && ops[0].HasPrefix("-") {
			ops = ops[1:]
		}
	}
	vars, rest := assignments(ops)
	if len(rest) == 0 {
		e.sources = append(e.sources, End{System, lit("environment")})
		return
	}
	e.run(Run{Argv: rest, Env: vars})
}

func sudo(e *eval) {
	user := lit("root")
	if u, ok := e.value("-u"); ok {
		user = u
	}
	if g, ok := e.value("-g"); ok && !e.has("-u") {
		user = value.Concat(lit("group "), g)
	}
	if e.has("-l", "-v", "-K", "-V") || e.has("-k") && len(e.operands) == 0 {
		return
	}
	e.effect(sallyport.EffectPrivilege, user, e.name)
	as := Run{Principal: user.String() + " (" + e.name + ")"}
	if e.has("-e") || e.name == "sudoedit" {
		for _, o := range e.operands {
			e.effect(sallyport.EffectWrite, o, "edited by hand")
		}
		return
	}
	vars, rest := assignments(e.operands)
	as.Env = vars
	if h, ok := e.value("--host"); ok {
		as.Where, as.Principal = Remote, as.Principal+" on "+h.String()
	}
	if len(rest) == 0 {
		if e.has("-i", "-s") || e.name == "pkexec" {
			e.shell(as)
		}
		return
	}
	as.Argv = rest
	e.run(as)
}

func su(e *eval) {
	user, rest := lit("root"), e.operands
	if len(rest) > 0 && rest[0].Is("-") {
		rest = rest[1:]
	}
	if u, ok := e.value("-u"); ok && e.spec.name == "runuser" {
		user = u
		e.effect(sallyport.EffectPrivilege, user, e.name)
		e.wrapped(rest, Run{Principal: user.String() + " (runuser)"})
		return
	}
	if len(rest) > 0 {
		user, rest = rest[0], rest[1:]
	}
	e.effect(sallyport.EffectPrivilege, user, e.name)
	as := Run{Principal: user.String() + " (" + e.name + ")"}
	script, ok := e.value("-c")
	if !ok {
		script, ok = e.value("--session-command")
	}
	for i := 0; i+1 < len(rest) && !ok; i++ { // options after the user's name go to the shell
		if rest[i].Is("-c") {
			script, ok = rest[i+1], true
		}
	}
	if s, has := e.value("-s"); has && !ok {
		as.Argv = append([]value.Str{s}, rest...)
		e.run(as)
		return
	}
	if !ok {
		e.shell(as)
		return
	}
	as.Script, as.Lang = &script, "sh"
	e.run(as)
}

func capsh(e *eval) {
	for i, o := range e.operands {
		if o.Is("--") || o.Is("==") {
			e.run(Run{Argv: append([]value.Str{lit("/bin/bash")}, e.operands[i+1:]...)})
			return
		}
		if o.Is("-c") && i+1 < len(e.operands) {
			e.run(Run{Script: &e.operands[i+1], Lang: "bash"})
		}
	}
	if len(e.operands) > 0 && !e.operands[0].Is("--print") {
		e.effect(sallyport.EffectPrivilege, lit("capabilities"), value.Join(e.operands, " ").String())
	}
}

// lastCommand is for tools whose arguments end in a command: after "--", or after their first skip words and options.
func (e *eval) lastCommand(skip int) {
	for i, o := range e.operands {
		if o.Is("--") {
			e.wrapped(e.operands[i+1:], Run{})
			return
		}
	}
	for i, o := range e.operands {
		if !o.HasPrefix("-") {
			if skip--; skip < 0 {
				e.unknown("which of the arguments of %s are the command it runs is not certain", e.name)
				e.run(Run{Argv: e.operands[i:], Certainty: sallyport.May})
				return
			}
		}
	}
}

func namespace(e *eval) {
	r := Run{Where: Other, Principal: "other namespaces"}
	ops := e.operands
	switch e.spec.name {
	case "nsenter":
		t, _ := e.value("-t")
		if t.Is("1") {
			r.Principal, r.Where = "the host", Here
			e.effect(sallyport.EffectPrivilege, lit("host namespaces"), "enters the namespaces of the machine's first process")
			e.hint("host-namespaces", sallyport.High, "steps out of a container into the machine itself")
		} else {
			r.Principal = "namespaces of process " + t.String()
		}
	case "nsjail":
		e.lastCommand(0)
		return
	}
	if root, ok := e.value("-R"); ok {
		r.Principal = "root in " + root.String()
	}
	e.wrapped(ops, r)
}

func systemdRun(e *eval) {
	r := Run{Principal: "the service manager"}
	if u, ok := e.value("--uid"); ok {
		r.Principal = u.String() + " (systemd-run)"
		e.effect(sallyport.EffectPrivilege, u, "systemd-run")
	}
	later := e.has("--on-active", "--on-boot", "--on-startup", "--on-unit-active", "--on-unit-inactive", "--on-calendar", "--path-property", "--socket-property", "--timer-property")
	if later {
		name, ok := e.value("-u")
		if !ok {
			name = lit("a transient timer")
		}
		e.effect(sallyport.EffectPersist, name, "runs a command later")
		r.Where = Later
	}
	if h, ok := e.value("-H"); ok {
		e.effect(sallyport.EffectRemoteExec, h, "")
		r.Where, r.Principal = Remote, "host "+h.String()
	}
	if m, ok := e.value("-M"); ok {
		r.Where, r.Principal = Container, "machine "+m.String()
	}
	if len(e.operands) == 0 && !e.has("-S") && !e.has("-t") {
		if u, ok := e.value("-u"); ok && later {
			e.effect(sallyport.EffectService, u, "start")
		}
		return
	}
	e.wrapped(e.operands, r)
}

func startStop(e *eval) {
	program, ok := e.value("-a")
	if !ok {
		program, ok = e.value("-x")
	}
	switch {
	case e.has("-t"), e.has("-T"):
	case e.has("-K"):
		name := program
		for _, o := range []string{"-n", "-p", "--pid", "-u"} {
			if v, has := e.value(o); has && !ok {
				name, ok = v, true
			}
		}
		e.effect(sallyport.EffectProcess, name, "stopped")
	case e.has("-S") && ok:
		r := Run{Argv: append([]value.Str{program}, e.operands...)}
		if u, has := e.value("-c"); has {
			r.Principal = u.String() + " (start-stop-daemon)"
		}
		e.run(r)
	}
}

func tmux(e *eval) {
	if len(e.operands) == 0 {
		if !e.has("-c", "-V") {
			e.shell(Run{})
		}
		return
	}
	verb, _ := e.operands[0].Const()
	rest := e.operands[1:]
	values := "cntsxyFelbBSWE" // options of its commands that take a value
	var words []value.Str
	for i := 0; i < len(rest); i++ {
		c := rest[i].Prefix()
		switch {
		case rest[i].Is("--"):
			words = append(words, rest[i+1:]...)
			i = len(rest)
		case len(c) > 1 && c[0] == '-' && len(words) == 0:
			if strings.ContainsRune(values, rune(c[len(c)-1])) && !(verb == "send-keys" && c == "-l") {
				i++
			}
		default:
			words = append(words, rest[i])
		}
	}
	switch verb {
	case "new", "new-session", "neww", "new-window", "splitw", "split-window", "respawnp", "respawn-pane", "respawnw", "respawn-window", "run", "run-shell", "if", "if-shell", "popup", "display-popup", "pipe-pane", "pipep":
		switch {
		case len(words) == 1 || strings.HasPrefix(verb, "if") && len(words) > 0:
			e.run(Run{Script: &words[0], Lang: "sh"})
		case len(words) > 1:
			e.run(Run{Argv: words})
		default:
			e.shell(Run{})
		}
	case "send", "send-keys":
		if n := len(words); n > 1 && oneOf(words[n-1].String(), "Enter", "C-m", "ENTER") {
			words = words[:n-1]
		}
		text := value.Join(words, " ")
		e.run(Run{Script: &text, Lang: "sh", Via: "keys sent to tmux"})
	case "source", "source-file":
		for _, w := range words {
			e.effect(sallyport.EffectRead, w, "tmux configuration")
		}
		e.unknown("the tmux configuration that is loaded is not read")
	case "ls", "list-sessions", "attach", "a", "at", "attach-session", "detach", "has", "has-session", "kill-session", "kill-server", "kill-window", "kill-pane",
		"list-windows", "lsw", "list-panes", "lsp", "select-window", "selectw", "select-pane", "selectp", "resize-pane", "resizep", "set", "set-option", "setw", "set-window-option", "rename-session",
		"rename-window", "renamew", "capture-pane", "capturep", "show", "show-options", "display", "display-message", "switch-client", "switchc", "select-layout", "set-environment", "start-server", "wait-for", "wait", "save-buffer", "swap-window", "move-window", "list-keys", "info":
	case "bind", "bind-key":
		e.unknown("the key binding of tmux is not followed")
	default:
		e.unknown("command %q of %s is not understood", e.operands[0], e.name)
	}
}
