package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["tar"] = tar
	hooks["cpio"] = cpio
	hooks["ar"] = ar
	hooks["zip"] = zip
	hooks["unzip"] = unzip
	hooks["sevenzip"] = sevenzip
	hooks["compress"] = compress
}

// within joins a path with the directory a command changes to first.
func within(dir, path value.Str) value.Str {
	switch {
	case dir.Empty() || path.HasPrefix("/") || path.HasPrefix("~"):
		return path
	case path.Is(".") || path.Is("./") || path.Is("*"):
		return dir
	}
	return value.Path(dir, path.TrimPrefix("./"))
}

func tar(e *eval) {
	archive, hasFile := e.value("-f")
	dir, _ := e.value("-C")
	var far []value.Str
	hasFile = hasFile && !archive.Is("-")
	if hasFile {
		if h, _, ok := archive.CutAny(":"); ok && !h.Contains("/") && !e.has("--force-local") {
			e.effect(sallyport.EffectConnect, h, "archive on another machine")
			e.effect(sallyport.EffectRemoteExec, h, "rmt")
			far = append(far, h)
		}
	}
	for _, a := range e.values("--checkpoint-action") {
		if c, rest, ok := a.Cut("="); ok && c.Is("exec") {
			e.run(Run{Script: &rest, Lang: "sh"})
			e.hint("runs-option", sallyport.High, "an option of tar runs a command")
		} else if !a.Is("dot") && !a.HasPrefix("echo") && !a.HasPrefix("ttyout") && !a.HasPrefix("totals") && !a.HasPrefix("sleep") && !a.HasPrefix("bell") {
			e.unknown("checkpoint action %q of tar is not understood", a)
		}
	}
	if e.has("--to-command") {
		e.hint("runs-option", sallyport.Medium, "an option of tar runs a command for every file")
	}
	switch {
	case e.has("-c", "-r", "-u", "-A"):
		for _, o := range e.operands {
			if p, ok := strings.CutPrefix(o.Prefix(), "@"); ok && p != "" { // bsdtar: members of another archive
				o, _ = o.Drop(1)
			}
			e.input(within(dir, o))
			for _, h := range far {
				e.res.Flows = append(e.res.Flows, Flow{From: End{File, within(dir, o)}, To: End{Net, h}})
			}
			if e.has("--remove-files") {
				e.effect(sallyport.EffectDelete, within(dir, o), "after it was archived")
			}
		}
		if hasFile {
			e.output(sallyport.EffectWrite, archive, "archive")
			e.noStdout = !stdStream(archive)
		}
	case e.has("-x"):
		if hasFile {
			e.input(archive)
		} else {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if e.has("-O") {
			break
		}
		e.noStdout = true
		e.extract(dir, e.operands)
		for _, o := range []string{"--transform", "--xform"} {
			for _, x := range e.values(o) { // s@.*@/the/name@ says where everything goes
				if len(x.Prefix()) < 2 {
					continue
				}
				if p := x.Split(x.Prefix()[1:2]); len(p) > 2 && p[2].HasPrefix("/") {
					e.output(sallyport.EffectWrite, p[2], "unpacked")
				}
			}
		}
		if e.has("-P") {
			e.hint("absolute-names", sallyport.Medium, "the archive itself says where its files go, anywhere on the system")
		}
	case e.has("-t", "-d"):
		if hasFile {
			e.input(archive)
		} else {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case e.has("--delete"):
		e.effect(sallyport.EffectWrite, archive, "members removed")
	}
}

// extract records what unpacking members into dir writes.
func (e *eval) extract(dir value.Str, members []value.Str) {
	if dir.Empty() {
		dir = lit(".")
	}
	if len(members) == 0 {
		e.output(sallyport.EffectWrite, dir, "unpacked into it")
	}
	for _, m := range members {
		if dir.Is(".") {
			e.output(sallyport.EffectWrite, m, "unpacked")
		} else {
			e.output(sallyport.EffectWrite, within(dir, m), "unpacked")
		}
	}
}

func cpio(e *eval) {
	file, hasFile := e.value("-F")
	dir, _ := e.value("-D")
	switch {
	case e.has("-i", "--extract", "-t", "--list"):
		if in, ok := e.value("-I"); ok {
			e.input(in) // its effect is there already
		} else if hasFile {
			e.input(file)
		} else {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if !e.has("-t", "--list", "--to-stdout") {
			e.noStdout = true
			e.extract(dir, nil)
		}
	case e.has("-o", "--create"):
		e.named("cpio")
		if hasFile {
			e.output(sallyport.EffectWrite, file, "archive")
			e.noStdout = true
		}
	case e.has("-p", "--pass-through"):
		e.named("cpio")
		for _, o := range e.operands {
			e.output(sallyport.EffectWrite, o, "copied into it")
		}
		e.noStdout = true
	}
}

// named records that the names of the files to read arrive on standard input, one a line.
func (e *eval) named(who string) {
	if e.ctx.Stdin != nil {
		if text, ok := e.ctx.Stdin.Const(); ok {
			for _, l := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == 0 }) {
				e.input(lit(l))
			}
			return
		}
	}
	e.input(value.Of(value.Hole{Name: "files named on the input of " + who, Taint: value.Output, Why: "the names come from another command"}))
}

func ar(e *eval) {
	if len(e.operands) == 0 {
		return
	}
	archive, members := e.operands[0], e.operands[1:]
	switch {
	case e.has("-t", "-p"):
		e.input(archive)
	case e.has("-x"):
		e.input(archive)
		e.noStdout = true
		e.extract(value.Str{}, members)
	default:
		for _, m := range members {
			e.input(m)
		}
		e.output(sallyport.EffectWrite, archive, "archive")
		e.noStdout = true
	}
}

func zip(e *eval) {
	if e.has("-TT") {
		e.hint("runs-option", sallyport.High, "an option of zip runs a command")
	}
	if len(e.operands) == 0 {
		return
	}
	archive := e.operands[0]
	for _, o := range e.operands[1:] {
		e.input(o)
		if e.has("-m", "--move") {
			e.effect(sallyport.EffectDelete, o, "after it was archived")
		}
	}
	if len(e.operands) == 1 {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	if stdStream(archive) {
		return
	}
	e.noStdout = true
	e.output(sallyport.EffectWrite, archive, "archive")
}

func unzip(e *eval) {
	if len(e.operands) == 0 {
		return
	}
	e.input(e.operands[0])
	if e.has("-l", "-p", "-c", "-t", "-v", "-z", "-Z") {
		return
	}
	dir, _ := e.value("-d")
	e.noStdout = true
	e.extract(dir, e.operands[1:])
}

// sevenzip is 7z, rar and their kind: a command word, switches, an archive, files.
func sevenzip(e *eval) {
	var words []value.Str
	dir, toStdout, fromStdin := value.Str{}, false, false
	for _, o := range e.operands {
		switch p := o.Prefix(); {
		case strings.HasPrefix(p, "-o") && len(p) > 1:
			dir, _ = o.Drop(2)
		case strings.HasPrefix(p, "-so"):
			toStdout = true
		case strings.HasPrefix(p, "-si"):
			fromStdin = true
		case strings.HasPrefix(p, "-"):
		case strings.HasPrefix(p, "@"):
			list, _ := o.Drop(1)
			e.effect(sallyport.EffectRead, list, "list of names")
			words = append(words, value.Unknown("files listed in "+list.String(), "the names are in a file"))
		default:
			words = append(words, o)
		}
	}
	if len(words) < 2 {
		return
	}
	archive, members := words[1], words[2:]
	switch verb, _ := words[0].Const(); verb {
	case "a", "u", "m", "mf":
		for _, m := range members {
			e.input(m)
		}
		if fromStdin {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if !toStdout {
			e.noStdout = true
			e.output(sallyport.EffectWrite, archive, "archive")
		}
	case "x", "e":
		e.input(archive)
		if !toStdout {
			e.noStdout = true
			e.extract(dir, members)
		}
	case "l", "t", "lb", "lt", "v", "vt", "p", "i", "h", "b":
		e.input(archive)
	case "d", "rn":
		e.effect(sallyport.EffectWrite, archive, "members changed")
	default:
		e.unknown("operation %q of %s is not understood", words[0], e.name)
	}
}

var compressed = map[string]string{
	"gzip": ".gz", "pigz": ".gz", "gunzip": ".gz", "bzip2": ".bz2", "pbzip2": ".bz2", "bunzip2": ".bz2", "xz": ".xz", "unxz": ".xz",
	"lzma": ".lzma", "unlzma": ".lzma", "zstd": ".zst", "unzstd": ".zst", "lz4": ".lz4", "unlz4": ".lz4", "lzip": ".lz", "lunzip": ".lz",
	"compress": ".Z", "brotli": ".br", "lzop": ".lzo", "pixz": ".xz", "plzip": ".lz", "uncompress": ".Z",
}

func compress(e *eval) {
	suffix := compressed[e.spec.name]
	if alias, ok := compressed[e.name]; ok {
		suffix = alias
	}
	back := e.has("-d", "--decompress", "--uncompress") || strings.HasPrefix(e.name, "un") || strings.Contains(e.name, "unzip") || strings.HasPrefix(e.name, "gun") || strings.HasPrefix(e.name, "bun")
	toStdout := e.has("-c", "--stdout", "--to-stdout") || len(e.operands) == 0
	if len(e.operands) == 0 {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	for _, o := range e.operands {
		e.input(o)
		if toStdout || o.Is("-") || e.has("-o", "-l", "--list", "-t", "--test") {
			continue
		}
		out := value.Concat(o, lit(suffix))
		if back {
			if out = o.TrimSuffix(suffix); out.String() == o.String() {
				out = value.Concat(o, lit(" unpacked"))
			}
		}
		e.noStdout = true
		e.output(sallyport.EffectWrite, out, "")
		keeps := e.has("-k", "--keep") || oneOf(e.name, "zstd", "unzstd", "lz4", "unlz4", "brotli")
		if !keeps || e.has("--rm") {
			e.effect(sallyport.EffectDelete, o, "replaced by "+out.String())
		}
	}
}

func init() {
	// pax lists, reads (-r), writes (-w) or copies (both) an archive, named by -f.
	hooks["pax"] = func(e *eval) {
		f, named := e.value("-f")
		switch {
		case e.has("-r") && e.has("-w"):
		case e.has("-w") && named && e.has("-a"):
			e.effect(sallyport.EffectAppend, f, "")
		case e.has("-w") && named:
			e.effect(sallyport.EffectWrite, f, "")
		case e.has("-r"):
			e.effect(sallyport.EffectWrite, lit("."), "the files of the archive")
		}
	}
	// mksquashfs: what goes in, the image, then options; "-e" takes all words that follow.
	hooks["mksquashfs"] = func(e *eval) {
		if n := len(e.operands); n > 1 {
			e.effect(sallyport.EffectWrite, e.operands[n-1], "")
		}
	}
}
