// Package value holds abstract strings: what is known about a string before a script runs. A string is one of a few
// alternatives, each a sequence of literal text and holes; a hole has a name, taints (secret, remote bytes, ...) and the
// reason why it is not known.
//
// It promises that nothing is guessed: an operation whose result it cannot compute exactly gives a hole that keeps every
// taint of its inputs. It bounds itself (MaxAlternatives, MaxBytes, MaxParts) by widening to a hole, never by dropping text
// silently. It does not know shell syntax: quoting, expansion order and word splitting belong to the caller.
//
// Str is immutable; the zero value is the empty string.
package value

import "strings"

// Limits of one abstract string. What goes beyond them becomes a hole.
const (
	MaxAlternatives = 16
	MaxBytes        = 1 << 20
	MaxParts        = 256
)

// Taint is a set of facts about where a hole's text comes from.
type Taint uint16

const (
	Secret  Taint = 1 << iota // a credential, or the contents of a file that holds one
	Remote                    // bytes that another machine sent
	Input                     // chosen by whoever runs the script: arguments, standard input, a prompt
	Env                       // an environment variable that the script does not set
	File                      // contents of a file on the target
	Output                    // what a command printed
	Derived                   // computed from something else, one way: a count, a digest, a status
	Glob                      // names of files that a pattern matches
)

// Part is a piece of one alternative: literal text, or a hole when Hole is not nil.
type Part struct {
	Text string
	Hole *Hole
}

// Hole is text that is not known. Holes are compared by pointer: the same hole twice is the same text twice.
type Hole struct {
	Name  string   // how to print it: "$HOME", "output of date"
	Taint Taint    //
	From  []string // what the text comes from, for taint chains: paths, hosts, names of secrets
	Why   string   // why it is not known, for someone who does not read shell; may be ""
}

type seq []Part

// Str is an abstract string.
type Str struct{ alts []seq }

// Lit returns the string text, exactly known.
func Lit(text string) Str {
	if len(text) > MaxBytes {
		return Of(Hole{Name: "long text", Taint: Derived, Why: "the text is too long to follow"})
	}
	if text == "" {
		return Str{}
	}
	return Str{alts: []seq{{{Text: text}}}}
}

// Of returns a string that is one hole.
func Of(h Hole) Str { return Str{alts: []seq{{{Hole: &h}}}} }

// Unknown returns a string of which nothing is known but why.
func Unknown(name, why string) Str { return Of(Hole{Name: name, Why: why}) }

// OneOf returns a string that is any of ss. Duplicates are dropped; too many alternatives widen to a hole.
func OneOf(ss ...Str) Str {
	var out []seq
	seen := map[string]bool{}
	for _, s := range ss {
		for _, q := range s.sequences() {
			if k := q.key(); !seen[k] {
				seen[k] = true
				out = append(out, q)
			}
		}
	}
	if len(out) > MaxAlternatives {
		return widen("one of many values", "it can have too many different values", ss...)
	}
	if len(out) == 1 && len(out[0]) == 0 {
		return Str{}
	}
	return Str{alts: out}
}

// Concat returns the strings one after the other.
func Concat(ss ...Str) Str {
	acc := []seq{nil}
	for _, s := range ss {
		alts := s.sequences()
		if len(alts) == 1 {
			for i := range acc {
				acc[i] = acc[i].join(alts[0])
			}
		} else {
			if len(acc)*len(alts) > MaxAlternatives {
				alts = widen("one of several values", "it can have too many different values", s).alts
			}
			next := make([]seq, 0, len(acc)*len(alts))
			for _, a := range acc {
				for _, b := range alts {
					next = append(next, a.join(b))
				}
			}
			acc = next
		}
	}
	for _, q := range acc {
		if len(q) > MaxParts || q.size() > MaxBytes {
			return widen("long text", "the text is too long to follow", ss...)
		}
	}
	if len(acc) == 1 && len(acc[0]) == 0 {
		return Str{}
	}
	return Str{alts: acc}
}

// Join returns ss with sep between them.
func Join(ss []Str, sep string) Str {
	if len(ss) == 0 {
		return Str{}
	}
	parts := make([]Str, 0, 2*len(ss)-1)
	for i, s := range ss {
		if i > 0 {
			parts = append(parts, Lit(sep))
		}
		parts = append(parts, s)
	}
	return Concat(parts...)
}

func (s Str) sequences() []seq {
	if len(s.alts) == 0 {
		return []seq{nil}
	}
	return s.alts
}

// join returns q followed by r as a new sequence, with adjoining literals merged.
func (q seq) join(r seq) seq {
	out := make(seq, 0, len(q)+len(r))
	out = append(out, q...)
	for _, p := range r {
		if n := len(out); p.Hole == nil && n > 0 && out[n-1].Hole == nil {
			out[n-1] = Part{Text: out[n-1].Text + p.Text}
		} else {
			out = append(out, p)
		}
	}
	return out
}

func (q seq) size() (n int) {
	for _, p := range q {
		n += len(p.Text)
	}
	return n
}

func (q seq) key() string {
	var b strings.Builder
	for _, p := range q {
		if p.Hole != nil {
			b.WriteString("\x00h" + p.Hole.Name + "\x00" + strings.Join(p.Hole.From, "\x01") + string(rune(p.Hole.Taint)) + "\x00")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// widen returns one hole that keeps the taints of ss.
func widen(name, why string, ss ...Str) Str {
	h := Hole{Name: name, Why: why}
	for _, s := range ss {
		t, from := s.Taint()
		h.Taint |= t
		h.From = appendNew(h.From, from...)
	}
	return Of(h)
}

func appendNew(to []string, more ...string) []string {
next:
	for _, m := range more {
		for _, t := range to {
			if t == m {
				continue next
			}
		}
		if len(to) < 64 {
			to = append(to[:len(to):len(to)], m)
		}
	}
	return to
}
