package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["netTool"] = netTool
	hooks["attackTool"] = func(e *eval) {
		if e.spec.style != raw { // its table says what it does
			if !e.asksAboutItself() {
				e.hint("attack-tool", sallyport.High, e.name+" is a tool for finding or using weaknesses")
			}
			return
		}
		plain, opts := e.words()
		if len(e.operands) == 0 || len(e.operands) == 1 && e.hasWord("-h", "--help", "-help", "-V", "--version", "-version") {
			return
		}
		for _, o := range []string{"-oN", "-oX", "-oG", "-oA", "-o", "-oL", "-oJ", "--output"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.effect(sallyport.EffectWrite, v, "results")
			}
		}
		for _, o := range []string{"-iL", "-sL", "--resume", "--excludefile"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.effect(sallyport.EffectRead, v, "")
			}
		}
		if s, ok := opts["--script"]; ok && (s.Contains("/") || s.Contains(".nse") || !s.Known()) {
			e.run(Run{File: &s, Lang: "lua"})
		}
		for _, o := range plain {
			if k, v, ok := o.Cut("="); ok && k.Is("LHOST") {
				port := value.Str{}
				for _, q := range plain {
					if r, ok := q.Const(); ok && strings.HasPrefix(r, "LPORT=") {
						port = lit(r[6:])
					}
				}
				e.effect(sallyport.EffectConnect, hostPort(v, port), "address built into what it makes")
			} else if o.Contains(".") || o.Contains("://") || !o.Known() {
				e.may(sallyport.EffectConnect, o, e.name)
			}
		}
		e.hint("attack-tool", sallyport.High, e.name+" is a tool for finding or using weaknesses")
		e.unknown("what %s does in detail is not modelled", e.name)
	}
	hooks["sniff"] = func(e *eval) {
		_, opts := e.words()
		if v, ok := opts["-w"]; ok && !v.Empty() {
			e.effect(sallyport.EffectWrite, v, "captured traffic")
		}
		if v, ok := opts["-z"]; ok && e.name == "tcpdump" && !v.Empty() {
			e.run(Run{Argv: []value.Str{v}})
			e.hint("runs-option", sallyport.High, "an option of tcpdump runs a program")
		}
		for _, o := range []string{"-r", "-F", "-V"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.input(v)
				if o == "-r" {
					return
				}
			}
		}
		e.effect(sallyport.EffectCredential, lit("network traffic"), "records it")
		e.sources = append(e.sources, End{Secret, lit("network traffic")})
	}
	hooks["ip"] = ipTool
	hooks["netConfig"] = netConfig
	hooks["iptables"] = iptables
	hooks["firewall"] = firewall
	hooks["mail"] = mail
}

// asksAboutItself reports whether all that a call wants is help or a version: a flag says so.
func (e *eval) asksAboutItself() bool {
	return len(e.operands) == 0 && len(e.given) == 1 && oneOf(e.given[0].opt.name, "-h", "--help", "-help", "-V", "--version", "-version")
}

func netTool(e *eval) {
	plain, opts := e.words()
	if len(plain) > 0 && lookingVerbs[plain[0].String()] || e.hasWord("--version", "--help") || len(e.operands) == 0 {
		e.sources = append(e.sources, End{System, lit(e.name)})
		return
	}
	for _, o := range []string{"--config", "--password-file", "--passphrase-file", "--identity", "--key", "--auth-user-pass", "-i"} {
		if v, ok := opts[o]; ok && !v.Empty() {
			e.effect(sallyport.EffectRead, v, "configuration")
		}
	}
	for _, o := range []string{"--up", "--down", "--route-up", "--ipchange", "--tls-verify", "--plugin", "--script"} { // openvpn and its kind
		if v, ok := opts[o]; ok && !v.Empty() {
			e.run(Run{Script: &v, Lang: "sh"})
			e.hint("runs-option", sallyport.High, "an option of "+e.name+" runs a command")
		}
	}
	for i, o := range plain {
		switch h, _, remote := remotePath(o); {
		case o.Contains("://"):
			e.effect(sallyport.EffectConnect, o, e.name)
		case remote && i > 0:
			e.effect(sallyport.EffectConnect, h, e.name)
		case i > 0 && (o.HasPrefix("/") || o.HasPrefix("./") || o.HasPrefix("~") || o.HasPrefix("../")):
			e.may(sallyport.EffectRead, o, "")
		}
	}
	e.effect(sallyport.EffectConnect, lit(e.name), strings.TrimSpace(e.name+" "+value.Join(plain, " ").String()))
	e.unknown("what %s does in detail is not modelled", strings.TrimSpace(e.name+" "+first(plain)))
}

func first(vs []value.Str) string {
	if len(vs) == 0 {
		return ""
	}
	return vs[0].String()
}

func ipTool(e *eval) {
	var words []value.Str
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		c := o.String()
		switch {
		case (strings.HasPrefix(c, "-b") || c == "-force") && c != "-br" && c != "-brief" && c != "-bs":
			if c != "-force" && i+1 < len(e.operands) {
				i++
				e.input(e.operands[i])
				e.unknown("the commands in %q are not read", e.operands[i])
			}
		case len(words) == 0 && oneOf(c, "-n", "-netns", "-f", "-family", "-rc", "-rcvbuf", "-l", "-loops"):
			i++
		case len(words) == 0 && strings.HasPrefix(c, "-"):
		default:
			words = append(words, o)
		}
	}
	e.sources = append(e.sources, End{System, lit("network state")})
	if len(words) < 2 {
		return
	}
	object, verb := words[0].String(), words[1].String()
	if strings.HasPrefix("netns", object) && strings.HasPrefix("exec", verb) && len(verb) > 0 {
		if len(words) > 3 {
			e.wrapped(words[3:], Run{Where: Other, Principal: "network " + words[2].String()})
		}
		return
	}
	if strings.HasPrefix("vrf", object) && verb == "exec" && len(words) > 3 {
		e.wrapped(words[3:], Run{})
		return
	}
	if oneOf(verb, "show", "list", "ls", "lst", "get", "s", "sh", "sho", "l", "monitor", "help", "identify", "pids", "stats") || len(words) == 2 && !oneOf(verb, "flush") {
		return
	}
	for _, v := range []string{"add", "del", "delete", "set", "change", "replace", "flush", "append", "up", "down", "a", "d", "attach", "restore", "save"} {
		if verb == v || v == "add" && !words[1].Known() {
			e.effect(sallyport.EffectWrite, lit("network configuration"), "ip "+value.Join(words, " ").String())
			return
		}
	}
	if object == "dev" || verb == "dev" || oneOf(verb, "to", "table", "scope", "type", "up", "vrf", "root", "match", "via", "proto", "from") {
		return
	}
	e.unknown("operation %q of ip is not understood", words[1])
}

func netConfig(e *eval) {
	e.sources = append(e.sources, End{System, lit("network state")})
	plain, opts := e.words()
	looking := len(plain) == 0
	for _, p := range plain {
		if c, _ := p.Const(); oneOf(c, "show", "status", "list", "get", "dump", "device", "connection", "general", "info", "list-br", "dump-flows", "scan", "link", "--list", "br-exists", "list-ports", "get-controller", "networking", "dev", "wifi", "station", "qdisc", "class", "filter", "fdb", "vlan", "mdb") {
			looking = true
		}
	}
	for _, p := range plain {
		if c, _ := p.Const(); oneOf(c, "add", "del", "delete", "up", "down", "set", "modify", "mod", "replace", "change", "addbr", "delbr", "addif", "delif", "apply", "try", "connect", "disconnect", "add-br", "del-br", "add-port", "del-port", "gw", "default", "off", "on", "edit", "import", "reload", "hw", "netmask", "promisc", "block", "unblock", "add-flow", "del-flows", "generate", "restart", "clear", "load") {
			looking = false
		}
	}
	switch e.name {
	case "ifup", "ifdown", "dhclient", "dhcpcd", "udhcpc", "wpa_supplicant", "macchanger", "pppd", "pon", "poff", "keepalived", "dhclient-script", "ifreload", "nmtui", "netconfig":
		looking = false
		for _, o := range []string{"-sf", "-s", "-cf"} {
			if v, ok := opts[o]; ok && !v.Empty() && o != "-cf" {
				e.run(Run{Argv: []value.Str{v}})
				e.hint("runs-option", sallyport.High, "an option of "+e.name+" runs a program")
			}
		}
		if e.name == "pppd" {
			for i, p := range plain {
				if oneOf(p.String(), "connect", "disconnect", "init", "welcome", "pty") && i+1 < len(plain) {
					e.run(Run{Script: &plain[i+1], Lang: "sh"})
				}
			}
		}
	case "ethtool", "mii-tool", "ifquery", "iwlist", "rfkill":
		looking = looking || !e.hasWord("-s", "--change", "-K", "-A", "-C", "-G", "-X", "-E", "-f", "block", "unblock")
	case "nmcli":
		looking = looking && !e.hasWord("add", "modify", "delete", "up", "down", "reload", "set", "connect", "disconnect", "on", "off")
	case "networksetup", "scutil":
		looking = !strings.HasPrefix(first(e.operands), "-set") && !e.hasWord("--set")
	}
	if looking {
		return
	}
	e.effect(sallyport.EffectWrite, lit("network configuration"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
}

func iptables(e *eval) {
	text := value.Join(e.operands, " ").String()
	sawAction := false
	for i, o := range e.operands {
		arg := func(n int) string {
			if i+n < len(e.operands) {
				return e.operands[i+n].String()
			}
			return ""
		}
		switch c := o.String(); c {
		case "-F", "--flush", "-X", "--delete-chain", "-Z", "--zero":
			if c != "-Z" && c != "--zero" {
				e.effect(sallyport.EffectSecurityTool, lit("firewall"), "rules deleted: "+text)
			}
			sawAction = true
		case "-P", "--policy":
			detail := "default for " + arg(1) + " set to " + arg(2)
			e.effect(sallyport.EffectSecurityTool, lit("firewall"), detail)
			sawAction = true
		case "-D", "--delete", "-R", "--replace":
			e.effect(sallyport.EffectSecurityTool, lit("firewall"), "a rule deleted: "+text)
			sawAction = true
		case "-A", "--append", "-I", "--insert", "-N", "--new-chain", "-E":
			e.effect(sallyport.EffectSecurityTool, lit("firewall"), "a rule added: "+text)
			sawAction = true
		case "-L", "--list", "-S", "--list-rules", "-C", "--check", "-V", "--version", "-h", "--help", "-nL", "-nvL", "-vnL", "-Ln", "-Lnv", "-nvxL", "-vL":
			e.sources = append(e.sources, End{System, lit("firewall rules")})
			sawAction = true
		}
		if c, ok := strings.CutPrefix(o.String(), "--modprobe="); ok {
			m := lit(c)
			e.run(Run{Argv: []value.Str{m}})
			e.hint("runs-option", sallyport.High, "an option of iptables names a program that it runs")
		}
	}
	if !sawAction && len(e.operands) > 0 {
		if strings.Contains(text, "L") && strings.HasPrefix(text, "-") {
			e.sources = append(e.sources, End{System, lit("firewall rules")})
			return
		}
		e.unknown("the operation of %s is not known", e.name)
		e.may(sallyport.EffectSecurityTool, lit("firewall"), text)
	}
}

func firewall(e *eval) {
	plain, opts := e.words()
	text := strings.TrimSpace(e.name + " " + value.Join(e.operands, " ").String())
	verb := first(plain)
	if f, ok := opts["-f"]; ok && !f.Empty() {
		e.effect(sallyport.EffectRead, f, "rules")
	}
	looking := oneOf(verb, "list", "status", "show", "save", "test", "check", "version", "describe", "app", "monitor", "export") && !e.hasWord("delete")
	if e.name == "firewall-cmd" || e.name == "firewall-offline-cmd" {
		looking = true
		for _, o := range e.operands {
			p := o.Prefix()
			for _, w := range []string{"--add", "--remove", "--set", "--reload", "--complete", "--runtime", "--panic", "--new", "--delete", "--direct", "--change", "--load", "--passthrough"} {
				looking = looking && !strings.HasPrefix(p, w)
			}
		}
	}
	if looking || len(e.operands) == 0 || e.name == "pfctl" && e.hasWord("-s", "-sr", "-sa", "-ss", "-sn", "-si") || e.name == "ipset" && oneOf(verb, "list", "test", "save", "-L") || e.hasWord("--version", "-V", "--help") {
		e.sources = append(e.sources, End{System, lit("firewall rules")})
		return
	}
	detail := "changed: " + text
	switch {
	case oneOf(verb, "disable", "reset", "flush", "stop", "clear"), e.hasWord("-F", "-d", "--panic-off"):
		detail = "switched off or emptied: " + text
	case oneOf(verb, "enable", "start"):
		detail = "switched on"
	}
	e.effect(sallyport.EffectSecurityTool, lit("firewall"), detail)
}

// mail is what sends or handles letters: the text is standard input, attachments and addresses are arguments.
func mail(e *eval) {
	switch e.spec.name {
	}
	switch e.name {
	case "postfix", "newaliases", "postmap", "postalias", "postsuper":
		e.effect(sallyport.EffectService, lit("mail"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
		return
	case "postconf":
		if e.hasWord("-e", "-X", "-#", "-M", "-P") || len(e.operands) > 0 && strings.Contains(value.Join(e.operands, " ").String(), "=") {
			e.effect(sallyport.EffectWrite, lit("/etc/postfix/main.cf"), value.Join(e.operands, " ").String())
		}
		e.sources = append(e.sources, End{System, lit("mail settings")})
		return
	case "postqueue", "mailq", "doveconf", "exiqgrep", "exigrep", "biff":
		e.sources = append(e.sources, End{System, lit("mail")})
		return
	case "doveadm", "amavisd", "spamassassin", "sa-learn", "sa-update", "fetchmail", "getmail", "procmail", "maildrop", "formail":
		e.coarse(sallyport.EffectService, "mail")
		return
	}
	var to []value.Str
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		p := o.Prefix()
		next := func() (v value.Str) {
			if i++; i < len(e.operands) {
				v = e.operands[i]
			}
			return v
		}
		known := o.Known()
		switch {
		case known && oneOf(p, "-a", "-A", "--attach", "--attach-body", "-q") && e.name != "sendmail":
			if f := next(); !strings.Contains(f.Prefix(), ":") || strings.HasPrefix(f.Prefix(), "/") { // else -a "Header: value"
				e.effect(sallyport.EffectRead, f, "sent by mail")
				e.sources = append(e.sources, End{File, f})
			}
		case known && p == "--body" && e.name == "swaks", known && p == "--data", known && p == "--attach-name":
			if f := next(); f.HasPrefix("@") || f.HasPrefix("/") {
				f = f.TrimPrefix("@")
				e.input(f)
			}
		case known && oneOf(p, "-s", "-S", "-r", "-c", "-b", "-f", "-u", "-F", "-o", "-e", "-E", "-H", "-i", "-x", "-t", "-m", "-l", "-server", "--from", "--server", "-p") && !oneOf(e.name, "sendmail", "exim", "exim4", "msmtp", "ssmtp"):
			v := next()
			if p == "-t" {
				to = append(to, v)
			}
			if p == "-f" || p == "-u" && e.name == "mail" {
				e.effect(sallyport.EffectRead, v, "mailbox")
			}
			if p == "--server" || p == "-server" {
				e.effect(sallyport.EffectConnect, v, "mail server")
			}
			if p == "-S" && v.HasPrefix("sendmail=") || p == "-S" && v.Contains("!") {
				e.run(Run{Script: &v, Lang: "sh"})
			}
		case known && p == "--to":
			to = append(to, next())
		case known && oneOf(p, "-C", "-X", "-D", "-f", "-F", "-r") && i+1 < len(e.operands):
			f := next()
			switch p {
			case "-C":
				e.effect(sallyport.EffectRead, f, "configuration")
			case "-X", "-D":
				e.effect(sallyport.EffectWrite, f, "log")
			}
		case strings.HasPrefix(p, "-be") || strings.HasPrefix(p, "-bt"):
			e.unknown("expansions of %s are not followed", e.name)
		case strings.HasPrefix(p, "-X") && len(p) > 2:
			f, _ := o.Drop(2)
			e.effect(sallyport.EffectWrite, f, "log")
		case strings.HasPrefix(p, "--exec="):
			s, _ := o.Drop(7)
			e.run(Run{Script: &s, Lang: "mail"})
			if strings.HasPrefix(s.Prefix(), "!") {
				cmd, _ := s.Drop(1)
				e.run(Run{Script: &cmd, Lang: "sh"})
			}
		case strings.HasPrefix(p, "-"):
		default:
			to = append(to, o)
		}
	}
	for _, t := range to {
		e.effect(sallyport.EffectConnect, t, "mail")
		e.sinks = append(e.sinks, End{Net, t})
	}
	if len(to) == 0 && (strings.HasPrefix(e.name, "send") || oneOf(e.name, "msmtp", "ssmtp", "swaks") || strings.HasPrefix(e.name, "exim")) {
		e.effect(sallyport.EffectConnect, lit("recipients named in the message"), "mail")
		e.sinks = append(e.sinks, End{Net, lit("recipients named in the message")})
	}
	e.sources = append(e.sources, End{Kind: Stdin})
	e.noStdout = true
}
