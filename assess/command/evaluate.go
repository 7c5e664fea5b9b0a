package command

import "sallyport/assess/value"

// Evaluate says what argv would do. argv[0] is the command's name or path and must be known; the rest may have holes.
func Evaluate(argv []value.Str, ctx Context) Result {
	return Result{Stdout: value.Unknown("output", "the command is not modelled")}
}

// Known reports whether there is a spec for the command of that name. A path is looked up by its last element.
func Known(name string) bool { return false }

// Filter computes what a pure filter prints for known arguments and input: base64 -d, tr, rev, cut, printf and the like.
// ok is false when the command is not one, when it would read a file that ctx cannot give, or when the result would be longer than 1 MiB.
func Filter(argv []string, stdin []byte, ctx Context) (out []byte, ok bool) { return nil, false }
