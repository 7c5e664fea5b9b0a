package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["copy"] = func(e *eval) { e.transfer(transferCopy) }
	hooks["move"] = func(e *eval) { e.transfer(transferMove) }
	hooks["link"] = link
	hooks["install"] = installFiles
	hooks["remove"] = remove
	hooks["mktemp"] = mktemp
	hooks["touch"] = touch
	hooks["dd"] = dd
	hooks["chmod"] = chmod
	hooks["chown"] = chown
	hooks["chattr"] = chattr
	hooks["setcap"] = setcap
	hooks["rename"] = rename
	hooks["split"] = split
}

type transferKind int

const (
	transferCopy transferKind = iota
	transferMove
)

// transfer is cp and mv: sources, and a destination that is a directory or a name.
func (e *eval) transfer(kind transferKind) {
	sources, dests := e.destinations()
	for i, src := range sources {
		e.effect(sallyport.EffectRead, src, "")
		if kind == transferMove {
			e.effect(sallyport.EffectDelete, src, "moved away")
		}
		if e.has("-l") || e.has("-s") {
			e.effect(sallyport.EffectCreate, dests[i], "link to "+src.String())
			continue
		}
		e.effect(sallyport.EffectWrite, dests[i], "")
		e.res.Flows = append(e.res.Flows, Flow{From: fileEnd(src), To: fileEnd(dests[i])})
	}
	if v, ok := e.value("-S"); ok {
		_ = v // the suffix of backups: no other file is touched
	}
	e.noStdout = true
}

// destinations divides operands into sources and what each becomes.
func (e *eval) destinations() (sources, dests []value.Str) {
	ops := e.operands
	dir, into := e.value("-t")
	if !into {
		if len(ops) < 2 {
			return nil, nil
		}
		dir, ops = ops[len(ops)-1], ops[:len(ops)-1]
		into = !e.has("-T") && (len(ops) > 1 || e.isDir(dir))
	}
	for _, src := range ops {
		d := dir
		if into {
			name := src
			if !e.has("--parents") {
				name = src.Base()
			}
			if name.Is(".") || name.Is("..") || name.Is("/") || src.HasSuffix("/.") {
				d = dir
			} else {
				d = value.Path(dir, name)
			}
		}
		sources, dests = append(sources, src), append(dests, d)
	}
	return sources, dests
}

func fileEnd(path value.Str) End { return End{File, path} }

func link(e *eval) {
	if len(e.operands) == 1 && !e.has("-t") {
		e.effect(sallyport.EffectCreate, e.operands[0].Base(), "link to "+e.operands[0].String())
		return
	}
	sources, dests := e.destinations()
	for i, src := range sources {
		if e.has("-f") || e.has("--force") {
			e.may(sallyport.EffectDelete, dests[i], "replaced by a link")
		}
		e.effect(sallyport.EffectCreate, dests[i], "link to "+src.String())
		e.res.Flows = append(e.res.Flows, Flow{From: fileEnd(src), To: fileEnd(dests[i])})
	}
}

func installFiles(e *eval) {
	mode, _ := e.value("-m")
	if e.has("-d") {
		for _, d := range e.operands {
			e.effect(sallyport.EffectCreate, d, "")
			e.modeHint(d, mode)
		}
		return
	}
	sources, dests := e.destinations()
	for i, src := range sources {
		e.effect(sallyport.EffectRead, src, "")
		e.effect(sallyport.EffectWrite, dests[i], "")
		e.res.Flows = append(e.res.Flows, Flow{From: fileEnd(src), To: fileEnd(dests[i])})
		if e.has("-m") {
			e.effect(sallyport.EffectChmod, dests[i], mode.String())
			e.modeHint(dests[i], mode)
		}
		for _, o := range e.values("-o") {
			e.effect(sallyport.EffectChown, dests[i], o.String())
		}
	}
}

func remove(e *eval) {
	detail := ""
	if e.has("-r") || e.has("-R") {
		detail = "with everything in it"
	}
	for _, o := range e.operands {
		e.effect(sallyport.EffectDelete, o, detail)
	}
	if e.has("--no-preserve-root") {
		e.hint("no-preserve-root", sallyport.High, "switches off the protection against deleting the whole system")
	}
}

func mktemp(e *eval) {
	name := lit("/tmp/tmp.")
	if len(e.operands) > 0 {
		if name = e.operands[0]; name.Prefix() != "" || len(name.Holes()) > 0 {
			name = name.MapParts(func(s string) string { return strings.TrimRight(s, "X") })
		}
		if dir, ok := e.value("-p"); ok {
			name = value.Path(dir, name)
		} else if e.has("-t", "--tmpdir") {
			name = value.Path(lit("/tmp"), name)
		}
	} else if dir, ok := e.value("-p"); ok {
		name = value.Path(dir, lit("tmp."))
	}
	out := value.Concat(name, value.Of(value.Hole{Name: "random", Why: "a random name"}))
	e.stdout = &out
	if !e.has("-u") {
		e.effect(sallyport.EffectCreate, out, "temporary")
	}
}

func touch(e *eval) {
	falsified := e.has("-d") || e.has("-r") || e.has("-t")
	for _, o := range e.operands {
		if falsified {
			e.effect(sallyport.EffectTamper, o, "sets its time stamps")
		}
		if !e.has("-c") && !e.has("--no-create") {
			e.effect(sallyport.EffectCreate, o, "")
		}
	}
	if v, ok := e.value("-r"); ok {
		_ = v // only the time stamps of the reference are looked at
	}
}

// dd takes operands of the form name=value.
func dd(e *eval) {
	in, out := value.Str{}, value.Str{}
	hasIn, hasOut := false, false
	for _, o := range e.operands {
		k, v, _ := o.Cut("=")
		switch name, _ := k.Const(); name {
		case "if":
			in, hasIn = v, true
		case "of":
			out, hasOut = v, true
		case "bs", "ibs", "obs", "cbs", "count", "skip", "seek", "iseek", "oseek", "conv", "iflag", "oflag", "status", "--help", "--version":
		default:
			e.unknown("operand %q of dd is not understood", o)
		}
	}
	if hasIn {
		e.input(in)
	} else {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	if hasOut {
		e.output(sallyport.EffectWrite, out, "")
		e.noStdout = !stdStream(out)
		if out.HasPrefix("/dev/") && !pseudo(out) {
			e.effect(sallyport.EffectIrreversible, out, "overwrites the device")
		}
	}
}

// modeHint says when a mode gives a file powers or opens it to everybody.
func (e *eval) modeHint(path, mode value.Str) {
	m, ok := mode.Const()
	if !ok {
		return
	}
	digits := strings.TrimLeft(m, "0")
	octal := m != "" && strings.Trim(m, "01234567") == ""
	setsOctal := octal && len(digits) == 4 && digits[0] >= '2'
	setsWords := !octal && strings.ContainsAny(m, "+=") && strings.Contains(m[strings.IndexAny(m, "+="):], "s")
	if setsOctal || setsWords {
		who := "its owner"
		if octal && digits[0] <= '3' || !octal && strings.HasPrefix(m, "g") {
			who = "its group"
		}
		e.effect(sallyport.EffectPrivilege, path, "runs with the rights of "+who+" for everybody who starts it")
	}
}

func chmod(e *eval) {
	ops := make([]value.Str, 0, len(e.operands))
	reference := false
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		switch c := o.Prefix(); {
		case o.Is("--"):
		case strings.HasPrefix(c, "--reference"):
			reference = true
		case strings.HasPrefix(c, "--"):
			if !oneOf(c, "--changes", "--silent", "--quiet", "--verbose", "--no-preserve-root", "--preserve-root", "--recursive", "--dereference", "--no-dereference", "--help", "--version") {
				e.unknown("option %q of chmod is not understood", o)
			}
		case len(c) > 1 && c[0] == '-' && strings.Trim(c[1:], "cfvRhHLP") == "":
		default:
			ops = append(ops, o)
		}
	}
	mode := value.Str{}
	if !reference && len(ops) > 0 {
		mode, ops = ops[0], ops[1:]
	}
	for _, o := range ops {
		e.effect(sallyport.EffectChmod, o, mode.String())
		e.modeHint(o, mode)
	}
}

func oneOf(s string, list ...string) bool {
	for _, l := range list {
		if s == l {
			return true
		}
	}
	return false
}

func chown(e *eval) {
	ops, owner := e.operands, value.Str{}
	if !e.has("--reference") && len(ops) > 0 {
		owner, ops = ops[0], ops[1:]
	}
	for _, o := range ops {
		e.effect(sallyport.EffectChown, o, owner.String())
	}
}

func chattr(e *eval) {
	mode := ""
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		c, known := o.Const()
		switch {
		case known && (c == "-v" || c == "-p"):
			i++
		case known && len(c) > 1 && strings.ContainsAny(c[:1], "+-=") && strings.Trim(c[1:], "aAcCdDeEFijmPsStTuxRVf") == "":
			if strings.Trim(c[1:], "RVf") != "" {
				mode += c
			}
		default:
			e.effect(sallyport.EffectChmod, o, mode)
			if strings.Contains(mode, "+") && strings.Contains(mode, "i") {
				e.hint("immutable", sallyport.Medium, "makes a file unchangeable, so that it cannot be repaired or removed")
			}
		}
	}
}

func setcap(e *eval) {
	var ops []value.Str
	for _, o := range e.operands {
		if !oneOf(o.Prefix(), "-q", "-v", "-n", "-r") || !o.Known() {
			ops = append(ops, o)
		} else if o.Is("-r") {
			ops = append(ops, lit(""))
		}
	}
	for i := 0; i+1 < len(ops); i += 2 {
		if ops[i].Empty() {
			e.effect(sallyport.EffectChmod, ops[i+1], "capabilities removed")
			continue
		}
		e.effect(sallyport.EffectPrivilege, ops[i+1], "gets "+ops[i].String())
	}
}

func rename(e *eval) {
	ops := e.operands
	script := e.has("-e")
	if !script && len(ops) > 0 {
		c, _ := ops[0].Const()
		if strings.ContainsAny(c, "/{;") || len(ops) == 2 { // the Perl program; the util-linux one takes two plain strings
			if strings.ContainsAny(c, "/{;") {
				e.run(Run{Script: &ops[0], Lang: "perl"})
			}
			ops = ops[1:]
		} else {
			ops = ops[min(2, len(ops)):]
		}
	}
	if e.has("-n") || e.has("--no-act") {
		return
	}
	for _, o := range ops {
		e.effect(sallyport.EffectDelete, o, "renamed")
	}
}

func split(e *eval) {
	if len(e.operands) > 0 {
		e.input(e.operands[0])
	} else {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	prefix := lit("x")
	if e.spec.name == "csplit" {
		if prefix = lit("xx"); e.has("-f") {
			prefix, _ = e.value("-f")
		}
	} else if len(e.operands) > 1 {
		prefix = e.operands[1]
	}
	if !e.has("--filter") {
		e.output(sallyport.EffectWrite, value.Concat(prefix, lit("*")), "")
	}
	e.noStdout = true
}
