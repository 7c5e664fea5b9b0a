package command

import (
	"sallyport"
	"sallyport/assess/value"
)

func init() {
	// promptAlone takes commands from whoever types them when it is given none.
	hooks["promptAlone"] = func(e *eval) {
		switch {
		case e.spec.parent != nil: // a sub-command has said everything
		case len(e.operands) > 0:
			e.unknown("sub-command %q of %s is not understood", e.operands[0], e.name)
		default:
			e.prompt(e.name)
		}
	}
	// finger asks the machine that stands after the last @ of each operand; without one it looks at this machine (finger(1)).
	hooks["finger"] = func(e *eval) {
		for _, o := range e.operands {
			if o.Contains("@") {
				e.effect(sallyport.EffectConnect, o, "finger")
			}
		}
		e.sources = append(e.sources, End{System, lit("facts about the machine")})
	}
	// dashCommand runs the value of the option that ends the options, with the operands as its arguments.
	hooks["dashCommand"] = func(e *eval) {
		for _, g := range e.given {
			if g.opt.takes == '!' && g.has {
				e.run(Run{Argv: append([]value.Str{g.value}, e.operands...)})
			}
		}
	}
	// mkfs runs the program that makes file systems of its type, with everything else (mkfs(8)).
	hooks["mkfs"] = func(e *eval) {
		kind, rest := lit("ext2"), []value.Str{}
		for i := 0; i < len(e.operands); i++ {
			o := e.operands[i]
			switch {
			case (o.Is("-t") || o.Is("--type")) && i+1 < len(e.operands):
				i++
				kind = e.operands[i]
			case o.HasPrefix("--type="):
				_, kind, _ = o.Cut("=")
			case o.Is("--verbose"):
			default:
				rest = append(rest, o)
			}
		}
		argv := append([]value.Str{value.Concat(lit("mkfs."), kind)}, rest...)
		if name, ok := argv[0].Const(); !ok || !Known(name) {
			e.unknown("the file system type %q is not known", kind)
		}
		for _, u := range Evaluate(argv, e.ctx).Unknown {
			e.unknown("%s", u)
		}
		e.run(Run{Argv: argv})
	}
	// mcopy copies between files and a DOS disk, whose names begin with a letter and a colon; :: is the image that -i names.
	hooks["mcopy"] = func(e *eval) {
		inside := func(v value.Str) bool {
			p := v.Prefix()
			return len(p) >= 2 && p[1] == ':'
		}
		from, to := e.operands, lit(".")
		if n := len(e.operands); n > 1 {
			from, to = e.operands[:n-1], e.operands[n-1]
		}
		image, ok := e.value("-i")
		if !ok {
			image = lit("a DOS disk")
		}
		for _, f := range from {
			if inside(f) {
				e.effect(sallyport.EffectRead, image, "")
			} else {
				e.input(f)
			}
		}
		if inside(to) {
			e.output(sallyport.EffectWrite, image, "a file inside")
		} else {
			e.output(sallyport.EffectWrite, to, "")
		}
	}
	// debugfs reads the files of a file system past its permissions, and takes commands.
	hooks["debugfs"] = func(e *eval) {
		if len(e.operands) > 0 {
			e.effect(sallyport.EffectKernel, e.operands[0], "files reached past their permissions")
		}
		if !e.has("-R", "-f") {
			e.prompt("debugfs")
		}
		e.unknown("commands given to debugfs are not followed")
	}
	hooks["systemdMount"] = func(e *eval) {
		for _, h := range e.values("-H") {
			e.effect(sallyport.EffectRemoteExec, h, e.name)
		}
		switch n := len(e.operands); {
		case e.has("--list"):
			e.sources = append(e.sources, End{System, lit("disks")})
		case e.has("-u") || e.name == "systemd-umount":
			for _, o := range e.operands {
				e.effect(sallyport.EffectMount, o, "unmounts")
			}
		case n > 2:
			e.unknown("operand %q of %s is not understood", e.operands[2], e.name)
		case n > 0:
			e.effect(sallyport.EffectMount, e.operands[n-1], "")
		}
	}
	// systemd-nspawn runs a command, a shell or a whole system in another root; what runs there is nobody's but its own.
	hooks["systemdNspawn"] = func(e *eval) {
		where := lit("a container")
		for _, o := range []string{"-i", "-D", "-M"} {
			if v, ok := e.value(o); ok {
				where = v
			}
		}
		e.effect(sallyport.EffectExec, value.Concat(lit("container "), where), "")
		r := Run{Where: Container, Principal: "container " + where.String()}
		switch {
		case e.has("-b"):
			e.unknown("the system in %q is started, which is not followed", where)
		case len(e.operands) > 0:
			r.Argv = e.operands
			e.run(r)
		default:
			e.shell(r)
		}
	}
	hooks["parted"] = parted
	hooks["dcfldd"] = dcfldd
}

// partedWords are the commands that parted takes after the disk, with what each does to it. A command ends where the next begins.
var partedWords = map[string]sallyport.EffectKind{
	"print": "", "unit": "", "align-check": "", "help": "", "quit": "", "version": "", "select": "",
	"mklabel": sallyport.EffectIrreversible, "mktable": sallyport.EffectIrreversible, "rm": sallyport.EffectIrreversible,
	"mkpart": sallyport.EffectKernel, "resizepart": sallyport.EffectKernel, "name": sallyport.EffectKernel, "set": sallyport.EffectKernel,
	"toggle": sallyport.EffectKernel, "disk_set": sallyport.EffectKernel, "disk_toggle": sallyport.EffectKernel, "rescue": sallyport.EffectKernel, "type": sallyport.EffectKernel,
}

func parted(e *eval) {
	if e.has("-h", "-v") {
		return
	}
	e.sources = append(e.sources, End{System, lit("disks")})
	if len(e.operands) < 2 {
		if !e.has("-l") {
			e.prompt("parted")
		}
		return
	}
	disk, words := e.operands[0], e.operands[1:]
	for i, w := range words {
		c, known := w.Const()
		kind, isWord := partedWords[c]
		switch {
		case !known && i == 0 || known && !isWord && i == 0:
			e.unknown("sub-command %q of parted is not understood", w)
		case w.HasPrefix("--"):
			e.unknown("option %q of parted is not understood", w)
		case isWord && kind != "" && (i == 0 || !words[i-1].Is("name") && !words[i-1].Is("mkpart")):
			e.effect(kind, disk, "parted "+c)
		}
		if c == "select" && i+1 < len(words) {
			disk = words[i+1]
		}
	}
}

// dcfldd takes operands like those of dd; after := stands a command that gets the bytes instead of a file.
func dcfldd(e *eval) {
	e.sources = append(e.sources, End{Kind: Stdin})
	for _, o := range e.operands {
		name, v, ok := o.Cut("=")
		n, _ := name.Const()
		switch n {
		case "if":
			e.sources = e.sources[:0]
			e.input(v)
		case "vf":
			e.effect(sallyport.EffectRead, v, "")
		case "of":
			e.output(sallyport.EffectWrite, v, "")
			e.noStdout = true
		case "errlog", "hashlog", "md5log", "sha1log", "sha256log", "sha384log", "sha512log", "verifylog", "vlog":
			e.effect(sallyport.EffectWrite, v, "messages")
		case "of:", "errlog:", "hashlog:", "md5log:", "sha1log:", "sha256log:", "sha384log:", "sha512log:", "verifylog:", "vlog:":
			e.run(Run{Script: &v, Lang: "sh"})
		case "bs", "ibs", "obs", "cbs", "count", "skip", "seek", "conv", "iflag", "oflag", "hash", "hashwindow", "hashconv", "hashformat", "totalhashformat", "hashalgo", "status", "statusinterval", "sizeprobe", "split", "splitformat", "pattern", "textpattern", "limit", "diffwr", "verify":
		default:
			ok = false
		}
		if !ok {
			e.unknown("operand %q of dcfldd is not understood", o)
		}
	}
}
