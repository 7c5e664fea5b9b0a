package assess

import (
	"bytes"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// endTyped ends what is taken for typed. No text of a person has it.
const endTyped = "SALLYPORT-END-OF-WHAT-IS-TYPED"

// typed finds a session that was written down: a command alone on its line that reads what is typed into it, followed by lines that are no shell
// commands. A shell that reads this text from its standard input gives these lines to that command. typed returns the text in which they are its
// input, with the same lines, and the command's name and line.
func typed(text []byte) (session []byte, name string, line int, ok bool) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i := 0; i+1 < len(lines) && i < 100; i++ {
		argv, ok := alone(string(lines[i]))
		if !ok || !prompts(argv) {
			continue
		}
		rest := bytes.Join(lines[i+1:], nil)
		if len(bytes.TrimSpace(rest)) == 0 || !foreignLine(rest) || bytes.Contains(text, []byte(endTyped)) {
			continue
		}
		name, _ = argv[0].Const()
		head := bytes.TrimRight(lines[i], "\r\n")
		session = slices.Concat(bytes.Join(lines[:i], nil), head, []byte(" <<'"+endTyped+"'\n"), rest, []byte("\n"+endTyped+"\n"))
		return session, name, i + 1, true
	}
	return nil, "", 0, false
}

// alone returns the words of a line that is one simple command of constant words.
func alone(line string) (argv []value.Str, ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' || len(line) > 500 {
		return nil, false
	}
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(line), "")
	if err != nil || len(f.Stmts) != 1 || len(f.Stmts[0].Redirs) > 0 || f.Stmts[0].Background {
		return nil, false
	}
	call, ok := f.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(call.Assigns) > 0 {
		return nil, false
	}
	for _, w := range call.Args {
		if w.Lit() == "" {
			return nil, false
		}
		argv = append(argv, value.Lit(w.Lit()))
	}
	return argv, true
}

// prompts reports whether a command other than a shell reads what is typed.
func prompts(argv []value.Str) bool {
	res := command.Evaluate(argv, command.Context{})
	for _, r := range res.Runs {
		if r.Argv != nil && r.Where == command.Here && len(r.Argv) < len(argv) && prompts(r.Argv) { // sudo sftp ...
			return true
		}
		if r.Interactive && r.Lang != "sh" && r.Lang != "bash" {
			return true
		}
	}
	return slices.ContainsFunc(res.Unknown, func(why string) bool { return strings.HasPrefix(why, "what is typed into ") })
}

// foreignLine reports whether the first line of a text is no shell command: it cannot be parsed, or begins with a word that no command has.
func foreignLine(text []byte) bool {
	for _, l := range strings.Split(string(text), "\n") {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(l), "")
		if err != nil || len(f.Stmts) == 0 {
			words := strings.Fields(l)
			if words[0] == "select" && len(words) > 2 && words[2] != "in" { // SQL
				return true
			}
			return err != nil && !openWord[words[0]] && !strings.HasSuffix(l, "{") && !strings.HasSuffix(l, "(") && !strings.Contains(l, "<<")
		}
		call, ok := f.Stmts[0].Cmd.(*syntax.CallExpr)
		return ok && len(call.Args) > 0 && len(call.Assigns) == 0 && call.Args[0].Lit() != "" && !command.Known(call.Args[0].Lit())
	}
	return false
}

// openWord are words that begin a shell command of several lines.
var openWord = map[string]bool{"if": true, "for": true, "while": true, "until": true, "case": true, "function": true, "select": true, "{": true, "(": true, "((": true, "[[": true}

// withTyped adds what the session would do to what the text would do as it stands.
// last is the last line of the text.
func withTyped(a, session sallyport.Assessment, name string, line, last int) sallyport.Assessment {
	type key struct {
		kind   sallyport.EffectKind
		target string
	}
	seen := map[key]bool{}
	for _, e := range a.Effects {
		seen[key{e.Kind, e.Target}] = true
	}
	for _, e := range session.Effects {
		if k := (key{e.Kind, e.Target}); !seen[k] && e.Lines[1] > line {
			seen[k] = true
			e.Certainty = sallyport.May
			e.Lines[1] = min(e.Lines[1], last)
			a.Effects = append(a.Effects, e)
		}
	}
	for _, f := range session.Findings {
		if !slices.ContainsFunc(a.Findings, func(x sallyport.Finding) bool { return x.Rule == f.Rule && x.Lines == f.Lines }) {
			f.Lines[1] = min(f.Lines[1], last)
			a.Findings = append(a.Findings, f)
		}
	}
	a.Verdict = a.Verdict.Max(session.Verdict)
	a.Unknown = append(a.Unknown, sallyport.Unknown{Lines: sallyport.Span{line + 1, line + 1}, Why: "The lines from here on may be shell commands, or what is typed into " + name + "; both are listed."})
	return a
}
