package command

import (
	"sallyport"
	"sallyport/assess/value"
)

var effectKinds = map[sallyport.EffectKind]bool{
	sallyport.EffectRead: true, sallyport.EffectWrite: true, sallyport.EffectAppend: true, sallyport.EffectCreate: true,
	sallyport.EffectDelete: true, sallyport.EffectChmod: true, sallyport.EffectChown: true, sallyport.EffectMount: true,
	sallyport.EffectExec: true, sallyport.EffectConnect: true, sallyport.EffectListen: true, sallyport.EffectDNS: true,
	sallyport.EffectPrivilege: true, sallyport.EffectAccount: true, sallyport.EffectPersist: true, sallyport.EffectService: true,
	sallyport.EffectKernel: true, sallyport.EffectTamper: true, sallyport.EffectSecurityTool: true, sallyport.EffectCredential: true,
	sallyport.EffectInstall: true, sallyport.EffectRemoteExec: true, sallyport.EffectDatabase: true, sallyport.EffectKubernetes: true,
	sallyport.EffectCloud: true, sallyport.EffectProcess: true, sallyport.EffectIrreversible: true, sallyport.EffectUnknown: true,
}

// roles says what each role does with its values. A role that is the name of a kind of effect is that effect; the ones
// here do more. The argument is the text in parentheses: a language, a detail.
var roles map[string]func(e *eval, arg string, vs []value.Str)

func init() {
	roles = map[string]func(e *eval, arg string, vs []value.Str){
		"_": func(*eval, string, []value.Str) {},
		// help: the command describes itself and does nothing else, see perform.
		"help": func(*eval, string, []value.Str) {},
		// in: a file whose contents are the command's main data; "-" is standard input.
		"in": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.input(v)
			}
		},
		// out: its main data goes to this file instead of standard output; tee: as well.
		"out": func(e *eval, arg string, vs []value.Str) {
			for _, v := range vs {
				e.output(sallyport.EffectWrite, v, arg)
				e.noStdout = e.noStdout || !stdStream(v)
			}
		},
		"outa": func(e *eval, arg string, vs []value.Str) {
			for _, v := range vs {
				e.output(sallyport.EffectAppend, v, arg)
				e.noStdout = e.noStdout || !stdStream(v)
			}
		},
		"tee": func(e *eval, arg string, vs []value.Str) {
			for _, v := range vs {
				e.output(sallyport.EffectWrite, v, arg)
			}
		},
		"teea": func(e *eval, arg string, vs []value.Str) {
			for _, v := range vs {
				e.output(sallyport.EffectAppend, v, arg)
			}
		},
		// mod: a file that is changed in place.
		"mod": func(e *eval, arg string, vs []value.Str) {
			if arg == "" {
				arg = "changed in place"
			}
			for _, v := range vs {
				e.effect(sallyport.EffectWrite, v, arg)
			}
		},
		// log: a file that diagnostics go to.
		"log": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.effect(sallyport.EffectWrite, v, "messages")
			}
		},
		// beside, here, uri: see there.
		"beside": beside,
		"here":   here,
		"uri":    uri,
		// text: the arguments themselves are the main data.
		"text": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.sources = append(e.sources, End{Text, v})
			}
		},
		// fetch: main data comes from this URL or host; send: main data goes there.
		"fetch": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.effect(sallyport.EffectConnect, v, "")
				e.sources = append(e.sources, End{Net, v})
			}
		},
		"send": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.effect(sallyport.EffectConnect, v, "")
				e.sinks = append(e.sinks, End{Net, v})
			}
		},
		// from: main data comes from here, a file or, where it is a URL or host:path, another machine; to: it goes there.
		"from": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				if at, remote := elsewhere(v); remote {
					e.effect(sallyport.EffectConnect, at, "")
					e.sources = append(e.sources, End{Net, at})
				} else {
					e.input(at)
				}
			}
		},
		"to": func(e *eval, arg string, vs []value.Str) {
			for _, v := range vs {
				if at, remote := elsewhere(v); remote {
					e.effect(sallyport.EffectConnect, at, "")
					e.sinks = append(e.sinks, End{Net, at})
				} else {
					e.output(sallyport.EffectWrite, at, arg)
				}
				e.noStdout = e.noStdout || !stdStream(v)
			}
		},
		// upload(host): a file that is sent there besides the main data.
		"upload": func(e *eval, host string, vs []value.Str) {
			for _, v := range vs {
				from := End{File, v}
				if stdStream(v) {
					from = End{Kind: Stdin}
				}
				e.effect(sallyport.EffectRead, v, "sent")
				e.res.Flows = append(e.res.Flows, Flow{From: from, To: End{Net, lit(host)}})
			}
		},
		// lookup: a name that is looked up in the DNS, unless it is an address.
		"lookup": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.lookupName(v)
			}
		},
		// sh: a line for the shell; code(lang): a program text; file(lang): a program file.
		"sh": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{Script: &v, Lang: "sh"})
			}
		},
		"shlater": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{Script: &v, Lang: "sh", Where: Later, Certainty: sallyport.May})
			}
		},
		"code": func(e *eval, lang string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{Script: &v, Lang: lang})
			}
		},
		"file": func(e *eval, lang string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{File: &v, Lang: lang})
			}
		},
		// prog: one word that names a program to run; cmd: that word and its arguments.
		"prog": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{Argv: []value.Str{v}})
			}
		},
		"cmd": func(e *eval, via string, vs []value.Str) {
			if len(vs) > 0 && vs[0].Is("--") {
				vs = vs[1:]
			}
			if len(vs) > 0 {
				e.run(Run{Argv: vs, Via: via})
			}
		},
		// joined: words that are put together with blanks and given to a shell.
		"joined": func(e *eval, _ string, vs []value.Str) {
			if len(vs) > 0 {
				line := value.Join(vs, " ")
				e.run(Run{Script: &line, Lang: "sh"})
			}
		},
		// remote: a line for the shell of another machine. inside: a program and its arguments in a container. The argument says which.
		"remote": func(e *eval, host string, vs []value.Str) {
			for _, v := range vs {
				e.run(Run{Script: &v, Lang: "sh", Where: Remote, Principal: "host " + host})
			}
		},
		"inside": func(e *eval, container string, vs []value.Str) {
			if len(vs) > 0 && vs[0].Is("--") {
				vs = vs[1:]
			}
			if len(vs) > 0 {
				e.run(Run{Argv: vs, Where: Container, Principal: "container " + container})
			}
		},
		// words: a command line that the command splits at blanks itself, without a shell.
		"words": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				if f, ok := v.Fields(); ok && len(f) > 0 {
					e.run(Run{Argv: f})
				} else {
					e.run(Run{Script: &v, Lang: "sh"})
				}
			}
		},
		// registry: where packages come from.
		"registry": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.effect(sallyport.EffectConnect, v, "source of packages")
			}
		},
		// package: the name, path or address of a package that is installed.
		"package": func(e *eval, detail string, vs []value.Str) {
			for _, v := range vs {
				e.fetchPackage(v, detail)
			}
		},
		// unk: what it does to this is not modelled.
		"unk": func(e *eval, _ string, vs []value.Str) {
			for _, v := range vs {
				e.unknown("what %s does with %q is not modelled", e.spec.path, v)
			}
		},
	}
}

func knownRole(name string) bool {
	return name == "" || roles[name] != nil || effectKinds[sallyport.EffectKind(name)]
}

// apply gives values a role.
func (e *eval) apply(r role, vs []value.Str) {
	if f := roles[r.name]; f != nil {
		f(e, r.arg, vs)
	} else if kind := sallyport.EffectKind(r.name); effectKinds[kind] {
		for _, v := range vs {
			e.effect(kind, v, r.arg)
		}
	}
}

// applyOptions gives the value of each option its role.
func (e *eval) applyOptions() {
	for _, g := range e.given {
		if g.opt.role.name != "" && (g.has || g.opt.takes == 0) {
			e.apply(g.opt.role, []value.Str{g.value})
			if g.opt.role.name == "exec" { // a plug-in or library that it loads
				e.unknown("what %q makes %s do is not known", g.value, e.name)
			}
		}
	}
}

// applyOperands gives operands the roles of the first pattern that holds.
func (e *eval) applyOperands() {
	for _, p := range e.spec.patterns {
		if !p.when.holds(e) {
			continue
		}
		ops := e.operands
		required := 0
		for i, s := range p.roles {
			if i != p.many && !s.optional {
				required++
			}
		}
		spare := len(ops) - required // for optional ones, then the one that repeats
		for i, s := range p.roles {
			n := 1
			switch {
			case i == p.many:
				n = max(spare, 0)
				// optional operands that follow the one that repeats get nothing
			case s.optional:
				if n = min(max(spare, 0), 1); n == 1 {
					spare--
				}
			}
			n = min(n, len(ops))
			if n > 0 {
				e.apply(s.role, ops[:n])
			}
			ops = ops[n:]
		}
		for _, o := range ops {
			e.unknown("operand %q of %s is not understood", o, e.spec.path)
		}
		return
	}
	for _, o := range e.operands {
		e.unknown("operand %q of %s is not understood", o, e.spec.path)
	}
}

// elsewhere returns the URL, or the host of host:path, that names another machine, or the local path that v is.
func elsewhere(v value.Str) (at value.Str, remote bool) {
	if f, ok := fileURL(v); ok {
		return f, false
	}
	if v.Contains("://") {
		return v, true
	}
	h, _, ok := remotePath(v)
	if c, _ := h.Const(); ok && oneOf(c, "sftp", "rest", "s3", "b2", "swift", "azure", "gs", "rclone", "magnet") { // a kind of place, no host
		return v, true
	}
	return h, ok
}

func stdStream(v value.Str) bool { return v.Is("-") || v.Is("/dev/stdout") }

// input records a file as a source of main data.
func (e *eval) input(v value.Str) {
	for _, a := range v.Alternatives() {
		if a.Is("-") || a.Is("/dev/stdin") || a.Is("/dev/fd/0") || a.Is("/proc/self/fd/0") {
			e.sources = append(e.sources, End{Kind: Stdin})
			continue
		}
		e.sources = append(e.sources, End{File, a})
	}
	e.effect(sallyport.EffectRead, v, "")
}

// output records a file as a sink of main data.
func (e *eval) output(kind sallyport.EffectKind, v value.Str, detail string) {
	for _, a := range v.Alternatives() {
		switch {
		case stdStream(a):
		case a.Is("/dev/null"):
			e.sinks = append(e.sinks, End{Kind: Nothing})
		default:
			e.sinks = append(e.sinks, End{File, a})
		}
	}
	e.effect(kind, v, detail)
}

// lookupName records a DNS look-up. The first label may carry data out: what is known of the name behind a hole is its domain.
func (e *eval) lookupName(v value.Str) {
	name := v
	if len(v.Holes()) > 0 {
		if s := v.Suffix(); len(s) > 1 && s[0] == '.' {
			name = value.Lit(s[1:])
		}
		e.res.Flows = append(e.res.Flows, Flow{From: End{Text, v}, To: End{Net, name}})
	}
	if c, ok := name.Const(); ok && isAddress(c) {
		return
	}
	e.effect(sallyport.EffectDNS, name, "")
}
