// Package foreign says what programs in other languages than shell would do, as far as literal calls in them tell: python, perl,
// ruby, php, lua, javascript, awk, SQL, and the commands of editors, debuggers and file clients. It is no interpreter of any of them: it reads a
// program once from top to bottom, remembers literal values of variables, and records calls that run, read, write, delete, listen or connect.
// Both arms of a condition count; loops count once.
//
// It promises that a call which it does not know is named in Unknown, and that nothing in a program makes it loop or fail. It does not follow
// types, imports of other files, or functions that are reached under another name.
package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Evaluate says what a program would do. lang is a Lang of command.Run; args are its arguments after its own name.
func Evaluate(lang string, program value.Str, args []value.Str, ctx command.Context) command.Result {
	res := command.Result{Known: true}
	res.Stdout = value.Of(value.Hole{Name: "output of a program in " + lang, Taint: value.Output})
	if l := languages[lang]; l != nil {
		var printed []value.Str
		for _, alt := range program.Alternatives() {
			w := &walker{printed: &printed, lang: l, toks: l.tokens(printable(alt, &res, lang)), vars: map[string]arg{}, defined: map[string]bool{}, res: &res, args: args, ctx: ctx}
			w.define()
			w.block(0, "")
		}
		res.Stdout = output(lang, &res, program)
		if all := value.Concat(printed...); len(printed) > 0 && all.Known() && len(res.Unknown) == 0 && len(res.Runs) == 0 && len(program.Alternatives()) == 1 {
			res.Stdout = all
		}
		remoteShell(&res)
		return res
	}
	read := small[lang]
	if read == nil {
		res.Known = false
		res.Unknown = []string{"code in " + lang + " is not understood"}
		return res
	}
	for _, alt := range program.Alternatives() {
		read(&res, alt, args, ctx)
	}
	remoteShell(&res)
	res.Stdout = output(lang, &res, program)
	return res
}

// define collects the names of the program's own functions, so that calls before the definition are known.
func (w *walker) define() {
	for i := 0; i+1 < len(w.toks); i++ {
		if w.toks[i].kind == word && strings.Contains(" def sub function func class fn import as ", " "+w.toks[i].text+" ") && w.toks[i+1].kind == word && w.toks[i].text != "import" {
			w.defined[w.toks[i+1].text] = true
		}
	}
}

// printable returns the text with holes as words that no language has: they count as values that are not known.
func printable(program value.Str, res *command.Result, lang string) string {
	var b strings.Builder
	for _, p := range program.Parts() {
		if p.Hole == nil {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("_hole_")
		if p.Hole.Taint&value.Remote != 0 {
			res.Unknown = append(res.Unknown, "a part of the "+lang+" program comes from another machine")
		}
	}
	if len(program.Parts()) == 1 && program.Parts()[0].Hole != nil {
		res.Unknown = append(res.Unknown, "the program in "+lang+" is not known: "+program.String())
	}
	return b.String()
}

// output says what a program prints: everything that it read, as far as that is known.
func output(lang string, res *command.Result, program value.Str) value.Str {
	h := value.Hole{Name: "output of a program in " + lang, Taint: value.Output}
	for _, f := range res.Flows {
		if f.To.Kind != command.Stdout {
			continue
		}
		switch f.From.Kind {
		case command.File:
			h.Taint |= value.File
		case command.Net:
			h.Taint |= value.Remote
		case command.Secret:
			h.Taint |= value.Secret
		}
		h.From = append(h.From, f.From.Target.Strings()...)
	}
	t, from := program.Taint()
	h.Taint |= t
	h.From = append(h.From, from...)
	return value.Of(h)
}

// remoteShell says when a program both talks to another machine and starts a shell or a command that it does not hold itself.
func remoteShell(res *command.Result) {
	talks := false
	for _, f := range res.Effects {
		talks = talks || f.Kind == sallyport.EffectConnect && !f.Target.Contains("://") || f.Kind == sallyport.EffectListen
	}
	if !talks {
		return
	}
	for _, r := range res.Runs {
		line := value.Str{}
		switch {
		case r.Script != nil:
			line = *r.Script
		case len(r.Argv) > 0:
			line = r.Argv[0]
		}
		word := strings.TrimSpace(line.Prefix())
		word, _, _ = strings.Cut(word, " ")
		word = word[strings.LastIndexByte(word, '/')+1:]
		switch word {
		case "sh", "bash", "dash", "ksh", "zsh", "ash", "cmd", "cmd.exe", "powershell", "":
			res.Hints = append(res.Hints, command.Hint{Rule: "remote-shell", Level: sallyport.Critical, Message: "lets another machine type commands here"})
			return
		}
	}
}
