package command

import "strings"

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
