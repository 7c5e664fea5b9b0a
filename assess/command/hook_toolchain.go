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
