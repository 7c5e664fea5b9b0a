package command

import (
	"strings"

	"sallyport"
)

func init() {
	// nagbar shows a message with buttons; each button has a text and a command.
	hooks["nagbar"] = func(e *eval) {
		for _, name := range []string{"-b", "-B", "-z", "-Z"} {
			vs := e.values(name)
			for i := 1; i < len(vs); i += 2 {
				e.run(Run{Script: &vs[i], Lang: "sh", Where: Later, Certainty: sallyport.May})
			}
		}
	}
	// browser: words are addresses, or files where they look like paths.
	hooks["browser"] = func(e *eval) {
		for _, o := range e.operands {
			c := o.Prefix()
			switch {
			case o.Contains("://") && !o.HasPrefix("file://"):
				e.effect(sallyport.EffectConnect, o, "browsing")
			case o.HasPrefix("file://"):
				e.input(o.TrimPrefix("file://"))
			case strings.HasPrefix(c, "about:") || strings.HasPrefix(c, "chrome:"):
			case o.HasPrefix("/") || o.HasPrefix("./") || o.HasPrefix("~"):
				e.input(o)
			default:
				e.effect(sallyport.EffectConnect, o, "browsing")
			}
		}
		for _, name := range []string{"--app", "--new-window", "--new-tab", "-new-window", "-new-tab"} {
			if v, ok := e.value(name); ok {
				e.effect(sallyport.EffectConnect, v, "browsing")
			}
		}
	}
	// bspc speaks to bspwm: windows and desktops are moved about, "config" and "rule" set how, nothing is run.
	hooks["bspc"] = func(e *eval) {
		known := wordSet(`-a -A -b -B -c -C -d -f -F -g -h -i -k -l -m -M -n -o -O -p -q -r -R -s -t -T -v -w -y -z -D -N --activate --add-monitor --add-desktops --adopt-orphans --balance --bubble --circulate --close --count --desktops --desktop --dump-state --equalize
			--fifo --flag --flip --focus --follow --get-status --insert-receptacle --kill --layer --layout --load-state --monitor --monitors --move --names --node --nodes --presel-dir --presel-ratio --ratio --record-history --rectangle --remove --rename --reorder-desktops
			--reorder-monitors --reset-desktops --resize --restart --rotate --state --swap --to-desktop --to-monitor --to-node --tree --type`)
		for _, o := range e.operands {
			if c, ok := o.Const(); !ok || strings.HasPrefix(c, "-") && !known[c] && !isNumber(strings.TrimLeft(c, "-")) {
				e.unknown("option %q of %s is not understood", o, e.name)
			}
		}
	}
	hooks["assimp"] = func(e *eval) {
		known := wordSet(`-r -v -s --raw --silent --verbose -l --log-out -ptv -gsn -gn -cts -jiv -rrm -fd -slm -icl -lbw -db -guv -fixn -tri -fi -tuv -og -sbp -om -emb -embtex -z -cfast -cdefault -cfull`)
		for _, o := range e.operands {
			if c, ok := o.Const(); !ok || strings.HasPrefix(c, "-") && !known[c] {
				e.unknown("option %q of %s is not understood", o, e.name)
			}
		}
	}
}
