package signal

import (
	"bytes"
	"fmt"

	"sallyport/codeaudit/change"
)

// Checks that are weaker than they were, or were never strong.

const cLike = C | JS | Java | PHP | Perl | CSharp | Go | Rust | Swift

var checkRules = []rule{
	{id: "check.assignment", in: C | JS | Java | PHP | Perl | CSharp | Ruby | Lua, roles: inTests, words: "if while elsif elseif else assert unless", re: `(?:\b(?:if|while|elsif|elseif|unless|assert)\b|&&|\|\|)[^;{]*[(\s&|!]([$@\w.\->\[\]:]*[\w\])]\s*=\s*(?:-?\d+\w*|0x[0-9a-fA-F]+|NULL|nullptr|true|false|null|TRUE|FALSE|nil)\s*(?:\)\s*(?:[){]|&&|\|\||$|\w)|&&|\|\|))`, not: `\bfor\s*\(|=>|\bdefault\b|\bfunction\b|#\s*define`},
	{id: "check.assignment", in: C | JS | Java | PHP | Perl | CSharp, roles: inTests, words: "if while elsif elseif else assert unless", re: `(?:\b(?:if|while|elsif|elseif|unless|assert)\b|&&|\|\|)[^;{]*[(\s&|!]([$@\w.\->\[\]:]*[\w\])]\s*=\s*(?:[A-Z][A-Z0-9_]{2,}|"[^"]*"|'[^']*')\s*(?:\)\s*(?:[){]|&&|\|\||$)|&&|\|\|))`, not: `\bfor\s*\(|=>|\bdefault\b|\bfunction\b|#\s*define`, strength: 0.6},
	{id: "check.always", in: cLike | Python | Ruby | Lua, roles: inCode, words: "if elif while assert elsif unless else return", re: `(?:^|[^\w])((?:if|elif|while|elsif|unless|assert|return)\b[^;]*?(?:\|\|\s*(?:1|true|TRUE|True|!0)\s*(?:\)|$|;|\{|:)|\bor\s+(?:True|1|true)\s*(?::|$|\)|then)|&&\s*(?:0|false|FALSE)\s*(?:\)|$|;|\{)|\band\s+(?:False|0|false)\s*(?::|$|\)|then)|\(\s*(?:1|true|TRUE)\s*\|\||\(\s*(?:0|false|FALSE)\s*&&).*)`},
	{id: "check.always", in: cLike | Python, roles: inCode, words: "if elif", re: `^\s*(?:\}?\s*else\s+)?((?:if\s*\(\s*(?:0|false|FALSE)\s*\)|if\s+(?:False|false)\s*[:{]|elif\s+False\s*:|#\s*if\s+0\b).*)`, strength: 0.3},
	{id: "check.error-ignored", in: Python, words: "except suppress", re: `(except\s*(?:Exception|BaseException)?\s*(?:as\s+\w+)?\s*:\s*(?:pass|continue|return\s*(?:True|None)?|\.\.\.)?\s*$|(?:contextlib\.)?suppress\s*\(\s*(?:Base)?Exception.*)`, strength: 0.8},
	{id: "check.error-ignored", in: JS | Java | CSharp | PHP | C | Swift, words: "catch", re: `(catch\s*(?:\([^)]*\))?\s*\{\s*(?:/[/*][^}]*)?(?:return\s+(?:true|0|null)?;?\s*)?\}.*|\.catch\s*\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*(?:\{\s*\}|null|undefined|true)\s*\).*|\.catch\s*\(\s*noop.*)`, strength: 0.8},
	{id: "check.error-ignored", in: Ruby | Go | Rust | Perl, words: "rescue err _ ok let", re: `(rescue\s*(?:=>\s*\w+)?\s*(?:nil|true)?\s*$|\w.*\brescue\s+(?:nil|true).*|_\s*=\s*err\b.*|if\s+err\s*!=\s*nil\s*\{\s*\}.*|\blet\s+_\s*=.*(?:verify|check|auth|valid)\w*\(.*)`, strength: 0.8},
	{id: "check.error-ignored", in: Go, words: "_ err", re: `((?:\w+\s*,\s*)*_\s*:?=\s*.*(?i:verify|check|auth|validate|sign|hash)\w*\(.*)`, strength: 0.7},
	{id: "check.error-ignored", in: Shell | Make | YAML | Docker | M4, roles: inCode, words: "true e null", re: `(\|\|\s*(?:true|:|/bin/true)\s*(?:[;)}"'#].*)?$|\bset\s+\+e\b.*)`, strength: 0.35},
	{id: "check.error-ignored", in: Shell | Make | YAML | Docker | M4 | PowerShell, roles: inCode, words: "verify gpg sha256sum sha512sum cosign check minisign openssl codesign test checksum", re: `((?:gpgv?\b.*--verify|sha\d+sum\s+(?:-c|--check)|cosign\s+verify|minisign\s+-V|openssl\s+\w+\s.*-verify|codesign\s+--verify|checksum|(?:npm|cargo|pip)[ -]audit|make\s+check|go\s+vet|shasum\s.*-c)[^#]*(?:\|\|\s*(?:true|:|echo|exit\s+0)|;\s*(?:true|:|exit\s+0)\s*$|2>&1\s*\|\|).*)`},
	{id: "check.permissions", roles: "code build ci data test", words: "chmod 777 0777 0o777 666 0666 0o666 umask mkdir S_IRWXO S_IWOTH 4755 04755 6755 setcap a", re: `(\bchmod\s+(?:-\w+\s+)*(?:0?[0-7]?777|0?[0-7]?666|a\+rwx|o\+w|ugo\+rwx|u\+s|g\+s|[ug]*\+s|0?[246]7[0-7]{2})\b.*|\bumask\s*\(?\s*0+\b\s*\)?.*|\bf?chmod\w*\s*\([^)]*(?:0o?777|0o?666|04755|S_ISUID|S_IWOTH|S_IRWXO).*|(?:mkdir\w*|open|creat|OpenFile|WriteFile|MkdirAll|Mkdir)\s*\(.*\b0o?(?:777|666)\b.*|setcap\s+.*)`, strength: 0.7},
	{id: "check.permissions", roles: "code build ci data", words: "Access Allow Origin Principal Action public 0 cors Anonymous CORS cidr_blocks acl Everyone", re: `(Access-Control-Allow-Origin["']?\s*[,:]\s*["']?\*.*|"(?:Principal|Action|Resource)"\s*:\s*(?:\[\s*)?"\*".*|\bpublic-read(?:-write)?\b.*|["'\s]0\.0\.0\.0/0.*|cors\s*\(\s*\)\s*\).*|origin\s*:\s*["']\*["'].*|\bEveryone\b.*FullControl.*)`, strength: 0.7},
	{id: "check.tls-off", roles: "code build ci test data", words: "InsecureSkipVerify verify VERIFY_NONE SSL_VERIFY_NONE CURLOPT_SSL_VERIFYPEER CURLOPT_SSL_VERIFYHOST rejectUnauthorized NODE_TLS_REJECT_UNAUTHORIZED check_hostname _create_unverified_context CERT_NONE sslVerify GIT_SSL_NO_VERIFY strict ssl_verify sslmode TrustAllCerts ALLOW_ALL_HOSTNAME_VERIFIER NoopHostnameVerifier checkServerTrusted danger_accept_invalid_certs ServerCertificateValidationCallback StrictHostKeyChecking UserKnownHostsFile InsecureIgnoreHostKey disable_ssl_certificate_validation PYTHONHTTPSVERIFY AutoAddPolicy verify_ssl validate_certs verifyPeer verify_peer verifyhost verifypeer ssl_verifypeer insecure OPT_SSL_VERIFYPEER SSL_VERIFYPEER VerifyMode verify_mode",
		re: `(InsecureSkipVerify\s*[:=]\s*true.*|\bverify(?:_ssl|_certs|_peer(?:_name)?|Peer|_hostname)?["']?\s*(?:=>|=|:)\s*(?:False|false|0)\b.*|SSL_VERIFY_NONE.*|VERIFY_NONE\b.*|CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0L?|FALSE|false|1L?\s*\)\s*;\s*/\*\s*off).*|rejectUnauthorized["']?\s*:\s*false.*|NODE_TLS_REJECT_UNAUTHORIZED.*0.*|check_hostname\s*=\s*False.*|_create_unverified_context.*|\bCERT_NONE\b.*|sslVerify\s*[=\s]\s*(?:false|0).*|GIT_SSL_NO_VERIFY.*|strict-ssl\s*[=\s]\s*false.*|sslmode=disable.*|ALLOW_ALL_HOSTNAME_VERIFIER.*|NoopHostnameVerifier.*|danger_accept_invalid_\w+\s*\(\s*true.*|ServerCertificateValidationCallback\s*\+?=.*true.*|StrictHostKeyChecking[=\s]+(?:no|off)\b.*|UserKnownHostsFile[=\s]+/dev/null.*|InsecureIgnoreHostKey\s*\(.*|disable_ssl_certificate_validation\s*=\s*True.*|PYTHONHTTPSVERIFY.*0.*|AutoAddPolicy\s*\(.*|validate_certs\s*[:=]\s*(?:no|false|False).*|(?:ssl_)?verif(?:y)?(?:peer|host)\s*=\s*(?:FALSE|false|0|0L)\s*;.*)`},
	{id: "check.signature-off", roles: "code build ci test data", words: "gpgcheck nogpgcheck no skip GOSUMDB GONOSUMDB GONOSUMCHECK GOFLAGS GOINSECURE Bypass SkipSignature allow_unsigned verify check AllowUnauthenticated trusted signature SIGNATURE DigiNotar unsigned insecure", re: `(\bgpgcheck\s*=\s*(?:0|no|False).*|--no-?gpg-?check.*|--skip-(?:verify|signature|checksum|gpg)\S*.*|--no-(?:verify|check-signature|check-sig|signature|verify-signature)\b.*|GOSUMDB\s*=\s*["']?off.*|GONOSUM(?:DB|CHECK)\s*=.*|GOINSECURE\s*=.*|(?i:ExecutionPolicy\s+Bypass).*|AllowUnauthenticated\s*["']?\s*(?:=|:|\s)\s*["']?(?:true|1).*|\b(?i:skip_?signature_?(?:check|verification)?|verify_?signatures?|check_?signatures?)\s*(?:=|:)\s*(?:(?i:false)|0|no).*|(?i:allow_?unsigned|accept_?unsigned)\w*\s*(?:=|:)\s*(?i:true|1|yes).*)`, not: `git\s+commit|--no-verify-ssl`},
}

// guard words tell that a condition protects something.
var guardWords = [][]byte{
	[]byte("len"), []byte("size"), []byte("max"), []byte("MAX"), []byte("limit"), []byte("bound"), []byte("overflow"), []byte("count"), []byte("NULL"), []byte("nil"), []byte("null"),
	[]byte("perm"), []byte("auth"), []byte("Auth"), []byte("valid"), []byte("Valid"), []byte("verify"), []byte("Verify"), []byte("sig"), []byte("cert"), []byte("priv"), []byte("uid"), []byte("access"), []byte("allow"), []byte("token"),
	[]byte("pass"), []byte("err"), []byte("Err"), []byte("rc"), []byte("ret"), []byte("idx"), []byte("index"), []byte("offset"), []byte("depth"), []byte("check"), []byte("is_"), []byte("capable"), []byte("sizeof"), []byte("end"), []byte("remain"), []byte("escape"), []byte("safe"), []byte("status"), []byte(" in "), []byte("key"), []byte("hash"), []byte("digest"), []byte("owner"), []byte("role"), []byte("admin"),
}

// strongWords are guards whose loss opens something.
var strongWords = [][]byte{
	[]byte("len"), []byte("size"), []byte("max"), []byte("MAX"), []byte("limit"), []byte("bound"), []byte("overflow"), []byte("perm"), []byte("uth"), []byte("alid"), []byte("erify"), []byte("sig"), []byte("cert"), []byte("priv"), []byte("uid"), []byte("access"), []byte("allow"), []byte("token"), []byte("passw"), []byte("capable"), []byte("offset"), []byte("remain"), []byte("owner"), []byte("role"), []byte("admin"), []byte("hash"), []byte("digest"), []byte("escape"), []byte("csrf"), []byte("depth"), []byte("count"),
}

// isGuard tells a line that refuses: a condition, an assertion or a demand.
func isGuard(a About, text []byte) bool {
	t := bytes.TrimSpace(text)
	t = bytes.TrimPrefix(t, []byte("} else "))
	t = bytes.TrimPrefix(t, []byte("else "))
	for _, start := range [][]byte{[]byte("if "), []byte("if("), []byte("unless "), []byte("elif "), []byte("assert"), []byte("guard "), []byte("require("), []byte("ensure"), []byte("WARN_ON"), []byte("BUG_ON"), []byte("ASSERT"), []byte("&& "), []byte("|| "), []byte("raise_if"), []byte("Preconditions.")} {
		if bytes.HasPrefix(t, start) {
			return hasAny(t, guardWords)
		}
	}
	return a.Lang&Shell != 0 && (bytes.HasPrefix(t, []byte("[ ")) || bytes.HasPrefix(t, []byte("test "))) && (bytes.Contains(t, []byte("||")) || bytes.Contains(t, []byte("exit")))
}

func hasAny(text []byte, words [][]byte) bool {
	for _, w := range words {
		if bytes.Contains(text, w) {
			return true
		}
	}
	return false
}

// bails tells a line that leaves with an error.
func bails(text []byte) bool {
	return hasAny(text, [][]byte{[]byte("return"), []byte("goto "), []byte("raise"), []byte("throw"), []byte("exit"), []byte("abort"), []byte("panic"), []byte("die"), []byte("fatal"), []byte("Fatal"), []byte("error("), []byte("continue"), []byte("break"), []byte("Err("), []byte("bail!"), []byte("deny")})
}

// scanChecks looks at what a change does to conditions: guards that go away, operators that turn, sensitive calls that
// disappear, and errors that are caught for nothing.
func (s *scan) scanChecks(f *file) {
	if f.Role == Doc || f.Role == Translation || f.Lang&(programs|YAML|Docker|M4|Make|Config) == 0 {
		return
	}
	var added map[string]bool
	if f.removed > 0 {
		added = s.addedLines(f.Lang)
	}
	reduced := 1.0
	if f.Role == Test {
		reduced = 0.3
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		s.removedGuards(f, h, added, reduced)
		s.turned(f, h, reduced)
		s.removedControls(f, h, added, reduced)
		s.earlyReturn(f, h, reduced)
		s.swallowed(f, h, reduced)
	}
}

// addedLines are the lines that the commit adds to files of a language, squeezed. Made once for each language.
func (s *scan) addedLines(lang Lang) map[string]bool {
	if added, ok := s.added[lang]; ok {
		return added
	}
	added := map[string]bool{}
	for _, f := range s.files {
		if f.Lang != lang {
			continue
		}
		for i := range f.Hunks {
			for _, text := range f.Hunks[i].New {
				if k := squeeze(text); len(k) > 6 {
					added[k] = true
				}
			}
		}
	}
	s.added[lang] = added
	return added
}

// squeeze makes lines comparable that differ in blanks only.
func squeeze(text []byte) string {
	out := make([]byte, 0, len(text))
	for _, c := range text[:min(len(text), 400)] {
		if c != ' ' && c != '\t' && c != '\r' {
			out = append(out, c)
		}
	}
	return string(out)
}

// removedGuards fires for guards that left without a successor. A stretch in which little else happens is clearer than a
// function that went away as a whole.
func (s *scan) removedGuards(f *file, h *change.Hunk, added map[string]bool, reduced float64) {
	if len(h.Old) == 0 || f.Kind == change.Deleted || f.Lang&programs == 0 {
		return
	}
	newGuards := 0
	for _, text := range h.New {
		if isGuard(f.About, text) {
			newGuards++
		}
	}
	size := len(h.Old) + len(h.New)
	for i, text := range h.Old {
		if !isGuard(f.About, text) || f.isComment(text) || added[squeeze(text)] {
			continue
		}
		if newGuards > 0 { // rewritten rather than removed
			newGuards--
			continue
		}
		leaves := bails(text)
		for j := i + 1; j < len(h.Old) && j <= i+3; j++ {
			leaves = leaves || bails(h.Old[j])
		}
		strength := 0.45
		if leaves {
			strength = 0.75
			if hasAny(text, strongWords) {
				strength = 1
			}
		} else if hasAny(text, strongWords) {
			strength = 0.5
		}
		switch {
		case size > 40:
			strength *= 0.15
		case size > 12:
			strength *= 0.35
		case size > 6:
			strength *= 0.7
		}
		if len(h.New) > 0 {
			strength *= 0.6
		}
		if f.added == 0 && f.removed <= 6 {
			strength = min(1, strength+0.2) // nothing else happens: the check is the point of the change
		}
		s.add("check.removed", f, h.OldLine+i, true, text, 0, len(text), strength*reduced, "")
		return
	}
}

// removedControls fires for sensitive calls that left and did not come back anywhere in the commit.
func (s *scan) removedControls(f *file, h *change.Hunk, added map[string]bool, reduced float64) {
	for i, text := range h.Old {
		if f.isComment(text) || added[squeeze(text)] {
			continue
		}
		for at := 0; at < len(text); {
			if !isWord(text[at]) {
				at++
				continue
			}
			start := at
			for at < len(text) && isWord(text[at]) {
				at++
			}
			word := text[start:at]
			if !controls[string(word)] || contains(h.New, word) {
				continue
			}
			rest := bytes.TrimLeft(text[at:], " \t")
			if f.Lang&programs&^Shell != 0 && word[0] >= 'a' && (len(rest) == 0 || rest[0] != '(') {
				continue // a word in a sentence, or a name
			}
			strength := 1.0
			if len(h.Old) > 30 {
				strength = 0.4
			}
			s.add("sandbox.removed", f, h.OldLine+i, true, text, start, at, strength*reduced, "")
			return
		}
	}
}

// earlyReturn fires for a bare success that now stands before what used to be reached.
func (s *scan) earlyReturn(f *file, h *change.Hunk, reduced float64) {
	if f.Lang&(cLike|Python|Ruby|Shell|Lua) == 0 || len(h.New) == 0 || len(h.New) > 4 || len(h.Old) > 1 || f.Kind == change.Added {
		return
	}
	for i, text := range h.New {
		t := string(bytes.TrimRight(bytes.TrimSpace(text), ";"))
		switch t {
		case "return true", "return True", "return 1", "return 0", "return TRUE", "return nil", "return OK", "return", "return SUCCESS", "return Ok(())", "exit 0", "return NGX_OK", "return C_OK", "return CURLE_OK", "return SSH_OK", "return false", "return None":
			bare := i == 0 && len(h.New) == 1
			if bare && len(h.Old) == 0 {
				s.add("check.early-return", f, h.NewLine+i, false, text, 0, len(text), ifElse(t == "return", 0.5, 0.9)*reduced, "")
				return
			}
			if len(h.Old) == 1 && bytes.HasPrefix(bytes.TrimSpace(h.Old[0]), []byte("return")) && bare && len(h.Old[0]) > len(text)+4 {
				s.add("check.early-return", f, h.NewLine+i, false, text, 0, len(text), 0.9*reduced, "was: "+Visible(bytes.TrimSpace(h.Old[0])[:min(len(bytes.TrimSpace(h.Old[0])), 80)]))
				return
			}
		}
	}
}

// swallowed fires for an error that is caught and dropped over two lines.
func (s *scan) swallowed(f *file, h *change.Hunk, reduced float64) {
	for i := 0; i+1 < len(h.New); i++ {
		head, body := bytes.TrimSpace(h.New[i]), bytes.TrimSpace(h.New[i+1])
		switch {
		case f.Lang == Python && bytes.HasPrefix(head, []byte("except")) && (bytes.Equal(body, []byte("pass")) || bytes.Equal(body, []byte("continue")) || bytes.Equal(body, []byte("return True"))),
			f.Lang&(JS|Java|CSharp|PHP|C) != 0 && bytes.Contains(head, []byte("catch")) && bytes.HasSuffix(head, []byte("{")) && bytes.HasPrefix(body, []byte("}")),
			f.Lang == Go && bytes.Contains(head, []byte("err != nil {")) && (bytes.HasPrefix(body, []byte("}")) || bytes.Equal(body, []byte("return nil")) || bytes.Equal(body, []byte("return true"))),
			f.Lang == Ruby && bytes.HasPrefix(head, []byte("rescue")) && bytes.Equal(body, []byte("end")):
			s.add("check.error-ignored", f, h.NewLine+i, false, h.New[i], 0, len(h.New[i]), 0.8*reduced, fmt.Sprintf("then: %s", Visible(body[:min(len(body), 40)])))
			return
		}
	}
}
