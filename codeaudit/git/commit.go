package git

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"sallyport"
	"sallyport/codeaudit/change"
)

// ParseCommit reads a commit object. Names, mails and message are kept as the bytes they are, whatever the encoding header
// says. Of a header that occurs twice the first counts, as in git.
func ParseCommit(hash string, raw []byte) (*change.Commit, error) {
	head, message, _ := bytes.Cut(raw, []byte("\n\n"))
	c := &change.Commit{Hash: hash, Message: string(message), Signature: change.Signature{State: change.Unsigned}}
	var sig []byte
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		head = rest
		key, value, _ := strings.Cut(string(line), " ")
		switch {
		case key == "tree" && c.Tree == "":
			c.Tree = value
		case key == "parent":
			c.Parents = append(c.Parents, value)
		case key == "author" && c.Author.Email == "" && c.Author.Name == "":
			c.Author = parsePerson(value)
		case key == "committer" && c.Committer.Email == "" && c.Committer.Name == "":
			c.Committer = parsePerson(value)
		case (key == "gpgsig" || key == "gpgsig-sha256") && sig == nil:
			sig = []byte(value + "\n")
			for bytes.HasPrefix(head, []byte{' '}) {
				line, rest, _ := bytes.Cut(head[1:], []byte{'\n'})
				sig, head = append(append(sig, line...), '\n'), rest
			}
		}
	}
	if !IsHash(c.Tree) {
		return nil, sallyport.Errorf(sallyport.Invalid, "commit %s names no tree", hash)
	}
	for _, p := range c.Parents {
		if !IsHash(p) {
			return nil, sallyport.Errorf(sallyport.Invalid, "commit %s has parent %q", hash, p)
		}
	}
	c.Trailers = trailers(c.Message)
	if sig != nil {
		c.Signature = checkSignature(sig, signedBytes(raw))
	}
	return c, nil
}

// parsePerson reads "Name <mail> seconds zone" as git does: the mail is between the first < and the last >.
func parsePerson(s string) change.Person {
	var p change.Person
	left, right := strings.IndexByte(s, '<'), strings.LastIndexByte(s, '>')
	if left < 0 || right < left {
		p.Name = strings.TrimSpace(s)
		return p
	}
	p.Name, p.Email = strings.TrimSpace(s[:left]), s[left+1:right]
	f := strings.Fields(s[right+1:])
	if len(f) == 0 {
		return p
	}
	seconds, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil || seconds < -1<<38 || seconds > 1<<38 { // beyond, RFC 3339 has no words for the year
		return p
	}
	zone := time.UTC
	if len(f) > 1 && len(f[1]) == 5 {
		if n, err := strconv.Atoi(f[1][1:]); err == nil && n%100 < 60 && n < 2400 {
			offset := n/100*3600 + n%100*60
			if f[1][0] == '-' {
				offset = -offset
			}
			zone = time.FixedZone("", offset)
		}
	}
	p.Time = time.Unix(seconds, 0).In(zone)
	return p
}

// trailers returns the "Key: Name <mail>" lines of a message, wherever they stand: squashed commits have them in the middle,
// and a line taken for a trailer too many costs a look, one too few hides a person.
func trailers(message string) []change.Trailer {
	var list []change.Trailer
	for line := range strings.SplitSeq(message, "\n") {
		colon := strings.IndexByte(line, ':')
		if colon < 1 || colon > 60 || len(line) > 2000 {
			continue
		}
		key, value := strings.TrimSpace(line[:colon]), strings.TrimSpace(line[colon+1:])
		if !isToken(key) {
			continue
		}
		t := change.Trailer{Key: key, Value: value}
		if left, right := strings.IndexByte(value, '<'), strings.LastIndexByte(value, '>'); left >= 0 && right > left {
			t.Name, t.Email = strings.TrimSpace(value[:left]), strings.TrimSpace(value[left+1:right])
		} else if strings.Contains(value, "@") && !strings.ContainsAny(value, " \t") {
			if strings.HasPrefix(value, "@") {
				t.Name = value[1:] // an account, as forges write it
			} else {
				t.Email = value
			}
		}
		if t.Email != "" || t.Name != "" {
			list = append(list, t)
		}
	}
	return list
}

func isToken(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && s[i] != '-' && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// signedBytes is the commit as it was signed: without its signature headers (git's Documentation, signature-format).
func signedBytes(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	rest := raw
	skip := false
	for len(rest) > 0 {
		line, after, found := bytes.Cut(rest, []byte{'\n'})
		if len(line) == 0 {
			return append(out, rest...) // the message begins
		}
		rest = after
		if line[0] == ' ' && skip {
			continue
		}
		skip = bytes.HasPrefix(line, []byte("gpgsig ")) || bytes.HasPrefix(line, []byte("gpgsig-sha256 "))
		if skip {
			continue
		}
		out = append(out, line...)
		if found {
			out = append(out, '\n')
		}
	}
	return out
}

// ParseTag reads what an annotated tag points to.
func ParseTag(raw []byte) (object, kind string) {
	for line := range strings.SplitSeq(string(raw), "\n") {
		if line == "" {
			break
		}
		if v, ok := strings.CutPrefix(line, "object "); ok && object == "" && IsHash(v) {
			object = v
		}
		if v, ok := strings.CutPrefix(line, "type "); ok && kind == "" {
			kind = v
		}
	}
	return object, kind
}
