package assess

import "testing"

// TestArmsAndAnswers holds that what a script makes sure of is known: the arm of a case that a word matched, the first program that was found, what programs
// print to be evaluated, the words that getopt quoted. And no longer where it was not made sure of.
func TestArmsAndAnswers(t *testing.T) {
	for _, text := range []string{
		"do_up() { date; }; do_down() { date; }\ncase \"$1\" in up|down) \"do_$1\" ;; esac",
		"case $what in date|uptime) $what ;; *) echo no ;; esac",
		"$(command -v curl || command -v wget) https://mirror.example/a",
		"py=$(which python3 || which python)\n\"$py\" -c 'print(1)'",
		"eval \"$(ssh-agent -s)\"; ssh-add -l",
		"eval $(apt-config shell DIR Dir::State)\nls \"$DIR\"",
		"args=$(getopt -o ab: -l all -- \"$@\") || exit 1\neval set -- \"$args\"\nwhile :; do case $1 in -a|--all) shift ;; -b) b=$2; shift 2 ;; --) shift; break ;; esac; done\necho \"$b\"",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); !a.Complete {
			t.Errorf("%q is not understood: %v", text, a.Unknown)
		}
	}
	for _, text := range []string{
		"case $1 in up|do*) \"$1\" ;; esac",
		"case $1 in date) true ;& uptime) \"$1\" ;; esac",
		"case $what in date) $what ;; esac\n$what",
		"case $1 in date) shift; \"$1\" ;; esac",
		"case $1 in date) set -- \"$2\"; \"$1\" ;; esac",
		"case $1 in date) f() { \"$1\"; }; f \"$2\" ;; esac",
		"case $what in date) what=$2; $what ;; esac",
		"case $what in date) read -r what; $what ;; esac",
		"case $what in date) . ./lib.sh; $what ;; esac",
		"shopt -s nocasematch\ncase $what in date) $what ;; esac",
		"py=$(which python3 || echo /tmp/py)\n\"$py\" -c 'print(1)'",
		"x=$(command -v curl || cat /srv/x)\n$x",
		"ssh-agent() { cat /srv/x; }\neval \"$(ssh-agent -s)\"",
		"args=$(getopt -o a -- $(cat /srv/x))\neval \"$args\"",
		"args=$(getopt -u -o a -- $(cat /srv/x))\neval set -- \"$args\"",
		"args=$(getopt ab: $(cat /srv/x))\neval set -- \"$args\"",
		"args=$(getopt -o a -- \"$@\")\neval set -- \"$args\"\n\"$1\"",
		"args=$(getopt -o a -- \"$@\")\neval set -- \"$args $(cat /srv/x)\"",
		"set -- $(cat /srv/x)\n$2",
		"set -- a b c\nshift \"$n\"\n\"$1\"",
		"eval $(apt-config shell \"$x\" Dir::State)",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); a.Complete || a.Verdict == "low" {
			t.Errorf("%q is said to be understood, %s", text, a.Verdict)
		}
	}
}

// TestWordsThatMayBeOptions holds that an unquoted blank may be options, unless the word begins with what a login sets and the rest is written out.
func TestWordsThatMayBeOptions(t *testing.T) {
	for text, known := range map[string]bool{
		"find $HOME -name x":           true,
		"find $(pwd)/ -name x":         true,
		"find $HOME/. -name x":         true,
		"find ${HOME}/srv/* -name x":   true,
		"find $DIR/ -name x":           false,
		"find $HOME/$DIR -name x":      false,
		"find $HOME$DIR -name x":       false,
		"find $DIR$HOME -name x":       false,
		"HOME=$1; find $HOME/ -name x": false,
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); a.Complete != known {
			t.Errorf("%q: understood %t, want %t: %v", text, a.Complete, known, a.Unknown)
		}
	}
}
