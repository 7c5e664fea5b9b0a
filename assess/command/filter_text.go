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

func echo(args []string) []byte {
	newline, escapes := true, false
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && strings.Trim(args[0][1:], "neE") == "" {
		for _, c := range args[0][1:] {
			switch c {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	text := strings.Join(args, " ")
	if escapes {
		t, stop := unescape(text, true)
		if text = t; stop {
			newline = false
		}
	}
	if newline {
		text += "\n"
	}
	return []byte(text)
}

// unescape expands backslash escapes as echo -e (octal as \0nnn) or printf (octal as \nnn) do. stop is true after \c.
func unescape(s string, zeroOctal bool) (out string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'a':
			b.WriteByte(7)
		case 'b':
			b.WriteByte(8)
		case 'c':
			return b.String(), true
		case 'e', 'E':
			b.WriteByte(27)
		case 'f':
			b.WriteByte(12)
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'v':
			b.WriteByte(11)
		case '\\':
			b.WriteByte('\\')
		case '"', '\'', '?':
			if zeroOctal {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		case 'x', 'u', 'U':
			most := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			n, v := 0, 0
			for n < most && i+1 < len(s) && hexDigit(s[i+1]) >= 0 {
				v = v<<4 | hexDigit(s[i+1])
				i, n = i+1, n+1
			}
			switch {
			case n == 0:
				b.WriteByte('\\')
				b.WriteByte(c)
			case c == 'x':
				b.WriteByte(byte(v))
			default:
				b.WriteRune(rune(v))
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			most := 3
			if c == '0' && zeroOctal {
				most = 4
			} else if zeroOctal && c != '0' {
				most = 3
			}
			n, v := 0, 0
			for n < most && i < len(s) && s[i] >= '0' && s[i] <= '7' {
				v = v<<3 | int(s[i]-'0')
				i, n = i+1, n+1
			}
			i--
			b.WriteByte(byte(v))
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// printf is the shell's: the format is used again while arguments remain.
func printf(format string, args []string) ([]byte, bool) {
	var b strings.Builder
	for {
		used := 0
		next := func() string {
			if used < len(args) {
				used++
				return args[used-1]
			}
			used++
			return ""
		}
		stop, ok := printfOnce(&b, format, next)
		if !ok || b.Len() > 1<<20 {
			return nil, false
		}
		if stop || used == 0 || used >= len(args) {
			return []byte(b.String()), true
		}
		args = args[used:]
	}
}

func printfOnce(b *strings.Builder, format string, next func() string) (stop, ok bool) {
	for i := 0; i < len(format); i++ {
		if format[i] == '\\' {
			end := i + 2
			for end < len(format) && end < i+10 && (hexDigit(format[end]) >= 0) {
				end++
			}
			// Escapes are expanded one at a time, so that a following % keeps its meaning.
			piece := format[i:min(end, len(format))]
			for n := 2; n <= len(piece); n++ {
				t, s := unescape(piece[:n], false)
				longer := n < len(piece)
				if longer {
					t2, _ := unescape(piece[:n+1], false)
					if len(t2) == len(t) || strings.HasPrefix(t, "\\") && !strings.HasPrefix(t2, "\\") {
						continue
					}
				}
				if s {
					return true, true
				}
				b.WriteString(t)
				i += n - 1
				break
			}
			continue
		}
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		j := i + 1
		for j < len(format) && strings.IndexByte("-+ #0'", format[j]) >= 0 {
			j++
		}
		spec := format[i+1 : j]
		width, prec := "", ""
		for j < len(format) && (format[j] >= '0' && format[j] <= '9' || format[j] == '*') {
			if format[j] == '*' {
				width = next()
			} else {
				width += string(format[j])
			}
			j++
		}
		hasPrec := j < len(format) && format[j] == '.'
		if hasPrec {
			for j++; j < len(format) && (format[j] >= '0' && format[j] <= '9' || format[j] == '*'); j++ {
				if format[j] == '*' {
					prec = next()
				} else {
					prec += string(format[j])
				}
			}
		}
		if j >= len(format) {
			return false, false
		}
		w, _ := number(width)
		p, _ := number(prec)
		if w > 10_000 || p > 10_000 {
			return false, false
		}
		text := ""
		switch c := format[j]; c {
		case '%':
			text = "%"
		case 's':
			text = next()
		case 'b':
			t, s := unescape(next(), true)
			if text = t; s {
				b.WriteString(text)
				return true, true
			}
		case 'c':
			if text = next(); len(text) > 1 {
				text = text[:1]
			}
		case 'd', 'i', 'u', 'x', 'X', 'o':
			n, valid := shellNumber(next())
			if !valid {
				return false, false
			}
			text = strconv.FormatInt(n, map[byte]int{'d': 10, 'i': 10, 'u': 10, 'x': 16, 'X': 16, 'o': 8}[c])
			if c == 'X' {
				text = strings.ToUpper(text)
			}
			if strings.Contains(spec, "#") && c == 'x' {
				text = "0x" + text
			}
			if strings.Contains(spec, "0") && !strings.Contains(spec, "-") {
				for len(text) < w {
					text = "0" + text
				}
			}
		case 'q':
			return false, false
		default:
			return false, false
		}
		if hasPrec && (format[j] == 's' || format[j] == 'b') && len(text) > p {
			text = text[:p]
		}
		for len(text) < w {
			if strings.Contains(spec, "-") {
				text += " "
			} else {
				text = " " + text
			}
		}
		b.WriteString(text)
		i = j
	}
	return false, true
}

func shellNumber(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if (s[0] == '\'' || s[0] == '"') && len(s) > 1 {
		r, _ := utf8.DecodeRuneInString(s[1:])
		return int64(r), true
	}
	n, err := strconv.ParseInt(s, 0, 64)
	return n, err == nil
}

func seq(f *filter) ([]byte, bool) {
	sep, args := "\n", f.args
	for len(args) > 1 && strings.HasPrefix(args[0], "-") {
		switch {
		case args[0] == "-s" && len(args) > 2:
			sep, args = args[1], args[2:]
		case strings.HasPrefix(args[0], "-s"):
			sep, args = args[0][2:], args[1:]
		default:
			if _, ok := number(args[0]); !ok {
				return nil, false
			}
			goto numbers
		}
	}
numbers:
	first, step, last := 1, 1, 0
	var ok [3]bool
	switch len(args) {
	case 1:
		last, ok[0] = number(args[0])
		ok[1], ok[2] = true, true
	case 2:
		first, ok[0] = number(args[0])
		last, ok[1] = number(args[1])
		ok[2] = true
	case 3:
		first, ok[0] = number(args[0])
		step, ok[1] = number(args[1])
		last, ok[2] = number(args[2])
	}
	if !ok[0] || !ok[1] || !ok[2] || step == 0 {
		return nil, false
	}
	var out []string
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		if out = append(out, strconv.Itoa(i)); len(out) > 10_000 {
			return nil, false
		}
	}
	return []byte(strings.Join(out, sep) + "\n"), true
}

func headTail(f *filter, head bool) ([]byte, bool) {
	if len(f.args) > 1 || f.has("-f", "-F", "-z", "-v") {
		return nil, false
	}
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	if c, given := f.opt("-c"); given {
		n, valid := number(strings.TrimPrefix(c, "+"))
		if !valid {
			return nil, false
		}
		return sliceOf(len(in), n, c, head, func(a, b int) []byte { return in[a:b] }), true
	}
	count := "10"
	for _, o := range []string{"-n", "-#", "+#"} {
		if c, given := f.opt(o); given {
			if count = c; o == "+#" {
				count = "+" + c
			}
		}
	}
	n, valid := number(strings.TrimPrefix(count, "+"))
	if !valid {
		return nil, false
	}
	l := bytes.SplitAfter(in, []byte("\n"))
	if len(l) > 0 && len(l[len(l)-1]) == 0 {
		l = l[:len(l)-1]
	}
	return sliceOf(len(l), n, count, head, func(a, b int) []byte { return bytes.Join(l[a:b], nil) }), true
}

// sliceOf picks the first or last n of size: head -n -3 leaves the last three out, tail -n +3 begins with the third.
func sliceOf(size, n int, text string, head bool, pick func(a, b int) []byte) []byte {
	switch {
	case head && n >= 0:
		return pick(0, min(n, size))
	case head:
		return pick(0, max(0, size+n))
	case strings.HasPrefix(text, "+"):
		return pick(min(max(n-1, 0), size), size)
	}
	if n < 0 {
		n = -n
	}
	return pick(max(0, size-n), size)
}

func cut(f *filter) ([]byte, bool) {
	list, mode := "", ""
	for _, o := range []string{"-f", "-c", "-b"} {
		if l, given := f.opt(o); given {
			list, mode = l, o
		}
	}
	delim, given := f.opt("-d")
	if !given {
		delim = "\t"
	}
	outDelim, given := f.opt("--output-delimiter")
	if !given {
		outDelim = delim
	}
	if mode == "" || f.has("--complement", "-z") || mode == "-f" && len(delim) != 1 {
		return nil, false
	}
	ranges, ok := parseRanges(list)
	if !ok {
		return nil, false
	}
	return f.lines(0, func(l string) (string, bool) {
		var units []string
		if mode == "-f" {
			if !strings.Contains(l, delim) {
				return l, !f.has("-s")
			}
			units = strings.Split(l, delim)
		} else {
			for i := range len(l) {
				units = append(units, l[i:i+1])
			}
		}
		var out []string
		for i, u := range units {
			for _, r := range ranges {
				if i+1 >= r[0] && (r[1] == 0 || i+1 <= r[1]) {
					out = append(out, u)
					break
				}
			}
		}
		if mode == "-f" {
			return strings.Join(out, outDelim), true
		}
		return strings.Join(out, ""), true
	})
}

func parseRanges(list string) (out [][2]int, ok bool) {
	for _, p := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		a, b, dash := strings.Cut(p, "-")
		from, to := 1, 0
		if a != "" {
			if from, ok = number(a); !ok {
				return nil, false
			}
		}
		if b != "" {
			if to, ok = number(b); !ok {
				return nil, false
			}
		}
		if !dash {
			to = from
		}
		if from < 1 {
			return nil, false
		}
		out = append(out, [2]int{from, to})
	}
	return out, len(out) > 0
}

func tr(f *filter) ([]byte, bool) {
	if len(f.args) == 0 || len(f.args) > 2 {
		return nil, false
	}
	set1, ok := trSet(f.args[0])
	if !ok {
		return nil, false
	}
	complement, del, squeeze := f.has("-c", "-C", "--complement"), f.has("-d", "--delete"), f.has("-s", "--squeeze-repeats")
	var in [256]bool
	for _, c := range set1 {
		in[c] = true
	}
	if complement {
		for i := range in {
			in[i] = !in[i]
		}
		set1 = set1[:0]
		for i := range in {
			if in[i] {
				set1 = append(set1, byte(i))
			}
		}
	}
	var set2 []byte
	if len(f.args) == 2 {
		if set2, ok = trSet(f.args[1]); !ok || len(set2) == 0 {
			return nil, false
		}
	}
	table := [256]byte{}
	for i := range table {
		table[i] = byte(i)
	}
	if !del && len(set2) > 0 {
		for i, c := range set1 {
			table[c] = set2[min(i, len(set2)-1)]
			if complement {
				table[c] = set2[len(set2)-1]
			}
		}
	}
	var squeezed [256]bool
	if squeeze {
		from := set1
		if len(set2) > 0 {
			from = set2
		}
		for _, c := range from {
			squeezed[c] = true
		}
	}
	out := make([]byte, 0, len(f.in))
	for _, c := range f.in {
		if del && in[c] {
			continue
		}
		if c = table[c]; squeeze && squeezed[c] && len(out) > 0 && out[len(out)-1] == c {
			continue
		}
		out = append(out, c)
	}
	return out, true
}

var trClasses = map[string]string{
	"lower": "abcdefghijklmnopqrstuvwxyz", "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "digit": "0123456789", "space": "\t\n\v\f\r ", "blank": "\t ", "xdigit": "0123456789ABCDEFabcdef",
	"punct": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
}

func init() {
	trClasses["alpha"] = trClasses["upper"] + trClasses["lower"]
	trClasses["alnum"] = trClasses["digit"] + trClasses["alpha"]
	graph, cntrl := "", "\x7f"
	for c := byte(33); c < 127; c++ {
		graph += string(rune(c))
	}
	for c := byte(0); c < 32; c++ {
		cntrl += string(rune(c))
	}
	trClasses["graph"], trClasses["print"], trClasses["cntrl"] = graph, " "+graph, cntrl
}

// trSet expands a set of tr: ranges, classes, escapes, [c*n].
func trSet(s string) ([]byte, bool) {
	var out []byte
	var plain []byte // with escapes resolved; esc marks bytes that are not special
	var esc []bool
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			end := i + 2
			for end < len(s) && end < i+4 && s[end] >= '0' && s[end] <= '7' && s[i+1] >= '0' && s[i+1] <= '7' {
				end++
			}
			t, _ := unescape(s[i:end], false)
			if len(t) == 2 && t[0] == '\\' {
				t = t[1:]
			}
			for _, c := range []byte(t) {
				plain, esc = append(plain, c), append(esc, true)
			}
			i = end - 1
			continue
		}
		plain, esc = append(plain, s[i]), append(esc, false)
	}
	for i := 0; i < len(plain); i++ {
		if plain[i] == '[' && !esc[i] && i+1 < len(plain) && plain[i+1] == ':' {
			if end := bytes.Index(plain[i:], []byte(":]")); end > 0 {
				c, ok := trClasses[string(plain[i+2:i+end])]
				if !ok {
					return nil, false
				}
				out = append(out, c...)
				i += end + 1
				continue
			}
		}
		if plain[i] == '[' && !esc[i] && i+2 < len(plain) && plain[i+2] == '*' {
			return nil, false
		}
		if i+2 < len(plain) && plain[i+1] == '-' && !esc[i+1] {
			if plain[i+2] < plain[i] {
				return nil, false
			}
			for c := int(plain[i]); c <= int(plain[i+2]); c++ {
				out = append(out, byte(c))
			}
			i += 2
			continue
		}
		out = append(out, plain[i])
	}
	return out, true
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
