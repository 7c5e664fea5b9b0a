package command

import (
	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["cmake"] = cmake
	hooks["ninja"] = func(e *eval) {
		if e.has("--version", "-h") {
			return
		}
		if tool, ok := e.value("-t"); ok {
			for _, o := range e.operands {
				if o.HasPrefix("-") {
					e.unknown("option %q of ninja -t %s is not understood", o, tool)
				}
			}
			switch {
			case oneOf(tool.String(), "list", "targets", "query", "commands", "inputs", "multi-inputs", "deps", "missingdeps", "graph", "rules", "compdb", "compdb-targets", "wincodepage"):
				e.sources = append(e.sources, End{System, lit("build files")})
				return
			case oneOf(tool.String(), "clean", "cleandead"):
				e.effect(sallyport.EffectDelete, lit("built files"), "")
				return
			case oneOf(tool.String(), "recompact", "restat"):
				e.effect(sallyport.EffectWrite, lit(".ninja_log"), "")
				return
			}
		}
		e.effect(sallyport.EffectExec, lit("ninja"), "")
		e.unknown("what ninja runs is said in build files that are not read")
	}
	hooks["just"] = func(e *eval) {
		switch {
		case e.has("--command"):
			vs := e.values("--command")
			if len(vs) > 0 {
				e.run(Run{Argv: append(vs[:1:1], e.operands...)})
			}
			e.unknown("variables of the justfile can run commands, and are not read")
		case e.has("--init"):
			e.effect(sallyport.EffectCreate, lit("justfile"), "")
		case e.has("--edit"):
			e.unknown("just opens an editor, where commands can be typed")
		case e.has("--fmt") && !e.has("--check"):
			e.effect(sallyport.EffectWrite, lit("justfile"), "formatted")
		case e.has("--list", "--summary", "--show", "--dump", "--variables", "--groups", "--man", "--changelog", "--completions", "--fmt", "--usage", "--version", "--help"):
			e.sources = append(e.sources, End{System, lit("justfile")})
		default:
			e.effect(sallyport.EffectExec, lit("just"), value.Join(e.operands, " ").String())
			e.unknown("what just runs is said in files that are not read")
		}
	}
	hooks["dotnetAdd"] = func(e *eval) {
		for i, o := range e.operands {
			if o.Is("package") && i+1 < len(e.operands) {
				for _, p := range e.operands[i+1:] {
					e.effect(sallyport.EffectInstall, p, "")
				}
				return
			}
		}
	}
}

// cmake configures and builds, which runs what the project says, or does small things itself (cmake -E, for scripts that run anywhere).
func cmake(e *eval) {
	if len(e.operands) == 0 && len(e.given) == 0 || e.has("--version", "-version", "-h", "--print-config-dir", "--list-presets*", "--help*", "--system-information*") && len(e.operands) == 0 {
		return
	}
	if op, ok := e.value("-E"); ok {
		e.cmakeTool(op.String())
		return
	}
	if e.has("-P") { // the script is said by the option's role
		return
	}
	for _, b := range e.values("-B") {
		e.effect(sallyport.EffectWrite, b, "built")
	}
	e.effect(sallyport.EffectExec, lit("cmake"), value.Join(e.operands, " ").String())
	e.unknown("what cmake runs is said in files that are not read")
}

// cmakeTool is cmake -E; see cmake(1), "Run a command-line tool".
func (e *eval) cmakeTool(op string) {
	var ops []value.Str
	flags := map[string]bool{}
	for _, o := range e.operands {
		if o.HasPrefix("-") && len(ops) == 0 {
			flags[o.String()] = true
			continue
		}
		ops = append(ops, o)
		if o.HasPrefix("-") && !o.Is("-") && !oneOf(op, "echo", "echo_append", "time", "chdir") {
			e.unknown("option %q of cmake -E %s is not understood", o, op)
		}
	}
	last := func() (value.Str, []value.Str) { return ops[len(ops)-1], ops[:len(ops)-1] }
	each := func(k sallyport.EffectKind, detail string) {
		for _, o := range ops {
			e.effect(k, o, detail)
		}
	}
	for f := range flags {
		if !oneOf(f, "-r", "-f", "-rf", "-fr", "-R", "-rR", "--") {
			e.unknown("option %q of cmake -E %s is not understood", f, op)
		}
	}
	switch op {
	case "capabilities", "environment", "true", "false", "sleep":
	case "cat", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum", "compare_files":
		for _, o := range ops {
			e.input(o)
		}
	case "echo", "echo_append":
		for _, o := range ops {
			e.sources = append(e.sources, End{Text, o})
		}
	case "make_directory":
		each(sallyport.EffectCreate, "directory")
	case "touch", "touch_nocreate":
		each(sallyport.EffectCreate, "")
	case "remove", "rm", "remove_directory":
		each(sallyport.EffectDelete, "")
	case "copy", "copy_directory", "copy_if_different", "copy_directory_if_different", "copy_if_newer":
		if len(ops) > 1 {
			to, from := last()
			for _, f := range from {
				e.input(f)
			}
			e.output(sallyport.EffectWrite, to, "")
			e.noStdout = true
		}
	case "rename":
		if len(ops) == 2 {
			e.effect(sallyport.EffectDelete, ops[0], "moved")
			e.effect(sallyport.EffectWrite, ops[1], "")
		}
	case "create_symlink", "create_hardlink":
		if len(ops) == 2 {
			e.effect(sallyport.EffectCreate, ops[1], "link to "+ops[0].String())
		}
	case "time":
		e.run(Run{Argv: ops})
	case "chdir":
		if len(ops) > 1 {
			e.run(Run{Argv: ops[1:]})
		}
	default:
		e.unknown("what cmake -E %s does is not modelled", op)
	}
}
