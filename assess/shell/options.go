package shell

import (
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// unread are builtins whose words are no options, or are read by their own code or as a command.
var unread = set(`: . alias builtin echo eval false let source true`)

// builtinOptions reports whether all options of a builtin are understood; it says which options of a builtin are not, and what its table says of its files. What it does to the shell is said by builtin.
func (m *machine) builtinOptions(name string, argv []value.Str) bool {
	dashed := false
	for _, a := range argv[1:] {
		dashed = dashed || a.HasPrefix("-") || a.HasPrefix("+")
	}
	if !dashed && name != "trap" || unread[name] { // trap names signals
		return true
	}
	res := command.Evaluate(argv, command.Context{})
	for _, why := range res.Unknown {
		m.gap(why)
	}
	if name == "history" {
		for _, e := range res.Effects {
			t := e.Target
			if fileKinds[e.Kind] {
				t = m.absStr(t)
			}
			m.effect(e.Kind, t, e.Detail, name)
		}
	}
	return len(res.Unknown) == 0
}
