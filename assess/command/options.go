package command

import (
	"embed"
	"strings"
	"sync"

	"sallyport/assess/value"
)

// Grammars are the options of commands whose hook reads the arguments itself, in the language of the tables. They say what is understood;
// what an option does by itself (a file that it writes, a program that it runs) is said there too, what the operands do is said by the hook.
// A name that begins with "%" is a group of options for others to use.
//
//go:embed tables/options/*.spec
var optionTables embed.FS

var grammars = sync.OnceValue(func() library { return fill(optionTables, "tables/options/*.spec") })

// checkOptions says which of the arguments are options that nothing describes. A command whose arguments are all operands to its table either has
// a grammar, or none of its short options is understood; freeWords have none of either.
func (e *eval) checkOptions() {
	args := e.argv[1:]
	g := grammars().find(e.name)
	if op, ok := strings.CutPrefix(e.name, "git-"); ok && g == nil && grammars().find("git").subs[op] != nil {
		g, args = grammars().find("git"), append([]value.Str{lit(op)}, args...)
	}
	if g == nil { // python3.11 has the options of python
		g = grammars().find(e.spec.name)
		if g != nil && e.name != e.spec.name && table().find(e.name) != nil {
			g = nil
		}
	}
	if g != nil {
		t := &eval{ctx: e.ctx, spec: g, name: e.name, argv: e.argv}
		t.parse(args)
		e.grammar = t
		e.applied(t)
		return
	}
	if e.spec.style != raw || freeWords[e.name] || readsOwn[e.spec.hookName] || e.spec.takesText() {
		return
	}
	for _, a := range args {
		if a.Is("--") {
			return
		}
		e.undescribed(a)
		if p := a.Prefix(); len(p) > 1 && p[0] == '-' && p[1] != '-' && !isNumber(p[1:]) && e.spec.find(p[:2]) == nil {
			e.unknown("option %q of %s is not understood", value.Lit(p), e.name)
		}
	}
}

// reads parses words with the grammar of that name, and says what it does not understand. It returns the operands.
func (e *eval) reads(name string, words []value.Str) []value.Str {
	t := &eval{ctx: e.ctx, spec: grammars().find(name), name: e.name, argv: e.argv}
	t.parse(words)
	e.applied(t)
	return t.operands
}

// applied takes over what a grammar says of the options that were given.
func (e *eval) applied(t *eval) {
	t.applyOptions()
	for s := t.spec; s != nil; s = s.above() {
		t.at = s
		for _, a := range s.acts {
			if a.when.holds(t) {
				t.act(a)
			}
		}
	}
	for _, u := range t.res.Unknown {
		e.unknown("%s", u)
	}
	for _, f := range t.res.Effects {
		e.effectIf(f.Certainty, f.Kind, f.Target, f.Detail)
	}
	for _, h := range t.res.Hints {
		e.hint(h.Rule, h.Level, h.Message)
	}
	e.res.Runs = append(e.res.Runs, t.res.Runs...)
	e.sources = append(e.sources, t.sources...)
	e.sinks = append(e.sinks, t.sinks...)
	e.noStdout = e.noStdout || t.noStdout
}

// readsOwn are hooks that say themselves which option they do not understand.
var readsOwn = wordSet(`bwrap dd openssl find fileClient chmod yadmTool mkfs sox ffmpeg magick exiftool xterminal bspc assimp csc`)
