package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["source"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		f := e.operands[0]
		if stdStream(f) || f.Is("/dev/stdin") || f.Is("/dev/fd/0") || f.Is("/proc/self/fd/0") {
			e.run(Run{Stdin: true, Lang: "bash", Sourced: true, Args: e.operands[1:]})
			return
		}
		e.effect(sallyport.EffectRead, f, "")
		e.run(Run{File: &f, Lang: "bash", Sourced: true, Args: e.operands[1:]})
	}
	hooks["eval"] = func(e *eval) {
		ops := e.operands
		if len(ops) > 0 && ops[0].Is("--") {
			ops = ops[1:]
		}
		if text := value.Join(ops, " "); len(ops) > 0 {
			e.run(Run{Script: &text, Lang: "bash", Sourced: true})
		}
	}
	hooks["trap"] = func(e *eval) {
		for i, o := range e.operands {
			if name := strings.TrimPrefix(strings.ToUpper(o.String()), "SIG"); i > 0 && o.Known() && !signals[name] && !isNumber(name) {
				e.unknown("signal %q of trap is not understood", o)
			}
		}
		if e.has("-l", "-p") || len(e.operands) < 2 || e.operands[0].Is("-") || e.operands[0].Empty() {
			return
		}
		e.run(Run{Script: &e.operands[0], Lang: "bash", Sourced: true, Certainty: sallyport.May})
	}
	hooks["jq"] = func(e *eval) {
		ops := e.operands
		if len(e.values("-f")) == 0 && len(ops) > 0 {
			ops = ops[1:]
		}
		// --arg and its kind take two values; the second one was left among the operands.
		skip := len(e.values("--arg")) + len(e.values("--argjson")) + len(e.values("--slurpfile")) + len(e.values("--rawfile"))
		if skip > 0 {
			ops = jqOperands(e)
		}
		if e.has("--args", "--jsonargs") {
			ops = ops[:0]
		}
		for _, o := range ops {
			e.input(o)
		}
		if len(ops) == 0 && !e.has("-n", "--null-input") {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	}
	hooks["yq"] = func(e *eval) {
		ops := e.operands
		if len(ops) > 0 && (oneOf(ops[0].String(), "eval", "e", "ea", "eval-all", "shell-completion")) {
			ops = ops[1:]
		}
		if len(ops) > 0 && !e.has("--from-file") {
			ops = ops[1:]
		}
		if e.has("-i", "--inplace", "--in-place") {
			for _, o := range ops {
				e.effect(sallyport.EffectWrite, o, "changed in place")
			}
			return
		}
		for _, o := range ops {
			e.input(o)
		}
		if len(ops) == 0 && !e.has("-n", "--null-input") {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	}
	hooks["patch"] = func(e *eval) {
		dir, _ := e.value("-d")
		if len(e.operands) > 1 {
			e.input(e.operands[1])
		} else if !e.has("-i") {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		e.noStdout = true
		if e.has("--dry-run") {
			return
		}
		switch {
		case e.has("-o"):
		case len(e.operands) > 0:
			e.output(sallyport.EffectWrite, within(dir, e.operands[0]), "patched")
		default:
			target := value.Of(value.Hole{Name: "files named in the patch", Why: "the patch itself names the files"})
			if !dir.Empty() {
				target = dir
			}
			e.output(sallyport.EffectWrite, target, "patched")
		}
	}
}

// jqOperands walks the arguments again, because four options of jq take two values.
// signals are the names that trap knows.
var signals = wordSet(`EXIT ERR DEBUG RETURN HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF
	WINCH IO POLL PWR SYS RTMIN RTMAX INFO EMT ZERR LOST`)

func jqOperands(e *eval) (files []value.Str) {
	program := len(e.values("-f")) > 0
	for i := 1; i < len(e.argv); i++ {
		a, _ := e.argv[i].Const()
		switch {
		case a == "--arg" || a == "--argjson":
			i += 2
		case a == "--slurpfile" || a == "--rawfile":
			if i+2 < len(e.argv) {
				e.effect(sallyport.EffectRead, e.argv[i+2], "")
			}
			i += 2
		case a == "-f" || a == "--from-file" || a == "-L" || a == "--indent":
			i++
		case strings.HasPrefix(a, "-") && len(a) > 1:
		case !program:
			program = true
		default:
			files = append(files, e.argv[i])
		}
	}
	return files
}
