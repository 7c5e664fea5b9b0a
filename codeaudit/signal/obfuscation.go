package signal

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
)

// Text made so that a reader does not see what it is.

var obfuscationRules = []rule{
	{id: "obf.decode-run", in: Python, roles: inText, words: "exec eval compile marshal __import__ loads", re: `\b((?:exec|eval)\s*\(.*(?:b64decode|b32decode|b85decode|a85decode|decode\s*\(|decompress|marshal|fromhex|unhexlify|codecs|bytes\s*\(|chr\s*\().*|(?:marshal|pickle)\.loads\s*\(\s*(?:zlib|base64|bytes).*|__import__\s*\(\s*["'](?:os|subprocess|base64|zlib|marshal|socket|builtins|codecs)["']\s*\).*)`},
	{id: "obf.decode-run", in: JS, roles: inText, words: "eval Function atob Buffer require", re: `\b((?:eval|Function|setTimeout|execSync|exec)\s*\(.*(?:atob|Buffer\.from|unescape|decodeURIComponent|fromCharCode|createDecipher\w*|\.toString\s*\(\s*['"]?utf).*|(?:require|module\._compile|_compile)\s*\(\s*(?:Buffer|atob|String\.fromCharCode|\w+\s*\(\s*["'][0-9a-f]{6,}).*|new\s+module\.constructor.*|_compile\s*\(.*)`},
	{id: "obf.decode-run", in: PHP, roles: inText, words: "eval assert create_function preg_replace base64_decode gzinflate str_rot13 call_user_func", re: `\b((?:eval|assert|create_function|call_user_func(?:_array)?)\s*\(.*(?:base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin|pack\s*\(|strrev|chr\s*\().*|preg_replace\s*\(\s*["'].[^"']*./\w*e\w*["'].*|(?:gzinflate|gzuncompress)\s*\(\s*base64_decode.*)`},
	{id: "obf.decode-run", in: Perl | Ruby, roles: inText, words: "eval unpack decode_base64 instance_eval class_eval send Base64", re: `\b((?:eval|instance_eval|class_eval|system|exec)\b.*(?:unpack|decode_base64|pack\s*\(|Base64\.(?:strict_|urlsafe_)?decode64|\.unpack1?\s*\(|chr\b|reverse).*)`},
	{id: "obf.decode-run", in: Shell | Make | M4 | YAML | Docker | JSON | CMake, roles: "code build ci test", words: "base64 xxd openssl printf echo rev gunzip xz eval tr", re: `((?:base64\s+(?:-d|-D|--decode|-di)|xxd\s+-\w*r\w*|openssl\s+(?:enc|base64)\b[^|]*\s-d\b[^|]*|\brev\b|gunzip\b[^|]*|xz\s+-\w*d\w*[^|]*|uudecode[^|]*)[^|]*\|\s*(?:sudo\s+)?(?:\S*/)?(?:(?:ba|z|k|da)?sh|python\d?|perl|eval|node|ruby|source)\b.*|\beval\s+["']?(?:\$\(|\x60).*(?:base64|xxd|printf|tr|rev|awk|head|tail)\b.*|\|\s*eval\b.*|\beval\s+["']?\$\w+["']?\s*[|<].*)`, strength: 0.9},
	{id: "obf.decode-run", in: PowerShell, roles: inText, words: "EncodedCommand enc FromBase64String iex IEX Invoke", re: `(?i)(-e(?:nc|ncodedcommand)\s+[A-Za-z0-9+/=]{16,}.*|(?:iex|Invoke-Expression)\b.*FromBase64String.*|FromBase64String\s*\(.*)`},
	{id: "obf.decode-run", in: Java | CSharp | Go, roles: inText, words: "defineClass Base64 loadClass Assembly Load ScriptEngine eval DecodeString", re: `((?:defineClass|Assembly\.Load|getEngineByName|\.eval)\s*\(.*(?:decode|Decode|FromBase64|Base64).*|exec\.Command\s*\(.*(?:DecodeString|string\s*\(\s*\w*decode).*|Runtime\.getRuntime\(\)\.exec\s*\(.*(?:[Dd]ecode|new String\s*\().*)`},
	{id: "obf.decode-run", in: programs, roles: inCode, words: "atob b64decode base64_decode FromBase64String decode64 decode_base64 Unzip Decompress Inflate gunzipSync inflateSync DecodeString Buffer fromhex unhexlify hex2bin",
		re: `(\b(?:atob|b64decode|base64_decode|FromBase64String|(?:strict_|urlsafe_)?decode64|decode_base64|Unzip|Decompress|Inflate|gunzipSync|inflateSync|DecodeString|fromhex|unhexlify|hex2bin)\s*\(\s*(?:b|r|u)?["'\x60][A-Za-z0-9+/=_-]{12,}["'\x60].*|Buffer\.from\s*\(\s*["'][A-Za-z0-9+/=]{12,}["']\s*,\s*["'](?:base64|hex)["'].*)`, strength: 0.6, note: "a literal that is decoded where it stands"},
	{id: "obf.assembled", in: programs, roles: inText, words: "chr fromCharCode ord char Chr", re: `((?:\bchr\s*\(\s*(?:0x)?\w+\s*\)\s*[.+&]\s*){2,}.*|String\.fromCharCode\s*\(\s*\w+\s*(?:,\s*\w+\s*){3,}.*|(?:\[char\]\s*\w+\s*\+\s*){2,}.*|["']["']?\.join\s*\(\s*(?:map\s*\(\s*chr\b|\[?\s*chr\s*\().*|pack\s*\(\s*["']C\*["'].*)`},
	{id: "obf.assembled", in: JS | Python | PHP | Perl | Ruby | Shell | Java | Go | CSharp | C, roles: inCode, words: "e ev exe sys s b ba bas cu c p pass _ pop syst ex base64 child require getattr", re: `((?:["'](?:e|ev|eva|ex|exe|sy|sys|syst|ba|bas|base|cu|cur|po|pop|pas|assert|child_|child_pro|sub|subpro)["']\s*[.+]\s*["'](?:val|al|l|ec|c|xec|stem|tem|em|sh|h|se64|64|rl|l|pen|en|swd|swd|process|cess|process)["']).*)`},
	{id: "obf.assembled", in: Shell | Make | M4, roles: "code build ci", words: "IFS printf", re: `(\$\{?IFS\}?\S+\$\{?IFS.*|\$'(?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){3,}.*|printf\s+["'](?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){4,}.*)`},
	{id: "obf.dynamic", in: PHP, roles: inCode, words: "GLOBALS _GET _POST _REQUEST _COOKIE _SERVER", re: `((?:\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\s*\[[^\]]*\]\s*\().*|\$\{\s*["']\\x.*|\$GLOBALS\s*\[[^\]]*\]\s*\(.*|\$\$\w+\s*\(.*)`},
	{id: "obf.dynamic", in: Python, roles: inCode, words: "getattr globals __builtins__ builtins __dict__ locals", re: `((?:getattr\s*\(\s*(?:__builtins__|builtins|os|sys|__import__\([^)]*\)|subprocess)\s*,\s*(?:[^"')]|["'][^"']*["']\s*(?:\+|\[)).*|(?:globals|locals|vars)\s*\(\s*\)\s*\[\s*[^\]]*(?:\+|chr|join|\[::-1\]).*|__builtins__\s*(?:\.__dict__)?\s*\[.*|\[::-1\]\s*\)\s*\(.*))`},
	{id: "obf.dynamic", in: JS, roles: inCode, words: "global globalThis window process this mainModule constructor", re: `((?:global|globalThis|window|process|this)\s*\[\s*(?:\w+\s*\(|["'][^"']*["']\s*\+|_0x|\w+\s*\[).*|process\.mainModule\s*(?:\.|\[).*|\[\s*["']constructor["']\s*\]\s*\(.*|\.constructor\s*\.\s*constructor\s*\(.*|\.constructor\s*\(\s*["'].*return.*)`},
	{id: "obf.reversed", in: programs, roles: inCode, words: "strrev reverse rev rot13 ROT13 str_rot13", re: `(\b(?:strrev|str_rot13)\s*\(\s*["'].*|["'][^"']{6,}["']\s*\[\s*::-1\s*\].*|["'][^"']{6,}["']\s*\.\s*split\s*\(\s*["']["']\s*\)\s*\.\s*reverse.*|rot.?13.*["'][^"']{6,}["'].*)`, strength: 0.8},
}

var (
	encodedRun = regexp.MustCompile(`[A-Za-z0-9+/_-]{60,}={0,2}`)
	escapeRun  = regexp.MustCompile(`(?:\\x[0-9a-fA-F]{2}|\\u00[0-9a-fA-F]{2}|\\[0-3][0-7]{2}){6,}`)
	turnedText = regexp.MustCompile(`["'][^"']{6,}["']\s*\[\s*::-1\s*\]`)
	// machineNames are what obfuscators call variables.
	machineNames = regexp.MustCompile(`\b_0x[0-9a-f]{3,}\b`)
	byteRun      = regexp.MustCompile(`(?:(?:0x[0-9a-fA-F]{1,2}|\d{2,3})\s*,\s*){12,}`)
)

// scanLiterals finds long encoded text: base64, hex, escapes, byte tables. Tests and data are full of such, so there it is
// faint, and a file in which most added lines are encoded is one signal, not thousands.
func (s *scan) scanLiterals(f *file) {
	if f.Role == Translation || f.Role == Doc || f.Role == Lock || f.Lang == None && f.Role != Code {
		return
	}
	strength := 1.0
	switch f.Role {
	case Test:
		strength = 0.3
	case Data:
		strength = 0.35
	}
	found := 0
	for _, h := range f.Hunks {
		for i, text := range h.New {
			if len(text) < 20 {
				continue
			}
			if len(text) > 1<<16 {
				text = text[:1<<16]
			}
			line := h.NewLine + i
			if f.Lang == JS {
				if at := bytes.Index(text, []byte("_0x")); at >= 0 && machineNames.Match(text) {
					s.add("obf.dynamic", f, line, false, text, at, len(text), 1, "names made by an obfuscator")
				}
			}
			if f.Lang == Python && bytes.Contains(text, []byte("[::-1]")) {
				if at := turnedText.FindIndex(text); at != nil {
					s.add("obf.reversed", f, line, false, text, at[0], at[1], strength, "")
				}
			}
			if at := findEscapes(text); at != nil {
				s.add("obf.blob", f, line, false, text, at[0], at[1], strength*min(1, 0.5+float64(at[1]-at[0])/160), "escaped bytes")
				found++
			} else if at := longestEncoded(text); at != nil {
				h := entropy(text[at[0]:at[1]])
				if fires := encodedStrength(text[at[0]:at[1]], h); fires > 0 {
					s.add("obf.blob", f, line, false, text, at[0], at[1], strength*fires, fmt.Sprintf("%d characters, %.1f bits each", at[1]-at[0], h))
					found++
				}
			} else if f.Lang&(C|Go|Rust|JS|Java|CSharp|Python|PHP) != 0 && bytes.Count(text, []byte(",")) > 11 {
				if at := byteRun.FindIndex(text); at != nil {
					s.add("obf.blob", f, line, false, text, at[0], at[1], strength*0.4, "a table of bytes")
					found++
				}
			}
			if len(text) > 600 && f.Lang&(JS|PHP|Python|Perl) != 0 && f.Role != Test {
				if spaces := bytes.Count(text, []byte(" ")); spaces*12 < len(text) {
					s.add("obf.minified", f, line, false, text, 0, 80, 1, fmt.Sprintf("%d characters in one line", len(text)))
				}
			}
			if found > maxPerFile {
				return
			}
		}
	}
}

// findEscapes finds a run of escaped bytes.
func findEscapes(text []byte) []int {
	if bytes.Count(text, []byte(`\`)) < 6 {
		return nil
	}
	return escapeRun.FindIndex(text)
}

// isEncoded tells the characters of which encoded text is made.
var isEncoded = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-") {
		set[c] = true
	}
	return set
}()

func longestEncoded(text []byte) []int {
	run, longest := 0, 0
	for _, c := range text {
		if isEncoded[c] {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	if longest < 60 {
		return nil
	}
	var best []int
	for _, at := range encodedRun.FindAllIndex(text, 8) {
		if best == nil || at[1]-at[0] > best[1]-best[0] {
			best = at
		}
	}
	return best
}

// encodedStrength tells how much a run of letters and digits looks like encoded bytes. Paths, words, version strings and
// digests of known lengths are not.
func encodedStrength(run []byte, bits float64) float64 {
	digits, upper, lower, slashes := 0, 0, 0, 0
	hex := true
	for _, c := range run {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'A' && c <= 'Z':
			upper++
			hex = hex && c <= 'F'
		case c >= 'a' && c <= 'z':
			lower++
			hex = hex && c <= 'f'
		case c == '/' || c == '_' || c == '-':
			slashes++
			hex = false
		default:
			hex = false
		}
	}
	n := len(run)
	switch {
	case hex && (n == 64 || n == 96 || n == 128): // SHA-256, 384, 512
		return 0.1
	case hex && digits > 0 && bits > 2.5:
		return min(1, 0.4+float64(n)/400)
	case digits == 0 || upper == 0 || lower == 0 || slashes*6 > n || bits < 4.2:
		return 0
	}
	return min(1, 0.4+float64(n)/300)
}

// entropy is Shannon's, in bits per byte.
func entropy(text []byte) float64 {
	var counts [256]int
	for _, c := range text {
		counts[c]++
	}
	var bits float64
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
