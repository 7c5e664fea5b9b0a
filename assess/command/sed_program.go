package command

import (
	"fmt"
	"strings"
)

// sedCommand is one command of a sed program, flat: blocks are "{" and "}" commands.
type sedCommand struct {
	from, to string // addresses as written: "", "3", "$", "/re/", "0~4"
	ranged   bool
	not      bool
	name     byte
	re, repl string // of s and y
	flags    string // of s
	text     string // file of r, w, R, W and of s///w; text of a, i, c; command of e; label; exit status
}

// parseSed reads a sed program (POSIX, with the GNU extensions). It does not compile regular expressions.
func parseSed(src string) ([]sedCommand, error) {
	p := &sedParser{src: src}
	var out []sedCommand
	for {
		p.skip(" \t\n;")
		if p.done() {
			return out, nil
		}
		c, err := p.command()
		if err != nil {
			return nil, err
		}
		if c.name != '#' {
			out = append(out, c)
		}
		if len(out) > 10_000 {
			return nil, fmt.Errorf("too many commands")
		}
	}
}

type sedParser struct {
	src string
	pos int
}

func (p *sedParser) done() bool { return p.pos >= len(p.src) }

func (p *sedParser) skip(set string) {
	for !p.done() && strings.IndexByte(set, p.src[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *sedParser) peek() byte {
	if p.done() {
		return 0
	}
	return p.src[p.pos]
}

func (p *sedParser) command() (c sedCommand, err error) {
	if c.from, err = p.address(); err != nil {
		return c, err
	}
	p.skip(" \t")
	if c.from != "" && p.peek() == ',' {
		p.pos++
		p.skip(" \t")
		c.ranged = true
		if c.to, err = p.address(); err != nil {
			return c, err
		}
	}
	p.skip(" \t")
	for p.peek() == '!' {
		c.not = true
		p.pos++
		p.skip(" \t")
	}
	if p.done() {
		return c, fmt.Errorf("an address without a command")
	}
	c.name = p.src[p.pos]
	p.pos++
	switch c.name {
	case '#':
		p.line()
	case '{', '}', '=', 'd', 'D', 'g', 'G', 'h', 'H', 'n', 'N', 'p', 'P', 'x', 'F', 'z':
	case 'a', 'i', 'c':
		c.text = p.textBlock()
	case ':':
		p.skip(" \t")
		c.text = p.until("\n;")
	case 'b', 't', 'T':
		p.skip(" \t")
		c.text = strings.TrimSpace(p.until("\n;}"))
	case 'r', 'w', 'R', 'W':
		p.skip(" \t")
		c.text = p.line()
	case 'e':
		p.skip(" \t")
		c.text = p.line()
	case 'q', 'Q', 'l', 'L', 'v':
		p.skip(" \t")
		c.text = strings.TrimSpace(p.until("\n;}"))
	case 's', 'y':
		err = p.substitution(&c)
	default:
		return c, fmt.Errorf("no sed command %q", string(c.name))
	}
	return c, err
}

func (p *sedParser) address() (string, error) {
	start := p.pos
	switch c := p.peek(); {
	case c >= '0' && c <= '9':
		for !p.done() && strings.IndexByte("0123456789~", p.peek()) >= 0 {
			p.pos++
		}
	case c == '$':
		p.pos++
	case c == '+' || c == '~':
		p.pos++
		for !p.done() && p.peek() >= '0' && p.peek() <= '9' {
			p.pos++
		}
	case c == '/' || c == '\\':
		if c == '\\' {
			p.pos++
			if p.done() {
				return "", fmt.Errorf("an address ends in a backslash")
			}
		}
		delim := p.peek()
		p.pos++
		body, ok := p.delimited(delim)
		if !ok {
			return "", fmt.Errorf("an address is not closed")
		}
		flags := p.pos
		for p.peek() == 'I' || p.peek() == 'M' {
			p.pos++
		}
		return "/" + body + "/" + p.src[flags:p.pos], nil
	}
	if start == p.pos && strings.HasPrefix(p.src[p.pos:], "￼") { // a hole: some address that is not known
		p.pos += len("￼")
		return "￼", nil
	}
	return p.src[start:p.pos], nil
}

// delimited reads up to an unescaped delim outside a bracket expression, and takes the delim.
func (p *sedParser) delimited(delim byte) (string, bool) {
	var b strings.Builder
	for !p.done() {
		c := p.src[p.pos]
		p.pos++
		switch {
		case c == '\\' && !p.done():
			if p.src[p.pos] == delim && delim != '\\' {
				if strings.IndexByte(`.*[]^$+?(){}|`, delim) >= 0 {
					b.WriteByte('\\')
				}
				b.WriteByte(delim)
			} else {
				b.WriteByte(c)
				b.WriteByte(p.src[p.pos])
			}
			p.pos++
		case c == delim:
			return b.String(), true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), false
}

func (p *sedParser) substitution(c *sedCommand) error {
	if p.done() {
		return fmt.Errorf("%q without a delimiter", string(c.name))
	}
	delim := p.src[p.pos]
	p.pos++
	var ok1, ok2 bool
	c.re, ok1 = p.delimited(delim)
	c.repl, ok2 = p.delimited(delim)
	if !ok1 || !ok2 {
		return fmt.Errorf("a substitution is not closed")
	}
	if c.name == 'y' {
		return nil
	}
	for !p.done() {
		f := p.peek()
		switch {
		case f == 'w':
			p.pos++
			p.skip(" \t")
			c.flags += "w"
			c.text = p.line()
			return nil
		case strings.IndexByte("gpiImMe0123456789", f) >= 0:
			c.flags += string(f)
			p.pos++
		case strings.HasPrefix(p.src[p.pos:], "￼"):
			return fmt.Errorf("flags of a substitution are not known")
		default:
			return nil
		}
	}
	return nil
}

func (p *sedParser) line() string { return p.until("\n") }

func (p *sedParser) until(set string) string {
	start := p.pos
	for !p.done() && strings.IndexByte(set, p.src[p.pos]) < 0 {
		p.pos++
	}
	return p.src[start:p.pos]
}

// textBlock reads the text of a, i and c: after a backslash and newline, or on the same line (GNU).
func (p *sedParser) textBlock() string {
	p.skip(" \t")
	if p.peek() == '\\' {
		p.pos++
		p.skip(" \t")
		if p.peek() == '\n' {
			p.pos++
		}
	}
	var b strings.Builder
	for !p.done() && p.peek() != '\n' {
		if p.peek() == '\\' && p.pos+1 < len(p.src) {
			p.pos++
		}
		b.WriteByte(p.src[p.pos])
		p.pos++
	}
	return b.String()
}
