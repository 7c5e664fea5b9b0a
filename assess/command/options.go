package command

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"sallyport/assess/value"
)

// Grammars are the options of commands whose hook reads the arguments itself. They are written in the language of the tables, and only
// opt, sub, style, use and "arg _..." (its sub-commands are not all listed) mean something in them: they say what is understood, not what it does.
//
//go:embed tables/options/*.spec
var optionTables embed.FS

var grammars = sync.OnceValue(func() map[string]*spec {
	all := map[string]*spec{}
	names, err := fs.Glob(optionTables, "tables/options/*.spec")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		text, err := optionTables.ReadFile(n)
		if err == nil {
			err = load(all, string(text))
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", n, err)) // a defect of the build: the test of the tables loads them all
		}
	}
	return all
})

// checkOptions says which of the arguments are options that nothing describes. A command whose arguments are all operands to its table either has
// a grammar, or none of its short options is understood; freeWords have none of either.
func (e *eval) checkOptions() {
	args := e.argv[1:]
	if g := grammars()[e.name]; g != nil {
		t := &eval{ctx: e.ctx, spec: g, name: e.name, argv: e.argv}
		t.parse(args)
		for _, u := range t.res.Unknown {
			e.unknown("%s", u)
		}
		return
	}
	if e.spec.style != raw || freeWords[e.name] || readsOwn[e.spec.hookName] || e.spec.takesText() {
		return
	}
	for _, a := range args {
		if a.Is("--") {
			return
		}
		e.familiar(a)
		if p := a.Prefix(); len(p) > 1 && p[0] == '-' && p[1] != '-' && !isNumber(p[1:]) && e.spec.find(p[:2]) == nil {
			e.unknown("option %q of %s is not understood", value.Lit(p), e.name)
		}
	}
}

// readsOwn are hooks that say themselves which option they do not understand.
var readsOwn = wordSet(`git dd openssl iptables find socat fileClient eval source chattr setcap chmod kill`)
