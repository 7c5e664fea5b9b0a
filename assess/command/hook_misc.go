package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	// netpbm is a family of filters: pictures come from the operand that is a file or from standard input and go to standard output.
	hooks["netpbm"] = func(e *eval) {
		found := false
		for _, o := range e.operands {
			if c, _ := o.Const(); !o.Known() || strings.ContainsAny(c, "./") && strings.Trim(c, "0123456789.") != "" {
				e.input(o)
				found = true
			}
		}
		if !found {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if e.name == "pamexec" && len(e.operands) > 0 {
			e.run(Run{Script: &e.operands[0], Lang: "sh"})
		}
	}
	// display is programs that show, play or draw: files and addresses among their operands are read.
	hooks["display"] = func(e *eval) {
		plain, opts := e.words()
		if notOnlyShown[e.name] && !e.hasWord("--help", "--version") {
			e.unknown("what %s does to what it is given is not modelled", e.name)
		}
		for _, o := range []string{"-o", "--output", "--out", "--screenshot"} {
			if v, ok := opts[o]; ok && !v.Empty() && !v.HasPrefix("-") {
				e.effect(sallyport.EffectWrite, v, "")
			}
		}
		if displayWrites[e.name] || e.hasWord("-i", "-w", "--in-place", "--inplace", "--write", "--fix", "-W", "--replace") {
			for _, p := range plain {
				e.effect(sallyport.EffectWrite, p, "changed in place")
			}
		}
		if deletesTwins[e.name] && e.hasWord("-d", "--delete", "-dN", "-rdN", "-N", "-L", "--linkhard", "-x", "--delete-method") {
			for _, p := range plain {
				e.effect(sallyport.EffectDelete, p, "files that exist twice")
			}
		}
		if n := len(plain); n > 1 && convertsLast[e.name] {
			e.effect(sallyport.EffectWrite, plain[n-1], "")
			plain = plain[:n-1]
		}
		for _, p := range plain {
			switch {
			case p.Contains("://"):
				e.effect(sallyport.EffectConnect, p, e.name)
			case p.Contains("/") || p.Contains("."):
				e.input(p)
			}
		}
		e.sources = append(e.sources, End{System, lit(e.name)})
	}
	hooks["ztcp"] = func(e *eval) {
		if len(e.operands) > 1 && !e.has("-l", "-c") {
			e.effect(sallyport.EffectConnect, hostPort(e.operands[0], e.operands[1]), "")
		}
		if len(e.operands) > 0 && e.has("-l") {
			e.effect(sallyport.EffectListen, e.operands[0], "")
		}
	}
	hooks["fetchInfo"] = func(e *eval) {
		_, opts := e.words()
		for _, o := range []string{"--ascii", "--source", "--config", "-c", "-l", "--logo"} {
			if v, ok := opts[o]; ok && v.Contains("/") {
				e.input(v)
			}
		}
		e.sources = append(e.sources, End{System, lit("facts about the machine")})
	}
	hooks["dialog"] = func(e *eval) {
		_, opts := e.words()
		for _, o := range []string{"--textbox", "--tailbox", "--tailboxbg", "--editbox", "--scrolltext", "--filename"} {
			if v, ok := opts[o]; ok && v.Contains("/") {
				e.input(v)
			}
		}
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	// socket joins a program (-p) with a connection, or with whoever connects (-s).
	hooks["socketTool"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		peer := lit("whoever connects")
		if e.has("-s") {
			e.effect(sallyport.EffectListen, e.operands[0], "")
		} else {
			peer = e.operands[0]
			if len(e.operands) > 1 {
				peer = hostPort(e.operands[0], e.operands[1])
			}
			e.effect(sallyport.EffectConnect, peer, "")
		}
		if p, ok := e.value("-p"); ok {
			e.serve(peer, Run{Script: &p, Lang: "sh"})
			return
		}
		e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, peer}})
		e.sources = append(e.sources, End{Net, peer})
	}
	// A cow is a program in Perl, which is looked for by name unless it is a path (cowsay(6)).
	hooks["cowsay"] = func(e *eval) {
		for _, f := range e.values("-f") {
			if f.Contains("/") || !f.Known() {
				e.run(Run{File: &f, Lang: "perl"})
			}
		}
	}
	hooks["media"] = media
	hooks["macos"] = macos
}

// notOnlyShown are programs of these kinds that do more to what they are given than show it: they run commands, scripts, macros or plug-ins that arguments or settings
// name, write beside their input or to their last operand, or are editors, servers and managers.
var notOnlyShown = wordSet(`ncmpcpp polybar swaymsg hyprctl niri waybar autorandr retroarch steam abrt-action-analyze-c agate clangd diskonaut duc flow fonttools freeze gitstats jhsdb keep-header
	khard obabel phpdox pkgdiff prqlc qc readcd silicon spa-resample treetime vgrep wiggle wordgrinder yarac yek zed betty d2 imhex afconvert apport-cli ast-grep feedreader
	warpd vet lumen informant pulseaudio-ctl code2prompt svkbd jc kdiff3 meld procs clang-tidy`)

// media is converters, viewers, checkers and remote consoles: files among the operands are read, -o names what is written.
func media(e *eval) {
	plain, opts := e.words()
	if notOnlyShown[e.name] && !e.hasWord("--help", "--version") {
		e.unknown("what %s does to what it is given is not modelled", e.name)
	}
	taken := map[string]bool{}
	for _, o := range []string{"-o", "--output", "-O", "--out", "-outfile", "-sOutputFile"} {
		if v, ok := opts[o]; ok && !v.Empty() {
			e.output(sallyport.EffectWrite, v, "")
			e.noStdout = true
			taken[v.String()] = true
		}
	}
	if v, ok := opts["-i"]; ok && !v.Empty() {
		e.input(v)
		taken[v.String()] = true
	}
	for _, o := range []string{"-filename", "-W", "-w", "--log"} {
		if v, ok := opts[o]; ok && !v.Empty() && (e.name == "exiftool" || strings.HasPrefix(e.name, "varnish")) {
			e.effect(sallyport.EffectWrite, v, "")
			taken[v.String()] = true
		}
	}
	if v, ok := opts["--extra-opts"]; ok && v.HasPrefix("@") {
		f, _ := v.Drop(1)
		e.input(f)
	}
	e.texCode(e.operands)
	switch e.name {
	case "rsh", "rexec", "rcp", "cu", "minicom", "picocom", "uux":
		if len(plain) > 0 {
			e.effect(sallyport.EffectConnect, plain[0], e.name)
			if e.name != "rcp" && len(plain) > 1 {
				line := value.Join(plain[1:], " ")
				e.effect(sallyport.EffectRemoteExec, plain[0], "")
				e.run(Run{Script: &line, Lang: "sh", Where: Remote, Principal: "host " + plain[0].String()})
			}
		}
		e.unknown("what %s does in detail is not modelled", e.name)
		return
	case "ffmpeg", "sox", "convert", "magick", "pdftk", "qpdf", "mksquashfs", "unsquashfs", "pdftotext":
		if n := len(plain); n > 1 || n == 1 && len(taken) > 0 {
			out := plain[n-1]
			e.effect(sallyport.EffectWrite, out, "")
			taken[out.String()] = true
		}
	case "mogrify":
		for _, p := range plain {
			e.effect(sallyport.EffectWrite, p, "changed in place")
		}
	case "sshfs":
		if len(plain) > 1 {
			h, _, _ := remotePath(plain[0])
			e.effect(sallyport.EffectConnect, h, "file system of another machine")
			e.effect(sallyport.EffectMount, plain[1], "")
		}
		return
	case "fusermount":
		e.effect(sallyport.EffectMount, value.Join(plain, " "), "unmounts")
		return
	case "ttyd", "gotty", "tmate", "code-server":
		e.effect(sallyport.EffectListen, lit(e.name), "offers a shell over the network")
		e.hint("remote-shell", sallyport.High, "lets another machine type commands here")
		e.lastCommand(0)
		return
	}
	for i, o := range e.operands {
		p := o.Prefix()
		if i+1 < len(e.operands) && oneOf(p, "-e", "--eval", "-c", "--shell", "--pre", "--pager", "--exec", "-shell-escape", "--shell-escape", "-s") && o.Known() && oneOf(e.name, "pry", "ginsh", "byebug", "gnuplot", "gimp", "octave-cli", "stap", "bpftrace", "rake", "crash", "bat", "pdb", "pygmentize", "easyrsa", "grc", "aoss", "tex", "latex", "pdflatex", "xelatex", "lualatex", "luatex", "multitime", "cobc", "wine") {
			e.run(Run{Script: &e.operands[i+1], Lang: e.name})
		}
		if strings.Contains(p, "shell-escape") {
			e.hint("runs-option", sallyport.High, "lets the document run commands")
		}
	}
	if oneOf(e.name, "grc", "aoss", "wine", "check_by_ssh") {
		e.lastCommand(0)
		return
	}
	for _, p := range plain {
		switch {
		case taken[p.String()]:
		case p.Contains("://"):
			e.effect(sallyport.EffectConnect, p, "")
			e.sources = append(e.sources, End{Net, p})
		default:
			e.input(p)
		}
	}
	for o, v := range opts { // -f FILE, --input FILE, -CAfile ...: paths are read
		if !taken[v.String()] && (v.HasPrefix("/") || v.HasPrefix("./")) && o != "-o" {
			e.may(sallyport.EffectRead, v, "")
		}
	}
	if len(plain) == 0 && len(opts) == 0 {
		e.sources = append(e.sources, End{Kind: Stdin})
	}
	switch e.name {
	case "shellcheck", "yamllint", "identify", "exiftool", "pygmentize", "dot", "msgfmt", "html2text", "tidy", "ffprobe", "lp", "lpr", "convert", "magick", "ffmpeg", "highlight", "bat", "espeak", "xgettext", "msgattrib", "msgcat", "msgconv", "msgmerge", "msguniq", "pdftotext", "check_log", "check_memory", "check_raid", "check_cups", "check_statusfile", "acr", "ascii-xfr", "ascii85", "atobm", "enscript", "a2ps", "cupsfilter", "genisoimage", "mkisofs", "mksquashfs", "unsquashfs", "aspell", "hunspell", "ispell", "flake8", "pylint", "ruff", "xdg-user-dir", "gs", "pax", "pdflatex", "latex", "xelatex", "lualatex", "tex", "pdftk", "qpdf", "pdfjam", "black", "prettier", "eslint", "sphinx-build", "mkdocs", "doxygen", "latexmk", "gnuplot", "pylint.run", "mypy", "rubocop", "markdownlint", "xmlstarlet", "gimp", "inkscape", "rhash", "sox", "mogrify":
	default:
		e.unknown("what %s does in detail is not modelled", e.name)
	}
}

// macos is tools that exist only there. Targets run Linux, so they are told apart only as looking and changing.
func macos(e *eval) {
	plain, _ := e.words()
	if oneOf(e.name, "sw_vers", "system_profiler", "ioreg", "kextstat", "mdls", "mdfind", "dscacheutil") || oneOf(first(plain), "read", "find", "list", "info", "status", "assess", "verify", "-p", "print") || e.hasWord("-p", "-l", "--list", "-d", "-dv", "-list", "-g") {
		e.sources = append(e.sources, End{System, lit("macos")})
		return
	}
	switch e.name {
	case "csrutil", "spctl":
		e.effect(sallyport.EffectSecurityTool, lit(e.name), value.Join(e.operands, " ").String())
	case "screencapture":
		e.effect(sallyport.EffectCredential, lit("screen"), "takes a picture of it")
	case "kextload", "kextunload", "kmutil":
		e.effect(sallyport.EffectKernel, value.Join(plain, " "), e.name)
	default:
		e.effect(sallyport.EffectWrite, lit("macos settings"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
	}
	e.unknown("what %s does in detail is not modelled", e.name)
}

// displayWrites change their operands, deletesTwins can delete them, convertsLast write to the last one.
var (
	displayWrites = wordSet(`rustfmt stylua astyle isort autopep8 optipng oxipng id3v2 mid3v2 eyeD3 hardlink`)
	deletesTwins  = wordSet(`fdupes jdupes rmlint czkawka_cli duperemove`)
	convertsLast  = wordSet(`lame opusenc tesseract pdftoppm pdftocairo pdfimages pdftohtml samtools jpegtran flac img2pdf`)
)

func init() { hooks["atFile"] = atFile }

// atFile reads the files that jo takes values from: name=@file, name=%file, name=:file.
func atFile(e *eval) {
	for _, o := range e.operands {
		_, v, ok := o.CutAny("=")
		if !ok {
			v = o
		}
		if v.HasPrefix("@") || v.HasPrefix("%") || v.HasPrefix(":") {
			file, _ := v.Drop(1)
			e.input(file)
			continue
		}
		e.sources = append(e.sources, End{Text, o})
	}
}
