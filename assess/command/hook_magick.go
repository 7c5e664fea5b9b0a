package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

var (
	// magickTwo are options with two values; magickPlus are those that have one after a plus, too (-distort and -floodfill: two).
	magickTwo  = wordSet(`-annotate -copy -distort -evaluate -floodfill -function -limit -morphology -set -sparse-color -statistic`)
	magickPlus = wordSet(`-define -distort -floodfill -level -level-colors -noise -opaque -profile -raise -set -sigmoidal-contrast -smush -transparent -write`)

	// pictures that are drawn, not read, and places that no file is.
	magickDrawn = wordSet(`xc canvas gradient radial-gradient plasma fractal pattern label caption logo rose wizard granite netscape null hald mpr
		info histogram x win show inline stegano tile vid map clipmask matte`)
)

// magick is ImageMagick and GraphicsMagick: operators and pictures in one sequence, the last operand is what is written.
func magick(e *eval) {
	args, tool := e.argv[1:], e.name
	tool = strings.TrimSuffix(strings.TrimSuffix(tool, ".q16"), "-im6")
	if oneOf(tool, "magick", "gm") && len(args) > 0 {
		first, _ := args[0].Const()
		switch {
		case oneOf(first, "animate", "compare", "composite", "conjure", "convert", "display", "identify", "import", "mogrify", "montage", "stream"):
			tool, args = first, args[1:]
		case tool == "gm" && oneOf(first, "version", "help", "benchmark", "batch", "time"):
			if first != "version" && first != "help" {
				e.unknown("what gm %s runs is not followed", first)
			}
			return
		case tool == "gm":
			e.unknown("sub-command %q of gm is not understood", args[0])
			return
		}
	}
	var files []value.Str
	path, format := value.Str{}, value.Str{}
	for n := 0; n < len(args); n++ {
		a := args[n]
		p := a.Prefix()
		if len(p) < 2 || p[0] != '-' && p[0] != '+' || !a.Known() {
			if !a.Is("(") && !a.Is(")") && !a.Is("{") && !a.Is("}") {
				files = append(files, a)
			}
			continue
		}
		name := "-" + strings.TrimPrefix(p[1:], "-")
		o := e.spec.find(name)
		if o == nil {
			e.unknown("option %q of %s is not understood", a, e.name)
			continue
		}
		count := 0
		if o.takes == '=' {
			count = 1
			if magickTwo[name] {
				count = 2
			}
			if p[0] == '+' && !magickPlus[name] {
				count = 0
			}
			if p[0] == '+' && name == "-set" || tool == "import" && oneOf(name, "-border", "-frame") || tool == "animate" && name == "-pause" || tool == "composite" && name == "-tile" {
				count -= 1
			}
		}
		var vs []value.Str
		for ; count > 0 && n+1 < len(args); count-- {
			n++
			vs = append(vs, args[n])
			e.given = append(e.given, given{o, args[n], true})
		}
		if len(vs) == 0 {
			continue
		}
		v := vs[len(vs)-1]
		switch {
		case name == "-path":
			path = v
		case name == "-format":
			format = v
		case name == "-write":
			e.pictureTo(v)
		case name == "-profile" && p[0] == '+':
		case oneOf(name, "-draw", "-annotate", "-label", "-title", "-caption", "-comment", "-set", "-fx", "-define", "-format") && v.HasPrefix("@"):
			f, _ := v.Drop(1)
			e.input(f)
		case name == "-draw" && v.Contains("image "):
			e.unknown("pictures that -draw puts in are not followed: %q", v)
		case name == "-font" && !v.Contains("/"):
		case name == "-tile" && (tool == "montage" || v.Known() && strings.Trim(v.String(), "0123456789x+-!%") == ""):
		case o.role.name != "":
			e.apply(o.role, []value.Str{v})
		}
	}
	e.pictures(tool, files, path, format)
}

// pictures gives the operands of each tool their roles.
func (e *eval) pictures(tool string, files []value.Str, path, format value.Str) {
	switch tool {
	case "conjure":
		for _, f := range files {
			e.picture(f)
		}
		e.unknown("what the script of conjure does is not followed")
		return
	case "mogrify":
		for _, f := range files {
			to := f
			if !path.Empty() {
				to = value.Path(path, f.Base())
			}
			if !format.Empty() {
				to = value.Concat(stem(to), lit("."), format)
			}
			e.input(f)
			e.effect(sallyport.EffectWrite, to, "")
		}
		return
	case "import":
		e.effect(sallyport.EffectCredential, lit("screen"), "takes a picture of it")
		for _, f := range files {
			e.pictureTo(f)
		}
		return
	case "identify", "display", "animate":
		for _, f := range files {
			e.picture(f)
		}
		return
	}
	if n := len(files); n > 1 || n == 1 && tool == "magick" && !e.has("-list") {
		e.pictureTo(files[n-1])
		files = files[:n-1]
	}
	for _, f := range files {
		e.picture(f)
	}
}

// coder divides "png:file" into the format and the file. Formats have no slash and no dot in their names.
func coder(v value.Str) (format string, rest value.Str) {
	name, _, ok := strings.Cut(v.Prefix(), ":")
	if !ok || strings.ContainsAny(name, "./%") || name == "" {
		return "", v
	}
	return strings.ToLower(name), v.TrimPrefix(name + ":")
}

func (e *eval) picture(v value.Str) {
	format, rest := coder(v)
	if v.HasPrefix("@") {
		rest, _ = v.Drop(1)
		e.unknown("%s gets a list of pictures from %q", e.name, rest)
	}
	switch {
	case rest.HasPrefix("@"):
		f, _ := rest.Drop(1)
		e.input(f)
	case oneOf(format, "http", "https", "ftp"):
		roles["fetch"](e, "", []value.Str{v})
	case oneOf(format, "msl", "mvg", "svg", "msvg", "ephemeral", "screenshot", "clipboard", "ask", "fd", "url"):
		e.input(rest)
		if format == "screenshot" || format == "clipboard" {
			e.effect(sallyport.EffectCredential, lit(format), "reads it")
		} else if format == "ephemeral" {
			e.effect(sallyport.EffectDelete, rest, "after it was read")
		} else if format != "svg" {
			e.unknown("%s is told what to draw, read and write by %q", e.name, v)
		}
	case magickDrawn[format]:
	default:
		if before, _, ok := rest.CutAny("["); ok && !before.Empty() && rest.HasSuffix("]") { // one frame or region of a file
			rest = before
		}
		e.input(rest)
	}
}

func (e *eval) pictureTo(v value.Str) {
	format, rest := coder(v)
	switch {
	case oneOf(format, "x", "win", "show", "null", "mpr", "mpri", "info", "histogram", "json", "yaml", "sparse-color", "txt") && (rest.Empty() || !oneOf(format, "info", "histogram", "json", "yaml", "sparse-color", "txt")):
	case oneOf(format, "print", "fd", "http", "https", "ftp", "clipboard", "mpeg-pipe", "ephemeral"):
		e.unknown("what %s does with %q is not understood", e.name, v)
	default:
		e.output(sallyport.EffectWrite, rest, "")
		e.noStdout = !stdStream(rest)
	}
}
