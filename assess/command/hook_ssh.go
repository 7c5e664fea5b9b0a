package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["ssh"] = ssh
	hooks["scp"] = scp
	hooks["rsync"] = rsync
	hooks["fileClient"] = fileClient
}

// sshOption reads -o "Name value" and -o Name=value.
func sshOption(v value.Str) (name string, val value.Str) {
	for _, sep := range []string{"=", " "} {
		if n, rest, ok := v.Cut(sep); ok {
			c, _ := n.Const()
			return strings.ToLower(strings.TrimSpace(c)), rest.TrimPrefix(" ").TrimPrefix("=").TrimPrefix(" ")
		}
	}
	return strings.ToLower(v.Prefix()), value.Str{}
}

// sshOptions applies -o options: those that run programs, and those that switch checks off.
func (e *eval) sshOptions() {
	for _, o := range e.values("-o") {
		name, v := sshOption(o)
		switch name {
		case "proxycommand", "localcommand", "knownhostscommand":
			if v.Is("none") {
				continue
			}
			e.run(Run{Script: &v, Lang: "sh", Via: name})
			e.hint("runs-option", sallyport.High, "an option of "+e.name+" runs a command on this machine")
		case "pkcs11provider", "securitykeyprovider":
			e.effect(sallyport.EffectExec, v, "code loaded into ssh")
			e.hint("loads-code", sallyport.High, "loads compiled code from a file")
		case "stricthostkeychecking":
			if v.Is("no") || v.Is("off") {
				e.hint("insecure-transfer", sallyport.Medium, "the identity of the other machine is not checked")
			}
		case "identityfile":
			e.effect(sallyport.EffectCredential, v, "key used to sign in")
		case "proxyjump":
			e.effect(sallyport.EffectConnect, v, "jump host")
		}
	}
	for _, v := range append(e.values("-i"), e.values("-I")...) {
		e.effect(sallyport.EffectCredential, v, "key used to sign in")
	}
	for _, v := range e.values("-J") {
		e.effect(sallyport.EffectConnect, v, "jump host")
	}
}

func ssh(e *eval) {
	if ops := e.operands; len(ops) > 1 && ops[1].HasPrefix("-") { // options may stand after the host, too
		t := &eval{ctx: e.ctx, spec: e.spec, name: e.name, argv: e.argv}
		t.parse(ops[1:])
		e.applied(t)
		e.given = append(e.given, t.given...)
		e.operands = append(ops[:1:1], t.operands...)
	}
	e.sshOptions()
	for _, o := range []string{"-L", "-D"} {
		for _, v := range e.values(o) {
			port := v
			if parts := v.Split(":"); len(parts) == 3 || len(parts) == 1 {
				port = parts[0]
			}
			e.effect(sallyport.EffectListen, port, "forwarded through ssh")
		}
	}
	if len(e.operands) == 0 {
		return
	}
	host := e.operands[0].TrimPrefix("ssh://")
	target := host
	if p, ok := e.value("-p"); ok {
		target = hostPort(host, p)
	}
	e.effect(sallyport.EffectConnect, target, "ssh")
	for _, v := range e.values("-R") {
		e.effect(sallyport.EffectListen, v, "opened on "+host.String()+", leads back here")
		e.hint("reverse-tunnel", sallyport.High, "opens a way back into this machine from "+host.String())
	}
	if v, ok := e.value("-W"); ok {
		e.effect(sallyport.EffectConnect, v, "through "+host.String())
	}
	if e.has("-N", "-Q", "-G", "-O", "-V", "-W") {
		return
	}
	e.effect(sallyport.EffectRemoteExec, host, "")
	at := Run{Where: Remote, Principal: "host " + host.String(), Lang: "sh"}
	words := e.operands[1:]
	if !e.has("-n") {
		e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, host}})
	}
	e.sources = append(e.sources, End{Net, host})
	if e.has("-s") {
		return
	}
	if len(words) == 0 {
		at.Stdin, at.Interactive = e.ctx.Stdin != nil && !e.has("-n"), e.ctx.Stdin == nil
		e.run(at)
		return
	}
	line := value.Join(words, " ")
	at.Script = &line
	e.run(at)
	if len(line.Holes()) > 0 {
		e.sendTo(End{Text, line}, []value.Str{host})
	}
}

// remotePath splits host:path, host::module and scheme://host/path. ok is false for a local path.
func remotePath(v value.Str) (host, path value.Str, ok bool) {
	for _, scheme := range []string{"rsync://", "scp://", "sftp://", "ssh://", "ftp://", "smb://"} {
		if v.HasPrefix(scheme) {
			rest, _ := v.Drop(len(scheme))
			if h, p, cut := rest.CutAny("/"); cut {
				return h, value.Concat(lit("/"), p), true
			}
			return rest, value.Str{}, true
		}
	}
	h, p, cut := v.CutAny(":")
	if !cut || h.Contains("/") || h.Empty() {
		return v, v, false
	}
	return h, p.TrimPrefix(":"), true
}

// ends divides the operands of scp and rsync and says what is read, written and sent.
func (e *eval) transferEnds(ops []value.Str) {
	if len(ops) < 2 {
		for _, o := range ops { // rsync lists what it finds there
			if h, _, remote := remotePath(o); remote {
				e.effect(sallyport.EffectConnect, h, e.name)
			}
		}
		return
	}
	dest, sources := ops[len(ops)-1], ops[:len(ops)-1]
	dhost, dpath, dremote := remotePath(dest)
	if dremote {
		e.effect(sallyport.EffectConnect, e.withPort(dhost), e.name+" to "+dpath.String())
	}
	for _, s := range sources {
		shost, spath, sremote := remotePath(s)
		from, to := fileEnd(s), End{Net, dhost}
		if sremote {
			e.effect(sallyport.EffectConnect, e.withPort(shost), e.name+" from "+spath.String())
			from = End{Net, shost}
		} else {
			e.effect(sallyport.EffectRead, s, "")
		}
		if !dremote {
			target := dest
			trailing := s.HasSuffix("/") && e.spec.name == "rsync"
			if (len(sources) > 1 || e.isDir(dest)) && !trailing {
				target = value.Path(dest, spath.Base())
				if spath.Empty() || len(spath.Holes()) > 0 && spath.Base().String() == "" {
					target = dest
				}
			}
			e.effect(sallyport.EffectWrite, target, "")
			to = fileEnd(target)
		}
		e.res.Flows = append(e.res.Flows, Flow{From: from, To: to})
	}
	e.noStdout = true
}

func (e *eval) withPort(host value.Str) value.Str {
	if p, ok := e.value("-P"); ok && e.spec.name == "scp" {
		return hostPort(host, p)
	}
	return host
}

func scp(e *eval) {
	e.sshOptions()
	for _, o := range []string{"-S", "-D"} {
		if e.has(o) {
			e.hint("runs-option", sallyport.High, "an option of scp names the program that it runs")
		}
	}
	e.transferEnds(e.operands)
}

func rsync(e *eval) {
	for _, sh := range e.values("-e") {
		f, ok := sh.Fields()
		if ok && len(f) > 0 && base(f[0].String()) == "ssh" && !sh.Contains("Command") {
			for i, w := range f {
				if w.Is("-i") && i+1 < len(f) {
					e.effect(sallyport.EffectCredential, f[i+1], "key used to sign in")
				}
			}
			continue
		}
		e.run(Run{Script: &sh, Lang: "sh"})
		e.hint("runs-option", sallyport.High, "an option of rsync names the program that it runs")
	}
	if e.has("--daemon") {
		e.effect(sallyport.EffectListen, lit("873"), "rsync daemon")
	}
	for _, v := range e.values("--rsync-path") {
		e.unknown("rsync starts %q on the other side", v)
	}
	if e.has("-n", "--dry-run", "--list-only") {
		for _, o := range e.operands {
			if h, _, remote := remotePath(o); remote {
				e.effect(sallyport.EffectConnect, h, e.name)
			}
		}
		return
	}
	e.transferEnds(e.operands)
	if n := len(e.operands); n > 1 {
		if e.has("--delete", "--delete-before", "--delete-during", "--delete-delay", "--delete-after", "--delete-excluded", "--del") {
			if _, _, remote := remotePath(e.operands[n-1]); !remote {
				e.may(sallyport.EffectDelete, e.operands[n-1], "whatever the source does not have")
			}
		}
		if e.has("--remove-source-files") {
			for _, s := range e.operands[:n-1] {
				e.effect(sallyport.EffectDelete, s, "after it was copied")
			}
		}
	}
}

// fileClient is ftp, sftp, smbclient and their kind: a host, and commands from options or standard input.
func fileClient(e *eval) {
	var hosts, scripts []value.Str
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		p := o.Prefix()
		known := o.Known()
		next := func() (v value.Str) {
			if i++; i < len(e.operands) {
				v = e.operands[i]
			}
			return v
		}
		switch {
		case known && (p == "-c" || p == "-e") && e.spec.name == "ftp" && oneOf(e.name, "lftp", "smbclient", "rpcclient"), known && p == "--command":
			scripts = append(scripts, next())
		case known && p == "-c" && e.name == "tftp": // the rest of the words is one command
			scripts = append(scripts, value.Join(e.operands[i+1:], " "))
			i = len(e.operands)
		case known && p == "-c" && oneOf(e.name, "smbclient", "atftp"):
			scripts = append(scripts, next())
		case known && p == "-b" && e.name == "sftp", known && p == "-f" && e.name == "lftp":
			f := next()
			if !f.Is("-") {
				e.effect(sallyport.EffectRead, f, "commands")
				e.unknown("the commands in %q are not read", f)
			}
		case known && p == "-o" && e.name == "sftp":
			e.given = append(e.given, given{&option{name: "-o", takes: '='}, next(), true})
			name, v := sshOption(e.given[len(e.given)-1].value)
			if name == "proxycommand" || name == "localcommand" {
				e.run(Run{Script: &v, Lang: "sh", Via: name})
				e.hint("runs-option", sallyport.High, "an option of sftp runs a command on this machine")
			}
		case known && (p == "-S" || p == "-D") && e.name == "sftp":
			e.run(Run{Argv: []value.Str{next()}})
			e.hint("runs-option", sallyport.High, "an option of sftp names the program that it runs")
		case known && oneOf(p, "-u", "-p", "-P", "-U", "-i", "-l", "-B", "-F", "-J", "-R", "-A", "-W", "-I", "-m", "-d", "-r", "-o", "-t", "-D"):
			v := next()
			if p == "-A" || p == "-i" {
				e.effect(sallyport.EffectCredential, v, "used to sign in")
			}
		case strings.HasPrefix(p, "-"):
		default:
			hosts = append(hosts, o)
		}
	}
	for i, h := range hosts {
		if i > 0 && !strings.HasPrefix(e.name, "ncftp") && !h.Contains("://") {
			if c, _ := h.Const(); isNumber(c) {
				continue
			}
			break
		}
		if s := h.TrimPrefix("//"); s.String() != h.String() {
			h, _, _ = s.CutAny("/")
		}
		if rest, ok := h.Drop(0); ok && e.name == "sftp" {
			h, _, _ = rest.CutAny(":")
		}
		e.effect(sallyport.EffectConnect, h, e.name)
		e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, h}})
		e.sources = append(e.sources, End{Net, h})
	}
	for _, s := range scripts {
		e.run(Run{Script: &s, Lang: "ftp"})
	}
	if len(scripts) == 0 {
		e.prompt("ftp")
	}
}
