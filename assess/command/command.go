// Package command says what a command would do with given arguments: its effects, what it would run in turn, where its
// bytes come from and go to, and what about it is not understood. It holds declarative tables ("specs") of commands: option grammar,
// roles of options and operands, sub-commands. It executes nothing, reads no file and knows no shell syntax.
//
// It promises that nothing unmodelled passes silently: a command without a spec gives Known == false, an option or operand
// that its spec does not describe gives a line in Unknown. Targets are named as the arguments spell them (relative paths stay relative);
// whether a path is a secret or a host is trusted is the caller's judgement.
package command

import (
	"sallyport"
	"sallyport/assess/value"
)

// Context is what is known about the place where a command runs. All fields may be zero.
type Context struct {
	Stdin *value.Str                            // what arrives on standard input; nil when it is inherited
	IsDir func(path string) (isDir, known bool) // whether a path is a directory
	Read  func(path string) ([]byte, bool)      // contents of a file that the script itself made, or that is pinned
	Env   func(name string) (value.Str, bool)   // the environment
}

// Result says what one command would do.
type Result struct {
	Known   bool      // there is a spec for this command
	Unknown []string  // what was not understood, each in words; empty means that everything was
	Effects []Effect  //
	Runs    []Run     // programs that it would start in turn
	Flows   []Flow    // where bytes come from and go to
	Stdout  value.Str // what it prints: exact when it can be computed, else holes that carry their taints
	Hints   []Hint    // what is remarkable about how it is called
}

// Effect is one thing that a command would do.
type Effect struct {
	Kind      sallyport.EffectKind
	Target    value.Str
	Detail    string              // what is done to the target, where the kind does not say it
	Certainty sallyport.Certainty // Must when the command always does it
}

// Where a run happens.
type Where string

const (
	Here      Where = ""          // this machine, now
	Remote    Where = "remote"    // another machine; Principal names it
	Container Where = "container" // in a container; Principal names it
	Later     Where = "later"     // by a scheduler, at boot or login, on an event; perhaps again and again
	Other     Where = "other"     // on this machine in another root, namespace or virtual machine
)

// Run is a program that a command would start. Exactly one of Argv, Script, File and Stdin says which; Interactive may
// stand alone or with Stdin.
type Run struct {
	Argv        []value.Str         // a command and its arguments
	Script      *value.Str          // the text of a program in Lang
	File        *value.Str          // the path of a program in Lang ("" for whatever the file says)
	Stdin       bool                // the program, in Lang, is what arrives on standard input
	Interactive bool                // a shell or prompt without a program: it runs what somebody will type
	Lang        string              // "sh", "bash", "python", "perl", "awk", "sql", ...
	Args        []value.Str         // arguments of Script, File or Stdin; Args[0] is the first after the program's own name
	Env         []Assign            // set for it
	Sourced     bool                // runs in the calling shell: eval, source, trap
	Principal   string              // whose shell, when another's: "root (sudo)", "host db1", "container web"
	Where       Where               //
	Via         string              // the layer's name: "sudo", "xargs", "ssh"
	Certainty   sallyport.Certainty //
	Feed        *value.Str          // its standard input when that is not the command's own
}

// Assign is one variable.
type Assign struct {
	Name  string
	Value value.Str
}

// EndKind is the kind of one end of a flow.
type EndKind string

const (
	Stdin   EndKind = "stdin"   // the command's standard input
	Stdout  EndKind = "stdout"  // its standard output
	File    EndKind = "file"    // Target: path
	Net     EndKind = "net"     // Target: host, host:port or URL
	Text    EndKind = "text"    // Target: text among the arguments
	Secret  EndKind = "secret"  // Target: a secret that is not a file: "k8s:secrets"
	System  EndKind = "system"  // Target: facts about the machine: "processes", "hostname"
	Program EndKind = "program" // bytes that are executed; Target: language
	Nothing EndKind = "nothing" // bytes that are thrown away
)

// Flow says that bytes go from one place to another. Lossy flows carry a count, a digest or a yes or no, not the bytes.
type Flow struct {
	From, To End
	Lossy    bool
}

// End is one end of a flow.
type End struct {
	Kind   EndKind
	Target value.Str
}

// Hint is something remarkable about how a command is called, for a rule to judge.
type Hint struct {
	Rule    string            // stable name
	Level   sallyport.Verdict // how grave by itself
	Message string            // one sentence in plain words
}
