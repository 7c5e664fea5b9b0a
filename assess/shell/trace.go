package shell

import (
	"mvdan.cc/sh/v3/syntax"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// Place says where in the text, and under what circumstances, something happens.
type Place struct {
	Lines     sallyport.Span // in the submitted text
	File      string         // the pinned file in which it stands, "" for the submitted text
	FileLines sallyport.Span // its lines there
	Via       []string       // layers, outermost first
	Principal string         // whose shell, "" for the login's own
	Where     command.Where  // this machine now, or elsewhere, or later
	Certainty sallyport.Certainty
	Condition string // in words; "" when Must
	Decoded   Hiding // how far the text that does it was computed by the script rather than written in it
	Written   bool   // the text that does it stands in a file that the script writes
	Pinned    bool   // the text that does it stands in a file of the target
	Uncalled  bool   // in a function that the text never calls
}

// Same reports whether two things happen at the same lines of the same text.
func (p Place) Same(q Place) bool {
	return p.Lines == q.Lines && p.File == q.File && p.FileLines == q.FileLines
}

// Effect is one effect at one place.
type Effect struct {
	Kind    sallyport.EffectKind
	Target  value.Str
	Detail  string
	Command string // the command that does it, as spelled, for wording
	Place   Place
}

// Flow says that Data goes to To. From names the sources directly; Data's holes name more.
type Flow struct {
	From  command.End
	To    command.End
	Data  value.Str
	Lossy bool
	Place Place
}

// Hiding says how far a text that runs can be found by reading the submitted one.
type Hiding uint8

const (
	Plain    Hiding = iota // it stands there
	Composed               // its pieces stand there, put together by the script
	Encoded                // it does not stand there: decoded from another spelling
)

// Program is code that would run: the judge looks at where it came from.
type Program struct {
	Lang        string
	Code        value.Str
	Known       bool // the code was followed
	Interactive bool // a shell that obeys what somebody types or sends
	Hidden      Hiding
	Cut         bool   // words of it are cut into pieces that mean nothing by themselves
	From        string // how it arrives: "stdin", "argument", "file", "eval"
	Place       Place
}

// Call is one command as it was called, for rules that look at words rather than effects.
type Call struct {
	Name  string
	Argv  []value.Str
	Loop  bool // in the body of a loop
	Place Place
}

// Written is a file that the text writes, with what is known of its contents.
type Written struct {
	Path    string
	Content value.Str
	Place   Place
}

// Note is a remark of a command table or of the engine, for a rule to judge.
type Note struct {
	Rule    string
	Level   sallyport.Verdict
	Message string
	Place   Place
}

// Ref is a file on the target that the text runs or reads as code. Length is 0 when no word of the submitted text names it
// as it stands.
type Ref struct {
	Word           string
	Offset, Length int
	Command        bool
	Lines          sallyport.Span
}

// Gap is something that was not understood.
type Gap struct {
	Why   string
	Place Place
}

// Trace is everything that the engine saw. Lists are in the order of the walk.
type Trace struct {
	Effects  []Effect
	Flows    []Flow
	Programs []Program
	Written  []Written
	Calls    []Call
	Notes    []Note
	Gaps     []Gap
	Refs     []Ref
	Layers   []sallyport.Layer
	Fifos    map[string]bool // named pipes that the text makes
	Commands sallyport.Coverage
	ParseErr error
	Stmts    []*syntax.Stmt // of the submitted text
	Readings Readings
	Spent    bool // a budget was exhausted: not everything was followed
}
