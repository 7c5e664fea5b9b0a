package command

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// posixRegexp turns a POSIX regular expression into Go's syntax. Back references cannot be said; ok is false for them.
func posixRegexp(re string, extended bool, flags string) (*regexp.Regexp, bool) {
	var b strings.Builder
	for i := 0; i < len(re); i++ {
		c := re[i]
		switch {
		case c == '[':
			end := i + 1
			if end < len(re) && re[end] == '^' {
				end++
			}
			if end < len(re) && re[end] == ']' {
				end++
			}
			for end < len(re) && re[end] != ']' {
				if re[end] == '[' && end+1 < len(re) && re[end+1] == ':' {
					j := strings.Index(re[end:], ":]")
					if j < 0 {
						return nil, false
					}
					end += j + 1
				}
				end++
			}
			if end >= len(re) {
				return nil, false
			}
			inner := re[i+1 : end]
			neg := strings.HasPrefix(inner, "^")
			inner = strings.TrimPrefix(inner, "^")
			b.WriteByte('[')
			if neg {
				b.WriteByte('^')
			}
			inner = strings.ReplaceAll(inner, `\`, `\\`)
			if strings.HasPrefix(inner, "]") {
				inner = `\]` + inner[1:]
			}
			inner = strings.NewReplacer("[:", "[:", "[", `\[`).Replace(inner)
			b.WriteString(inner + "]")
			i = end
		case c == '\\' && i+1 < len(re):
			i++
			switch d := re[i]; {
			case d >= '1' && d <= '9':
				return nil, false
			case strings.IndexByte("(){}+?|", d) >= 0:
				if extended {
					b.WriteByte('\\')
				}
				b.WriteByte(d)
			case strings.IndexByte("wWsSbBdD", d) >= 0:
				b.WriteString(`\` + string(d))
			case d == 'n':
				b.WriteString(`\n`)
			case d == 't':
				b.WriteString(`\t`)
			case d == '<' || d == '>':
				b.WriteString(`\b`)
			case d == '`':
				b.WriteString(`\A`)
			case d == '\'':
				b.WriteString(`\z`)
			default:
				b.WriteString(regexp.QuoteMeta(string(d)))
			}
		case strings.IndexByte("(){}+?|", c) >= 0 && !extended:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '*' && (i == 0 || !extended && i == 1 && re[0] == '^'):
			b.WriteString(`\*`)
		case c == '^' && !extended && i > 0 && re[i-1] != '|' && re[i-1] != '(':
			b.WriteString(`\^`)
		case c == '$' && !extended && i+1 < len(re) && !strings.HasPrefix(re[i+1:], `\)`) && !strings.HasPrefix(re[i+1:], `\|`):
			b.WriteString(`\$`)
		default:
			b.WriteByte(c)
		}
	}
	prefix := "(?s"
	if strings.ContainsAny(flags, "iI") {
		prefix += "i"
	}
	if strings.ContainsAny(flags, "mM") {
		prefix += "m"
	}
	r, err := regexp.Compile(prefix + ")" + b.String())
	return r, err == nil
}

// expandReplacement writes what a replacement of s stands for: & and \1 to \9, \n, \L and its kind are not computed.
func expandReplacement(b *strings.Builder, repl string, match []string) bool {
	for i := 0; i < len(repl); i++ {
		switch c := repl[i]; {
		case c == '&':
			b.WriteString(match[0])
		case c == '\\' && i+1 < len(repl):
			i++
			switch d := repl[i]; {
			case d >= '0' && d <= '9':
				if n := int(d - '0'); n < len(match) {
					b.WriteString(match[n])
				}
			case d == 'n':
				b.WriteByte('\n')
			case d == 't':
				b.WriteByte('\t')
			case d == 'x' && i+2 < len(repl) && hexDigit(repl[i+1]) >= 0 && hexDigit(repl[i+2]) >= 0:
				b.WriteByte(byte(hexDigit(repl[i+1])<<4 | hexDigit(repl[i+2])))
				i += 2
			case strings.IndexByte("LUEluco", d) >= 0:
				return false
			default:
				b.WriteByte(d)
			}
		default:
			b.WriteByte(c)
		}
	}
	return true
}

// sedFilter computes programs of s, y, d, p, q and = with line numbers, $ and regular expressions as addresses.
func sedFilter(f *filter) ([]byte, bool) {
	if f.has("-i", "-I", "-s", "-z", "-f", "--debug") {
		return nil, false
	}
	var programs []string
	for _, v := range f.values("-e") {
		c, _ := v.Const()
		programs = append(programs, c)
	}
	from := 0
	if len(programs) == 0 {
		if len(f.args) == 0 {
			return nil, false
		}
		programs, from = f.args[:1], 1
	}
	commands, err := parseSed(strings.Join(programs, "\n"))
	in, ok := f.inputs(from)
	if err != nil || !ok || len(commands) > 64 {
		return nil, false
	}
	extended, quiet := f.has("-E", "-r"), f.has("-n")
	regexps := map[string]*regexp.Regexp{}
	compile := func(re, flags string) *regexp.Regexp {
		if r, seen := regexps[flags+"/"+re]; seen {
			return r
		}
		r, valid := posixRegexp(re, extended, flags)
		if !valid {
			r = nil
		}
		regexps[flags+"/"+re] = r
		return r
	}
	lines := split1(in)
	last := len(lines)
	inRange := make([]bool, len(commands))
	var out bytes.Buffer
	steps := 0
	for n := 1; n <= last; n++ {
		space, deleted, quit := lines[n-1], false, false
		for i, c := range commands {
			if steps++; steps > 200_000 || out.Len() > 1<<20 {
				return nil, false
			}
			hit, valid := sedAddress(c, n, last, space, &inRange[i], compile)
			if !valid {
				return nil, false
			}
			if !hit {
				continue
			}
			switch c.name {
			case 'd':
				deleted = true
			case 'p':
				out.WriteString(space + "\n")
			case '=':
				out.WriteString(strconv.Itoa(n) + "\n")
			case 'q':
				quit = true
			case 'y':
				a, b := []rune(c.re), []rune(c.repl)
				if len(a) != len(b) || strings.Contains(c.re+c.repl, `\`) {
					return nil, false
				}
				space = strings.Map(func(r rune) rune {
					for k := range a {
						if a[k] == r {
							return b[k]
						}
					}
					return r
				}, space)
			case 's':
				r := compile(c.re, strings.Trim(c.flags, "gp0123456789"))
				if r == nil || strings.ContainsAny(c.flags, "ew") || c.re == "" {
					return nil, false
				}
				t, changed, good := sedSubstitute(r, space, c)
				if !good {
					return nil, false
				}
				if space = t; changed && strings.Contains(c.flags, "p") {
					out.WriteString(space + "\n")
				}
			default:
				return nil, false
			}
			if deleted || quit {
				break
			}
		}
		if !deleted && !quiet {
			out.WriteString(space + "\n")
		}
		if quit {
			break
		}
	}
	text := out.Bytes()
	if len(in) > 0 && in[len(in)-1] != '\n' {
		text = bytes.TrimSuffix(text, []byte("\n"))
	}
	return text, true
}

func sedSubstitute(r *regexp.Regexp, space string, c sedCommand) (string, bool, bool) {
	which, all := 1, strings.Contains(c.flags, "g")
	if d := strings.Trim(c.flags, "gpiImMe"); d != "" {
		which, _ = strconv.Atoi(d)
	}
	var b strings.Builder
	at, changed := 0, false
	for k, m := range r.FindAllStringSubmatchIndex(space, -1) {
		if k+1 < which {
			continue
		}
		b.WriteString(space[at:m[0]])
		match := make([]string, len(m)/2)
		for i := range match {
			if m[2*i] >= 0 {
				match[i] = space[m[2*i]:m[2*i+1]]
			}
		}
		if !expandReplacement(&b, c.repl, match) {
			return "", false, false
		}
		at, changed = m[1], true
		if !all {
			break
		}
	}
	return b.String() + space[at:], changed, true
}

// sedAddress reports whether a command applies to line n.
func sedAddress(c sedCommand, n, last int, space string, inRange *bool, compile func(re, flags string) *regexp.Regexp) (hit, valid bool) {
	one := func(a string) (bool, bool) {
		switch {
		case a == "$":
			return n == last, true
		case strings.HasPrefix(a, "/"):
			body, flags := a[1:strings.LastIndexByte(a, '/')], a[strings.LastIndexByte(a, '/')+1:]
			r := compile(body, flags)
			return r != nil && r.MatchString(space), r != nil && body != ""
		}
		if first, step, tilde := strings.Cut(a, "~"); tilde {
			x, ok1 := number(first)
			y, ok2 := number(step)
			return y > 0 && n >= x && (n-x)%y == 0, ok1 && ok2
		}
		k, ok := number(a)
		return k == n, ok
	}
	switch {
	case c.from == "":
		hit, valid = true, true
	case !c.ranged:
		hit, valid = one(c.from)
	case *inRange:
		end, ok := one(c.to)
		if k, isNumber := number(c.to); isNumber && n >= k {
			end = true
		}
		hit, valid = true, ok
		if k, isNumber := number(c.to); isNumber && n > k {
			hit = false
		}
		*inRange = !end
	default:
		if strings.HasPrefix(c.to, "+") || strings.HasPrefix(c.to, "~") {
			return false, false
		}
		hit, valid = one(c.from)
		k, isNumber := number(c.to)
		*inRange = hit && !(isNumber && k <= n) && !(c.to == "$" && n == last)
	}
	return hit != c.not, valid
}

// grepFilter computes line selection and -o.
func grepFilter(f *filter) ([]byte, bool) {
	if f.has("-A", "-B", "-C", "-c", "-l", "-L", "-n", "-b", "-H", "-P", "-r", "-R", "-z", "-f", "-m", "-x", "-w", "-#", "--count", "--perl-regexp", "--recursive", "--files-with-matches", "--line-number") {
		return nil, false
	}
	if f.has("-q", "--quiet", "--silent") {
		return nil, true
	}
	var patterns []string
	for _, v := range f.values("-e") {
		c, _ := v.Const()
		patterns = append(patterns, c)
	}
	from := 0
	if len(patterns) == 0 && len(f.args) > 0 {
		patterns, from = f.args[:1], 1
	}
	if len(patterns) != 1 || len(f.args) > from+1 {
		return nil, false
	}
	flags := ""
	if f.has("-i", "--ignore-case") {
		flags = "i"
	}
	p := patterns[0]
	if f.has("-F", "--fixed-strings") || f.name == "fgrep" {
		p = regexp.QuoteMeta(p)
	}
	r, ok := posixRegexp(p, f.has("-E", "--extended-regexp", "-F") || f.name == "egrep", flags)
	if !ok {
		return nil, false
	}
	in, ok := f.inputs(from)
	if !ok {
		return nil, false
	}
	var out bytes.Buffer
	for _, l := range split1(in) {
		if f.has("-o", "--only-matching") {
			for _, m := range r.FindAllString(l, -1) {
				if m != "" {
					out.WriteString(m + "\n")
				}
			}
		} else if r.MatchString(l) != f.has("-v", "--invert-match") {
			out.WriteString(l + "\n")
		}
	}
	return out.Bytes(), true
}
