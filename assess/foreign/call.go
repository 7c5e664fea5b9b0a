package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// lookup finds the longest end of a qualified name that is listed.
func (w *walker) lookup(name string) action {
	for n := strings.TrimLeft(name, "$@%&"); ; {
		if a, ok := w.lang.calls[n]; ok {
			return a
		}
		i := strings.IndexAny(n, ".:>")
		if i < 0 {
			return ""
		}
		n = strings.TrimLeft(n[i+1:], ".:>-")
	}
}

func (w *walker) isHarmless(name string) bool {
	name = strings.TrimLeft(name, "$@%&")
	if w.defined[name] || w.lang.harmless[name] {
		return true
	}
	for n := name; ; {
		i := strings.IndexAny(n, ".:>-")
		if i < 0 {
			return w.lang.harmless[n]
		}
		if n = strings.TrimLeft(n[i+1:], ".:>-"); w.lang.harmless[n] {
			return true
		}
	}
}

func (w *walker) call(name string, args []arg) arg { return w.callOn(arg{}, name, args) }

func nth(args []arg, n int) value.Str {
	i := 0
	for _, a := range args {
		if a.name == "" {
			if i == n {
				return a.str
			}
			i++
		}
	}
	return value.Str{}
}

func keyword(args []arg, names ...string) (value.Str, bool) {
	for _, a := range args {
		for _, n := range names {
			if a.name == n {
				return a.str, true
			}
		}
	}
	return value.Str{}, false
}

// callOn records what a call does and says what it returns.
func (w *walker) callOn(self arg, name string, args []arg) arg {
	if v, ok := w.pure(name, args); ok {
		return v
	}
	if module := self.module; module != "" { // __import__("os").system is os.system
		name = module + "." + name[strings.LastIndexAny(name, ".:>")+1:]
		self = arg{}
	}
	if self.isList && name[strings.LastIndexAny(name, ".:>")+1:] == "pack" {
		if f, ok := nth(args, 0).Const(); ok {
			if v, ok := packed(f, nth(self.list, 0), self.list); ok {
				return arg{str: v}
			}
		}
	}
	w.print(name, args)
	a := w.lookup(name)
	first := nth(args, 0)
	result := arg{str: value.Of(value.Hole{Name: "result of " + strings.TrimLeft(name, "$@"), Taint: value.Output})}
	path := func(v value.Str) value.Str { // Path("x").read_text(): the file is the object
		if len(args) == 0 || v.Empty() {
			if !self.str.Empty() {
				return self.str
			}
		}
		return v
	}
	switch a {
	case "":
		if !w.isHarmless(name) && !(len(args) == 0 && !self.str.Empty()) {
			w.unknown("the call of " + strings.TrimLeft(name, "$@%&") + " is not understood")
		}
		return result
	case runShell:
		w.runs(args, true)
	case spawnEither:
		w.runs(args, w.lang.name != "python" || truthy(args, "shell"))
	case runArgs:
		if len(args) > 1 {
			argv := []value.Str{args[0].str}
			for i, x := range args[1:] {
				if i > 0 && !x.isList {
					argv = append(argv, x.str)
				}
			}
			w.argv(argv)
		}
	case "args_plain":
		var argv []value.Str
		for _, x := range args {
			argv = append(argv, flat(x)...)
		}
		w.argv(argv)
	case runList:
		argv := []value.Str{first}
		for _, x := range args[min(1, len(args)):] {
			if x.isList {
				from := 0
				if strings.Contains(name, "exec") && w.lang.name == "python" && len(x.list) > 0 {
					from = 1
				}
				for _, y := range x.list[min(from, len(x.list)):] {
					argv = append(argv, y.str)
				}
				break
			}
		}
		w.argv(argv)
	case readFile:
		p := path(first)
		w.read(p)
		return arg{str: value.Of(value.Hole{Name: "contents of " + p.String(), Taint: value.File, From: p.Strings()})}
	case writeFile:
		w.write(path(first), strings.Contains(strings.ToLower(name), "append"))
		if len(args) > 1 && !self.isList {
			w.flow(args[1].str, command.End{Kind: command.File, Target: first})
		}
	case openFile:
		return w.open(name, self, args)
	case deleteFile:
		for _, x := range args {
			for _, p := range flat(x) {
				w.effect(sallyport.EffectDelete, p, "")
			}
		}
		if len(args) == 0 {
			w.effect(sallyport.EffectDelete, path(first), "")
		}
	case makeFile:
		w.effect(sallyport.EffectCreate, path(first), "")
	case changeMode, changeOwner:
		kind := sallyport.EffectChmod
		if a == changeOwner {
			kind = sallyport.EffectChown
		}
		ps := args
		if w.lang.perl || w.lang.name == "ruby" {
			ps = args[min(1, len(args)):]
		} else {
			ps = args[:min(1, len(args))]
		}
		mode := nth(args, 1)
		if w.lang.perl || w.lang.name == "ruby" {
			mode = first
		}
		for _, p := range ps {
			w.effect(kind, p.str, mode.String())
			if m, ok := mode.Const(); ok && kind == sallyport.EffectChmod && len(strings.TrimLeft(m, "0o")) == 4 && strings.ContainsAny(strings.TrimLeft(m, "0o")[:1], "4567") {
				w.effect(sallyport.EffectPrivilege, p.str, "runs with the rights of its owner for everybody who starts it")
			}
		}
	case moveFile, copyFile:
		if first.Known() || first.Prefix() != "" || len(first.Holes()) > 0 && first.Holes()[0].Taint == 0 {
			w.read(first)
		}
		if a == moveFile {
			w.effect(sallyport.EffectDelete, first, "moved away")
		}
		if to := nth(args, 1); !to.Empty() {
			w.write(to, false)
			w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.File, Target: first}, To: command.End{Kind: command.File, Target: to}})
		}
	case linkFile:
		w.effect(sallyport.EffectCreate, nth(args, 1), "link to "+first.String())
	case connectTo:
		w.connect(args)
	case fetchURL, fetchFile:
		u := first
		if strings.HasSuffix(name, "requests.request") || strings.HasSuffix(name, ".request") && len(args) > 1 {
			u = nth(args, 1)
		}
		if k, ok := keyword(args, "url", "host", "hostname"); ok {
			u = k
		}
		if u.Empty() || (w.lang.name == "javascript" || w.lang.perl) && (name == "get" || name == "request") && !u.Contains("://") {
			return result
		}
		w.effect(sallyport.EffectConnect, u, "")
		for _, x := range args {
			w.flow(x.str, command.End{Kind: command.Net, Target: u})
		}
		if to := nth(args, 1); a == fetchFile && !to.Empty() {
			w.write(to, false)
			w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Net, Target: u}, To: command.End{Kind: command.File, Target: to}})
		}
		return arg{str: value.Of(value.Hole{Name: "bytes from " + u.String(), Taint: value.Remote, From: u.Strings()})}
	case listenOn, bindTo:
		h, p := w.address(args)
		if w.lang.name == "javascript" || p.Empty() {
			p = first
			if h.Known() && !h.Empty() && !isDigits(p) {
				p = h
			}
		}
		w.effect(sallyport.EffectListen, p, h.String())
	case evalCode:
		w.evaluate(first, self)
	case loadCode:
		if s, ok := first.Const(); ok && !strings.ContainsAny(s, "/.") || len(args) == 0 {
			break
		}
		if w.lang.name == "javascript" && name == "require" {
			break
		}
		w.res.Runs = append(w.res.Runs, command.Run{File: &first, Lang: w.lang.name, Via: w.lang.name, Certainty: sallyport.Must})
		w.read(first)
	case becomeUser:
		w.effect(sallyport.EffectPrivilege, value.Concat(value.Lit("user "), first), name)
	case killProc:
		w.effect(sallyport.EffectProcess, first, "signalled")
	case lookUp:
		if h, ok := first.Const(); ok && strings.Trim(h, "0123456789.") == "" {
			w.host = first
			break
		}
		w.host = first
		if name != "inet_aton" && !first.Empty() {
			w.effect(sallyport.EffectDNS, first, "")
		}
		return arg{str: first}
	case addressOf:
		w.host = first
		return arg{str: first}
	case readInput:
		s := value.Of(value.Hole{Name: "standard input", Taint: value.Input})
		if w.ctx.Stdin != nil {
			s = *w.ctx.Stdin
		}
		return arg{str: s}
	case environ:
		return arg{str: value.Of(value.Hole{Name: "environment variable " + first.String(), Taint: value.Env})}
	}
	return result
}

func isDigits(v value.Str) bool {
	c, ok := v.Const()
	return ok && c != "" && strings.Trim(c, "0123456789") == ""
}

func flat(a arg) (out []value.Str) {
	if !a.isList {
		return []value.Str{a.str}
	}
	for _, x := range a.list {
		out = append(out, flat(x)...)
	}
	return out
}

func truthy(args []arg, name string) bool {
	v, ok := keyword(args, name)
	return ok && !v.Is("False") && !v.Is("0") && v.String() != "‹False›"
}

// runs records a call that takes a line for the shell or a list of words.
func (w *walker) runs(args []arg, shell bool) {
	var plain []arg
	for _, a := range args {
		if a.name == "" {
			plain = append(plain, a)
		}
	}
	if len(plain) == 0 {
		if v, ok := keyword(args, "args"); ok {
			w.shell(v, "")
		}
		return
	}
	first := plain[0]
	switch {
	case first.isList:
		if len(first.list) == 3 && shell && w.lang.name == "python" {
			w.argv(flat(first))
			return
		}
		w.argv(flat(first))
	case len(plain) > 1 && (w.lang.perl || w.lang.name == "ruby") && !plain[1].isList:
		var argv []value.Str
		for _, p := range plain {
			argv = append(argv, flat(p)...)
		}
		w.argv(argv)
	case shell:
		w.shell(first.str, "")
	default: // Popen("ls -l"): one word without a shell
		if f, ok := first.str.Fields(); ok && len(f) > 0 {
			w.argv(f)
		} else {
			w.shell(first.str, "")
		}
	}
}

func (w *walker) argv(argv []value.Str) {
	if len(argv) > 0 && !argv[0].Empty() {
		w.res.Runs = append(w.res.Runs, command.Run{Argv: argv, Via: w.lang.name, Certainty: sallyport.Must})
	}
}

func (w *walker) read(p value.Str) {
	if p.Empty() || p.Is("/dev/stdin") || p.Is("-") || p.Is("/dev/null") || p.Is("php://stdin") || p.Is("/dev/urandom") {
		return
	}
	if p.Contains("://") && !p.HasPrefix("php://") && !p.HasPrefix("file://") {
		w.effect(sallyport.EffectConnect, p, "")
		return
	}
	w.effect(sallyport.EffectRead, p.TrimPrefix("file://"), "")
	w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.File, Target: p}, To: command.End{Kind: command.Stdout}})
}

func (w *walker) write(p value.Str, appends bool) {
	if p.Empty() || p.Is("/dev/stdout") || p.Is("/dev/null") || p.Is("/dev/stderr") || p.Is("php://stdout") || p.Is("php://output") || p.Is("/dev/tty") {
		return
	}
	kind := sallyport.EffectWrite
	if appends {
		kind = sallyport.EffectAppend
	}
	w.effect(kind, p, "")
}

// flow says that tainted text goes to an end.
func (w *walker) flow(s value.Str, to command.End) {
	for _, h := range s.Holes() {
		for _, from := range h.From {
			if h.Taint&value.File != 0 {
				w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.File, Target: value.Lit(from)}, To: to})
			} else if h.Taint&value.Remote != 0 {
				w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Net, Target: value.Lit(from)}, To: to})
			}
		}
	}
}

// open tells reading from writing by the mode, and knows perl's and ruby's pipes.
func (w *walker) open(name string, self arg, args []arg) arg {
	contents := func(p value.Str) arg {
		if p.Contains("://") {
			return arg{str: value.Of(value.Hole{Name: "bytes from " + p.String(), Taint: value.Remote, From: p.Strings()})}
		}
		return arg{str: value.Of(value.Hole{Name: "contents of " + p.String(), Taint: value.File, From: p.Strings()})}
	}
	p, mode := nth(args, 0), nth(args, 1)
	if w.lang.name == "julia" && !p.Known() { // open(function, path, mode)
		p, mode = nth(args, 1), nth(args, 2)
	}
	if k, ok := keyword(args, "mode"); ok {
		mode = k
	}
	if w.lang.perl {
		if len(args) < 2 {
			return arg{}
		}
		mode, p = nth(args, 1), nth(args, 2)
		if p.Empty() { // the two-argument form: mode and name in one
			p = mode
			mode = value.Lit("<")
			for _, m := range []string{"+<", ">>", ">", "<", "|"} {
				if p.HasPrefix(m) {
					p, _ = p.Drop(len(m))
					mode = value.Lit(m)
					break
				}
			}
			p = p.TrimPrefix(" ")
			if p.HasSuffix("|") {
				p, mode = p.TrimSuffix("|"), value.Lit("-|")
			}
		}
		if p.HasPrefix("&") || p.Is("-") {
			return arg{}
		}
		m, _ := mode.Const()
		m, _, _ = strings.Cut(strings.TrimSpace(m), ":")
		switch strings.TrimSpace(m) {
		case "-|", "|-", "|":
			argv := []value.Str{p}
			for i := 3; i < len(args); i++ {
				argv = append(argv, args[i].str)
			}
			if len(argv) > 1 {
				w.argv(argv)
			} else {
				w.shell(p, "")
			}
			return arg{str: value.Of(value.Hole{Name: "output of a command", Taint: value.Output})}
		case ">", "+>":
			w.write(p, false)
		case ">>":
			w.write(p, true)
		case "+<":
			w.read(p)
			w.write(p, false)
		case ">&", "<&", "<&=", ">&=", "+<&":
		case "<":
			w.read(p)
			return contents(p)
		default:
			w.unknown("the mode of a file that is opened is not known")
			w.read(p)
		}
		return arg{}
	}
	if p.HasPrefix("|") && w.lang.name == "ruby" {
		cmd, _ := p.Drop(1)
		w.shell(cmd, "")
		return arg{str: value.Of(value.Hole{Name: "output of a command", Taint: value.Output})}
	}
	m, known := mode.Const()
	flags := mode.String()
	switch {
	case mode.Empty(), known && strings.Trim(m, "rbtU") == "", !known && strings.Contains(flags, "O_RDONLY"):
		w.read(p)
		return contents(p)
	case known && strings.HasPrefix(m, "a"), !known && strings.Contains(flags, "O_APPEND"):
		w.write(p, true)
	case known && (strings.ContainsAny(m, "wx+c")), !known && strings.Contains(flags, "O_"), known && isDigits(mode):
		w.write(p, false)
		if strings.Contains(m, "+") {
			w.read(p)
		}
	default:
		w.unknown("the mode of a file that is opened is not known")
		w.read(p)
		w.write(p, false)
	}
	return arg{str: value.Of(value.Hole{Name: "file " + p.String()})}
}

// address finds host and port among arguments: (host, port), a tuple, keywords, "host:port".
func (w *walker) address(args []arg) (host, port value.Str) {
	var parts []value.Str
	for _, a := range args {
		switch a.name {
		case "PeerAddr", "PeerHost", "host", "hostname", "address", "Host", "server", "PeerName", "LocalAddr":
			host = a.str
			continue
		case "PeerPort", "port", "Port", "LocalPort", "ListenPort":
			port = a.str
			continue
		case "":
			parts = append(parts, flat(a)...)
		}
	}
	if host.Empty() && len(parts) > 0 {
		host = parts[0]
	}
	if port.Empty() && len(parts) > 1 {
		port = parts[1]
	}
	return host, port
}

func (w *walker) connect(args []arg) {
	host, port := w.address(args)
	if w.lang.perl && len(args) > 0 && args[0].name == "" {
		var parts []value.Str
		for _, a := range args {
			parts = append(parts, a.str)
		}
		if isDigits(parts[0]) || !w.host.Empty() { // sockaddr_in(port, address)
			port, host = parts[0], w.host
		}
		if len(parts) > 1 && !isDigits(parts[0]) && isDigits(parts[1]) && w.host.Empty() {
			host, port = parts[0], parts[1]
		}
	}
	if c := host.String(); (c == "tcp" || c == "udp" || c == "tcp4" || c == "tcp6" || c == "unix") && !port.Empty() { // net.Dial(network, address)
		host, port = port, value.Str{}
	}
	if w.lang.name == "go" && !w.host.Empty() && (host.Empty() || !host.Known() || isDigits(host)) { // syscall.Connect(descriptor, address)
		host, port = w.host, value.Str{}
	}
	host = host.TrimPrefix("tcp://").TrimPrefix("ssl://").TrimPrefix("udp://").TrimPrefix("tls://")
	if w.lang.name == "javascript" && (isDigits(host) || host.Empty()) { // net.connect(port, host)
		host, port = port, host
	}
	if host.Empty() {
		if port.Empty() {
			return
		}
		host = value.Lit("localhost")
	}
	target := host
	if !port.Empty() && !host.Contains(":") {
		target = value.Concat(host, value.Lit(":"), port)
	}
	w.effect(sallyport.EffectConnect, target, "")
	w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Net, Target: target}, To: command.End{Kind: command.Stdout}})
}

// evaluate follows code that a program builds and runs itself.
func (w *walker) evaluate(code value.Str, self arg) {
	c, ok := code.Const()
	if !ok {
		if code.Empty() {
			return
		}
		t, _ := code.Taint()
		if t&value.Remote != 0 {
			w.res.Hints = append(w.res.Hints, command.Hint{Rule: "runs-remote-code", Level: sallyport.Critical, Message: "runs code that another machine sends"})
		}
		w.unknown("the program runs code that it builds itself")
		w.res.Flows = append(w.res.Flows, command.Flow{From: command.End{Kind: command.Text, Target: code}, To: command.End{Kind: command.Program, Target: value.Lit(w.lang.name)}})
		return
	}
	if w.depth >= maxDepth {
		w.unknown("the program is nested too deeply to follow")
		return
	}
	sub := &walker{lang: w.lang, toks: w.lang.tokens(c), vars: w.vars, defined: w.defined, printed: w.printed, res: w.res, args: w.args, ctx: w.ctx, depth: w.depth + 5}
	sub.block(0, "")
}

// pure computes calls that only transform text.
func (w *walker) pure(name string, args []arg) (arg, bool) {
	first := nth(args, 0)
	str := func(v value.Str) (arg, bool) { return arg{str: v}, true }
	switch n := name[strings.LastIndexAny(name, ".:>")+1:]; n {
	case "b64decode", "base64_decode", "decode_base64", "decode64", "strict_decode64", "urlsafe_b64decode", "atob", "decodebytes", "standard_b64decode":
		return str(first.Map("decoded text", func(s string) string { return decoded("base64", s) }))
	case "fromhex", "unhexlify", "hex2bin":
		return str(first.Map("decoded text", func(s string) string { return decoded("hex", s) }))
	case "str_rot13":
		return str(first.Map("decoded text", func(s string) string { return decoded("rot13", s) }))
	case "strrev":
		return str(first.Map("reversed text", reverse))
	case "str", "String", "Path", "expanduser", "expandvars", "realpath", "abspath", "escapeshellarg", "escapeshellcmd", "shlex_quote", "quote":
		if len(args) > 0 {
			return args[0], true
		}
	case "from":
		if c, ok := nth(args, 1).Const(); ok && name == "Buffer.from" {
			return str(first.Map("decoded text", func(s string) string { return decoded(c, s) }))
		}
	case "chr", "fromCharCode", "char":
		var b []byte
		for _, a := range args {
			c, ok := a.str.Const()
			if !ok || !isDigits(a.str) || len(c) > 3 {
				return arg{}, false
			}
			v := 0
			for _, d := range c {
				v = v*10 + int(d-'0')
			}
			b = append(b, string(rune(v))...)
		}
		if len(b) > 0 {
			return str(value.Lit(string(b)))
		}
	case "join":
		if w.lang.perl && len(args) > 1 {
			var rest []arg
			for _, a := range args[1:] {
				if a.isList {
					rest = append(rest, a.list...)
				} else {
					rest = append(rest, a)
				}
			}
			return str(joined(rest, first))
		}
		if name == "os.path.join" && len(args) > 0 {
			p := first
			for _, a := range args[1:] {
				p = value.Path(p, a.str)
			}
			return str(p)
		}
	case "pack":
		if f, ok := first.Const(); ok && len(args) > 1 {
			if v, ok := packed(f, nth(args, 1), args[1:]); ok {
				return str(v)
			}
		}
	case "split":
		if name == "shlex.split" {
			if f, ok := first.Fields(); ok {
				var l []arg
				for _, x := range f {
					l = append(l, arg{str: x})
				}
				return arg{list: l, isList: true, str: first}, true
			}
		}
	case "__import__", "import_module":
		if c, ok := first.Const(); ok {
			return arg{str: value.Unknown(c, ""), module: c}, true
		}
	case "decompress", "gzinflate", "gzuncompress", "gzdecode", "inflateSync", "gunzipSync", "uncompress", "inflate", "gunzip", "zlib_decode":
		if first.Known() && !first.Empty() {
			return str(first.Map("decoded text", inflated))
		}
	case "map":
		if len(args) == 2 && args[1].isList && (first.Is("chr") || first.String() == "‹chr›") {
			var list []arg
			for _, a := range args[1].list {
				v, ok := characters([]arg{a})
				if !ok {
					return arg{}, false
				}
				list = append(list, arg{str: v})
			}
			return arg{list: list, isList: true, str: value.Str{}}, true
		}
	case "bytes", "bytearray":
		if len(args) == 1 && args[0].isList {
			if v, ok := characters(args[0].list); ok {
				return str(v)
			}
		}
	case "unpack", "unpack1":
		if f, ok := first.Const(); ok && len(args) == 2 {
			if v, ok := packed(f, nth(args, 1), nil); ok {
				return str(v)
			}
		}
	}
	return arg{}, false
}
