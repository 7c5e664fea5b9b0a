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
		made := Evaluate(argv, e.ctx)
		for _, u := range made.Unknown {
			e.unknown("%s", u)
		}
		if len(made.Effects) == 0 && len(rest) > 0 {
			e.unknown("which of the words names the disk is not known") // an option of this type may have taken it for its value
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
	// adbShell runs a command in the shell of the device, or a shell that somebody types into.
	hooks["adbShell"] = func(e *eval) {
		e.effect(sallyport.EffectRemoteExec, lit("android device"), "")
		r := Run{Where: Remote, Principal: "android device"}
		if len(e.operands) == 0 {
			e.shell(r)
			return
		}
		line := value.Join(e.operands, " ")
		r.Script, r.Lang = &line, "sh"
		e.run(r)
	}
	// adbWait goes on with another sub-command once the device is there.
	hooks["adbWait"] = func(e *eval) {
		if len(e.operands) > 0 {
			e.run(Run{Argv: append([]value.Str{lit("adb")}, e.operands...)})
		}
	}
	// startx runs a program that is named by its path, and what ~/.xinitrc says without one; what follows -- is for the server (startx(1)).
	hooks["startx"] = func(e *eval) {
		client := e.operands
		for i, o := range client {
			if o.Is("--") {
				client = client[:i]
				break
			}
		}
		switch {
		case len(client) > 0 && (client[0].HasPrefix("/") || client[0].HasPrefix(".")):
			e.run(Run{Argv: client})
		case len(client) > 0 && client[0].HasPrefix("-"):
			e.unknown("option %q of %s is not understood", client[0], e.name)
		default:
			e.unknown("the programs that ~/.xinitrc starts are not followed")
		}
	}
	hooks["ipmi"] = ipmi
	hooks["mpremote"] = mpremote
	// passGit runs git in the password store.
	hooks["passGit"] = func(e *eval) {
		e.run(Run{Argv: append([]value.Str{lit("git")}, e.operands...)})
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

// ipmiLooks are words after which ipmitool only asks.
var ipmiLooks = wordSet("list elist print status info get show dump summary type thresh reading sdr fru guid getenables identify-status help selftest power-reading policy-list")

// ipmi steers the management controller of a machine, which can switch it off and on and set its passwords.
func ipmi(e *eval) {
	if e.spec.parent == nil {
		if len(e.operands) > 0 {
			e.unknown("sub-command %q of ipmitool is not understood", e.operands[0])
		}
		return
	}
	e.sources = append(e.sources, End{System, lit("facts about the machine")})
	what, verb := lit("management controller"), e.subName()
	switch words := value.Join(e.operands, " "); {
	case verb == "shell":
		e.prompt("ipmitool")
	case verb == "exec" && len(e.operands) > 0:
		e.effect(sallyport.EffectRead, e.operands[0], "")
		e.unknown("the commands in %q are not followed", e.operands[0])
	case verb == "help" || len(e.operands) == 0 || ipmiLooks[e.operands[0].String()]:
	case verb == "power" || verb == "chassis" && e.operands[0].Is("power"):
		if !e.hasWord("status") {
			e.effect(sallyport.EffectKernel, lit("power"), words.String())
		}
	case verb == "user":
		e.effect(sallyport.EffectAccount, what, "users of it: "+e.operands[0].String())
	default:
		e.effect(sallyport.EffectKernel, what, verb+" "+words.String())
	}
}

// mpremote works with the files and the interpreter of a microcontroller. A name with a colon before it is there, another one here.
func mpremote(e *eval) {
	if e.spec.parent == nil {
		if len(e.operands) > 0 {
			e.unknown("sub-command %q of mpremote is not understood", e.operands[0])
		}
		return
	}
	verb, ops := e.subName(), e.operands
	if verb == "fs" && len(ops) > 0 {
		verb, ops = ops[0].String(), ops[1:]
	}
	here := func(v value.Str) bool { return !v.HasPrefix(":") }
	switch verb {
	case "run", "mount":
		for _, o := range ops {
			e.effect(sallyport.EffectRead, o, "")
		}
	case "cp":
		for i, o := range ops {
			if i < len(ops)-1 && here(o) {
				e.input(o)
			} else if i == len(ops)-1 && here(o) {
				e.effect(sallyport.EffectWrite, o, "")
			}
		}
	case "mip":
		if len(ops) > 0 && ops[0].Is("install") {
			e.effect(sallyport.EffectConnect, lit("micropython.org"), "")
			e.effect(sallyport.EffectInstall, value.Join(ops[1:], " "), "on the microcontroller")
		}
	case "repl", "edit":
		e.unknown("what is typed into it is not known")
	case "ls", "cat", "tree", "sha256sum", "df", "devs", "help", "version", "disconnect", "resume":
	default:
		e.effect(sallyport.EffectProcess, lit("microcontroller"), verb)
	}
}

// subName is the name of the sub-command as it was called: all of its names share one description.
func (e *eval) subName() string {
	for _, a := range e.argv[1:] {
		if c, ok := a.Const(); ok && e.spec.parent != nil && e.spec.parent.subs[c] == e.spec {
			return c
		}
	}
	return e.spec.name
}
