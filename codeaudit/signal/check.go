package signal

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

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
	{id: "check.error-ignored", in: Python, words: "except", re: `(except\s+\(?[\w.]*(?:SSL|Cert|Verif|Sign|Auth|Permission|Security|Validation|Integrity)\w*.*)`, strength: 0.4, note: "an error of a check is caught"},
	{id: "check.error-ignored", in: JS | Java | Rust | Ruby, words: "catch ok unwrap_or rescue", re: `((?:verif|valid|check|auth|sign)\w*!?\s*(?:\([^;]*\))?.*\.catch\s*\(.*=>\s*(?:true|\(\{|\{\s*\}|null|undefined)|\)\s*\.ok\(\)\s*;|\bunwrap_or\s*\(\s*true\s*\).*|\w!?\s*(?:\([^)]*\))?\s+rescue\s+(?:true|nil).*)`, strength: 0.85},
	{id: "check.error-ignored", in: PHP, words: "if return", re: `([!=(\s]@\$?[\w>:-]*(?:verif|valid|check|auth|sign)\w*\s*\(.*)`, strength: 0.9},
	{id: "check.injection", in: programs, roles: inCode, words: "SELECT INSERT UPDATE DELETE select WHERE innerHTML outerHTML html_safe raw mark_safe dangerouslySetInnerHTML HTML insertAdjacentHTML write",
		re: "((?i:\\b(?:SELECT|INSERT\\s+INTO|UPDATE|DELETE\\s+FROM)\\b)[^;]*(?:[\"']\\s*(?:\\+|\\.|%)\\s*[\\w$(]|\\{\\w+\\}|\\$\\{|#\\{|'%s').*|\\.(?:inner|outer)HTML\\s*\\+?=\\s*[^\"'\\s`][^;]*|insertAdjacentHTML\\s*\\([^,]*,\\s*[^\"'`].*|\\.html_safe\\b.*|\\bmark_safe\\s*\\(.*|dangerouslySetInnerHTML.*|template\\.(?:HTML|JS|URL)\\s*\\(.*)", strength: 0.8},
	{id: "check.path", in: Python, roles: inCode, words: "extractall extract", re: `(\.extractall\s*\(.*)`, not: `filter\s*=`, strength: 0.6},
	{id: "check.race", in: programs | Shell, roles: inCode, words: "tmp access mktemp tmpnam tempnam", re: `((?:\baccess\s*\([^;]*[RWXF]_OK.*|\bmktemp\s*\(.*|\btmpnam\s*\(.*|\btempnam\s*\(.*|(?:\bopen|os\.Create|fopen|writeFile(?:Sync)?|createWriteStream|File\.open|file_put_contents)\s*\(\s*["'\x60]/(?:var/)?tmp/.*))`, strength: 0.75},
	{id: "check.error-ignored", in: Go, words: "_ err", re: `((?:\w+\s*,\s*)*_\s*:?=\s*.*(?i:verify|check|auth|validate|sign|hash)\w*\(.*)`, strength: 0.7},
	{id: "check.error-ignored", in: Shell | Make | YAML | Docker | M4, roles: inCode, words: "true e null", re: `(\|\|\s*(?:true|:|/bin/true)\s*(?:[;)}"'#].*)?$|\bset\s+\+e\b.*)`, strength: 0.35},
	{id: "check.error-ignored", in: Shell | Make | YAML | Docker | M4 | PowerShell, roles: inCode, words: "verify gpg sha256sum sha512sum cosign check minisign openssl codesign test checksum", re: `((?:gpgv?\b.*--verify|sha\d+sum\s+(?:-c|--check)|cosign\s+verify|minisign\s+-V|openssl\s+\w+\s.*-verify|codesign\s+--verify|checksum|(?:npm|cargo|pip)[ -]audit|make\s+check|go\s+vet|shasum\s.*-c)[^#]*(?:\|\|\s*(?:true|:|echo|exit\s+0)|;\s*(?:true|:|exit\s+0)\s*$|2>&1\s*\|\|).*)`},
	{id: "check.permissions", roles: "code build ci data test", words: "chmod 777 0777 0o777 666 0666 0o666 umask mkdir S_IRWXO S_IWOTH 4755 04755 6755 setcap a", re: `(\bchmod\s+(?:-\w+\s+)*(?:0?[0-7]?777|0?[0-7]?666|a\+rwx|o\+w|ugo\+rwx|u\+s|g\+s|[ug]*\+s|0?[246]7[0-7]{2})\b.*|\bumask\s*\(?\s*0+\b\s*\)?.*|\bf?chmod\w*\s*\([^)]*(?:0o?777|0o?666|04755|S_ISUID|S_IWOTH|S_IRWXO).*|(?:mkdir\w*|open|creat|OpenFile|WriteFile|MkdirAll|Mkdir)\s*\(.*\b0o?(?:777|666)\b.*|setcap\s+.*)`, strength: 0.7},
	{id: "check.permissions", roles: "code build ci data", words: "allow auth_basic ssl_verify_client protected authorization listen_addresses DEBUG debug docker GatewayPorts authenticate anonymous verbs cluster publicly_accessible actions hostPath storage_encrypted encrypted LoadBalancer AWS iam",
		re: `(^\s*allow\s+all\s*;.*|\bauth_basic\s+off\b.*|ssl_verify_client\s+(?:off|optional_no_ca).*|protected-mode\s+no\b.*|\bauthorization\s*:\s*["']?disabled.*|listen_addresses\s*=\s*["']\*.*|^DEBUG\s*=\s*True\b.*|\.run\(.*debug\s*=\s*True.*|docker\.sock\s*:.*|GatewayPorts\s+(?:yes|clientspecified).*|!\s*authenticate\b.*|anonymous[-_]auth["']?\s*[=:]\s*["']?true.*|\bverbs\s*:\s*\[?\s*-?\s*["']\*["'].*|\bcluster-admin\b.*|publicly_accessible\s*=\s*true.*|\bactions\s*=\s*\[\s*"\*".*|\bhostPath\s*:.*|\ballow\s+(?:read|write|read\s*,\s*write)\s*:\s*if\s+true.*|storage_encrypted\s*=\s*false.*|type\s*:\s*LoadBalancer\b.*|"AWS"\s*:\s*"(?:\*|arn:aws:iam::\d+:(?:root|user)).*)`, strength: 0.85},
	{id: "check.permissions", roles: "code build ci data", words: "Access Allow Origin Principal Action public 0 cors Anonymous CORS cidr_blocks acl Everyone", re: `(Access-Control-Allow-Origin["']?\s*[,:]\s*["']?\*.*|"(?:Principal|Action|Resource)"\s*:\s*(?:\[\s*)?"\*".*|\bpublic-read(?:-write)?\b.*|["'\s]0\.0\.0\.0/0.*|cors\s*\(\s*\)\s*\).*|origin\s*:\s*["']\*["'].*|\bEveryone\b.*FullControl.*)`, strength: 0.7},
	{id: "check.tls-off", roles: "code build ci test data", words: "checkServerIdentity match_hostname InsecureSkipVerify verify VERIFY_NONE SSL_VERIFY_NONE CURLOPT_SSL_VERIFYPEER CURLOPT_SSL_VERIFYHOST rejectUnauthorized NODE_TLS_REJECT_UNAUTHORIZED check_hostname _create_unverified_context CERT_NONE sslVerify GIT_SSL_NO_VERIFY strict ssl_verify sslmode TrustAllCerts ALLOW_ALL_HOSTNAME_VERIFIER NoopHostnameVerifier checkServerTrusted danger_accept_invalid_certs ServerCertificateValidationCallback StrictHostKeyChecking UserKnownHostsFile InsecureIgnoreHostKey disable_ssl_certificate_validation PYTHONHTTPSVERIFY AutoAddPolicy verify_ssl validate_certs verifyPeer verify_peer verifyhost verifypeer ssl_verifypeer insecure OPT_SSL_VERIFYPEER SSL_VERIFYPEER VerifyMode verify_mode",
		re: `(checkServerIdentity\s*[:=(].*(?:undefined|null|true|\{\s*\}).*|match_hostname\s*=.*|InsecureSkipVerify\s*[:=]\s*true.*|\bverify(?:_ssl|_certs|_peer(?:_name)?|Peer|_hostname)?["']?\s*(?:=>|=|:)\s*(?:False|false|0)\b.*|SSL_VERIFY_NONE.*|VERIFY_NONE\b.*|CURLOPT_SSL_VERIFY(?:PEER|HOST)\s*,\s*(?:0L?|FALSE|false|1L?\s*\)\s*;\s*/\*\s*off).*|rejectUnauthorized["']?\s*:\s*false.*|NODE_TLS_REJECT_UNAUTHORIZED.*0.*|check_hostname\s*=\s*False.*|_create_unverified_context.*|\bCERT_NONE\b.*|sslVerify\s*[=\s]\s*(?:false|0).*|GIT_SSL_NO_VERIFY.*|strict-ssl\s*[=\s]\s*false.*|sslmode=disable.*|ALLOW_ALL_HOSTNAME_VERIFIER.*|NoopHostnameVerifier.*|danger_accept_invalid_\w+\s*\(\s*true.*|ServerCertificateValidationCallback\s*\+?=.*true.*|StrictHostKeyChecking[=\s]+(?:no|off)\b.*|UserKnownHostsFile[=\s]+/dev/null.*|InsecureIgnoreHostKey\s*\(.*|disable_ssl_certificate_validation\s*=\s*True.*|PYTHONHTTPSVERIFY.*0.*|AutoAddPolicy\s*\(.*|validate_certs\s*[:=]\s*(?:no|false|False).*|(?:ssl_)?verif(?:y)?(?:peer|host)\s*=\s*(?:FALSE|false|0|0L)\s*;.*)`},
	{id: "check.signature-off", roles: "code build ci test data", words: "gpgcheck nogpgcheck no skip GOSUMDB GONOSUMDB GONOSUMCHECK GOFLAGS GOINSECURE Bypass SkipSignature allow_unsigned verify check AllowUnauthenticated trusted signature SIGNATURE DigiNotar unsigned insecure", re: `(\bgpgcheck\s*=\s*(?:0|no|False).*|--no-?gpg-?check.*|--skip-(?:verify|signature|checksum|gpg)\S*.*|--no-(?:verify|check-signature|check-sig|signature|verify-signature)\b.*|GOSUMDB\s*=\s*["']?off.*|GONOSUM(?:DB|CHECK)\s*=.*|GOINSECURE\s*=.*|(?i:ExecutionPolicy\s+Bypass).*|AllowUnauthenticated\s*["']?\s*(?:=|:|\s)\s*["']?(?:true|1).*|\b(?i:skip_?signature_?(?:check|verification)?|verify_?signatures?|check_?signatures?)\s*(?:=|:)\s*(?:(?i:false)|0|no).*|(?i:allow_?unsigned|accept_?unsigned)\w*\s*(?:=|:)\s*(?i:true|1|yes).*)`, not: `git\s+commit|--no-verify-ssl`},
}

// guard words tell that a condition protects something.
var guardWords = [][]byte{
	[]byte("len"), []byte("size"), []byte("max"), []byte("MAX"), []byte("limit"), []byte("bound"), []byte("overflow"), []byte("count"), []byte("NULL"), []byte("nil"), []byte("null"),
	[]byte("perm"), []byte("auth"), []byte("Auth"), []byte("valid"), []byte("Valid"), []byte("verify"), []byte("Verify"), []byte("sig"), []byte("cert"), []byte("priv"), []byte("uid"), []byte("access"), []byte("allow"), []byte("token"),
	[]byte("pass"), []byte("err"), []byte("Err"), []byte("rc"), []byte("ret"), []byte("idx"), []byte("index"), []byte("offset"), []byte("depth"), []byte("check"), []byte("is_"), []byte("capable"), []byte("sizeof"), []byte("end"), []byte("remain"), []byte("escape"), []byte("safe"), []byte("status"), []byte(" in "), []byte("key"), []byte("hash"), []byte("digest"), []byte("owner"), []byte("role"), []byte("admin"), []byte("!ok"), []byte("denied"), []byte("trust"),
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

// clamps is an assignment that brings a value back within its bound.
var clamps = regexp.MustCompile(`\w\s*=\s*(?:sizeof\b|\w*(?:max|Max|MAX|limit|LIMIT|min|MIN)\w*|len\()`)

// bails tells a line that leaves with an error.
func bails(text []byte) bool {
	return hasAny(text, [][]byte{[]byte("return"), []byte("goto "), []byte("raise"), []byte("throw"), []byte("exit"), []byte("abort"), []byte("panic"), []byte("die"), []byte("fatal"), []byte("Fatal"), []byte("error("), []byte("continue"), []byte("break"), []byte("Err("), []byte("bail!"), []byte("deny")})
}

// scanChecks looks at what a change does to conditions: guards that go away, operators that turn, sensitive calls that
// disappear, and errors that are caught for nothing.
func (s *scan) scanChecks(f *file) {
	if f.Role == Doc || f.Role == Translation || f.Role == Lock || f.Role == Ignore || f.Role == Contact {
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
		s.plainSibling(f, h.Old, h.New, h.NewLine, reduced)
		s.removedControls(f, h, added, reduced)
		s.earlyReturn(f, h, reduced)
		s.swallowed(f, h, reduced)
		s.unasked(f, h, reduced)
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
			leaves = leaves || bails(h.Old[j]) || clamps.Match(h.Old[j])
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
		if f.Lang == C && len(h.New) == 1 && len(h.Old) == 0 && strings.HasPrefix(t, "goto ") { // a second one after a condition without braces is always taken
			s.add("check.early-return", f, h.NewLine, false, text, 0, len(text), 0.75*reduced, "a jump alone")
			return
		}
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

var (
	bareCall = regexp.MustCompile(`^\s*((?:\w+(?:\.|->|::))*\w+)!?\s*\(.*\)\s*;?\s*$`)
	asksFor  = regexp.MustCompile(`(?i)verif|check|valid|auth|perm|allow|access|sign|test|parse|decode|read|init|lock|set_?uid|drop|chroot|setgroups`)
)

// unasked fires for a call whose result decided something and now stands alone.
func (s *scan) unasked(f *file, h *change.Hunk, reduced float64) {
	if len(h.Old) == 0 || len(h.New) == 0 || len(h.Old)+len(h.New) > 16 || f.Lang&(cLike|Python|Ruby|Lua) == 0 {
		return
	}
	for j, text := range h.New {
		if len(text) > 300 {
			continue
		}
		m := bareCall.FindSubmatchIndex(text)
		if m == nil || f.isComment(text) || !asksFor.Match(text[m[2]:m[3]]) {
			continue
		}
		name := append(bytes.Clone(text[m[2]:m[3]]), '(')
		for _, old := range h.Old {
			at := bytes.Index(old, name)
			if at <= 0 || len(old) > 300 || f.isComment(old) {
				continue
			}
			before := bytes.TrimSpace(old[:at])
			if bytes.HasPrefix(before, []byte("if")) || bytes.HasPrefix(before, []byte("while")) || bytes.HasSuffix(before, []byte("=")) || bytes.HasPrefix(before, []byte("return")) || bytes.HasSuffix(before, []byte("!")) || bytes.HasSuffix(before, []byte("unless")) {
				s.add("check.error-ignored", f, h.NewLine+j, false, text, m[2], m[3], 0.95*reduced, "its result decided something and is not looked at any more")
				return
			}
		}
	}
}
