package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// beside reads files and writes, next to each, a file of the same name with another extension: "beside(flac)". Several extensions are
// joined by "+". here is the same for commands that write into the current directory.
func beside(e *eval, exts string, vs []value.Str) {
	for _, v := range vs {
		e.input(v)
		e.extensions(v, exts)
	}
}

func here(e *eval, exts string, vs []value.Str) {
	for _, v := range vs {
		e.input(v)
		e.extensions(v.Base(), exts)
	}
}

func (e *eval) extensions(file value.Str, exts string) {
	if stdStream(file) {
		return
	}
	for _, v := range file.Alternatives() {
		for _, x := range strings.Split(exts, "+") {
			e.output(sallyport.EffectWrite, value.Concat(stem(v), lit("."+x)), "")
		}
	}
	e.noStdout = true
}

// stem is a path without its extension.
func stem(v value.Str) value.Str {
	tail := v.Suffix()
	dot := strings.LastIndexByte(tail, '.')
	if before := strings.TrimRight(tail[:max(dot, 0)], "."); dot < 0 || strings.Contains(tail[dot:], "/") || strings.HasSuffix(before, "/") || before == "" && v.Known() {
		return v
	}
	return v.TrimSuffix(tail[dot:])
}

// uri reads its main data from a file, or from the network when it is an address.
func uri(e *eval, _ string, vs []value.Str) {
	for _, v := range vs {
		for _, a := range v.Alternatives() {
			scheme, _, remote := strings.Cut(a.Prefix(), "://")
			switch {
			case !remote || strings.Contains(scheme, "/"):
				e.input(a)
			case strings.EqualFold(scheme, "file"):
				e.input(a.TrimPrefix(a.Prefix()[:len("file://")]))
			default:
				roles["fetch"](e, "", []value.Str{a})
			}
		}
	}
}
