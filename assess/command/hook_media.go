package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// Media tools have options for each file on their command line and may write many files in one call, so that the tables cannot say which word is what.
// They are read word by word here; which options there are, with the roles of their values, is still said by the tables.
func init() {
	hooks["sox"] = sox
	hooks["ffmpeg"] = ffmpeg
	hooks["magick"] = magick
	hooks["gstLaunch"] = gstLaunch
	hooks["exiftool"] = exiftool
}

// optionFor finds the option that a word names: ffmpeg's "-c:v" is "-c", sox's "--norm=-3" is "--norm".
func (e *eval) optionFor(word string) *option { return e.spec.find(word) }

// take gives the value of an option its role and records that it was given.
func (e *eval) take(o *option, v value.Str) {
	e.given = append(e.given, given{o, v, true})
	if o.role.name != "" {
		e.apply(o.role, []value.Str{v})
	}
}

// soxEffects are the words that end the list of files.
var soxEffects = wordSet(`allpass band bandpass bandreject bass bend biquad chorus channels compand contrast dcshift deemph delay dft_filter dither divide downsample
	earwax echo echos equalizer fade fir firfit flanger gain highpass hilbert input ladspa loudness lowpass mcompand noiseprof noisered norm oops output overdrive pad
	phaser pitch rate remix repeat reverb reverse riaa silence sinc spectrogram speed splice stat stats stretch swap synth tempo treble tremolo trim upsample vad vol`)

// soxLetters are the options of effects, one letter each; numbers may begin with a dash, too.
var soxLetters = map[string]string{"gain": "eBbrnlh", "silence": "l", "rate": "qlmhvMILabsBpdefnt", "norm": "b", "reverb": "w", "tempo": "qmsl", "pitch": "q", "bend": "fo", "dither": "Ssfap", "stat": "svd", "stats": "bxsw",
	"spectrogram": "xXyYzZqwWsaActorlmhdSRnL", "synth": "jn", "sinc": "abntLMIp", "highpass": "12", "lowpass": "12", "band": "n", "bandpass": "c", "phaser": "st", "flanger": "", "remix": "map", "vad": "tTsgprcDbNnhlmyfw", "splice": "htq", "hilbert": "n",
	"chorus": "st", "ladspa": "lr", "equalizer": ""}

// sox: files with options before each, the last one is written (play has none, rec only that one), then effects with their arguments.
func sox(e *eval) {
	var files []value.Str
	args := e.argv[1:]
	n := 0
	for ; n < len(args); n++ {
		a := args[n]
		c, known := a.Const()
		name, after, eq := a.CutAny("=")
		long, _ := name.Const()
		if known && soxEffects[c] {
			break
		}
		switch {
		case !known || len(c) < 2 || c[0] != '-':
			if !a.HasPrefix("--") || long == "" {
				files = append(files, a)
				continue
			}
			fallthrough
		case strings.HasPrefix(c, "--") || strings.HasPrefix(long, "--"):
			o := e.spec.find(long)
			switch {
			case o == nil:
				e.unknown("option %q of %s is not understood", long, e.name)
			case o.takes == '=' && !eq && n+1 < len(args):
				n++
				e.take(o, args[n])
			default:
				e.take(o, after)
			}
		default:
			for k := 1; k < len(c); k++ {
				o := e.spec.find("-" + c[k:k+1])
				if o == nil {
					e.unknown("option %q of %s is not understood", c, e.name)
					break
				}
				if o.takes == 0 {
					e.take(o, value.Str{})
					if o.name == "-n" || o.name == "-d" || o.name == "-p" { // stand for a file
						files = append(files, lit("-"))
					}
					continue
				}
				if rest := c[k+1:]; rest != "" || o.takes == '?' {
					e.take(o, lit(rest))
				} else if n+1 < len(args) {
					n++
					e.take(o, args[n])
				}
				break
			}
		}
	}
	inputs := files
	switch {
	case e.name == "rec":
		e.effect(sallyport.EffectCredential, lit("microphone"), "records sound")
		inputs = nil
		for _, f := range files {
			e.output(sallyport.EffectWrite, f, "")
		}
	case e.name == "play" || e.name == "soxi" || e.has("--i"):
	case len(files) > 0:
		inputs = files[:len(files)-1]
		if out := files[len(files)-1]; out.HasPrefix("|") {
			e.unknown("%s pipes its output into %q", e.name, out)
		} else {
			e.output(sallyport.EffectWrite, out, "")
			e.noStdout = !stdStream(out)
		}
	}
	for _, f := range inputs {
		if rest, ok := f.Drop(1); ok && f.HasPrefix("|") {
			e.run(Run{Script: &rest, Lang: "sh"})
			continue
		}
		uri(e, "", []value.Str{f})
	}
	e.soxEffects(args[n:])
}

// soxEffects looks at what effects read and write.
func (e *eval) soxEffects(args []value.Str) {
	effect := ""
	for i, a := range args {
		if c, known := a.Const(); known && soxEffects[c] {
			effect = c
		} else if known && len(c) > 1 && c[0] == '-' && strings.Trim(c, "0123456789.,:-+=sdkh") != "" && (len(c) > 2 || !strings.Contains(soxLetters[effect], c[1:])) {
			e.unknown("option %q of the effect %s of %s is not understood", a, effect, e.name)
		}
		next := func(n int) (v value.Str, ok bool) {
			if i+n < len(args) && !args[i+n].HasPrefix("-") {
				return args[i+n], true
			}
			return v, false
		}
		c, _ := a.Const()
		switch c {
		case "noiseprof":
			if v, ok := next(1); ok {
				e.effect(sallyport.EffectWrite, v, "a profile of noise")
			}
		case "noisered", "fir":
			if v, ok := next(1); ok {
				e.input(v)
			}
		case "spectrogram":
			out := lit("spectrogram.png")
			for k := i + 1; k+1 < len(args); k++ {
				if args[k].Is("-o") {
					out = args[k+1]
				}
			}
			e.effect(sallyport.EffectWrite, out, "a picture of the sound")
		case "ladspa":
			e.unknown("%s loads a plug-in, which is not read", e.name)
		}
	}
}

// ffmpegSources are formats of input whose names are no files: devices, and graphs of filters.
var ffmpegSources = wordSet(`alsa avfoundation bktr decklink dshow fbdev gdigrab iec61883 jack kmsgrab openal oss pulse sndio v4l2 video4linux2 vfwcap x11grab xcbgrab libcdio libdc1394`)

// ffmpeg, ffplay and ffprobe: "-i" names inputs, a word that is no option's value is an output (of the two others: an input). An option applies to the file after it.
func ffmpeg(e *eval) {
	args := e.argv[1:]
	format := value.Str{}
	for n := 0; n < len(args); n++ {
		a := args[n]
		if p := a.Prefix(); len(p) < 2 || p[0] != '-' {
			if e.name == "ffmpeg" {
				e.mediaOutput(a, format)
			} else {
				e.mediaInput(a, format)
			}
			format = value.Str{}
			continue
		}
		text, known := a.Const()
		if before, _, cut := a.CutAny(":"); cut { // a stream specifier
			text, known = before.Const()
		}
		text = strings.TrimPrefix(text, "-")
		text = "-" + strings.TrimPrefix(text, "/") // 7.0: the value is in a file
		o := e.optionFor(text)
		if o == nil && strings.HasPrefix(text, "-no") {
			o = e.optionFor("-" + text[3:])
			if o != nil && o.takes != 0 {
				o = nil
			}
		}
		if !known || o == nil {
			e.unknown("option %q of %s is not understood", a, e.name)
			if known && n+1 < len(args) && n+2 < len(args) && !args[n+1].HasPrefix("-") {
				n++ // most options have a value
			}
			continue
		}
		v := value.Str{}
		if o.takes == '=' || o.takes == '?' && n+1 < len(args) && !args[n+1].HasPrefix("-") {
			if n++; n < len(args) {
				v = args[n]
			}
		}
		e.take(o, v)
		switch o.name {
		case "-f":
			format = v
		case "-i":
			e.mediaInput(v, format)
			format = value.Str{}
		case "-filter", "-filter_complex", "-vf", "-af", "-lavfi":
			e.filters(v)
		case "-passlogfile":
			e.effect(sallyport.EffectWrite, value.Concat(v, lit("-0.log")), "statistics of the first pass")
		case "-report":
			e.effect(sallyport.EffectWrite, lit("ffmpeg.log"), "messages")
		case "-listen":
			if !v.Is("0") {
				e.effect(sallyport.EffectListen, lit(e.name), "waits for a peer")
			}
		case "-rtsp_flags":
			if v.Contains("listen") {
				e.effect(sallyport.EffectListen, lit(e.name), "waits for a peer")
			}
		}
	}
}

// protocol divides an address as ffmpeg understands it: "https://..." and "file:...", but not "C:\" or a name with a colon after a slash.
func protocol(v value.Str) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(v.Prefix(), ":")
	return name, rest, ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789+,") == ""
}

func (e *eval) mediaInput(v, format value.Str) {
	if f, _ := format.Const(); ffmpegSources[f] {
		e.effect(sallyport.EffectCredential, value.Concat(lit(f+" "), v), "records the screen, a camera or a microphone")
		return
	} else if f == "lavfi" {
		e.filters(v)
		return
	} else if f == "concat" {
		e.may(sallyport.EffectRead, lit("the files that "+v.String()+" lists"), "")
	}
	name, rest, ok := protocol(v)
	switch {
	case !ok:
		e.input(v)
	case name == "pipe" || name == "fd":
		e.sources = append(e.sources, End{Kind: Stdin})
	case name == "file" || name == "concatf" || name == "cache" || name == "async" || name == "crypto":
		e.input(v.TrimPrefix(name + ":"))
	case name == "concat":
		for _, p := range v.TrimPrefix("concat:").Split("|") {
			e.input(p)
		}
	case name == "data":
	case strings.HasPrefix(rest, "//") || name == "rtp" || name == "udp" || name == "tcp":
		roles["fetch"](e, "", []value.Str{v})
		if v.Contains("listen") {
			e.effect(sallyport.EffectListen, v, "")
		}
	default:
		e.unknown("what %s reads from %q is not understood", e.name, v)
	}
}

func (e *eval) mediaOutput(v, format value.Str) {
	if format.Is("null") || v.Is("-") {
		e.sinks = append(e.sinks, End{Kind: Stdout})
		return
	}
	if format.Is("tee") {
		for _, p := range v.Split("|") {
			if p.HasPrefix("[") {
				if _, after, ok := p.CutAny("]"); ok {
					p = after
				}
			}
			e.mediaOutput(p, value.Str{})
		}
		return
	}
	name, rest, ok := protocol(v)
	switch {
	case !ok:
		e.output(sallyport.EffectWrite, v, "")
		e.noStdout = true
	case name == "pipe" || name == "fd":
	case name == "file":
		e.output(sallyport.EffectWrite, v.TrimPrefix("file:"), "")
		e.noStdout = true
	case strings.HasPrefix(rest, "//"):
		roles["send"](e, "", []value.Str{v})
		e.noStdout = true
		if v.Contains("listen") {
			e.effect(sallyport.EffectListen, v, "")
		}
	default:
		e.unknown("what %s writes to %q is not understood", e.name, v)
	}
}

// filters looks for files in a graph of filters: what filters read by name, and what a few of them write.
func (e *eval) filters(graph value.Str) {
	for _, f := range strings.FieldsFunc(graph.String(), func(r rune) bool { return r == ',' || r == ';' }) {
		f = strings.TrimSpace(f)
		for strings.HasPrefix(f, "[") {
			_, after, _ := strings.Cut(f, "]")
			f = strings.TrimSpace(after)
		}
		f, _, _ = strings.Cut(f, "[")
		name, params, _ := strings.Cut(f, "=")
		name, _, _ = strings.Cut(name, "@")
		switch name {
		case "frei0r", "frei0r_src", "ladspa", "lv2", "program_opencl", "openclsrc", "dnn_processing", "coreimage", "coreimagesrc":
			e.unknown("a filter of %s loads a program or a model: %q", e.name, f)
			continue
		case "zmq", "azmq":
			e.effect(sallyport.EffectListen, lit("tcp://*:5555"), "takes commands for its filters")
			continue
		}
		for i, p := range strings.Split(params, ":") {
			p = strings.Trim(p, "'\"\\")
			key, v, named := strings.Cut(p, "=")
			if !named {
				key, v = "", p
			}
			v = strings.Trim(v, "'\"\\")
			switch {
			case v == "" || v == "-":
			case i == 0 && !named && oneOf(name, "movie", "amovie", "subtitles", "ass", "lut1d", "lut3d"):
				e.effect(sallyport.EffectRead, lit(v), "")
			case oneOf(key, "stats_file", "log_path", "result", "f") && oneOf(name, "psnr", "ssim", "libvmaf", "vidstabdetect", "xpsnr"), key == "file" && oneOf(name, "metadata", "ametadata"), key == "filename" && name == "signature":
				e.effect(sallyport.EffectWrite, lit(v), "what a filter finds")
			case oneOf(key, "filename", "file", "textfile", "fontfile", "model", "model_path", "input", "f", "fontsdir", "source", "sofa", "psfile"):
				e.effect(sallyport.EffectRead, lit(v), "")
			}
		}
	}
}
