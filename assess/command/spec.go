package command

import (
	"strings"

	"sallyport"
)

// style is how a command reads its arguments.
type style string

const (
	gnu    style = "gnu"    // getopt_long: options anywhere, bundles, --long, --long=value, unique abbreviations, "--"
	posix  style = "posix"  // the same, but the first operand ends the options: wrappers and most sub-command tools
	single style = "single" // long names behind one dash, no bundles: find, openssl, java, terraform
	raw    style = "raw"    // no options: every argument is an operand
)

// spec describes one command or sub-command.
type spec struct {
	name     string
	path     string // with the names of its parents: "git remote add"
	parent   *spec
	style    style
	opts     map[string]*option
	borrowed map[string]bool // options that "use" brought, which may be described anew
	longs    []string        // names that may be abbreviated
	patterns []pattern
	acts     []act
	subs     map[string]*spec
	hook     func(*eval)
	hookName string
	stdin    string // "": not read; "default": read when no operand names an input; "always"
	lossy    bool
	verbatim bool   // what it prints is its input, byte for byte
	quiet    bool   // it prints nothing that matters
	old      bool   // its first argument may be options without a dash, as with tar
	own      bool   // the options of its parents mean nothing to it
	negates  bool   // --no-x is understood where --x is
	plugins  string // "-": a sub-command that is not described is a program of its own; else the program that gets it
}

// option is one option; every alias points to the same one.
type option struct {
	name  string // the first alias, with its dashes: what conditions and hooks call it
	more  int    // how many values it takes after the first
	takes byte   // 0: nothing, '=': a value, '?': an optional value that is attached, '!': a value, and it ends the options
	role  role
}

// role is what a value is to the command.
type role struct {
	name string
	arg  string // role(arg): a language, a detail
}

// pattern assigns roles to operands when its condition holds. many is the index of the role that repeats, or -1.
type pattern struct {
	when  cond
	roles []slot
	many  int
}

type slot struct {
	role     role
	optional bool
}

// act is something that happens when its condition holds.
type act struct {
	when   cond
	verb   string // "do", "may", "hint", "source", "sink", "say", "as", "prints"
	kind   sallyport.EffectKind
	target string // a template: {1} an operand, {2*} that and the rest, {*} all, {-o} an option's values
	detail string
	role   role // of "as"
	rule   string
	level  sallyport.Verdict
}

// find returns the option called name, in s or its parents.
func (s *spec) find(name string) *option {
	for ; s != nil; s = s.above() {
		if o := s.opts[name]; o != nil {
			return o
		}
	}
	return nil
}

// above returns the spec whose options s understands besides its own.
func (s *spec) above() *spec {
	if s.own {
		return nil
	}
	return s.parent
}

// negated returns what --x takes when name is --no-x: a flag.
func (s *spec) negated(name string) *option {
	x, ok := strings.CutPrefix(name, "--no-")
	if !ok || !s.negates || s.find("--"+x) == nil {
		return nil
	}
	return &option{name: name}
}

// abbreviated returns the only long option that begins with name.
func (s *spec) abbreviated(name string) *option {
	var found *option
	for t := s; t != nil; t = t.above() {
		for _, l := range t.longs {
			if len(l) > len(name) && l[:len(name)] == name {
				if o := t.opts[l]; found == nil {
					found = o
				} else if found != o {
					return nil
				}
			}
		}
	}
	return found
}
