package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["xargs"] = xargs
	hooks["parallel"] = parallel
	hooks["find"] = find
}

// maxItems bounds how many commands are built from one list of items.
const maxItems = 64

// items returns what arrives on standard input as separate arguments. exact is false when it is one hole for all of them.
func (e *eval) items(sep func(rune) bool) (items []value.Str, exact bool) {
	if e.ctx.Stdin != nil {
		if text, ok := e.ctx.Stdin.Const(); ok {
			for _, f := range strings.FieldsFunc(text, sep) {
				items = append(items, lit(strings.Trim(f, `"'`)))
			}
			return items, true
		}
		h := value.Hole{Name: "items from input", Why: "the items come from another command"}
		h.Taint, h.From = e.ctx.Stdin.Taint()
		h.Taint |= value.Output
		// Glue that is known on both sides stays: "/srv/‹name›".
		if fields, ok := e.ctx.Stdin.Fields(); !ok && len(fields) == 1 {
			return fields, false
		}
		return []value.Str{value.Of(h)}, false
	}
	return []value.Str{value.Of(value.Hole{Name: "items from input", Taint: value.Input, Why: "the items come from standard input"})}, false
}

func blank(r rune) bool   { return r == ' ' || r == '\t' || r == '\n' }
func newline(r rune) bool { return r == '\n' }
func nul(r rune) bool     { return r == 0 }

func xargs(e *eval) {
	sep := blank
	replace, replacing := e.value("-I")
	if !replacing && e.has("-J") {
		replace, replacing = e.value("-J")
	}
	if !replacing && e.has("-i", "--replace") {
		replacing = true
		if replace, _ = e.value("-i"); replace.Empty() {
			if replace, _ = e.value("--replace"); replace.Empty() {
				replace = lit("{}")
			}
		}
	}
	if replacing || e.has("-L", "-l", "--max-lines") {
		sep = newline
	}
	if d, ok := e.value("-d"); ok {
		if c, known := d.Const(); known && c != "" {
			switch c {
			case `\n`, "\n":
				sep = newline
			case `\0`:
				sep = nul
			default:
				sep = func(r rune) bool { return strings.ContainsRune(c, r) }
			}
		}
	}
	if e.has("-0") {
		sep = nul
	}
	var items []value.Str
	exact := false
	if file, ok := e.value("-a"); ok {
		if text, known := e.read(file); known {
			for _, f := range strings.FieldsFunc(string(text), sep) {
				items = append(items, lit(f))
			}
			exact = true
		} else {
			items = []value.Str{value.Of(value.Hole{Name: "items in " + file.String(), Taint: value.File, From: file.Strings(), Why: "the items are in a file"})}
		}
	} else {
		items, exact = e.items(sep)
	}
	e.sources = append(e.sources, End{Kind: Stdin})
	e.sinks = append(e.sinks, End{Kind: Text})
	e.noStdout = true
	argv := e.operands
	if len(argv) == 0 {
		argv = []value.Str{lit("echo")}
	}
	if exact && len(items) > maxItems {
		e.unknown("xargs gets more than %d items; only the first are followed", maxItems)
		items = items[:maxItems]
	}
	c := sallyport.Must
	if !exact {
		c = sallyport.May
	}
	if !replacing {
		per := len(items)
		if n, ok := e.value("-n"); ok {
			if c, _ := n.Const(); c != "" && isNumber(c) && len(c) < 4 {
				per = max(1, atoi(c))
			}
		}
		if e.has("-L", "-l", "--max-lines") {
			per = 1
		}
		for from := 0; from == 0 || from < len(items); from += per {
			batch := items[min(from, len(items)):min(from+per, len(items))]
			e.run(Run{Argv: append(argv[:len(argv):len(argv)], batch...), Certainty: c, Feed: &value.Str{}})
			if per == 0 {
				break
			}
		}
		return
	}
	r, _ := replace.Const()
	for _, it := range items {
		e.run(Run{Argv: substitute(argv, r, it), Certainty: c, Feed: &value.Str{}})
	}
}

func atoi(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// substitute puts item in place of mark in every argument.
func substitute(argv []value.Str, mark string, item value.Str) []value.Str {
	out := make([]value.Str, len(argv))
	for i, a := range argv {
		out[i] = a
		if mark != "" {
			out[i] = value.Join(a.Split(mark), "\x00")
			if parts := a.Split(mark); len(parts) > 1 {
				joined := parts[0]
				for _, p := range parts[1:] {
					joined = value.Concat(joined, item, p)
				}
				out[i] = joined
			} else {
				out[i] = a
			}
		}
	}
	return out
}

// parallel joins its command with spaces, puts arguments in place of {} and gives the line to a shell.
func parallel(e *eval) {
	command, lists := e.operands, [][]value.Str{}
	for i, o := range e.operands {
		if c, _ := o.Const(); strings.HasPrefix(c, ":::") {
			if len(lists) == 0 {
				command = e.operands[:i]
			}
			lists = append(lists, nil)
			if strings.HasPrefix(c, "::::") {
				lists[len(lists)-1] = append(lists[len(lists)-1], value.Unknown("lines of a file", "the arguments are in a file"))
			}
		} else if len(lists) > 0 {
			lists[len(lists)-1] = append(lists[len(lists)-1], o)
		}
	}
	if e.has("--citation", "--will-cite") && len(command) == 0 || e.has("--semaphore") && len(command) == 0 {
		return
	}
	r := Run{Lang: "sh"}
	for _, h := range e.values("-S") {
		e.effect(sallyport.EffectRemoteExec, h, "")
		r.Where, r.Principal = Remote, "host "+h.String()
	}
	if e.has("--pipe") {
		text := value.Join(command, " ")
		r.Script = &text
		e.run(r)
		return
	}
	var items []value.Str
	if len(lists) == 0 {
		items, _ = e.items(newline)
	} else {
		items = lists[0]
		for _, l := range lists[1:] {
			for i := range items {
				if len(l) > 0 {
					items[i] = value.Concat(items[i], lit(" "), l[i%len(l)])
				}
			}
		}
	}
	if len(items) > maxItems {
		e.unknown("parallel gets more than %d items; only the first are followed", maxItems)
		items = items[:maxItems]
	}
	for _, it := range items {
		line := value.Join(command, " ")
		switch sub := substitute([]value.Str{line}, "{}", it)[0]; {
		case len(command) == 0:
			line = it
		case line.Contains("{}"):
			line = sub
		case line.Contains("{"):
			line = substitute(substitute(substitute([]value.Str{line}, "{1}", it), "{.}", it), "{/}", it.Base())[0]
		default:
			line = value.Concat(line, lit(" "), it)
		}
		one := r
		one.Script = &line
		e.run(one)
	}
}
