package shell

import (
	"strings"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

// editedInPlace keeps what sed -i makes of a file that the text wrote, so that what runs later is what stands there then.
func (m *machine) editedInPlace(argv []value.Str, ctx command.Context) {
	if len(argv) < 3 {
		return
	}
	last := len(argv) - 1
	file, ok := argv[last].Const()
	v := m.vars[m.key(file)]
	if !ok || v == nil || v.unset || !v.val.Known() {
		return
	}
	plain, inPlace := []value.Str{argv[0]}, false
	for _, a := range argv[1:last] {
		switch t, _ := a.Const(); {
		case t == "--in-place" || strings.HasPrefix(t, "--in-place=") || strings.HasPrefix(t, "-i"):
			inPlace = true
		default:
			plain = append(plain, a)
		}
	}
	if !inPlace {
		return
	}
	ctx.Stdin = &v.val
	if out := command.Evaluate(plain, ctx).Stdout; out.Known() {
		m.store(file, out, false)
	}
}
