package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["build"] = build
}

// installers are package managers of languages and people: which verbs install, remove, run, or only look.
var installers = wordSet(`snap flatpak brew port pkg pkgin emerge equo nix-env opkg swupd eopkg slackpkg mas softwareupdate choco winget scoop conda mamba micromamba spack sdk asdf mise rtx
	nvm pyenv rbenv goenv rustup volta fnm n tfenv tofuenv gvm jenv nodenv krew arkade bin eget ubi tlmgr luarocks composer pear pecl gem bundle bundler pip pip2 pip3 pipx pipenv poetry uv
	hatch pdm npm yarn pnpm corepack bower cargo go cabal stack opam mix dotnet nuget guix nix helm-plugin mvn gradle gradlew sbt lein rebar3 conan vcpkg`)

var installVerbs = wordSet(`install i add in get require isntall ci update upgrade up dist-upgrade self-update selfupdate global link ensurepath inject create-project refresh reinstall bootstrap tap sync lock use prepare enable switch install-package component toolchain plugin download fetch restore pull`)
var removeVerbs = wordSet(`remove uninstall rm purge erase un autoremove delete prune cleanup clean untap unlink yank cache`)
var runVerbs = wordSet(`run exec x start test build publish tool shell script task dlx create init generate compile bench doc vet fmt clippy check serve watch watch-all package verify deploy site b t c r tst restart stop explore repl rake -b pack version-bump bundle env-exec mod work list-x`)

// build is compilers, build tools and package managers of languages. What a build runs is in files that are not read here.
func build(e *eval) {
	plain, opts := e.words()
	verb := ""
	if len(plain) > 0 {
		verb, _ = plain[0].Const()
	}
	if len(e.operands) == 1 && e.hasWord("--version", "-v", "-V", "version", "--help", "-h", "help") || verb == "version" || verb == "env" && e.name == "go" && !e.hasWord("-w", "-u") {
		e.sources = append(e.sources, End{System, lit(e.name)})
		return
	}
	switch e.name {
	case "gcc", "g++", "cc", "c++", "clang", "clang++", "c89", "c99", "gfortran", "rustc", "nvcc", "ghc", "tcc", "as", "ld", "javac", "strip", "objcopy", "patchelf", "protoc", "yacc", "bison", "flex", "lex", "ar", "ranlib", "elfedit", "swig":
		compiler(e, plain, opts)
		return
	case "nm", "objdump", "readelf", "size", "addr2line", "c++filt", "pkg-config", "gprof", "gcov":
		for _, p := range plain {
			if e.name != "pkg-config" && e.name != "c++filt" {
				e.input(p)
			}
		}
		if f, ok := e.atFile(); ok {
			e.input(f)
		}
		e.sources = append(e.sources, End{System, lit("programs")})
		return
	case "make", "gmake":
		makeTool(e, plain)
		return
	case "pkg_add", "xbps-install", "installpkg", "upgradepkg", "installer", "gdebi", "alien", "cpan", "cpanm", "cpanplus", "easy_install":
		e.installs(plain, "")
		return
	case "pkg_info", "xbps-query", "pkgutil":
		e.sources = append(e.sources, End{System, lit("packages")})
		return
	case "nix-shell", "nix-build":
		for _, o := range []string{"--run", "--command"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.run(Run{Script: &v, Lang: "sh"})
				return
			}
		}
	case "bundle", "bundler":
		if verb == "exec" {
			e.afterWord("exec")
			return
		}
	case "poetry", "pipenv", "pdm", "hatch", "uv", "conda", "mamba", "rbenv", "pyenv", "mise", "asdf":
		if verb == "run" || verb == "exec" {
			e.afterWord(verb)
			return
		}
	}
	if e.name == "uv" && verb == "pip" && len(plain) > 1 {
		plain = plain[1:]
		verb = first(plain)
	}
	if installers[e.name] {
		e.installer(verb, plain, opts)
		return
	}
	for _, o := range []string{"-f", "--rakefile", "--file", "-C"} {
		if v, ok := opts[o]; ok && v.Contains("/") {
			e.effect(sallyport.EffectRead, v, "")
		}
	}
	e.effect(sallyport.EffectExec, lit(e.name), strings.TrimSpace(value.Join(e.operands, " ").String()))
	e.unknown("what %s runs is said in files that are not read", strings.TrimSpace(e.name+" "+verb))
}

// atFile returns the file of an argument "@file".
func (e *eval) atFile() (value.Str, bool) {
	for _, o := range e.operands {
		if o.HasPrefix("@") && !o.Is("@") {
			f, _ := o.Drop(1)
			return f, true
		}
	}
	return value.Str{}, false
}

// afterWord runs what follows a word, without the options in between.
func (e *eval) afterWord(word string) {
	for i, o := range e.operands {
		if !o.Is(word) {
			continue
		}
		rest := e.operands[i+1:]
		for len(rest) > 0 && rest[0].HasPrefix("-") {
			rest = rest[1:]
		}
		if len(rest) > 0 {
			e.wrapped(rest, Run{})
		}
		return
	}
}

func (e *eval) installs(names []value.Str, detail string) {
	if detail != "removed" {
		e.may(sallyport.EffectConnect, lit("package registry"), "")
	}
	for _, n := range names {
		e.effect(sallyport.EffectInstall, n, detail)
		e.fileOrURL(n)
	}
}

func (e *eval) installer(verb string, plain []value.Str, opts map[string]value.Str) {
	names := plain[min(1, len(plain)):]
	for _, o := range []string{"-i", "--index-url", "--extra-index-url", "--registry", "--source", "-s", "--trusted-host", "--find-links", "-f"} {
		if v, ok := opts[o]; ok && (v.Contains("://") || o == "--trusted-host") {
			e.effect(sallyport.EffectConnect, v, "source of packages")
		}
	}
	for _, o := range []string{"-r", "--requirement", "-c", "--constraint"} {
		if v, ok := opts[o]; ok && !v.Empty() && strings.HasPrefix(e.name, "pip") {
			e.effect(sallyport.EffectRead, v, "list of packages")
			e.unknown("the packages listed in %q are not known", v)
		}
	}
	switch {
	case e.name == "go" && verb == "run", e.name == "cargo" && verb == "run":
		if len(names) > 0 && e.name == "go" {
			e.effect(sallyport.EffectRead, names[0], "")
			e.run(Run{File: &names[0], Lang: "go", Args: names[1:]})
			return
		}
		e.effect(sallyport.EffectExec, lit(e.name+" "+verb), "")
		e.unknown("the program that %s %s builds is not read", e.name, verb)
	case e.name == "gem" && verb == "open", e.name == "gem" && verb == "exec", e.name == "brew" && verb == "edit":
		if v, ok := opts["-e"]; ok {
			e.run(Run{Script: &v, Lang: "sh"})
			return
		}
		e.unknown("what %s %s opens is not known", e.name, verb)
	case e.name == "npm" && verb == "exec" || e.name == "npm" && verb == "x":
		for _, o := range []string{"-c", "--call"} {
			if v, ok := opts[o]; ok {
				e.run(Run{Script: &v, Lang: "sh"})
				return
			}
		}
		e.installs(names[:min(1, len(names))], "fetched and run")
		e.unknown("what the package does when it is run is not known")
	case e.name == "npm" && oneOf(verb, "run", "run-script", "start", "test"), runVerbs[verb] && !installVerbs[verb]:
		e.effect(sallyport.EffectExec, lit(strings.TrimSpace(e.name+" "+value.Join(plain, " ").String())), "")
		if e.name == "go" && oneOf(verb, "build", "vet", "fmt", "mod", "doc", "work", "list", "tool", "generate", "test") {
			if o, ok := opts["-o"]; ok && !o.Empty() {
				e.effect(sallyport.EffectWrite, o, "built")
			}
			if oneOf(verb, "vet", "fmt", "doc", "list") {
				return
			}
		}
		e.unknown("what %s runs is said in files that are not read", strings.TrimSpace(e.name+" "+verb))
	case e.name == "dotnet" && verb == "tool" || installVerbs[verb]:
		if e.name == "snap" && e.hasWord("--classic", "--devmode", "--dangerous") {
			e.hint("unconfined", sallyport.Low, "the package is installed without confinement")
		}
		target := opts["-t"]
		if target.Empty() {
			target = opts["--target"]
		}
		if !target.Empty() {
			e.effect(sallyport.EffectWrite, target, "packages")
		}
		if len(names) == 0 {
			names = []value.Str{lit("packages that the project lists")}
		}
		e.installs(names, "")
		if verb == "install" && (strings.HasPrefix(e.name, "pip") || e.name == "npm" || e.name == "gem" || e.name == "yarn") {
			for _, n := range names {
				if n.Contains("git+") || n.HasPrefix("./") || n.HasPrefix("/") || n.Is(".") || n.Contains("$TF") || n.HasPrefix("http") {
					e.unknown("the package %q can run anything while it is installed", n)
				}
			}
		}
	case removeVerbs[verb]:
		e.installs(names, "removed")
	case lookingVerbs[verb], oneOf(verb, "freeze", "outdated", "leaves", "config", "home", "deps", "uses", "commands", "which", "whence", "completions", "completion", "bin", "prefix", "root", "audit", "fund", "owner", "profile", "services", "shellenv", "versions", "local", "rehash", "current", "metadata", "tree", "channel", "debug", "cache", "hash", "wheel", "refresh-metadata", "doctor", "dump", "platform", "sources", "contents", "specification", "environment", "connections", "interfaces", "known", "changes", "warnings", "model", "validate", "outdated-all", "clean-metadata", "repos"):
		e.sources = append(e.sources, End{System, lit("packages")})
		if e.name == "snap" && verb == "set" || verb == "config" && e.hasWord("set", "--global", "edit") {
			e.effect(sallyport.EffectWrite, lit(e.name+" settings"), value.Join(names, " ").String())
		}
		if oneOf(verb, "download", "wheel") {
			e.installs(names, "downloaded")
		}
	default:
		e.unknown("operation %q of %s is not understood", verb, e.name)
		e.effect(sallyport.EffectInstall, lit(e.name), value.Join(plain, " ").String())
	}
}

func compiler(e *eval, plain []value.Str, opts map[string]value.Str) {
	out := lit("a.out")
	var inputs []value.Str
	if g := e.grammar; g != nil {
		if o, ok := g.value("-o"); ok {
			out = o
		}
		for _, w := range g.values("-wrapper") {
			e.run(Run{Argv: w.Split(",")})
			e.hint("runs-option", sallyport.High, "an option of the compiler runs a program")
		}
		for _, name := range []string{"-include", "-imacros", "-include-pch"} {
			for _, f := range g.values(name) {
				e.input(f)
			}
		}
	}
	words := e.operands
	if e.grammar != nil {
		words = e.grammar.operands
		for _, o := range e.operands {
			if c := o.Prefix(); strings.HasPrefix(c, "-specs=") || strings.HasPrefix(c, "-fplugin=") {
				_, f, _ := o.CutAny("=")
				e.effect(sallyport.EffectRead, f, "")
				e.hint("loads-code", sallyport.Medium, "loads a file that changes what the compiler does")
			}
		}
	}
	for i := 0; i < len(words); i++ {
		o := words[i]
		c := o.Prefix()
		switch {
		case o.Is("-o") && i+1 < len(words):
			i++
			out = words[i]
		case strings.HasPrefix(c, "-wrapper"):
			_, w, _ := o.CutAny(",")
			if i+1 < len(words) && o.Is("-wrapper") {
				i++
				w = words[i]
			}
			e.run(Run{Argv: w.Split(",")})
			e.hint("runs-option", sallyport.High, "an option of the compiler runs a program")
		case strings.HasPrefix(c, "-specs=") || strings.HasPrefix(c, "-fplugin="):
			_, f, _ := o.CutAny("=")
			e.effect(sallyport.EffectRead, f, "")
			e.hint("loads-code", sallyport.Medium, "loads a file that changes what the compiler does")
		case oneOf(c, "-x", "-I", "-L", "-l", "-D", "-U", "-include", "-isystem", "-MF", "-MT", "-arch", "-target", "-d", "-cp", "-classpath", "-sourcepath", "--edition", "--crate-type", "-C", "-A", "-W") && o.Known() && i+1 < len(words):
			if i++; c == "-include" {
				e.input(words[i])
			}
			if c == "-d" && e.name == "javac" {
				out = words[i]
			}
		case strings.HasPrefix(c, "@"):
			f, _ := o.Drop(1)
			e.input(f)
		case c == "-" && o.Known():
			e.sources = append(e.sources, End{Kind: Stdin})
		case strings.HasPrefix(c, "-"):
		default:
			inputs = append(inputs, o)
		}
	}
	for _, f := range inputs {
		e.input(f)
	}
	if oneOf(e.name, "strip", "patchelf", "ranlib", "elfedit") && len(inputs) > 0 && out.Is("a.out") {
		out = inputs[len(inputs)-1]
	}
	if e.name == "javac" && out.Is("a.out") {
		out = lit("*.class")
	}
	if e.hasWord("-E", "-fsyntax-only", "-M", "-MM") || len(inputs) == 0 && len(e.sources) == 0 {
		return
	}
	e.output(sallyport.EffectWrite, out, "compiled")
	e.noStdout = true
}

func makeTool(e *eval, plain []value.Str) {
	file := lit("Makefile")
	for i, o := range e.operands {
		c, _ := o.Const()
		switch {
		case oneOf(c, "-f", "--file", "--makefile") && i+1 < len(e.operands):
			file = e.operands[i+1]
		case strings.HasPrefix(o.Prefix(), "--file="):
			_, file, _ = o.CutAny("=")
		case strings.HasPrefix(o.Prefix(), "--eval="):
			_, v, _ := o.CutAny("=")
			e.run(Run{Script: &v, Lang: "make"})
			return
		case c == "--eval" && i+1 < len(e.operands), c == "-E" && i+1 < len(e.operands):
			e.run(Run{Script: &e.operands[i+1], Lang: "make"})
			return
		case strings.HasPrefix(o.Prefix(), "-s") && len(c) > 2 && strings.Contains(c, "eval"):
		}
		if k, v, ok := o.Cut("="); ok && (k.Is("SHELL") || k.Is(".SHELLFLAGS")) {
			e.run(Run{Argv: []value.Str{v}})
		}
	}
	if text, ok := e.read(file); ok {
		s := lit(string(text))
		e.run(Run{Script: &s, Lang: "makefile"})
		return
	}
	if file.Is("-") && e.ctx.Stdin != nil {
		e.run(Run{Script: e.ctx.Stdin, Lang: "makefile"})
		return
	}
	e.effect(sallyport.EffectRead, file, "")
	e.effect(sallyport.EffectExec, lit(strings.TrimSpace("make "+value.Join(plain, " ").String())), "")
	e.unknown("what make runs is said in %q, which is not read", file)
}
