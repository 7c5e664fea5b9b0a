package command

import "sallyport/assess/value"

// Filter computes what a pure filter prints for known arguments and input: base64 -d, tr, rev, cut, printf and the like.
// ok is false when the command is not one, when it would read a file that ctx cannot give, or when the result would be longer than 1 MiB.
func Filter(argv []string, stdin []byte, ctx Context) (out []byte, ok bool) {
	if len(argv) == 0 || !Known(argv[0]) {
		return nil, false
	}
	args := make([]value.Str, len(argv))
	for i, a := range argv {
		args[i] = value.Lit(a)
	}
	in := value.Lit(string(stdin))
	ctx.Stdin = &in
	c, known := Evaluate(args, ctx).Stdout.Const()
	return []byte(c), known
}

// filters compute output, by name of the command. Each gets the parsed call.
var filters = map[string]func(f *filter) (out []byte, ok bool){}

// filter is one call of a pure filter with known arguments.
type filter struct {
	*eval
	args []string // operands
	in   []byte   // standard input
}

func filterParsed(e *eval, argv []string, stdin []byte) ([]byte, bool) {
	run := filters[e.spec.path]
	if run == nil || len(e.res.Unknown) > 0 {
		return nil, false
	}
	f := &filter{eval: e, in: stdin}
	for _, o := range e.operands {
		c, _ := o.Const()
		f.args = append(f.args, c)
	}
	out, ok := run(f)
	if !ok || len(out) > value.MaxBytes {
		return nil, false
	}
	return out, true
}

// inputs returns the contents of the operands from the nth (counted from 0), or standard input when there is none.
func (f *filter) inputs(from int) ([]byte, bool) {
	if len(f.args) <= from {
		return f.in, true
	}
	var all []byte
	for _, a := range f.args[from:] {
		if a == "-" || a == "/dev/stdin" {
			all = append(all, f.in...)
			continue
		}
		text, ok := f.read(value.Lit(a))
		if !ok {
			return nil, false
		}
		all = append(all, text...)
	}
	return all, true
}

// opt returns the known value of an option.
func (f *filter) opt(name string) (string, bool) {
	v, ok := f.value(name)
	if !ok {
		return "", false
	}
	c, known := v.Const()
	return c, known
}
