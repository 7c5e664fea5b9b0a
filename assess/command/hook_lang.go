package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["shell"] = shellHook
	hooks["otherShell"] = func(e *eval) {
		for _, o := range []string{"-c", "-Command", "-C", "-e"} {
			for _, v := range e.values(o) {
				e.run(Run{Script: &v, Lang: e.spec.language(e.name), Args: e.operands})
			}
		}
		if e.has("-c", "-Command", "-e") {
			return
		}
		e.unknown("code for the shell %s is not understood", e.name)
		if len(e.operands) > 0 {
			e.effect(sallyport.EffectRead, e.operands[0], "")
			e.run(Run{File: &e.operands[0], Lang: e.name, Args: e.operands[1:]})
			return
		}
		e.shell(Run{})
		e.res.Runs[len(e.res.Runs)-1].Lang = e.name
	}
	hooks["interpreter"] = interpreter
	hooks["java"] = func(e *eval) {
		if j, ok := e.value("-jar"); ok {
			e.effect(sallyport.EffectRead, j, "")
			e.effect(sallyport.EffectExec, j, "java program")
			e.unknown("the java program %q is not read", j)
		} else if len(e.operands) > 0 {
			e.effect(sallyport.EffectExec, e.operands[0], "java program")
			e.unknown("the java program %q is not read", e.operands[0])
		}
		if e.has("-javaagent*", "-agentlib*") {
			e.hint("loads-code", sallyport.Medium, "loads additional code into the program")
		}
	}
	hooks["awk"] = awk
	hooks["ed"] = func(e *eval) {
		for _, o := range e.operands {
			e.effect(sallyport.EffectRead, o, "")
		}
		e.prompt("ed")
	}
	hooks["vim"] = vim
	hooks["editor"] = func(e *eval) {
		if v, ok := e.value("-s"); ok {
			e.run(Run{Argv: []value.Str{v}})
		}
		e.unknown("what is typed into the editor %s is not known", e.name)
	}
}

func shellHook(e *eval) {
	lang := strings.TrimPrefix(e.name, "r")
	for _, o := range []string{"--rcfile", "--init-file"} {
		for _, v := range e.values(o) {
			e.run(Run{File: &v, Lang: lang})
		}
	}
	ops := e.operands
	if len(ops) > 0 && ops[0].Is("-") {
		ops = ops[1:]
	}
	switch {
	case e.has("-n") && !e.has("-c"): // reads the script and does not run it
	case e.has("-c") && len(ops) > 0:
		args := ops[1:]
		if len(args) > 0 {
			args = args[1:] // $0
		}
		e.run(Run{Script: &ops[0], Lang: lang, Args: args})
	case e.has("-c"):
	case len(ops) > 0 && !e.has("-s") && !ops[0].Is("/dev/stdin") && !ops[0].Is("/dev/fd/0") && !ops[0].Is("/proc/self/fd/0"):
		e.effect(sallyport.EffectRead, ops[0], "")
		e.run(Run{File: &ops[0], Lang: lang, Args: ops[1:]})
	default:
		if len(ops) > 0 && !e.has("-s") {
			ops = ops[1:]
		}
		e.effect(sallyport.EffectExec, lit("shell"), "")
		interactive := e.ctx.Stdin == nil || e.has("-i")
		e.run(Run{Stdin: true, Interactive: interactive, Lang: lang, Args: ops})
		e.sources, e.sinks = append(e.sources, End{Kind: Stdin}), append(e.sinks, End{Program, lit(lang)})
		e.noStdout = true
	}
}

// codeOptions are the options of interpreters that carry a program, by the name of their spec.
var codeOptions = map[string][]string{
	"python": {"-c"}, "perl": {"-e", "-E"}, "ruby": {"-e"}, "node": {"-e", "-p"}, "php": {"-r", "-B", "-R", "-E"}, "lua": {"-e"}, "tclsh": {},
	"Rscript": {"-e", "-E", "-c"},
}

// language names what an interpreter runs.
func (e *eval) language() string {
	switch e.spec.name {
	case "Rscript":
		return e.name
	case "tclsh":
		return "tcl"
	case "node":
		return "javascript"
	}
	return e.spec.name
}

func interpreter(e *eval) {
	lang := e.language()
	for _, o := range []string{"-r", "--require", "--import", "--loader", "--experimental-loader", "-l"} {
		if lang == "javascript" && o != "-l" || lang == "ruby" && o == "-r" {
			for _, v := range e.values(o) {
				if v.Contains("/") {
					e.run(Run{File: &v, Lang: lang})
				}
			}
		}
	}
	if r, ok := e.value("-r"); ok && lang == "ruby" && r.Is("un") { // ruby -run -e httpd . -p 80
		for _, v := range e.values("-e") {
			if v.Is("httpd") {
				port := lit("8080")
				for i, o := range e.operands {
					if o.Is("-p") && i+1 < len(e.operands) {
						port = e.operands[i+1]
					}
				}
				e.effect(sallyport.EffectListen, port, "serves the files of a directory")
				return
			}
		}
	}
	if e.has("-V", "--version", "--help") && len(e.operands) == 0 {
		return
	}
	if m, ok := e.value("-m"); ok && lang == "python" {
		pythonModule(e, m)
		return
	}
	ran := false
	for _, o := range codeOptions[e.spec.name] {
		for _, v := range e.values(o) {
			ran = true
			e.run(Run{Script: &v, Lang: lang, Args: e.operands})
		}
	}
	if f, ok := e.value("-f"); ok && (lang == "php" || e.spec.name == "Rscript") {
		e.effect(sallyport.EffectRead, f, "")
		e.run(Run{File: &f, Lang: lang, Args: e.operands})
		ran = true
	}
	if e.has("-S") && lang == "php" {
		return
	}
	ops := e.operands
	switch {
	case ran && (lang == "perl" || lang == "ruby") && (e.has("-n") || e.has("-p")):
		for _, o := range ops {
			e.input(o)
			if e.has("-i") {
				e.effect(sallyport.EffectWrite, o, "changed in place")
			}
		}
		if len(ops) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case ran:
		// Standard input is the program's own to read.
		e.sources = append(e.sources, End{Kind: Stdin})
	case len(ops) == 0 || ops[0].Is("-") || ops[0].Is("/dev/stdin"):
		e.effect(sallyport.EffectExec, lit(e.name), "runs code that arrives on its input")
		e.run(Run{Stdin: true, Interactive: e.ctx.Stdin == nil, Lang: lang, Args: ops[min(1, len(ops)):]})
		e.sources, e.sinks, e.noStdout = append(e.sources, End{Kind: Stdin}), append(e.sinks, End{Program, lit(lang)}), true
	default:
		if e.name == "crystal" && ops[0].Is("eval") && len(ops) > 1 {
			e.run(Run{Script: &ops[1], Lang: lang})
			return
		}
		if lang == "javascript" && oneOf(ops[0].String(), "run", "eval", "x", "test", "install", "upgrade", "task") {
			if ops[0].Is("eval") && len(ops) > 1 {
				e.run(Run{Script: &ops[1], Lang: lang})
				return
			}
			e.unknown("what %s %s runs is not read", e.name, ops[0])
			if len(ops) > 1 {
				ops = ops[1:]
			}
		}
		if len(ops) > 1 && ops[0].Is("run") && oneOf(e.name, "v", "crystal", "dart", "swift", "scala-cli") {
			ops = ops[1:]
		}
		e.effect(sallyport.EffectRead, ops[0], "")
		e.run(Run{File: &ops[0], Lang: lang, Args: ops[1:]})
	}
}

// pythonModules are the grammars of what python3 -m runs.
var pythonModules = map[string]string{"http.server": "http.server", "SimpleHTTPServer": "http.server", "CGIHTTPServer": "http.server", "pyftpdlib": "http.server",
	"smtpd": "smtpd", "aiosmtpd": "smtpd", "venv": "venv", "virtualenv": "venv", "ensurepip": "ensurepip", "compileall": "compileall", "py_compile": "compileall",
	"json.tool": "look", "base64": "look", "quopri": "look", "calendar": "look", "tokenize": "look", "ast": "look", "dis": "look", "zipfile": "look", "tarfile": "look", "gzip": "look", "this": "look",
	"site": "look", "platform": "look", "sysconfig": "look", "timeit": "look", "uuid": "look", "mimetypes": "look"}

func pythonModule(e *eval, m value.Str) {
	name, _ := m.Const()
	ops := e.operands
	first := func(def string) value.Str {
		for _, o := range ops {
			if !o.HasPrefix("-") {
				return o
			}
		}
		return lit(def)
	}
	if g, ok := pythonModules[name]; ok {
		ops = e.reads("%python."+g, ops)
	}
	switch name {
	case "http.server", "SimpleHTTPServer", "CGIHTTPServer", "pyftpdlib":
		e.effect(sallyport.EffectListen, first("8000"), "serves the files of the directory it is started in")
	case "smtpd", "aiosmtpd":
		e.effect(sallyport.EffectListen, first("8025"), "mail server")
	case "pip", "ensurepip", "venv", "virtualenv", "easy_install", "pipx":
		if name == "venv" || name == "virtualenv" {
			e.effect(sallyport.EffectCreate, first("."), "python environment")
			return
		}
		if name == "ensurepip" {
			e.effect(sallyport.EffectInstall, lit("pip"), "")
			return
		}
		e.run(Run{Argv: append([]value.Str{lit(name)}, ops...), Via: "python -m"})
	case "json.tool", "base64", "quopri", "calendar", "tokenize", "ast", "dis", "zipfile", "tarfile", "gzip", "this", "site", "platform", "sysconfig", "timeit", "uuid", "mimetypes":
		for _, o := range ops {
			if !o.HasPrefix("-") {
				e.input(o)
			}
		}
		e.sources = append(e.sources, End{Kind: Stdin})
	case "compileall", "py_compile":
		for _, o := range ops {
			if !o.HasPrefix("-") {
				e.effect(sallyport.EffectWrite, o, "compiled")
			}
		}
	default:
		e.effect(sallyport.EffectExec, m, "python module")
		e.unknown("what the python module %q does is not modelled", m)
	}
}

func awk(e *eval) {
	ops := e.operands
	programs := append(e.values("-f"), e.values("-E")...)
	var scripts []value.Str
	for _, f := range programs {
		e.effect(sallyport.EffectRead, f, "")
		if text, ok := e.read(f); ok {
			scripts = append(scripts, lit(string(text)))
		} else {
			e.run(Run{File: &f, Lang: "awk"})
		}
	}
	scripts = append(scripts, e.values("-e")...)
	if len(programs) == 0 && len(scripts) == 0 && len(ops) > 0 {
		scripts, ops = ops[:1], ops[1:]
	}
	for _, s := range scripts {
		r := Run{Script: &s, Lang: "awk", Args: ops}
		for _, v := range e.values("-v") {
			if k, val, ok := v.Cut("="); ok {
				r.Env = append(r.Env, Assign{k.String(), val})
			}
		}
		e.run(r)
	}
	if e.has("-i") {
		for _, v := range e.values("-i") {
			if v.Is("inplace") {
				for _, o := range ops {
					e.effect(sallyport.EffectWrite, o, "changed in place")
				}
			}
		}
	}
	for _, l := range e.values("-l") {
		e.hint("loads-code", sallyport.Medium, "loads compiled code into awk: "+l.String())
	}
	files := 0
	for _, o := range ops {
		if k, _, ok := o.Cut("="); ok {
			if n, known := k.Const(); known && isName(n) {
				continue
			}
		}
		files++
		e.input(o)
	}
	if files == 0 && !beginOnly(scripts) {
		e.sources = append(e.sources, End{Kind: Stdin})
	} else if files == 0 {
		e.sources = append(e.sources, End{Text, value.Join(scripts, "")})
	}
}

// beginOnly reports whether an awk program never reads its input.
func beginOnly(scripts []value.Str) bool {
	for _, s := range scripts {
		c := strings.TrimSpace(s.String())
		if !strings.HasPrefix(c, "BEGIN") || strings.Count(c, "}") > 1 && !strings.HasSuffix(c, "}") || strings.Contains(c, "getline") || strings.Contains(c, "END") {
			return false
		}
	}
	return len(scripts) > 0
}

func vim(e *eval) {
	for _, o := range e.operands {
		if p := o.Prefix(); strings.HasPrefix(p, "+") {
			cmd, _ := o.Drop(1)
			e.run(Run{Script: &cmd, Lang: "ex"})
			continue
		}
		if !o.Is("-") {
			e.effect(sallyport.EffectRead, o, "")
		}
	}
	for _, opt := range []string{"-c", "--cmd"} {
		for _, v := range e.values(opt) {
			e.run(Run{Script: &v, Lang: "ex", Args: e.operands})
		}
	}
	for _, v := range e.values("-S") {
		e.run(Run{File: &v, Lang: "ex"})
	}
	if e.name == "ex" || e.has("-e", "-E", "-es", "-Es") || e.ctx.Stdin != nil {
		e.prompt("ex")
	}
	if e.ctx.Stdin == nil && len(e.values("-c")) == 0 {
		e.unknown("what is typed into the editor %s is not known", e.name)
		for _, o := range e.operands {
			if !o.HasPrefix("+") && !oneOf(e.name, "view", "rview") {
				e.may(sallyport.EffectWrite, o, "edited by hand")
			}
		}
	}
}

// language is the name under which code for another shell is run.
func (s *spec) language(name string) string { return strings.ToLower(name) }
