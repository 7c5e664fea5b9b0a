package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// Compilers and build tools whose options or operands need a look at their words.
func init() {
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
}
