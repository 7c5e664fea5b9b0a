package redact

import (
	"bytes"
	"regexp"
)

var (
	keyFirst = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]: `)
	keyLast  = regexp.MustCompile(`-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----`)
	// keyLine is a line as they stand inside a key: base64, a header, or nothing; indented, numbered or escaped as logs do.
	keyLine = regexp.MustCompile(`^[\s"'|>]*(?:[A-Za-z0-9-]{1,40}: [^\n]{0,200}|[A-Za-z0-9+/=\\]*)[\s"',\\]*$`)
)

// keyBegin finds the first line of a private key in text: where it begins and ends.
func keyBegin(text []byte) (from, to int) {
	if !bytes.Contains(text, []byte("PRIVATE KEY")) && !bytes.Contains(text, []byte("PuTTY-User-Key-File")) {
		return -1, -1
	}
	m := keyFirst.FindIndex(text)
	if m == nil {
		return -1, -1
	}
	return m[0], m[1]
}

// keyBody tells how many bytes of text still belong to a key, and whether the key ends there. A key without its last line ends at the
// first line that cannot be part of one.
func keyBody(text []byte) (n int, ended bool) {
	for n < len(text) {
		line := text[n:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if m := keyLast.FindIndex(line); m != nil {
			return n + m[1], true
		}
		if !keyLine.Match(line) && len(line) < 4<<10 {
			return n, true
		}
		n += len(line)
		if n < len(text) {
			n++ // the line feed
		}
	}
	return n, false
}
