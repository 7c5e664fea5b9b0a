package command

import "bytes"

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
