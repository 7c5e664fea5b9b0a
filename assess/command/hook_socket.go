package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["netcat"] = netcat
	hooks["socat"] = socat
	hooks["openssl"] = openssl
	hooks["dns"] = dns
	hooks["ping"] = ping
}

func hostPort(host, port value.Str) value.Str {
	if port.Empty() {
		return host
	}
	return value.Concat(host, lit(":"), port)
}

// remoteFeed is what another machine sends, as standard input of what runs.
func remoteFeed(host value.Str) *value.Str {
	v := value.Of(value.Hole{Name: "bytes from " + host.String(), Taint: value.Remote, From: host.Strings(), Why: "another machine sends them"})
	return &v
}

// serve records a program whose input and output are a connection.
func (e *eval) serve(peer value.Str, r Run) {
	r.Feed = remoteFeed(peer)
	e.run(r)
	e.res.Flows = append(e.res.Flows, Flow{From: End{Net, peer}, To: End{Program, lit("sh")}})
	e.hint("remote-shell", sallyport.Critical, "lets another machine type commands here")
}

func netcat(e *eval) {
	ops := e.operands
	port, _ := e.value("-p")
	if port.Empty() {
		port, _ = e.value("--source-port")
	}
	peer := value.Str{}
	switch {
	case e.has("-l", "--listen", "-L"):
		for _, o := range ops {
			if c, _ := o.Const(); isNumber(c) || !o.Known() {
				port = o
			}
		}
		if e.has("-U", "--unixsock") && len(ops) > 0 {
			port = ops[0]
		}
		peer = lit("whoever connects")
		e.effect(sallyport.EffectListen, port, "")
	case len(ops) > 0:
		peer = ops[0]
		if len(ops) > 1 {
			peer = hostPort(ops[0], ops[1])
		}
		e.effect(sallyport.EffectConnect, peer, "")
	default:
		return
	}
	ran := false
	for _, o := range []string{"-e", "--exec"} {
		for _, v := range e.values(o) {
			ran = true
			if f, ok := v.Fields(); ok && len(f) > 0 {
				e.serve(peer, Run{Argv: f})
			} else {
				e.serve(peer, Run{Script: &v, Lang: "sh"})
			}
		}
	}
	for _, o := range []string{"-c", "--sh-exec"} {
		for _, v := range e.values(o) {
			ran = true
			e.serve(peer, Run{Script: &v, Lang: "sh"})
		}
	}
	for _, v := range e.values("--lua-exec") {
		e.run(Run{File: &v, Lang: "lua"})
	}
	if ran || e.has("-z") {
		return
	}
	e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, peer}})
	e.sources = append(e.sources, End{Net, peer})
}

// socat joins two addresses in both directions; what each does depends on its keyword.
func socat(e *eval) {
	var ends []End
	peer := value.Str{}
	var programs []Run
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		if o.HasPrefix("-") && !o.Is("-") {
			if oneOf(o.String(), "-b", "-t", "-T", "-l", "-L", "-W", "-lf", "-lp", "-r", "-R", "-S", "-P") {
				i++
			}
			continue
		}
		kind, rest, has := o.CutAny(":")
		word := strings.ToUpper(strings.SplitN(kind.String(), ",", 2)[0])
		target := rest
		if t, _, ok := rest.CutAny(","); ok && word != "EXEC" && word != "SYSTEM" && word != "SHELL" {
			target = t
		}
		switch {
		case strings.HasSuffix(word, "-LISTEN") || strings.HasSuffix(word, "-L") || strings.HasSuffix(word, "-RECV") || strings.HasSuffix(word, "-RECVFROM"):
			e.effect(sallyport.EffectListen, target, "")
			peer = lit("whoever connects")
			ends = append(ends, End{Net, peer})
		case oneOf(word, "EXEC", "SYSTEM", "SHELL"):
			line := rest
			if c, known := rest.Const(); known {
				line = lit(socatCommand(c))
			} else if l, _, ok := rest.CutAny(",pty"); ok {
				line = l
			}
			if word == "EXEC" {
				if f, ok := line.Fields(); ok && len(f) > 0 {
					programs = append(programs, Run{Argv: f})
					break
				}
			}
			programs = append(programs, Run{Script: &line, Lang: "sh"})
		case oneOf(word, "-", "STDIO", "STDIN", "STDOUT", "STDERR", "FD", "PTY", "PIPE", "READLINE", "SOCKETPAIR"):
			ends = append(ends, End{Kind: Stdin})
		case oneOf(word, "FILE", "OPEN", "GOPEN", "CREATE") || !has && (o.HasPrefix("/") || o.HasPrefix("./") || o.HasPrefix("~")):
			if !has {
				target = o
				if t, _, ok := o.CutAny(","); ok {
					target = t
				}
			}
			ends = append(ends, End{File, target})
		case strings.HasPrefix(word, "UNIX") || strings.HasPrefix(word, "ABSTRACT") || strings.HasPrefix(word, "VSOCK") || oneOf(word, "TUN", "INTERFACE"):
			e.effect(sallyport.EffectConnect, target, "local socket")
			ends = append(ends, End{Net, target})
		case oneOf(word, "PROXY", "SOCKS", "SOCKS4", "SOCKS4A", "SOCKS5"):
			_, target, _ = target.CutAny(":")
			fallthrough
		case strings.HasPrefix(word, "TCP"), strings.HasPrefix(word, "UDP"), strings.HasPrefix(word, "OPENSSL"), strings.HasPrefix(word, "SSL"), strings.HasPrefix(word, "SCTP"), strings.HasPrefix(word, "IP"), word == "DCCP":
			e.effect(sallyport.EffectConnect, target, "")
			peer = target
			ends = append(ends, End{Net, target})
		default:
			e.unknown("address %q of socat is not understood", o)
		}
	}
	for _, r := range programs {
		if !peer.Empty() {
			e.serve(peer, r)
		} else {
			e.run(r)
		}
	}
	if len(ends) != 2 {
		return
	}
	for i, from := range ends {
		to := ends[1-i]
		if to.Kind == Stdin {
			to.Kind = Stdout
		}
		if i == 1 && from.Kind == File && ends[0].Kind != Stdin && ends[0].Kind != Net {
			continue
		}
		switch {
		case from.Kind == File && i == 1:
			e.effect(sallyport.EffectWrite, from.Target, "")
			continue
		case from.Kind == File:
			e.effect(sallyport.EffectRead, from.Target, "")
		}
		e.res.Flows = append(e.res.Flows, Flow{From: from, To: to})
	}
}

// socatCommand cuts the options off a command line: the first comma outside quotes ends it.
func socatCommand(s string) string {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '\\':
			i++
		case c == ',':
			s = s[:i]
		}
	}
	if len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
	}
	return s
}

func dns(e *eval) {
	server := value.Str{}
	var names []value.Str
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		p := o.Prefix()
		next := func() value.Str {
			if i++; i < len(e.operands) {
				return e.operands[i]
			}
			return value.Str{}
		}
		switch {
		case strings.HasPrefix(p, "@"):
			server, _ = o.Drop(1)
		case p == "-f" && o.Known() && e.name != "whois":
			f := next()
			e.input(f)
		case p == "-h" && e.name == "whois", p == "--host":
			server = next()
		case strings.HasPrefix(p, "--host="):
			server, _ = o.Drop(7)
		case oneOf(p, "-t", "-c", "-p", "-b", "-k", "-y", "-q", "-m", "-W", "-R", "-N", "-T", "-i", "-w", "-r", "--port") && o.Known():
			next()
		case p == "-x" && o.Known():
			next()
		case strings.HasPrefix(p, "-"), strings.HasPrefix(p, "+"):
		case isRecordType(o):
		default:
			names = append(names, o)
		}
	}
	if (oneOf(e.name, "nslookup", "host", "delv")) && len(names) > 1 {
		server, names = names[len(names)-1], names[:len(names)-1]
	}
	if !server.Empty() {
		e.effect(sallyport.EffectConnect, server, "asked for names")
	}
	for _, n := range names {
		if strings.Contains(e.name, "whois") {
			if server.Empty() {
				e.effect(sallyport.EffectConnect, lit("whois server"), "asked about "+n.String())
			}
			e.sendTo(End{Text, n}, []value.Str{server})
			continue
		}
		e.lookupName(n)
	}
	e.sources = append(e.sources, End{Net, server})
}

func isRecordType(o value.Str) bool {
	c, _ := o.Const()
	return oneOf(strings.ToUpper(c), "A", "AAAA", "MX", "NS", "TXT", "SOA", "CNAME", "PTR", "SRV", "ANY", "AXFR", "CAA", "DS", "DNSKEY", "IN", "TLSA", "NAPTR", "SPF", "HINFO") && strings.ToUpper(c) == c || strings.HasPrefix(strings.ToLower(c), "ixfr=")
}

func ping(e *eval) {
	var hosts []value.Str
	var sent []End // files whose bytes hping3 puts into its packets
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		p := o.Prefix()
		switch {
		case len(p) == 2 && p[0] == '-' && strings.ContainsAny(p[1:], "cislwWtIMmpQSTBAFkEgHC") && o.Known() && i+1 < len(e.operands):
			i++
			if p == "-p" && len(e.operands[i].Holes()) > 0 {
				e.sendTo(End{Text, e.operands[i]}, []value.Str{lit("the pinged host")})
			}
		case (p == "--file" || p == "-f" && e.name == "fping") && o.Known() && i+1 < len(e.operands):
			i++
			e.input(e.operands[i])
			sent = append(sent, fileEnd(e.operands[i]))
		case oneOf(p, "--data", "--sign", "--count", "--interval", "--port", "--rate") && o.Known() && i+1 < len(e.operands):
			i++
		case strings.HasPrefix(p, "-"):
		default:
			e.effect(sallyport.EffectConnect, o, e.spec.name)
			hosts = append(hosts, o)
			if len(o.Holes()) > 0 {
				e.sendTo(End{Text, o}, []value.Str{o})
			}
		}
	}
	if e.name == "hping3" {
		for _, f := range sent {
			e.sendTo(f, hosts)
		}
	}
	e.sources = append(e.sources, End{System, lit("network state")})
}
