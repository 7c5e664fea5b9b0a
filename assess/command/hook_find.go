package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["fd"] = func(e *eval) {
		e.sources = append(e.sources, End{System, lit("names of files")})
		for _, o := range []string{"-x", "-X"} {
			if first, ok := e.value(o); ok {
				item := value.Of(value.Hole{Name: "files found", Taint: value.Glob, Why: "the files are found when it runs"})
				argv := append([]value.Str{first}, e.operands...)
				if sub := substitute(argv, "{}", item); value.Join(sub, " ").String() != value.Join(argv, " ").String() {
					argv = sub
				} else {
					argv = append(argv, item)
				}
				e.run(Run{Argv: argv, Certainty: sallyport.May})
			}
		}
	}
}

// findWords are the predicates of find by how many values they take.
var findWords = map[string]int{}

func init() {
	for _, w := range strings.Fields(`-depth -d -mount -xdev -x -noleaf -daystart -follow -help --help -version --version -warn -nowarn -ignore_readdir_race
		-noignore_readdir_race -empty -executable -readable -writable -false -true -nouser -nogroup -delete -print -print0 -ls -prune -quit -a -o
		-not -and -or -H -L -P -E -X -s -O0 -O1 -O2 -O3 , ( ) ! \( \)`) {
		findWords[w] = 0
	}
	for _, w := range strings.Fields(`-name -iname -path -wholename -ipath -iwholename -regex -iregex -lname -ilname -type -xtype -size -perm -user
		-group -uid -gid -mtime -mmin -atime -amin -ctime -cmin -newer -anewer -cnewer -newermt -newerat -newerct -newermm -newerBt -newerma -newermc -newerca -neweram -maxdepth -mindepth
		-links -inum -samefile -used -fstype -context -regextype -printf -fprint -fprint0 -fls -files0-from -D -f -flags -Bmin -Btime -xattrname`) {
		findWords[w] = 1
	}
	findWords["-fprintf"] = 2
}

// find walks the expression once: tests narrow what is found, actions act on it.
func find(e *eval) {
	args := e.operands
	var roots []value.Str
	for len(args) > 0 {
		if _, known := findWords[args[0].String()]; known && len(roots) == 0 && strings.HasPrefix(args[0].Prefix(), "-") {
			if w := args[0].String(); oneOf(w, "-H", "-L", "-P", "-E", "-X", "-s", "-x", "-d", "-O1", "-O2", "-O3") {
				args = args[1:]
				continue
			}
		}
		if p := args[0].Prefix(); strings.HasPrefix(p, "-") || args[0].Is("(") || args[0].Is("!") || args[0].Is(`\(`) || args[0].Is(")") {
			break
		}
		roots, args = append(roots, args[0]), args[1:]
	}
	if len(roots) == 0 {
		roots = []value.Str{lit(".")}
	}
	f := finder{eval: e, roots: roots, at: newSearch()}
	if e.expression(&f, args) {
		e.sources = append(e.sources, End{System, lit("names of files")})
	}
}

// finder knows what find has narrowed its search to.
type finder struct {
	*eval
	at     *search
	roots  []value.Str
	deeper bool // -mindepth: the roots themselves are left out
}

// items are the paths that an action gets, one for each root.
func (f *finder) items() []value.Str {
	out := make([]value.Str, len(f.roots))
	for i, r := range f.roots {
		switch {
		case f.at.named:
			out[i] = value.Path(r, f.at.name)
		case f.deeper || f.at.files:
			out[i] = value.Path(r, lit("*"))
		default:
			out[i] = r
		}
	}
	return out
}

// expression walks the predicates; prints is whether names of files are printed.
func (e *eval) expression(f *finder, args []value.Str) (prints bool) {
	prints = true
	negated := false
	for i := 0; i < len(args); i++ {
		word, known := args[i].Const()
		if !known {
			e.unknown("part %q of the search of find is not known", args[i])
			continue
		}
		arg := func() value.Str {
			if i++; i < len(args) {
				return args[i]
			}
			return value.Str{}
		}
		switch word {
		case "-exec", "-execdir", "-ok", "-okdir":
			prints = false
			var argv []value.Str
			for i++; i < len(args) && !args[i].Is(";") && !args[i].Is(`\;`); i++ {
				if args[i].Is("+") && len(argv) > 0 && argv[len(argv)-1].Is("{}") {
					break
				}
				argv = append(argv, args[i])
			}
			for _, it := range f.items() {
				if strings.HasSuffix(word, "dir") {
					it = value.Path(lit("."), it.Base())
				}
				e.run(Run{Argv: substitute(argv, "{}", it), Certainty: sallyport.May, Via: "find"})
			}
		case "-delete":
			prints = false
			for _, it := range f.items() {
				detail := "what is found"
				if f.at.empty {
					detail = "empty"
				} else if !f.at.named && !f.at.files {
					detail = "with everything in it"
				}
				e.effect(sallyport.EffectDelete, it, detail)
			}
		case "-fprint", "-fprint0", "-fls":
			e.effect(sallyport.EffectWrite, arg(), "names of files")
		case "-fprintf":
			e.effect(sallyport.EffectWrite, arg(), "names of files")
			arg()
		case "-files0-from":
			e.effect(sallyport.EffectRead, arg(), "")
		case "-name", "-iname", "-path", "-wholename", "-ipath", "-iwholename":
			v := arg()
			if strings.HasSuffix(word, "name") && !strings.Contains(word, "whole") && !negated {
				f.at.name, f.at.named = v, true
			}
		case "-empty":
			f.at.empty = f.at.empty || !negated
		case "-o", "-or", ",":
			f.at.or()
		case "(", `\(`:
			f.at.open(negated)
		case ")", `\)`:
			f.at.close()
		case "-mindepth":
			f.deeper = true
			arg()
		case "-type", "-xtype":
			if kind, known := arg().Const(); known {
				f.at.files = f.at.files || strings.Contains(kind, "d") == negated
			}
		default:
			n, ok := findWords[word]
			if !ok {
				e.unknown("part %q of the search of find is not understood", word)
				continue
			}
			i += n
		}
		negated = word == "!" || word == "-not"
	}
	return prints
}
