package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	// ghostscript runs PostScript. Since 9.50 its files are kept apart from the rest of the machine unless -dNOSAFER is given.
	hooks["ghostscript"] = func(e *eval) {
		for _, name := range []string{"-sOutputFile", "-o"} {
			for _, v := range e.values(name) {
				for _, pipe := range []string{"%pipe%", "|"} {
					if line := v.TrimPrefix(pipe); v.HasPrefix(pipe) {
						e.run(Run{Script: &line, Lang: "sh"})
					}
				}
			}
		}
		if e.has("-dNOSAFER", "-dDELAYSAFER") {
			e.hint("runs-option", sallyport.High, "lets the document read files and run commands")
			e.unknown("%s runs what the document says, which is not read", e.name)
		}
		for _, c := range e.values("-c") {
			if c.Contains("pipe") || c.Contains("file") || c.Contains("run") {
				e.unknown("what the PostScript on the command line of %s does is not followed: %q", e.name, c)
			}
		}
	}
	hooks["tex"] = func(e *eval) { e.texCode(e.operands) }
	// pdftk: files, an operation with its arguments, "output" and a file.
	hooks["pdftk"] = func(e *eval) {
		reading, wrote := true, false
		ops := e.operands
		for i := 0; i < len(ops); i++ {
			o := ops[i]
			c, _ := o.Const()
			next := func() (v value.Str) {
				if i+1 < len(ops) {
					i++
					v = ops[i]
				}
				return v
			}
			switch {
			case c == "output":
				out := next()
				e.output(sallyport.EffectWrite, out, "")
				e.noStdout, wrote = !stdStream(out), true
			case oneOf(c, "input_pw", "owner_pw", "user_pw"):
				reading = false
				e.effect(sallyport.EffectCredential, lit("a password"), "given")
				next()
			case oneOf(c, "fill_form", "background", "multibackground", "stamp", "multistamp", "update_info", "update_info_utf8", "update_bookmarks"):
				reading = false
				e.input(next())
			case c == "attach_files" || c == "attach_file":
				for reading = false; i+1 < len(ops) && !ops[i+1].Is("output") && !ops[i+1].Is("to_page"); {
					e.input(next())
				}
			case oneOf(c, "unpack_files", "burst"):
				reading, wrote = false, true
				out := lit(".")
				if i+2 < len(ops) && ops[i+1].Is("output") {
					i += 2
					out = ops[i]
				}
				e.effect(sallyport.EffectWrite, out, "the parts of the document")
			case oneOf(c, "cat", "shuffle", "rotate", "generate_fdf", "dump_data", "dump_data_utf8", "dump_data_fields", "dump_data_fields_utf8", "dump_data_annots", "to_page"):
				reading = false
			case oneOf(c, "flatten", "need_appearances", "compress", "uncompress", "encrypt_40bit", "encrypt_128bit", "encrypt_aes128", "allow", "keep_first_id", "keep_final_id", "drop_xfa", "drop_xmp", "replacement_font", "verbose", "dont_ask", "do_ask"):
				reading = false
			case o.HasPrefix("-"):
				e.unknown("option %q of pdftk is not understood", o)
			case reading:
				if _, after, ok := o.CutAny("="); ok && strings.IndexByte(o.Prefix(), '=') < 3 { // a handle
					o = after
				}
				e.input(o)
			}
		}
		if !wrote && len(ops) > 0 {
			e.sinks = append(e.sinks, End{Kind: Stdout})
		}
	}
	// qpdf: an input, options with lists of their own that "--" ends, an output.
	hooks["qpdf"] = func(e *eval) {
		var files []value.Str
		list, ended := "", false
		for _, a := range e.argv[1:] {
			c, _ := a.Const()
			switch {
			case oneOf(c, "--pages", "--overlay", "--underlay", "--add-attachment", "--copy-attachments-from", "--encrypt", "--set-page-labels"):
				list = c
			case c == "--":
				list, ended = "", true // the parser of options stops here, qpdf does not
			case a.HasPrefix("-") && len(c) != 1:
				name, v, _ := a.CutAny("=")
				if o := e.spec.find(name.String()); ended && o != nil {
					e.take(o, v)
				} else if ended {
					e.unknown("option %q of qpdf is not understood", a)
				}
				if name.Is("--file") {
					e.input(v)
				}
			case list == "--encrypt":
				e.effect(sallyport.EffectCredential, lit("a password"), "given")
			case list == "" || list == "--set-page-labels":
				if list == "" {
					files = append(files, a)
				}
			case strings.Contains(c, ".") && strings.Trim(c, "0123456789,-rz:xevnod") != "":
				e.input(a)
			}
		}
		if e.has("--split-pages", "--linearize", "--decrypt", "--encrypt", "--qdf", "--pages", "--rotate") && len(files) == 1 && !e.has("--replace-input", "--empty") {
			e.input(files[0])
			return
		}
		for i, f := range files {
			if i > 0 || e.has("--empty") {
				e.output(sallyport.EffectWrite, f, "")
				e.noStdout = !stdStream(f)
				continue
			}
			e.input(f)
			if e.has("--replace-input") {
				e.effect(sallyport.EffectWrite, f, "changed in place")
			}
		}
	}
	// cpdf: files among ranges of pages and the arguments of its operations.
	hooks["cpdf"] = func(e *eval) {
		for _, o := range e.operands {
			c, known := o.Const()
			if !known || strings.Contains(c, ".") || strings.Contains(c, "/") {
				e.input(o)
			}
		}
		if e.has("-encrypt", "-decrypt") {
			e.effect(sallyport.EffectCredential, lit("a password"), "given")
		}
		if e.has("-dump-attachments", "-extract-images") && !e.has("-o") {
			e.effect(sallyport.EffectWrite, lit("."), "the parts of the document")
		}
	}
}

// texCode looks at TeX code among arguments: files that it reads, and commands that it runs.
func (e *eval) texCode(args []value.Str) {
	for _, o := range args {
		for _, name := range []string{"\\verbatiminput{", "\\input{", "\\include{", "\\lstinputlisting{"} {
			if _, rest, ok := o.CutAny(name); ok {
				f, _, _ := rest.CutAny("}")
				e.input(f)
			}
		}
		if _, rest, ok := o.CutAny("\\write18{"); ok {
			cmd, _, _ := rest.CutAny("}")
			e.run(Run{Script: &cmd, Lang: "sh"})
		}
	}
}

func init() {
	// dvips -o "!command" and "|command" print into a program.
	hooks["dvips"] = func(e *eval) {
		for _, v := range e.values("-o") {
			if rest, ok := v.Drop(1); ok && (v.HasPrefix("!") || v.HasPrefix("|")) {
				e.run(Run{Script: &rest, Lang: "sh"})
			} else {
				e.output(sallyport.EffectWrite, v, "")
			}
		}
	}
}
