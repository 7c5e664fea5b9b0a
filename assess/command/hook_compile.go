package command

import (
	"strings"

	"sallyport"
)

func init() {
	// csc and its relatives have options with a slash or a dash, and values after a colon: "/out:x.exe".
	hooks["csc"] = func(e *eval) {
		read := wordSet(`reference r resource res linkresource linkres win32icon win32res win32manifest recurse addmodule additionalfile appconfig link l codepagefile ruleset`)
		write := wordSet(`out doc pdb refout bugreport generatedfilesout errorlog`)
		plain := wordSet(`target t platform warn w warnaserror nowarn optimize o debug define d unsafe checked langversion nullable deterministic nologo help ? version utf8output codepage fullpaths highentropyva subsystemversion moduleassemblyname main m lib noconfig nostdlib
			baseaddress filealign preferreduilang delaysign publicsign parallel p sdk features pathmap instrument embed sourcelink optionstrict optioninfer optioncompare optionexplicit imports rootnamespace quiet verbose`)
		out := false
		for _, a := range e.argv[1:] {
			p := a.Prefix()
			if a.HasPrefix("@") {
				f, _ := a.Drop(1)
				e.input(f)
				e.unknown("what the options in %q say is not followed", f)
				continue
			}
			if len(p) < 2 || p[0] != '/' && p[0] != '-' || p[0] == '/' && strings.Contains(p[1:], "/") && !strings.Contains(p, ":") {
				e.input(a)
				continue
			}
			name, v, has := a.CutAny(":")
			key := strings.ToLower(strings.Trim(name.String(), "/-+"))
			switch {
			case write[key] && has:
				e.effect(sallyport.EffectWrite, v, "")
				out = out || key == "out"
			case read[key] && has:
				e.effect(sallyport.EffectRead, v, "")
			case key == "keyfile" && has:
				e.effect(sallyport.EffectCredential, v, "a key to sign with")
			case key == "analyzer" || key == "a" || key == "pkg":
				e.unknown("%s loads a program, which is not read: %q", e.name, a)
			case !plain[key] || strings.HasPrefix(p, "--"):
				e.unknown("option %q of %s is not understood", a, e.name)
			}
		}
		if !out && len(e.argv) > 1 {
			e.effect(sallyport.EffectWrite, lit("."), "what is compiled from the files")
		}
	}
	// dmd -run compiles a program and runs it with the arguments that follow.
	hooks["dmd"] = func(e *eval) {
		if v, ok := e.value("-run"); ok {
			e.run(Run{File: &v, Lang: "d", Args: e.operands})
			return
		}
		if !e.has("-of", "-of*", "-od", "-od*") && len(e.operands) > 0 {
			e.effect(sallyport.EffectWrite, lit("."), "what is compiled from the files")
		}
	}
	hooks["ghdl"] = func(e *eval) {
		for _, o := range e.operands {
			if o.Contains(".") {
				e.input(o)
			}
		}
		if e.has("-a", "-i", "-c", "-e", "-m", "--clean", "--remove", "--elab-run", "--bind") {
			e.effect(sallyport.EffectWrite, lit("."), "what is compiled from the files")
		}
	}
}
