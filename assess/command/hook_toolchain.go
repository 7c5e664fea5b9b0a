package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["settings"] = settings
	hooks["jsProgram"] = jsProgram
	hooks["uvRun"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		p, args := e.operands[0], e.operands[1:]
		switch {
		case e.has("--module"):
			e.run(Run{Argv: append([]value.Str{lit("python3"), lit("-m")}, e.operands...)})
		case p.Is("-"):
			e.run(Run{Argv: append([]value.Str{lit("python3"), lit("-")}, args...)})
		case p.HasSuffix(".py") || e.has("-s", "--gui-script"):
			e.effect(sallyport.EffectRead, p, "")
			e.run(Run{File: &p, Lang: "python", Args: args})
		default:
			e.wrapped(e.operands, Run{})
		}
	}
	hooks["poetryConfig"] = func(e *eval) {
		if len(e.operands) > 1 {
			settings(e)
		} else if e.has("--unset", "--migrate") {
			e.effect(sallyport.EffectWrite, lit("poetry settings"), "removed")
		}
	}
	hooks["runsProject"] = func(e *eval) {
		if e.spec.hookName != "" && !e.has("--listenvs", "--listenvs-all", "--showconfig", "--version", "--help") {
			e.effect(sallyport.EffectExec, lit(e.name), "")
			e.unknown("what %s runs is said in files that are not read", e.name)
		}
	}
	hooks["goBuild"] = func(e *eval) {
		for _, v := range append(e.values("-ldflags"), e.values("-gcflags")...) {
			if v.Contains("extld") || v.Contains("toolexec") {
				e.hint("runs-option", sallyport.High, "an option of the compiler runs a program")
				e.unknown("what %q makes the linker run is not followed", v)
			}
		}
		if e.spec.name != "build" || e.has("-n") {
			return
		}
		out, named := e.value("-o")
		if !named {
			out = lit("a program")
		}
		e.effect(sallyport.EffectWrite, out, "built")
		for _, o := range e.operands {
			if o.HasSuffix(".go") {
				e.effect(sallyport.EffectRead, o, "")
			}
		}
	}
	hooks["goRun"] = func(e *eval) {
		e.may(sallyport.EffectConnect, lit("package registry"), "")
		if len(e.operands) == 0 {
			return
		}
		p := e.operands[0]
		if p.HasSuffix(".go") {
			e.effect(sallyport.EffectRead, p, "")
			e.run(Run{File: &p, Lang: "go", Args: e.operands[1:]})
			return
		}
		if p.Contains("@") {
			e.effect(sallyport.EffectInstall, p, "fetched and run")
		}
		e.effect(sallyport.EffectExec, p, "go program")
		e.unknown("the program %q that go run builds is not read", p)
	}
	hooks["goEnv"] = func(e *eval) {
		if e.has("-w", "-u") {
			e.effect(sallyport.EffectWrite, lit("go settings"), "changed")
		}
		for _, o := range e.operands {
			k, v, ok := o.Cut("=")
			switch {
			case !e.has("-w") || !ok:
			case oneOf(k.String(), "CC", "CXX", "AR", "FC", "GCCGO", "PKG_CONFIG", "GOFLAGS", "GOTOOLDIR", "CGO_CFLAGS", "CGO_LDFLAGS", "GOCACHEPROG", "GOAUTH"):
				e.hint("runs-option", sallyport.Medium, "sets a program that go will run later")
			case oneOf(k.String(), "GOPROXY", "GOSUMDB"):
				e.effect(sallyport.EffectConnect, v, "source of packages")
			}
		}
	}
	hooks["settingsOrShow"] = func(e *eval) {
		if e.spec.hookName != "" && (len(e.operands) > 1 || len(e.operands) == 1 && e.operands[0].Contains("=")) {
			settings(e)
		}
	}
	// afterDashes is "tool exec VERSION... -- COMMAND": versions are installed where they are missing.
	hooks["afterDashes"] = func(e *eval) {
		if e.has("--command") {
			return
		}
		for i, o := range e.operands {
			if o.Is("--") {
				e.wrapped(e.operands[i+1:], Run{})
				return
			}
			if !o.Contains("@") {
				e.wrapped(e.operands[i:], Run{})
				return
			}
			e.may(sallyport.EffectInstall, o, "")
		}
	}
	hooks["bundleBare"] = func(e *eval) {
		switch {
		case e.spec.hookName == "": // one of its sub-commands
		case len(e.operands) > 0:
			e.unknown("sub-command %q of %s is not understood", e.operands[0], e.name)
		case !e.has("--help", "--version"):
			e.may(sallyport.EffectConnect, lit("package registry"), "")
			e.effect(sallyport.EffectInstall, lit("packages that the project lists"), "")
			e.unknown("the Gemfile is a program, which is not read")
		}
	}
	hooks["jar"] = func(e *eval) {
		file, named := e.value("--file")
		ops := e.operands
		switch {
		case e.has("--list", "--describe-module", "--validate"):
			if named {
				e.input(file)
			}
		case e.has("--extract"):
			if named {
				e.input(file)
			}
			if !e.has("--dir", "-C") {
				e.effect(sallyport.EffectWrite, lit("."), "unpacked")
			}
			for _, d := range e.values("-C") {
				e.effect(sallyport.EffectWrite, d, "unpacked")
			}
		case e.has("--create", "--update", "--generate-index"):
			for _, o := range ops {
				e.input(o)
			}
			for _, o := range append(e.values("-C"), e.values("--generate-index")...) {
				e.effect(sallyport.EffectRead, o, "")
			}
			if named {
				e.output(sallyport.EffectWrite, file, "archive")
				e.noStdout = true
			}
		case !e.has("--help", "--version", "--help-extra"):
			e.unknown("what jar is told to do is not known")
		}
	}
	hooks["gradle"] = func(e *eval) {
		if len(e.operands) == 0 && e.has("--stop", "--status", "--version", "--help") {
			return
		}
		e.may(sallyport.EffectConnect, lit("package registry"), "")
		e.effect(sallyport.EffectExec, lit(strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String())), "")
		e.unknown("what %s runs is said in build files that are not read", e.name)
	}
	hooks["maven"] = func(e *eval) {
		if len(e.operands) == 0 && e.has("--version", "-v", "-h", "--help", "--encrypt-password", "--encrypt-master-password") {
			return
		}
		e.may(sallyport.EffectConnect, lit("package registry"), "")
		e.effect(sallyport.EffectExec, lit(strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String())), "")
		for _, o := range e.operands {
			if o.Is("deploy") || o.HasPrefix("deploy:") || o.Is("release:perform") {
				e.effect(sallyport.EffectCloud, lit("package registry"), "publishes the package")
			}
		}
		e.unknown("what %s runs is said in pom.xml, which is not read", e.name)
	}
	hooks["vlang"] = func(e *eval) {
		if e.spec.hookName == "" || len(e.operands) == 0 {
			return
		}
		p := e.operands[0]
		switch {
		case p.HasSuffix(".vsh"):
			e.effect(sallyport.EffectRead, p, "")
			e.run(Run{File: &p, Lang: "v", Args: e.operands[1:]})
		case p.HasSuffix(".v") || p.Is(".") || p.Contains("/"):
			e.effect(sallyport.EffectRead, p, "")
			if !e.has("-o", "-check", "-check-syntax") {
				e.effect(sallyport.EffectWrite, lit("a program"), "compiled")
			}
		default:
			e.unknown("sub-command %q of v is not understood", p)
		}
	}
	hooks["rustc"] = func(e *eval) {
		for _, v := range e.values("--codegen") {
			if k, prog, _ := v.Cut("="); k.Is("linker") {
				e.run(Run{Argv: []value.Str{prog}})
				e.hint("runs-option", sallyport.High, "an option of the compiler runs a program")
			}
		}
		if len(e.operands) > 0 && !e.has("-o", "--out-dir") && !e.has("--print") {
			e.effect(sallyport.EffectWrite, lit("a program"), "compiled")
		}
		e.noStdout = true
	}
	hooks["yarn"] = func(e *eval) {
		switch {
		case e.spec.hookName == "": // one of its sub-commands
		case len(e.operands) > 0:
			e.effect(sallyport.EffectExec, e.operands[0], "script of the project")
			e.unknown("sub-command %q of yarn is not understood; it can be a script of the project", e.operands[0])
		case !e.has("--help", "--version"):
			e.may(sallyport.EffectConnect, lit("package registry"), "")
			e.effect(sallyport.EffectInstall, lit("packages that the project lists"), "")
			if !e.has("--ignore-scripts") {
				e.unknown("yarn: runs the scripts of the project, which are not read")
			}
		}
	}
}

// fetchPackage installs a package that is named, or that comes from a path or an address. Nobody has looked at the latter, and the tools of languages run
// code of what they install.
func (e *eval) fetchPackage(v value.Str, detail string) {
	e.may(sallyport.EffectConnect, lit("package registry"), "")
	e.effect(sallyport.EffectInstall, v, detail)
	e.fileOrURL(v)
	if v.Contains("git+") || v.Contains("://") || v.HasPrefix("./") || v.HasPrefix("../") || v.HasPrefix("/") || v.HasPrefix("~") || v.Is(".") || v.Contains("$TF") {
		e.unknown("the package %q can run anything while it is installed", v)
	}
}

// settings is "config set" of tools of languages: "key value", "key=value", or several of the latter. Some settings name programs that are run later,
// some hold tokens.
func settings(e *eval) {
	e.effect(sallyport.EffectWrite, lit(e.name+" settings"), "changed")
	for i, o := range e.operands {
		if i > 0 && !o.Contains("=") {
			continue
		}
		k, v, _ := o.CutAny("=")
		key := strings.ToLower(k.String())
		if !k.Known() {
			e.unknown("which setting of %s is changed is not known", e.name)
		}
		switch {
		case strings.Contains(key, "token") || strings.Contains(key, "password") || strings.Contains(key, "_auth") || strings.Contains(key, "secret") || strings.Contains(key, "http-basic") || strings.Contains(key, "credential"):
			e.effect(sallyport.EffectCredential, lit(e.name+" settings"), "kept there")
		case strings.Contains(key, "script-shell") || strings.Contains(key, "scriptshell") || strings.Contains(key, "editor") || strings.Contains(key, "browser") || strings.Contains(key, "viewer") || strings.Contains(key, "node-options") ||
			strings.Contains(key, "nodeoptions") || strings.Contains(key, "init-module") || strings.Contains(key, "hook") || strings.Contains(key, "plugin") || key == "git" || key == "shell" || strings.Contains(key, "wrapper") || strings.Contains(key, "yarnpath") || strings.Contains(key, "yarn-path") || strings.Contains(key, "node-gyp"):
			e.hint("runs-option", sallyport.Medium, "sets a program that "+e.name+" will run later")
		}
		if v.Empty() && len(e.operands) > i+1 {
			v = e.operands[i+1]
		}
		if v.Contains("://") {
			e.effect(sallyport.EffectConnect, v, "source of packages")
		}
	}
}

// jsProgram is a runtime of JavaScript with the path of a program, the name of a script of the project, or "-" for its standard input.
func jsProgram(e *eval) {
	if e.spec.hookName == "" || e.has("--eval", "--print") || len(e.operands) == 0 { // the hook is asked for sub-commands, too
		return
	}
	p := e.operands[0]
	args := e.operands[1:]
	switch {
	case p.Is("-") || p.Is("/dev/stdin"):
		e.run(Run{Stdin: true, Interactive: e.ctx.Stdin == nil, Lang: "javascript", Args: args})
		e.sources, e.sinks, e.noStdout = append(e.sources, End{Kind: Stdin}), append(e.sinks, End{Program, lit("javascript")}), true
	case p.Contains("://") || p.HasPrefix("npm:") || p.HasPrefix("jsr:"):
		e.effect(sallyport.EffectConnect, p, "program")
		e.unknown("the program %q is not read", p)
	default:
		e.effect(sallyport.EffectRead, p, "")
		e.run(Run{File: &p, Lang: "javascript", Args: args})
	}
}
