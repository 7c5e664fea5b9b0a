// Package assess says what a text would do before it runs: effects, what cannot be determined, and a verdict. It is
// pure: it never executes anything, opens no file and no connection, and reads no clock; the same request always gives
// the same assessment. It promises that what it did not understand is never called low, and that any input is answered
// within fixed budgets. It does not decide: policy and people do.
package assess

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/front"
	"sallyport/assess/judge"
	"sallyport/assess/shell"
	"sallyport/assess/value"
	"sallyport/assess/words"
)

// Engine names the version of the rules; it is part of every assessment, so that an old one can be told from a new one.
const Engine = "sallyport-assess/1"

// Request is what is to be assessed, with everything known about how it would run.
type Request struct {
	Text        []byte            // the exact bytes that would run
	Lang        string            // "bash", "sh", "sql", ...; "" or "unknown": by the first line, else bash. What is not shell is never low
	Name        string            // a file or display name; changes wording only
	Interpreter string            // the shell that would run it: "bash", "sh", a path; "" means the one that Lang names
	Cwd         string            // working directory on the target; "" not known
	Home        string            // home directory of the login on the target; "" not known
	User        string            // login on the target; "" not known
	Env         []string          // environment set for the action, as NAME=value; what is not in it is not known
	Args        []string          // arguments $1, $2, ...; nil not known, empty none
	Stdin       []byte            // attached standard input; nil not known
	Files       map[string][]byte // pinned files of the target, by absolute path or by the word used in the text
	Scope       Scope             // what the action is for; empty not known
}

// Scope is the purpose and the bounds that a ticket names. An effect outside a non-empty bound is marked and listed first.
type Scope struct {
	Purpose  string   // in the engineer's words
	Paths    []string // files and directories that the work may touch
	Services []string // services that it may control
	Hosts    []string // hosts that it may talk to
}

// Ref is a word of the text that names a file on the target which the text runs or sources. Only words that stand in the text as
// they are (perhaps quoted) are references: what is computed, or stands in another file, cannot be pinned, and the assessment says
// that it is not known.
type Ref struct {
	Word           string // what the word says, made absolute when the text changes the working directory first: "./fix_servers.sh"
	Offset, Length int    // the word's place in the text, in bytes, quotes included
	Command        bool   // it is run as a command, by its own first line; otherwise it is an argument of a shell, or sourced
	Lines          sallyport.Span
}

// Assess assesses one request. It does not fail: what goes wrong is in the assessment. ctx is only looked at between
// stages: the work is bounded by budgets.
func Assess(ctx context.Context, req Request) (a sallyport.Assessment) {
	defer func() {
		if r := recover(); r != nil { // a defect here must stop neither the gateway nor the other requests: it fails closed
			a = merge(refuse("failed", "The analysis of this text failed, so nothing is known about it."), nil)
		}
	}()
	if err := ctx.Err(); err != nil {
		return refuse("too-large", "The assessment was given up before it began: "+err.Error())
	}
	if len(req.Text) > front.MaxText {
		return refuse("too-large", fmt.Sprintf("The text is %d bytes long; at most %d are looked at.", len(req.Text), front.MaxText))
	}
	found := front.Look(req.Text)
	lang := Language(req)
	if lang != "bash" && lang != "sh" {
		a = refuse("not-shell", "This is not a shell text ("+lang+"); such texts are not understood yet.")
		a.Verdict, a.Findings[0].Level = sallyport.Medium, sallyport.Medium
		return merge(a, found)
	}
	if marked(req.Text) {
		return merge(refuse("not-parsed", "The text contains characters of a private plane, which no shell text needs."), found)
	}
	w := world(req, lang)
	trace := shell.Walk(w)
	found = append(found, differ(trace, &w)...)
	j := judge.Judge(trace, scope(req.Scope))
	a = sallyport.Assessment{Verdict: j.Verdict, Effects: j.Effects, Findings: j.Findings, Unknown: j.Unknown, Commands: trace.Commands, Layers: trace.Layers, Engine: Engine}
	found = append(found, parsed(trace.ParseErr)...)
	if session, name, line, ok := typed(req.Text); ok {
		other := req
		other.Text = session
		t := shell.Walk(world(other, lang))
		j := judge.Judge(t, scope(req.Scope))
		a = withTyped(a, sallyport.Assessment{Verdict: j.Verdict, Effects: j.Effects, Findings: j.Findings}, name, line, bytes.Count(bytes.TrimRight(req.Text, "\n"), []byte("\n"))+1)
	}
	if lang == "sh" {
		found = append(found, dialect(req.Text)...)
	}
	return merge(a, found)
}

// References returns the files on the target that the text runs or sources, in order of their place: what is to be read and
// pinned before the assessment.
func References(req Request) []Ref {
	lang := Language(req)
	if len(req.Text) > front.MaxText || lang != "bash" && lang != "sh" || marked(req.Text) {
		return nil
	}
	var out []Ref
	at := map[int]int{}
	for _, r := range shell.Walk(world(req, lang)).Refs {
		if r.Length == 0 {
			continue
		}
		ref := Ref{Word: r.Word, Offset: r.Offset, Length: r.Length, Command: r.Command, Lines: r.Lines}
		if i, seen := at[r.Offset]; seen {
			if out[i].Word != r.Word {
				out[i].Length = 0 // means different files at different times: cannot be pinned
			}
			continue
		}
		at[r.Offset] = len(out)
		out = append(out, ref)
	}
	out = slices.DeleteFunc(out, func(r Ref) bool { return r.Length == 0 })
	sort.Slice(out, func(i, j int) bool { return out[i].Offset < out[j].Offset })
	return out
}

// Rules returns every rule, sorted by name.
func Rules() []judge.Rule {
	out := append([]judge.Rule(nil), judge.Rules...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Language is the language that a request is in: what it says, else what the first line says, else bash.
func Language(req Request) string {
	for _, l := range []string{req.Lang, path.Base(req.Interpreter)} {
		switch l = strings.ToLower(l); l {
		case "", "unknown", ".":
		case "shell":
			return "bash"
		case "dash", "ash", "posix":
			return "sh"
		default:
			return l
		}
	}
	first, _, _ := bytes.Cut(req.Text, []byte("\n"))
	if bytes.HasPrefix(first, []byte("#!")) {
		f := strings.Fields(string(first[2:]))
		for _, w := range f {
			b := path.Base(w)
			switch {
			case b == "env" || strings.HasPrefix(b, "-") || strings.Contains(b, "="):
				continue
			case b == "sh" || b == "dash" || b == "ash":
				return "sh"
			case b == "bash":
				return "bash"
			}
			return b
		}
	}
	return "bash"
}

func world(req Request, lang string) shell.World {
	w := shell.World{Text: req.Text, Posix: lang == "sh", Name: req.Name, Cwd: req.Cwd, Home: req.Home, User: req.User, Env: map[string]string{}, Args: req.Args, Files: req.Files}
	for _, v := range req.Env {
		if name, val, ok := strings.Cut(v, "="); ok {
			w.Env[name] = val
		}
	}
	if req.Stdin != nil {
		s := value.Lit(string(req.Stdin))
		w.Stdin = &s
	}
	return w
}

func scope(s Scope) *judge.Scope {
	if s.Purpose == "" && len(s.Paths)+len(s.Services)+len(s.Hosts) == 0 {
		return nil
	}
	return &judge.Scope{Purpose: s.Purpose, Paths: s.Paths, Services: s.Services, Hosts: s.Hosts}
}

// marked reports whether the text has characters of the plane that the walker uses for unknown text.
func marked(text []byte) bool {
	return bytes.IndexByte(text, 0xF4) >= 0 && bytes.ContainsFunc(text, func(r rune) bool { return r >= 0x100000 && r <= 0x10FFFF })
}

func refuse(rule, why string) sallyport.Assessment {
	line := sallyport.Span{1, 1}
	return sallyport.Assessment{
		Verdict: sallyport.High, Engine: Engine, Effects: []sallyport.Effect{},
		Findings: []sallyport.Finding{{Rule: rule, Level: sallyport.High, Message: why, Lines: line}},
		Unknown:  []sallyport.Unknown{{Lines: line, Why: why}},
	}
}

// parsed says that the text could not be read to its end.
func parsed(err error) []sallyport.Finding {
	if err == nil {
		return nil
	}
	line, why := 1, "the text cannot be read as a shell would"
	switch e := err.(type) {
	case syntax.ParseError:
		line, why = int(e.Pos.Line()), e.Text
	case syntax.LangError:
		line, why = int(e.Pos.Line()), e.Error()
	}
	return []sallyport.Finding{{Rule: "not-parsed", Level: sallyport.High, Lines: sallyport.Span{max(1, line), max(1, line)},
		Message: "From here on this cannot be read as shell commands, so nothing is known about what it does (" + why + ")."}}
}

// merge adds findings about the text itself and completes the assessment.
func merge(a sallyport.Assessment, found []sallyport.Finding) sallyport.Assessment {
	for _, f := range found {
		a.Verdict = a.Verdict.Max(f.Level)
		a.Findings = append(a.Findings, f)
		if f.Rule == "not-parsed" {
			a.Unknown = append(a.Unknown, sallyport.Unknown{Lines: f.Lines, Why: f.Message})
		}
	}
	sort.SliceStable(a.Findings, func(i, j int) bool {
		x, y := a.Findings[i], a.Findings[j]
		if x.Level != y.Level {
			return x.Level.Rank() > y.Level.Rank()
		}
		return x.Lines[0] < y.Lines[0]
	})
	if a.Effects == nil {
		a.Effects = []sallyport.Effect{}
	}
	if a.Findings == nil {
		a.Findings = []sallyport.Finding{}
	}
	if a.Unknown == nil {
		a.Unknown = []sallyport.Unknown{}
	}
	a.Complete = len(a.Unknown) == 0 && a.Commands.Understood == a.Commands.Total
	if !a.Complete {
		a.Verdict = a.Verdict.Max(sallyport.Medium)
	}
	a.Summary = words.Summary(&a)
	a.Advice = words.Advice(&a)
	return a
}
