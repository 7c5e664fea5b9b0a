package command

import (
	"strings"

	"sallyport/assess/value"
)

// Some programs print text for the shell that called them to evaluate: eval "$(ssh-agent -s)". What they print is known but for values that they
// quote themselves.

func init() {
	hooks["aptConfig"] = aptConfig
	hooks["getopt"] = getopt
}

// prints makes text what the command prints. ‹name› in it is a blank: a value that stands in quotes, or has nothing in it that a shell would read.
func (e *eval) prints(text string) {
	var parts []value.Str
	for text != "" {
		lit, rest, blank := strings.Cut(text, "‹")
		parts = append(parts, value.Lit(strings.ReplaceAll(lit, `\n`, "\n")))
		if !blank {
			break
		}
		name, tail, _ := strings.Cut(rest, "›")
		parts, text = append(parts, value.Of(value.Hole{Name: name, Taint: value.Output | value.Derived})), tail
	}
	out := value.Concat(parts...)
	e.stdout = &out
}

// aptConfig prints VARIABLE='value' for each pair of a variable and a setting (apt-config(8), shell).
func aptConfig(e *eval) {
	text := ""
	for i := 0; i+1 < len(e.operands); i += 2 {
		name, ok := e.operands[i].Const()
		if !ok || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return
		}
		text += name + "='‹$" + name + "›'\n"
	}
	e.prints(text)
}

// QuotedWords is the name of a blank that stands for any number of words, quoted to be read once more by the shell.
const QuotedWords = "words that getopt quoted"

// getopt puts options before operands and quotes every word, so that "eval set --" finds the words again (getopt(1)). It quotes nothing when
// told so, or for csh, or when called the old way, with the letters as its first word.
func getopt(e *eval) {
	first := ""
	if len(e.argv) > 1 {
		first, _ = e.argv[1].Const()
	}
	if e.has("-u", "--unquoted", "-s", "--shell", "-T", "--test") || !strings.HasPrefix(first, "-") {
		return
	}
	h := value.Hole{Name: QuotedWords, Taint: value.Input | value.Derived, Why: "the arguments are not known"}
	for _, o := range e.operands {
		t, from := o.Taint()
		h.Taint, h.From = h.Taint|t, append(h.From, from...)
	}
	out := value.Concat(value.Lit(" "), value.Of(h))
	e.stdout = &out
}
