package command

import (
	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["nixBuild"] = func(e *eval) {
		e.may(sallyport.EffectConnect, lit("nix sources"), "")
		if !e.has("--dry-run") {
			e.nixPackages("built")
		}
	}
	hooks["nixInstall"] = func(e *eval) {
		e.may(sallyport.EffectConnect, lit("nix sources"), "")
		e.nixPackages("")
	}
	hooks["nixShell"] = func(e *eval) {
		argv := e.argv[1:]
		for i, a := range argv {
			if !a.Is("-c") && !a.Is("--command") {
				continue
			}
			e.operands = e.operands[:max(0, len(e.operands)-len(argv)+i+2)] // the words of the command end the options
			e.run(Run{Argv: argv[i+1:]})
			e.nixPackages("for this shell")
			return
		}
		e.nixPackages("for this shell")
		e.unknown("%s opens a shell, where commands can be typed", e.spec.path)
	}
	hooks["nixOld"] = func(e *eval) {
		for _, o := range e.operands {
			if e.has("--expr") {
				e.run(Run{Script: &o, Lang: "nix"})
			} else if !o.HasPrefix("<") {
				e.effect(sallyport.EffectRead, o, "")
			}
		}
	}
	hooks["guixShell"] = func(e *eval) {
		for i, a := range e.argv {
			if a.Is("--") && i+1 < len(e.argv) {
				e.operands = e.operands[:max(0, len(e.operands)-len(e.argv[i+1:]))]
				e.run(Run{Argv: e.argv[i+1:]})
				break
			}
		}
		for _, o := range e.operands {
			e.effect(sallyport.EffectInstall, o, "for this shell")
		}
		if e.has("--load", "--file", "--manifest", "--development") || len(e.operands) == 0 {
			e.unknown("what %s builds is said in a file that is not read", e.spec.path)
		}
		if len(e.res.Runs) == 0 {
			e.unknown("%s opens a shell, where commands can be typed", e.spec.path)
		}
	}
}

// nixPackages installs what the operands name. What nixpkgs holds is known as a collection of packages; any other expression builds what its author wrote.
func (e *eval) nixPackages(detail string) {
	if len(e.operands) == 0 {
		e.operands = []value.Str{lit(".")}
	}
	for _, o := range e.operands {
		e.effect(sallyport.EffectInstall, o, detail)
		if !o.HasPrefix("nixpkgs#") {
			e.unknown("what %q builds is said in files that are not read", o)
		}
	}
}
