package command

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

// Verbs are the first words that tools with sub-commands take, for tools whose hook would take any other word for an operand.
//
//go:embed tables/verbs/*.txt
var verbTables embed.FS

var verbs = sync.OnceValue(func() map[string]map[string]bool {
	all := map[string]map[string]bool{}
	names, err := fs.Glob(verbTables, "tables/verbs/*.txt")
	if err != nil {
		panic(err)
	}
	for _, n := range names {
		text, err := verbTables.ReadFile(n)
		if err != nil {
			panic(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			tools, words, ok := strings.Cut(line, ": ")
			if !ok || line[0] == '#' {
				continue
			}
			set := wordSet(words)
			for _, tool := range strings.Split(tools, ",") {
				if all[tool] != nil {
					panic(fmt.Sprintf("%s: line %d: the words of %q are listed twice", n, i+1, tool)) // a defect of the build: any test loads them
				}
				all[tool] = set
			}
		}
	}
	return all
})

// checkVerb says that the first word of a tool with sub-commands is not one of them. The word after an option may be its value.
func (e *eval) checkVerb() {
	known := verbs()[e.name]
	if known == nil {
		return
	}
	afterOption := false
	for _, a := range e.argv[1:] {
		if a.Is("--") {
			return
		}
		if a.HasPrefix("-") {
			afterOption = !a.Contains("=")
			continue
		}
		word, ok := a.Const()
		switch {
		case ok && known[word]:
			return
		case !afterOption && ok:
			e.unknown("sub-command %q of %s is not understood", a, e.name)
			return
		case !afterOption:
			e.unknown("what %s is told to do is not known: %q", e.name, a)
			return
		}
		afterOption = false
	}
}
