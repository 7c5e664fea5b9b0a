package command

import (
	"bytes"
	"strconv"
	"strings"
)

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
