package concrete

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

func (r *reader) call(c *syntax.CallExpr) status {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			r.assign(a)
		}
		return unknown
	}
	words, ok := r.words(c.Args)
	if ok {
		r.tell(c.Args[0].Pos(), words)
	}
	old := map[string]*expand.Variable{}
	for _, a := range c.Assigns {
		if a.Name != nil {
			if v, set := r.vars[a.Name.Value]; set {
				old[a.Name.Value] = &v
			} else {
				old[a.Name.Value] = nil
			}
			r.assign(a)
		}
	}
	s := unknown
	switch {
	case !ok || len(words) == 0 || strings.Contains(words[0], Token):
		r.vagueOut()
		if name := c.Args[0].Lit(); name == "" || r.funcs[name] != nil || changers[name] {
			r.forget() // it may be any builtin or function
		}
	default:
		s = r.run(words, !loose(c.Args) || !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(w, Token) }))
	}
	for name, v := range old {
		if v == nil {
			delete(r.vars, name)
		} else {
			r.vars[name] = *v
		}
	}
	return s
}

func (r *reader) vagueOut() {
	if r.out != nil {
		r.out.vague = true
	}
}

// changers are builtins that change what the shell knows in ways that are not followed here.
var changers = map[string]bool{"eval": true, "source": true, ".": true, "command": true, "builtin": true, "let": true, "enable": true, "exec": true, "hash": true, "export": true, "local": true,
	"declare": true, "typeset": true, "readonly": true, "set": true, "shift": true, "unset": true, "read": true, "mapfile": true, "readarray": true, "getopts": true, "alias": true, "unalias": true, "trap": true, "shopt": true, "printf": true, "wait": true, "coproc": true}

// run does what builtins and functions of the text do. exact says that the number of words is known.
func (r *reader) run(words []string, exact bool) status {
	name, args := words[0], words[1:]
	if body := r.funcs[name]; body != nil {
		r.function(body, args, exact)
		return unknown
	}
	switch name {
	case ":", "true":
		return success
	case "false":
		return failure
	case "[":
		if len(args) > 0 && args[len(args)-1] == "]" {
			return test(args[:len(args)-1])
		}
		return unknown
	case "test":
		return test(args)
	case "echo":
		r.echo(args)
		return success
	case "printf":
		r.printf(args)
	case "exit", "return", "trap", "wait", "hash", "exec", "shopt": // what follows is read all the same
	case "break", "continue":
		if n := len(r.loops); n > 0 && r.loops[n-1] == r.unsure && len(args) == 0 {
			r.jump = 1
			if name == "continue" {
				r.jump = 2
			}
		}
	case "set":
		if r.parameters(args); !exact {
			r.known = false
		}
	case "shift":
		if r.known && len(args) == 0 && len(r.args) > 0 {
			r.args = r.args[1:]
		} else {
			r.known = false
		}
	case "unset":
		for _, a := range args {
			if syntax.ValidName(a) {
				r.put(a, expand.Variable{})
				delete(r.funcs, a)
			} else if !strings.HasPrefix(a, "-") {
				r.forget()
			}
		}
	case "read", "mapfile", "readarray", "getopts":
		for _, a := range append(args, "REPLY", "MAPFILE", "OPTARG", "OPTIND") {
			if syntax.ValidName(a) {
				r.set(a, Token)
			}
		}
	case "cd", "pushd", "popd":
		r.set("PWD", Token)
		r.set("OLDPWD", Token)
	case "alias": // the words that follow no longer mean what they say
		r.budget.over = true
	default:
		if changers[name] && (name != "command" || len(args) == 0 || !strings.HasPrefix(args[0], "-")) {
			r.forget()
		}
		r.vagueOut()
	}
	return unknown
}

func (r *reader) function(body *syntax.Stmt, args []string, exact bool) {
	if r.depth >= maxDepth {
		r.forget()
		return
	}
	old, known, loops := r.args, r.known, r.loops
	r.args, r.known, r.loops = args, exact, nil
	r.locals = append(r.locals, map[string]*expand.Variable{})
	r.depth++
	r.stmt(body)
	r.depth--
	frame := r.locals[len(r.locals)-1]
	r.locals = r.locals[:len(r.locals)-1]
	for name, v := range frame {
		if v == nil {
			delete(r.vars, name)
		} else {
			r.vars[name] = *v
		}
	}
	r.args, r.known, r.loops = old, known, loops
	if r.lost {
		r.known = false
	}
}

func (r *reader) parameters(args []string) {
	for i, a := range args {
		switch {
		case a == "--":
			r.args, r.known = args[i+1:], true
			return
		case a == "-o" || a == "+o" || strings.HasPrefix(a, "-") || strings.HasPrefix(a, "+"):
		default:
			if i == 0 {
				r.args, r.known = args, true
			}
			return
		}
	}
}

func (r *reader) echo(args []string) {
	if r.out == nil {
		return
	}
	end := "\n"
	if len(args) > 0 && args[0] == "-n" {
		args, end = args[1:], ""
	}
	text := strings.Join(args, " ")
	if len(args) > 0 && strings.HasPrefix(args[0], "-") || strings.Contains(text, `\`) {
		r.out.vague = true
	}
	r.out.text.WriteString(text + end)
	r.budget.bytes += len(text)
}

func (r *reader) printf(args []string) {
	if len(args) > 0 && args[0] == "-v" {
		if len(args) > 1 && syntax.ValidName(args[1]) {
			r.set(args[1], Token)
		} else {
			r.forget()
		}
		return
	}
	if r.out == nil {
		return
	}
	if len(args) != 2 || args[0] != "%s" && args[0] != `%s\n` {
		r.out.vague = true
		return
	}
	r.out.text.WriteString(args[1])
	if args[0] != "%s" {
		r.out.text.WriteByte('\n')
	}
}

func (r *reader) assign(a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	r.step()
	name := a.Name.Value
	switch {
	case a.Naked:
	case a.Index != nil || a.Array != nil && a.Append:
		r.set(name, Token)
	case a.Array != nil:
		var words []*syntax.Word
		for _, e := range a.Array.Elems {
			if e.Index != nil || e.Value == nil {
				r.set(name, Token)
				return
			}
			words = append(words, e.Value)
		}
		list, ok := r.words(words)
		if !ok || len(list) > 256 {
			r.set(name, Token)
			return
		}
		r.put(name, expand.Variable{Set: true, Kind: expand.Indexed, List: append([]string{}, list...)})
	default:
		text, ok := "", true
		if a.Value != nil {
			text, ok = r.literal(a.Value)
		}
		v, had := r.vars[name]
		switch {
		case !ok || v.Kind == expand.NameRef || had && v.Kind != expand.String && v.Set:
			text = Token
		case a.Append && (!had || !v.Set):
			text = Token
		case a.Append:
			text = v.Str + text
		}
		r.set(name, text)
	}
}

func (r *reader) declare(c *syntax.DeclClause) {
	local := len(r.locals) > 0 && (c.Variant.Value == "local" || c.Variant.Value == "declare" || c.Variant.Value == "typeset")
	odd := c.Variant.Value == "nameref"
	for _, a := range c.Args {
		if a.Name == nil { // an option, or a word that is expanded
			t := ""
			if a.Value != nil {
				t = a.Value.Lit()
			}
			switch t {
			case "-x", "-r", "-g", "-rx", "-gx", "-gr":
				if strings.Contains(t, "g") {
					local = false
				}
			default:
				if !strings.HasPrefix(t, "-") {
					r.forget()
				}
				odd = true
			}
			continue
		}
		name := a.Name.Value
		if local {
			frame := r.locals[len(r.locals)-1]
			if _, noted := frame[name]; !noted {
				if v, ok := r.vars[name]; ok {
					frame[name] = &v
				} else {
					frame[name] = nil
				}
			}
			if a.Naked {
				r.put(name, expand.Variable{})
			}
		}
		if odd {
			r.set(name, Token)
			continue
		}
		r.assign(a)
	}
}
