package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() { hooks["sed"] = sed }

// placeholder stands for a hole in a program text that is parsed.
const placeholder = "￼"

// withPlaceholders returns the text of the first alternative with one placeholder for each hole, and the holes.
func withPlaceholders(s value.Str) (string, []value.Str) {
	var b strings.Builder
	var holes []value.Str
	for _, p := range s.Parts() {
		if p.Hole == nil {
			b.WriteString(strings.ReplaceAll(p.Text, placeholder, "?"))
			continue
		}
		b.WriteString(placeholder)
		holes = append(holes, value.Of(*p.Hole))
	}
	return b.String(), holes
}

// restore puts the holes back into a piece of the text. Which ones they were is found by counting in the text before it.
func restore(piece string, holes []value.Str) value.Str {
	parts := strings.Split(piece, placeholder)
	out := value.Lit(parts[0])
	for i, p := range parts[1:] {
		h := value.Unknown("text", "")
		if len(holes) == len(parts)-1 {
			h = holes[i]
		} else if len(holes) > 0 {
			h = holes[len(holes)-1]
		}
		out = value.Concat(out, h, value.Lit(p))
	}
	return out
}

func sed(e *eval) {
	programs, ops := e.values("-e"), e.operands
	for _, f := range e.values("-f") {
		e.effect(sallyport.EffectRead, f, "")
		if text, ok := e.read(f); ok {
			programs = append(programs, value.Lit(string(text)))
		} else {
			e.unknown("the sed program in %q is not read", f)
			programs = append(programs, value.Str{})
		}
	}
	if len(programs) == 0 && len(ops) > 0 {
		programs, ops = ops[:1], ops[1:]
	}
	if len(programs) > 0 {
		for _, alt := range value.Join(programs, "\n").Alternatives() {
			e.sedProgram(alt)
		}
	}
	inPlace := e.has("-i", "-I", "--in-place")
	for _, o := range ops {
		if inPlace {
			e.effect(sallyport.EffectWrite, o, "changed in place")
		} else {
			e.input(o)
		}
	}
	if len(ops) == 0 {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
}

func (e *eval) sedProgram(program value.Str) {
	text, holes := withPlaceholders(program)
	commands, err := parseSed(text)
	if err != nil {
		e.unknown("the sed program %q is not understood: %v", program, err)
		return
	}
	for _, c := range commands {
		switch {
		case c.name == 'w' || c.name == 'W' || strings.Contains(c.flags, "w"):
			e.output(sallyport.EffectWrite, restore(c.text, holes), "")
		case c.name == 'r' || c.name == 'R':
			e.input(restore(c.text, holes))
		case c.name == 'e' && c.text != "":
			cmd := restore(c.text, holes)
			e.run(Run{Script: &cmd, Lang: "sh"})
		case c.name == 'e', strings.Contains(c.flags, "e"):
			cmd := restore(strings.ReplaceAll(c.repl, "&", placeholder), nil)
			if c.name == 'e' {
				cmd = value.Unknown("lines of its input", "sed runs what it reads")
			}
			e.run(Run{Script: &cmd, Lang: "sh"})
			e.hint("runs-option", sallyport.High, "sed runs text as commands")
		}
	}
}
