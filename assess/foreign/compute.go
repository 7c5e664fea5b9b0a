package foreign

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strconv"
	"strings"

	"sallyport/assess/value"
)

// maxInflated bounds what a compressed text may become.
const maxInflated = 1 << 20

// inflated decompresses s, whatever common format it is in; s itself where it is none.
func inflated(s string) string {
	open := []func(io.Reader) (io.Reader, error){
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil },
		func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
	}
	for _, f := range open {
		r, err := f(strings.NewReader(s))
		if err != nil {
			continue
		}
		var out bytes.Buffer
		if n, err := io.Copy(&out, io.LimitReader(r, maxInflated)); err == nil && n > 0 && n < maxInflated {
			return out.String()
		}
	}
	return s
}

// characters is the text that a list of numbers spells.
func characters(list []arg) (value.Str, bool) {
	var b strings.Builder
	for _, a := range list {
		c, _ := a.str.Const()
		n, err := strconv.ParseInt(strings.TrimSpace(c), 0, 32)
		if err != nil || n < 0 {
			return value.Str{}, false
		}
		b.WriteRune(rune(n))
	}
	return value.Lit(b.String()), b.Len() > 0
}

// packed is what pack and unpack of Perl, Ruby and PHP make of text, by the formats that decode.
func packed(format string, first value.Str, list []arg) (value.Str, bool) {
	switch {
	case strings.HasPrefix(format, "H"):
		return first.Map("decoded text", func(s string) string { return decoded("hex", s) }), true
	case strings.HasPrefix(format, "m"), strings.HasPrefix(format, "u") && format != "u":
		return first.Map("decoded text", func(s string) string { return decoded("base64", s) }), true
	case strings.HasPrefix(format, "C"), strings.HasPrefix(format, "c"), strings.HasPrefix(format, "U"), strings.HasPrefix(format, "W"):
		return characters(list)
	}
	return value.Str{}, false
}

// print keeps what a call prints.
func (w *walker) print(name string, args []arg) {
	is, line := prints(name)
	if !is || w.printed == nil || len(*w.printed) > 1000 {
		return
	}
	for i, a := range args {
		if a.name != "" {
			continue
		}
		if i > 0 && line {
			*w.printed = append(*w.printed, value.Lit(" "))
		}
		v := a.str
		if a.isList {
			v = value.Unknown("a list", "")
		}
		*w.printed = append(*w.printed, v)
	}
	if line {
		*w.printed = append(*w.printed, value.Lit("\n"))
	}
}

// prints reports whether a function writes its arguments to standard output, and whether it ends them with a line end.
func prints(name string) (prints, line bool) {
	switch name {
	case "print", "puts", "say", "console.log", "println", "Console.WriteLine":
		return true, true
	case "echo", "printf", "process.stdout.write", "sys.stdout.write", "STDOUT.print", "$stdout.write", "io.write", "sys.stdout.buffer.write":
		return true, false
	}
	return false, false
}
