package command

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"sallyport/assess/value"
)

func init() {
	filters["base64"] = func(f *filter) ([]byte, bool) {
		switch f.name {
		case "base32":
			return base32N(f)
		case "base16":
			return hexN(f)
		}
		return baseN(f, base64.StdEncoding, base64.RawStdEncoding)
	}
	filters["basenc"] = func(f *filter) ([]byte, bool) {
		switch {
		case f.has("--base64url"):
			return baseN(f, base64.URLEncoding, base64.RawURLEncoding)
		case f.has("--base64"):
			return baseN(f, base64.StdEncoding, base64.RawStdEncoding)
		case f.has("--base32"):
			return base32N(f)
		case f.has("--base16"):
			return hexN(f)
		}
		return nil, false
	}
	filters["xxd"] = xxd
	filters["od"] = func(f *filter) ([]byte, bool) { return nil, false }
	for _, n := range []string{"gzip", "gunzip", "zcat"} {
		filters[n] = decompress
	}
	for _, n := range []string{"bzip2"} {
		filters[n] = decompress
	}
	filters["openssl"] = func(f *filter) ([]byte, bool) {
		if len(f.args) == 0 || f.args[0] != "base64" && f.args[0] != "enc" {
			return nil, false
		}
		decode, b64, in := false, f.args[0] == "base64", f.in
		for i := 1; i < len(f.args); i++ {
			switch strings.TrimPrefix(f.args[i], "-") {
			case "-d", "d":
				decode = true
			case "a", "base64", "-base64":
				b64 = true
			case "A", "e", "none":
			case "in":
				if i++; i == len(f.args) {
					return nil, false
				}
				text, ok := f.read(value.Lit(f.args[i]))
				if !ok {
					return nil, false
				}
				in = text
			default:
				return nil, false
			}
		}
		if !b64 {
			return nil, false
		}
		if decode {
			return decode64(in, base64.StdEncoding, base64.RawStdEncoding, true)
		}
		return wrapped(base64.StdEncoding.EncodeToString(in), 64), true
	}
	filters["uudecode"] = func(f *filter) ([]byte, bool) { return uudecode(f) }
	filters["iconv"] = func(f *filter) ([]byte, bool) { return iconv(f) }
	filters["envsubst"] = func(f *filter) ([]byte, bool) { return nil, false }
}

func wrapped(text string, width int) []byte {
	var b strings.Builder
	for width > 0 && len(text) > width {
		b.WriteString(text[:width] + "\n")
		text = text[width:]
	}
	if width > 0 {
		return []byte(b.String() + text + "\n")
	}
	return []byte(text)
}

func (f *filter) wrap() int {
	if w, ok := f.opt("-w"); ok {
		if n, ok := number(w); ok {
			return n
		}
	}
	return 76
}

func baseN(f *filter, enc, rawEnc *base64.Encoding) ([]byte, bool) {
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	if f.has("-d", "-D", "--decode") {
		return decode64(in, enc, rawEnc, f.has("-i", "--ignore-garbage"))
	}
	return wrapped(enc.EncodeToString(in), f.wrap()), true
}

// decode64 decodes as coreutils does: newlines are skipped, and what came before an error is still printed.
func decode64(in []byte, enc, rawEnc *base64.Encoding, lenient bool) ([]byte, bool) {
	clean := make([]byte, 0, len(in))
	for _, c := range in {
		if c == '\n' || c == '\r' || lenient && !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=", rune(c)) {
			continue
		}
		clean = append(clean, c)
	}
	if out, err := enc.DecodeString(string(clean)); err == nil {
		return out, true
	}
	if out, err := rawEnc.DecodeString(strings.TrimRight(string(clean), "=")); err == nil {
		return out, true
	}
	// The longest valid beginning: base64 prints it before it complains.
	n := 0
	for n < len(clean) && strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_", clean[n]) >= 0 {
		n++
	}
	out, err := rawEnc.DecodeString(string(clean[:n-n%4]))
	return out, err == nil && len(out) > 0
}

func base32N(f *filter) ([]byte, bool) {
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	if f.has("-d", "-D", "--decode") {
		out, err := base32.StdEncoding.DecodeString(string(bytes.ReplaceAll(in, []byte("\n"), nil)))
		return out, err == nil
	}
	return wrapped(base32.StdEncoding.EncodeToString(in), f.wrap()), true
}

func hexN(f *filter) ([]byte, bool) {
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	if f.has("-d", "-D", "--decode") {
		out, err := hex.DecodeString(string(bytes.ReplaceAll(in, []byte("\n"), nil)))
		return out, err == nil
	}
	return wrapped(strings.ToUpper(hex.EncodeToString(in)), f.wrap()), true
}

func xxd(f *filter) ([]byte, bool) {
	if len(f.args) > 1 || f.has("-s", "-l", "-o", "-i", "-b", "-E", "-e", "-R", "-g") {
		return nil, false
	}
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	plain := f.has("-ps", "-p")
	if f.has("-r") {
		var digits strings.Builder
		for _, l := range strings.Split(string(in), "\n") {
			if !plain {
				_, rest, cut := strings.Cut(l, ": ")
				if !cut {
					continue
				}
				if i := strings.Index(rest, "  "); i >= 0 {
					rest = rest[:i]
				}
				l = rest
			}
			for _, c := range []byte(l) {
				if hexDigit(c) >= 0 {
					digits.WriteByte(c)
				} else if c != ' ' && c != '\r' && c != '\t' {
					if plain {
						continue
					}
				}
			}
		}
		d := digits.String()
		out, err := hex.DecodeString(d[:len(d)&^1])
		return out, err == nil
	}
	if !plain {
		return nil, false
	}
	width := 60
	if c, given := f.opt("-c"); given {
		n, valid := number(c)
		if !valid {
			return nil, false
		}
		width = 2 * n
	}
	return wrapped(hex.EncodeToString(in), width), true
}

// maxUnpacked bounds what a decompressor may produce.
const maxUnpacked = 1 << 20

func decompress(f *filter) ([]byte, bool) {
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	back := f.has("-d", "--decompress", "--uncompress") || strings.HasPrefix(f.name, "gun") || strings.HasPrefix(f.name, "bun") || strings.HasPrefix(f.name, "un") || strings.HasSuffix(f.name, "cat")
	if !back || len(f.args) > 0 && !f.has("-c", "--stdout", "--to-stdout") && !strings.HasSuffix(f.name, "cat") {
		return nil, false
	}
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(in, []byte{0x1f, 0x8b}):
		r, err = gzip.NewReader(bytes.NewReader(in))
	case bytes.HasPrefix(in, []byte("BZh")):
		r = bzip2.NewReader(bytes.NewReader(in))
	case bytes.HasPrefix(in, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		var d *zstd.Decoder
		if d, err = zstd.NewReader(bytes.NewReader(in), zstd.WithDecoderMaxMemory(8<<20), zstd.WithDecoderConcurrency(1)); err == nil {
			defer d.Close()
			r = d
		}
	case strings.HasSuffix(f.name, "cat"):
		return in, f.has("-f", "--force")
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	return out, err == nil && len(out) <= maxUnpacked
}

func uudecode(f *filter) ([]byte, bool) {
	in, ok := f.inputs(0)
	out, given := f.opt("-o")
	if !ok || !given || out != "/dev/stdout" && out != "-" {
		return nil, false
	}
	l := strings.Split(string(in), "\n")
	for i, line := range l {
		if strings.HasPrefix(line, "begin-base64 ") {
			body := strings.Join(l[i+1:], "\n")
			body, _, _ = strings.Cut(body, "====")
			return decode64([]byte(body), base64.StdEncoding, base64.RawStdEncoding, true)
		}
		if !strings.HasPrefix(line, "begin ") {
			continue
		}
		var b []byte
		for _, d := range l[i+1:] {
			if d == "end" || d == "" {
				break
			}
			n := int(d[0]-32) & 63
			var row []byte
			for j := 1; j+3 < len(d)+3 && j < len(d); j += 4 {
				var v [4]byte
				for k := range v {
					if j+k < len(d) {
						v[k] = (d[j+k] - 32) & 63
					}
				}
				row = append(row, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
			}
			b = append(b, row[:min(n, len(row))]...)
		}
		return b, true
	}
	return nil, false
}

// iconv passes ASCII through and decodes UTF-16 to UTF-8; anything else is not computed.
func iconv(f *filter) ([]byte, bool) {
	in, ok := f.inputs(0)
	if !ok {
		return nil, false
	}
	from, _ := f.opt("-f")
	switch strings.ToUpper(strings.TrimSuffix(strings.TrimSuffix(from, "//TRANSLIT"), "//IGNORE")) {
	case "UTF-16LE", "UTF16LE", "UCS-2LE":
		var b []byte
		for i := 0; i+1 < len(in); i += 2 {
			if in[i+1] != 0 || in[i] > 127 {
				return nil, false
			}
			b = append(b, in[i])
		}
		return b, true
	}
	for _, c := range in {
		if c > 127 {
			return nil, false
		}
	}
	if to, _ := f.opt("-t"); strings.Contains(strings.ToUpper(to), "16") || strings.Contains(strings.ToUpper(to), "32") || strings.Contains(strings.ToUpper(to), "EBCDIC") || strings.Contains(strings.ToUpper(from), "EBCDIC") {
		return nil, false
	}
	return in, true
}
