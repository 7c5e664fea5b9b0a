package command

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

func init() {
	pass := func(f *filter) ([]byte, bool) { return f.inputs(0) }
	for _, n := range []string{"cat", "more", "less"} {
		filters[n] = func(f *filter) ([]byte, bool) {
			if f.has("-A", "-b", "-e", "-E", "-n", "-s", "-t", "-T", "-v", "-N") {
				return nil, false
			}
			return pass(f)
		}
	}
	filters["tee"] = func(f *filter) ([]byte, bool) { return f.in, true }
	filters["sponge"] = func(f *filter) ([]byte, bool) { return f.in, len(f.args) == 0 }
	filters["echo"] = func(f *filter) ([]byte, bool) { return echo(f.args), true }
	filters["printf"] = func(f *filter) ([]byte, bool) {
		if f.has("-v") || len(f.args) == 0 {
			return nil, f.has("-v")
		}
		return printf(f.args[0], f.args[1:])
	}
	filters["rev"] = func(f *filter) ([]byte, bool) {
		return f.lines(0, func(l string) (string, bool) {
			r := []rune(l)
			for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
				r[i], r[j] = r[j], r[i]
			}
			return string(r), true
		})
	}
	filters["tac"] = func(f *filter) ([]byte, bool) {
		in, ok := f.inputs(0)
		if !ok || f.has("-b", "-r", "-s") {
			return nil, false
		}
		l := split1(in)
		for i, j := 0, len(l)-1; i < j; i, j = i+1, j-1 {
			l[i], l[j] = l[j], l[i]
		}
		return join1(l), true
	}
	filters["tr"] = tr
	filters["cut"] = cut
	filters["head"] = func(f *filter) ([]byte, bool) { return headTail(f, true) }
	filters["tail"] = func(f *filter) ([]byte, bool) { return headTail(f, false) }
	filters["sort"] = func(f *filter) ([]byte, bool) {
		in, ok := f.inputs(0)
		if !ok || f.has("-k", "-t", "-n", "-g", "-h", "-V", "-M", "-R", "-d", "-f", "-i", "-b", "-z", "-c", "-m", "-o") {
			return nil, false
		}
		l := split1(in)
		sort.Strings(l)
		if f.has("-u") {
			l = uniq(l)
		}
		if f.has("-r") {
			for i, j := 0, len(l)-1; i < j; i, j = i+1, j-1 {
				l[i], l[j] = l[j], l[i]
			}
		}
		return join1(l), true
	}
	filters["uniq"] = func(f *filter) ([]byte, bool) {
		if len(f.given) > 0 || len(f.args) > 1 {
			return nil, false
		}
		in, ok := f.inputs(0)
		return join1(uniq(split1(in))), ok
	}
	filters["wc"] = func(f *filter) ([]byte, bool) {
		if len(f.args) > 0 || len(f.given) != 1 {
			return nil, false
		}
		n := 0
		switch {
		case f.has("-c", "--bytes"):
			n = len(f.in)
		case f.has("-l", "--lines"):
			n = bytes.Count(f.in, []byte("\n"))
		case f.has("-w", "--words"):
			n = len(bytes.Fields(f.in))
		case f.has("-m", "--chars"):
			n = utf8.RuneCount(f.in)
		default:
			return nil, false
		}
		return []byte(strconv.Itoa(n) + "\n"), true
	}
	filters["fold"] = func(f *filter) ([]byte, bool) {
		width, ok := 80, true
		if w, given := f.opt("-w"); given {
			width, ok = number(w)
		}
		if !ok || width <= 0 || f.has("-s") {
			return nil, false
		}
		return f.lines(0, func(l string) (string, bool) {
			var b strings.Builder
			for len(l) > width {
				b.WriteString(l[:width] + "\n")
				l = l[width:]
			}
			return b.String() + l, true
		})
	}
	filters["paste"] = func(f *filter) ([]byte, bool) {
		in, ok := f.inputs(0)
		if !ok || !f.has("-s") || len(f.args) > 1 {
			return nil, false
		}
		d, given := f.opt("-d")
		if !given {
			d = "\t"
		}
		if len(d) > 1 && d != `\n` && d != `\t` && d != `\0` {
			return nil, false
		}
		d = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\0`, "").Replace(d)
		return []byte(strings.Join(split1(in), d) + "\n"), true
	}
	filters["seq"] = seq
	filters["basename"] = func(f *filter) ([]byte, bool) {
		names, suffix := f.args, ""
		s, given := f.opt("-s")
		switch {
		case given:
			suffix = s
		case !f.has("-a", "--multiple") && len(names) == 2 && f.name != "dirname":
			names, suffix = names[:1], names[1]
		}
		var b strings.Builder
		for _, n := range names {
			if f.name == "dirname" {
				d, _ := lit(n).Dir().Const()
				b.WriteString(d + "\n")
				continue
			}
			t := n
			if t = strings.TrimRight(t, "/"); t == "" && n != "" {
				t = "/"
			} else {
				t = base(t)
			}
			if t != suffix {
				t = strings.TrimSuffix(t, suffix)
			}
			b.WriteString(t + "\n")
		}
		return []byte(b.String()), len(names) > 0
	}
	filters["strings"] = func(f *filter) ([]byte, bool) { return nil, false }
	filters["grep"] = grepFilter
	filters["sed"] = sedFilter
	filters["expr"] = expr
	filters["yes"] = func(f *filter) ([]byte, bool) { return nil, false }
}

func number(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil
}

// split1 divides text into lines without their newlines; join1 puts them back.
func split1(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func join1(l []string) []byte {
	if len(l) == 0 {
		return nil
	}
	return []byte(strings.Join(l, "\n") + "\n")
}

func uniq(l []string) []string {
	var out []string
	for i, s := range l {
		if i == 0 || s != l[i-1] {
			out = append(out, s)
		}
	}
	return out
}

// lines maps every line of the inputs; the last one keeps its missing newline.
func (f *filter) lines(from int, g func(string) (string, bool)) ([]byte, bool) {
	in, ok := f.inputs(from)
	if !ok {
		return nil, false
	}
	var b bytes.Buffer
	for len(in) > 0 {
		line, rest, nl := strings.Cut(string(in), "\n")
		t, keep := g(line)
		if keep {
			b.WriteString(t)
			if nl {
				b.WriteByte('\n')
			}
		}
		in = []byte(rest)
		if !nl {
			break
		}
	}
	return b.Bytes(), true
}

// expr computes the few forms that scripts use to build numbers and strings.
func expr(f *filter) ([]byte, bool) {
	a := f.args
	if len(a) == 3 {
		x, ok1 := number(a[0])
		y, ok2 := number(a[2])
		if ok1 && ok2 {
			switch a[1] {
			case "+":
				return []byte(strconv.Itoa(x+y) + "\n"), true
			case "-":
				return []byte(strconv.Itoa(x-y) + "\n"), true
			case "*":
				return []byte(strconv.Itoa(x*y) + "\n"), true
			case "/", "%":
				if y == 0 {
					return nil, false
				}
				if a[1] == "/" {
					return []byte(strconv.Itoa(x/y) + "\n"), true
				}
				return []byte(strconv.Itoa(x%y) + "\n"), true
			}
		}
	}
	if len(a) == 2 && a[0] == "length" {
		return []byte(strconv.Itoa(utf8.RuneCountInString(a[1])) + "\n"), true
	}
	if len(a) == 4 && a[0] == "substr" {
		from, ok1 := number(a[2])
		n, ok2 := number(a[3])
		if ok1 && ok2 && from >= 1 && from <= len(a[1]) && n >= 0 {
			return []byte(a[1][from-1:min(len(a[1]), from-1+n)] + "\n"), true
		}
	}
	return nil, false
}
