package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// small are languages of single commands: editors, databases, debuggers, file clients.
var small = map[string]func(res *command.Result, program value.Str, args []value.Str, ctx command.Context){}

func init() {
	small["awk"] = awk
	small["postgresql"] = sql
	small["mysql"] = sql
	small["sqlite"] = sql
	small["sql"] = sql
	small["ex"] = lines(exLine)
	small["ed"] = lines(edLine)
	small["ftp"] = lines(ftpLine)
	small["gdb"] = lines(gdbLine)
	small["redis"] = redis
	small["make"] = lines(makeLine)
	small["rpm"] = lines(rpmLine)
	small["elisp"] = func(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
		literalCalls(res, program, "elisp")
	}
	small["tcl"] = func(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
		literalCalls(res, program, "tcl")
	}
	small["expect"] = small["tcl"]
	for _, l := range []string{"fish", "elvish", "nu", "xonsh", "pwsh", "powershell", "csh", "tcsh", "es", "osh", "oil", "murex", "ion", "rush", "slsh", "scsh", "oksh"} {
		small[l] = otherShell
	}
	small["puppet"] = func(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
		r := &recorder{res: res, via: "puppet"}
		resource(r, program.String(), "file", sallyport.EffectWrite)
		resource(r, program.String(), "package", sallyport.EffectInstall)
		resource(r, program.String(), "service", sallyport.EffectService)
		resource(r, program.String(), "user", sallyport.EffectAccount)
		if c := program.String(); strings.Contains(c, "exec") {
			if _, rest, ok := strings.Cut(c, "exec"); ok {
				if p := literalAfter(rest); p != "" {
					r.shell(value.Lit(p))
				}
			}
		}
		r.unknown("code in puppet is understood only in part")
	}
	small["openssl"] = lines(func(r *recorder, l value.Str) {
		if f, ok := l.Fields(); ok && len(f) > 0 {
			r.argv(append([]value.Str{value.Lit("openssl")}, f...))
		}
	})
}

// recorder adds to a result.
type recorder struct {
	res  *command.Result
	args []value.Str
	via  string
}

func (r *recorder) effect(kind sallyport.EffectKind, target value.Str, detail string) {
	r.res.Effects = append(r.res.Effects, command.Effect{Kind: kind, Target: target, Detail: detail, Certainty: sallyport.Must})
}

func (r *recorder) read(p value.Str) {
	r.effect(sallyport.EffectRead, p, "")
	r.res.Flows = append(r.res.Flows, command.Flow{From: command.End{Kind: command.File, Target: p}, To: command.End{Kind: command.Stdout}})
}

func (r *recorder) shell(s value.Str) {
	s = trim(s)
	if s.Empty() {
		r.effect(sallyport.EffectExec, value.Lit("shell"), "")
		r.res.Runs = append(r.res.Runs, command.Run{Interactive: true, Lang: "sh", Via: r.via, Certainty: sallyport.Must})
		return
	}
	r.res.Runs = append(r.res.Runs, command.Run{Script: &s, Lang: "sh", Via: r.via, Certainty: sallyport.Must})
}

func (r *recorder) argv(argv []value.Str) {
	r.res.Runs = append(r.res.Runs, command.Run{Argv: argv, Via: r.via, Certainty: sallyport.Must})
}

func (r *recorder) code(lang string, s value.Str) {
	s = trim(s)
	r.res.Runs = append(r.res.Runs, command.Run{Script: &s, Lang: lang, Via: r.via, Certainty: sallyport.Must})
}

func (r *recorder) unknown(text string) {
	if len(r.res.Unknown) < 40 {
		r.res.Unknown = append(r.res.Unknown, text)
	}
}

// trim takes blanks off both ends of known text.
func trim(s value.Str) value.Str {
	for _, b := range []string{" ", "\t", "\n", "\r"} {
		for s.HasPrefix(b) {
			s = s.TrimPrefix(b)
		}
		for s.HasSuffix(b) {
			s = s.TrimSuffix(b)
		}
	}
	return s
}

// lines reads a language of one command a line.
func lines(read func(r *recorder, line value.Str)) func(*command.Result, value.Str, []value.Str, command.Context) {
	return func(res *command.Result, program value.Str, args []value.Str, _ command.Context) {
		r := &recorder{res: res, args: args}
		for _, l := range program.Split("\n") {
			if l = trim(l); !l.Empty() {
				read(r, l)
			}
		}
	}
}

// after returns the rest of a line after a word, when it begins with it.
func after(l value.Str, words ...string) (value.Str, bool) {
	for _, w := range words {
		if l.Is(w) {
			return value.Str{}, true
		}
		for _, sep := range []string{" ", "\t"} {
			if l.HasPrefix(w + sep) {
				rest, _ := l.Drop(len(w) + 1)
				return trim(rest), true
			}
		}
	}
	return l, false
}

func (r *recorder) files() []value.Str {
	var out []value.Str
	for _, a := range r.args {
		if !a.HasPrefix("-") && !a.HasPrefix("+") {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		out = []value.Str{value.Lit("the open file")}
	}
	return out
}

// exLine is one command of vi and ex.
func exLine(r *recorder, l value.Str) {
	r.via = "ex"
	for _, part := range l.Split("|") {
		p := trim(part)
		for p.HasPrefix(":") {
			p = p.TrimPrefix(":")
		}
		bare := p.Prefix()
		// A range before the command.
		n := 0
		for n < len(bare) && strings.IndexByte("0123456789.,$%'+-", bare[n]) >= 0 {
			n++
		}
		p, _ = p.Drop(n)
		p = trim(p)
		if rest, ok := p.Drop(1); ok && p.HasPrefix("!") {
			r.shell(rest)
			continue
		}
		if f, ok := after(p, "r", "read", "e", "edit", "e!", "sp", "split", "view", "tabe", "tabedit", "vs", "vsplit", "sview"); ok && !f.Empty() {
			if f.HasPrefix("!") {
				cmd, _ := f.Drop(1)
				r.shell(cmd)
			} else {
				r.read(f)
			}
			continue
		}
		if f, ok := after(p, "w", "w!", "write", "write!", "wq", "wq!", "x", "xit", "sav", "saveas", "up", "update", "wa", "wqa", "xa"); ok {
			switch {
			case f.HasPrefix("!"):
				cmd, _ := f.Drop(1)
				r.shell(cmd)
			case f.HasPrefix(">>"):
				f, _ = f.Drop(2)
				r.effect(sallyport.EffectAppend, trim(f), "")
			case !f.Empty():
				r.effect(sallyport.EffectWrite, f, "")
			default:
				for _, o := range r.files() {
					r.effect(sallyport.EffectWrite, o, "")
				}
			}
			continue
		}
		if f, ok := after(p, "so", "source", "runtime", "luafile", "pyfile", "py3file"); ok {
			r.effect(sallyport.EffectRead, f, "commands of the editor")
			r.unknown("the commands in " + f.String() + " are not read")
			continue
		}
		done := false
		for words, lang := range map[string]string{"py python py3 python3 pythonx pyx": "python", "lua": "lua", "ruby rub": "ruby", "perl pe": "perl", "tcl": "tcl"} {
			if code, ok := after(p, strings.Fields(words)...); ok {
				r.code(lang, code)
				done = true
				break
			}
		}
		if done {
			continue
		}
		if _, ok := after(p, "sh", "shell", "ter", "term", "terminal", "sus", "suspend", "st", "stop"); ok {
			r.shell(value.Str{})
			continue
		}
		if code, ok := after(p, "call", "let", "echo", "execute", "exe", "norm", "normal", "silent", "silent!", "sil", "sil!", "normal!"); ok {
			if code.Contains("system(") || code.Contains("libcall") || code.Contains("writefile") || code.Contains("readfile") || code.Contains("job_start") || code.Contains("jobstart") {
				literalCalls(r.res, code, "vim")
			} else if code.HasPrefix("!") || code.HasPrefix(":!") || code.HasPrefix("w ") || code.HasPrefix("%!") {
				exLine(r, code)
			}
			continue
		}
		if v, ok := after(p, "set", "se", "setlocal"); ok {
			if _, prog, cut := v.CutAny("="); cut && (v.HasPrefix("shell=") || v.HasPrefix("sh=")) {
				r.argv([]value.Str{prog})
			}
			continue
		}
		c, _ := p.Const()
		n = 0
		for n < len(c) && (c[n] >= 'a' && c[n] <= 'z' || c[n] >= 'A' && c[n] <= 'Z') {
			n++
		}
		word := c[:n]
		if !known(exWords, c, word) {
			r.unknown("the editor command " + p.String() + " is not understood")
		}
	}
}

var exWords = set(`q qa quit quitall s substitute d delete g global v vglobal normal noh nohlsearch syntax colorscheme j join m move t copy co k mark n next N prev bd bn bp b wincmd only close tabnew tabclose args p print nu number l list u undo redo sort filetype map noremap nnoremap help h retab y yank pu put a append i insert c change startinsert stopinsert if endif cq`)

// known reports whether a command is among words: as a whole, by its first letters, or empty.
func known(words map[string]bool, c, word string) bool {
	return c == "" || words[word] || words[c] || strings.HasPrefix(c, "s/") || strings.HasPrefix(c, "g/") || strings.HasPrefix(c, "v/") || strings.HasPrefix(c, "/") || strings.HasPrefix(c, "?") || strings.HasPrefix(c, "\"")
}

// edLine is one command of ed. Text that is inserted looks like commands, too: what is not one is not counted against it.
func edLine(r *recorder, l value.Str) {
	r.via = "ed"
	p := l.Prefix()
	n := 0
	for n < len(p) && strings.IndexByte("0123456789.,$%;+-", p[n]) >= 0 {
		n++
	}
	rest, _ := l.Drop(n)
	switch {
	case rest.HasPrefix("!"):
		cmd, _ := rest.Drop(1)
		r.shell(cmd)
	case rest.HasPrefix("r ") || rest.HasPrefix("e ") || rest.HasPrefix("E "):
		f, _ := rest.Drop(2)
		if f.HasPrefix("!") {
			f, _ = f.Drop(1)
			r.shell(f)
		} else {
			r.read(trim(f))
		}
	case rest.HasPrefix("w ") || rest.HasPrefix("W "):
		f, _ := rest.Drop(2)
		if f.HasPrefix("!") {
			f, _ = f.Drop(1)
			r.shell(f)
		} else {
			r.effect(sallyport.EffectWrite, trim(f), "")
		}
	case rest.Is("w") || rest.Is("wq") || rest.Is("W"):
		for _, f := range r.files() {
			r.effect(sallyport.EffectWrite, f, "")
		}
	}
}

// ftpLine is one command of ftp, sftp, smbclient, lftp, tftp.
func ftpLine(r *recorder, l value.Str) {
	r.via = "ftp"
	for _, p := range l.Split(";") {
		p = trim(p)
		if p.HasPrefix("!") {
			cmd, _ := p.Drop(1)
			r.shell(cmd)
			continue
		}
		f, ok := p.Fields()
		if len(f) == 0 {
			continue
		}
		verb, _ := f[0].Const()
		_ = ok
		arg := func(n int) value.Str {
			if n < len(f) {
				return f[n]
			}
			return value.Str{}
		}
		switch verb {
		case "put", "mput", "send", "append", "reput":
			r.effect(sallyport.EffectRead, arg(1), "sent")
			r.res.Flows = append(r.res.Flows, command.Flow{From: command.End{Kind: command.File, Target: arg(1)}, To: command.End{Kind: command.Net, Target: value.Lit("the other machine")}})
		case "get", "recv", "mget", "reget", "pget", "mirror":
			to := arg(2)
			if to.Empty() {
				to = arg(1).Base()
			}
			r.effect(sallyport.EffectWrite, to, "fetched")
		case "open", "connect":
			r.effect(sallyport.EffectConnect, arg(1), "")
		case "lcd", "cd", "ls", "dir", "pwd", "lpwd", "bye", "quit", "exit", "binary", "ascii", "passive", "prompt", "user", "pass", "help", "close", "bin", "hash", "verbose", "recurse", "mask", "status", "version", "mode", "set", "anon", "debug", "lls", "progress", "type", "epsv4", "tick", "nlist", "?", "allinfo", "volume", "du", "stat":
		case "delete", "mdelete", "rm", "rmdir", "mkdir", "md", "rd", "rename", "chmod", "chown", "symlink", "ln", "del", "mv", "chgrp":
			r.effect(sallyport.EffectRemoteExec, value.Lit("the other machine"), p.String())
		default:
			if len(r.res.Effects) > 0 || strings.Contains(verb, ":") || isDigits(f[0]) { // a password or user name
				continue
			}
			r.unknown("the command " + p.String() + " of the file client is not understood")
		}
	}
}

// gdbLine is one command of gdb.
func gdbLine(r *recorder, l value.Str) {
	r.via = "gdb"
	switch {
	case l.HasPrefix("!"):
		cmd, _ := l.Drop(1)
		r.shell(cmd)
	case l.HasPrefix("shell") || l.HasPrefix("she "):
		cmd, _ := after(l, "shell", "she")
		r.shell(cmd)
	case l.HasPrefix("make"), l.HasPrefix("pipe"):
		r.unknown("the command " + l.String() + " of the debugger is not followed")
	case l.HasPrefix("python") || l.HasPrefix("py ") || l.HasPrefix("pi "):
		code, _ := after(l, "python", "py", "pi", "python-interactive")
		r.code("python", code)
	case l.HasPrefix("source"):
		f, _ := after(l, "source")
		r.effect(sallyport.EffectRead, f, "commands of the debugger")
		r.unknown("the commands in " + f.String() + " are not read")
	case l.HasPrefix("dump") || l.HasPrefix("generate-core") || l.HasPrefix("gcore"):
		if f, ok := l.Fields(); ok && len(f) > 1 {
			r.effect(sallyport.EffectWrite, f[len(f)-1], "memory of a process")
			if len(f) > 3 {
				r.effect(sallyport.EffectWrite, f[min(3, len(f)-1)], "memory of a process")
			}
		}
		r.effect(sallyport.EffectCredential, value.Lit("memory of a process"), "")
	case l.HasPrefix("call") || l.HasPrefix("print ") || l.HasPrefix("p ") || l.HasPrefix("set "):
		if l.Contains("(") {
			literalCalls(r.res, l, "gdb")
			r.effect(sallyport.EffectProcess, value.Lit("the debugged process"), l.String())
		}
	default:
		c, _ := l.Const()
		w, _, _ := strings.Cut(c, " ")
		if !set(`quit q run r bt backtrace thread info detach continue c attach break b file core target list x disassemble where next n step s finish kill frame up down handle symbol-file delete tbreak start set show help define end document echo printf`)[w] {
			r.unknown("the command " + l.String() + " of the debugger is not understood")
		}
	}
}

// makeLine is what make --eval is given.
func makeLine(r *recorder, l value.Str) {
	r.via = "make"
	c := l.String()
	switch {
	case strings.Contains(c, "$(shell ") || strings.Contains(c, "${shell "):
		_, rest, _ := l.CutAny("shell ")
		r.shell(rest.TrimSuffix(")").TrimSuffix("}"))
	case strings.Contains(c, "$(file "):
		_, rest, _ := l.CutAny("$(file ")
		f, ok := rest.TrimSuffix(")").Fields()
		switch {
		case ok && len(f) > 0 && strings.HasPrefix(f[0].String(), ">"):
			p := f[0].TrimPrefix(">").TrimPrefix(">")
			if p.Empty() && len(f) > 1 {
				p = f[1]
			}
			p, _, _ = p.CutAny(",")
			r.effect(sallyport.EffectWrite, p, "")
		default:
			r.read(trim(rest.TrimPrefix("<").TrimSuffix(")")))
		}
	default:
		if _, rest, ok := l.CutAny(":"); ok {
			rest = trim(rest)
			for rest.HasPrefix("@") || rest.HasPrefix("-") || rest.HasPrefix(";") {
				rest, _ = rest.Drop(1)
				rest = trim(rest)
			}
			if !rest.Empty() {
				r.shell(rest)
			}
			return
		}
		r.shell(l)
	}
}

// rpmLine is a macro expression of rpm.
func rpmLine(r *recorder, l value.Str) {
	r.via = "rpm"
	switch {
	case l.HasPrefix("%{lua:"):
		_, code, _ := l.CutAny("%{lua:")
		r.code("lua", code.TrimSuffix("}"))
	case l.Contains("%("):
		_, code, _ := l.CutAny("%(")
		r.shell(code.TrimSuffix(")"))
	}
}

// literalCalls finds calls with a literal string in languages that are not otherwise read, and says that the rest is not understood.
func literalCalls(res *command.Result, program value.Str, lang string) {
	r := &recorder{res: res, via: lang}
	c := program.String()
	found := false
	for _, name := range []string{"shell-command-to-string", "shell-command", "call-process", "start-process", "async-shell-command", "system", "systemlist", "popen", "exec", "open", "spawn", "job_start", "jobstart", "term", "insert-file", "insert-file-contents", "find-file", "write-file", "readfile", "writefile", "delete-file", "make-network-process", "socket"} {
		for at := 0; ; {
			i := strings.Index(c[at:], name)
			if i < 0 {
				break
			}
			at += i + len(name)
			if at < len(c) && (isWordByte(c[at]) || c[at] == '-') || at-len(name) > 0 && (isWordByte(c[at-len(name)-1]) || c[at-len(name)-1] == '-') {
				continue
			}
			rest := strings.TrimLeft(c[at:], " \t([")
			if rest == "" {
				continue
			}
			arg, quoted := "", rest[0] == '"' || rest[0] == '\''
			if quoted {
				arg, _, _ = strings.Cut(rest[1:], rest[:1])
			} else {
				arg, _, _ = strings.Cut(rest, "\n")
				arg, _, _ = strings.Cut(arg, ";")
				arg = strings.TrimRight(arg, " )]}")
			}
			found = true
			if lang == "tcl" && !quoted && strings.Contains(rest, "{") && !strings.Contains(rest, "'") { // braces quote, as single quotes do in a shell
				arg, _, _ = strings.Cut(rest, "\n")
				arg = strings.NewReplacer("{", "'", "}", "'").Replace(arg)
			}
			v := value.Lit(arg)
			switch name {
			case "open", "insert-file", "insert-file-contents", "find-file", "readfile":
				if lang == "tcl" && strings.HasPrefix(arg, "|") {
					v, _ = v.Drop(1)
					r.shell(v)
					continue
				}
				f, _, _ := strings.Cut(arg, " ")
				mode := strings.TrimSpace(strings.TrimPrefix(arg, f))
				if strings.HasPrefix(mode, "w") || strings.HasPrefix(mode, "a") {
					r.effect(sallyport.EffectWrite, value.Lit(f), "")
				} else {
					r.read(value.Lit(f))
				}
			case "write-file", "writefile":
				r.effect(sallyport.EffectWrite, v, "")
			case "delete-file":
				r.effect(sallyport.EffectDelete, v, "")
			case "socket":
				f := strings.Fields(arg)
				if len(f) > 1 {
					r.effect(sallyport.EffectConnect, value.Lit(f[len(f)-2]+":"+f[len(f)-1]), "")
				}
			case "make-network-process":
				r.unknown("a connection in " + lang + " code is not followed")
			case "term", "call-process", "start-process":
				r.argv([]value.Str{v})
			default:
				r.shell(v)
			}
		}
	}
	if !found {
		r.unknown("code in " + lang + " is not understood")
	}
}

// otherShell is shells with a grammar of their own: redirections and Out-File are found, and the text is followed as shell where it looks alike.
func otherShell(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "shell"}
	c := program.String()
	for i := 0; i < len(c); i++ {
		if c[i] != '>' && c[i] != '<' {
			continue
		}
		dir := c[i]
		for i+1 < len(c) && strings.IndexByte(">|& ", c[i+1]) >= 0 {
			i++
		}
		end := i + 1
		for end < len(c) && strings.IndexByte(" \t\n;)|&\"'(", c[end]) < 0 {
			end++
		}
		if f := c[i+1 : end]; strings.HasPrefix(f, "/") || strings.HasPrefix(f, "~") || strings.HasPrefix(f, "./") {
			if dir == '>' {
				r.effect(sallyport.EffectWrite, value.Lit(f), "")
			} else {
				r.read(value.Lit(f))
			}
		}
	}
	for verb, write := range map[string]bool{"Out-File ": true, "Set-Content ": true, "Add-Content ": true, "Get-Content ": false, "Remove-Item ": true} {
		_, rest, ok := strings.Cut(c, verb)
		if !ok {
			continue
		}
		f, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		switch {
		case verb == "Remove-Item ":
			r.effect(sallyport.EffectDelete, value.Lit(strings.Trim(f, `"'`)), "")
		case write:
			r.effect(sallyport.EffectWrite, value.Lit(strings.Trim(f, `"'`)), "")
		default:
			r.read(value.Lit(strings.Trim(f, `"'`)))
		}
	}
	r.shell(program)
	r.unknown("code for another shell is understood only in part")
}

// resource finds declarations like: file { "/path": ... }.
func resource(r *recorder, c, kind string, effect sallyport.EffectKind) {
	for {
		_, rest, ok := strings.Cut(c, kind)
		if !ok {
			return
		}
		if c = rest; strings.HasPrefix(strings.TrimSpace(c), "{") {
			if p := literalAfter(c); p != "" {
				r.effect(effect, value.Lit(p), "puppet")
			}
		}
	}
}
