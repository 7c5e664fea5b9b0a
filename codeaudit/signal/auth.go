package signal

import (
	"bytes"
	"regexp"

	"sallyport/codeaudit/change"
)

// Who may come in, and the arithmetic that keeps everybody else out.

var authRules = []rule{
	{id: "auth.constant", in: programs, words: "strcmp strncmp strcasecmp memcmp strcmpi equals equalsIgnoreCase compare Equal bcmp stricmp", re: `(\b(?:strn?(?:case)?cmp|memcmp|bcmp|stricmp)\s*\(\s*[\w>.\-\[\]()]*(?:user|passw|pwd|login|name|token|auth|secret|key|cookie|agent|hdr|header|host|cred)\w*[^,]*,\s*"[^"]{3,}".*|\.(?:equals|equalsIgnoreCase)\s*\(\s*"[^"]{4,}"\s*\).*(?:user|passw|login|token|auth|secret).*|(?:passw\w*|pwd|secret|token|userName|username|login|apiKey)\s*\.\s*equals\w*\s*\(\s*"[^"]{3,}".*)`, strength: 0.8},
	{id: "auth.constant", in: Python | JS | PHP | Ruby | Perl | Go | Rust | Java | CSharp | Lua | Swift, words: "~password ~passwd ~token ~secret ~login ~agent password passwd pass pwd token secret user username login apikey api_key auth user_agent userAgent agent cookie key header headers HTTP_USER_AGENT get Get X", re: `(?i)((?:\$|\b|_)(?:pass(?:word|wd|phrase)?|pwd|secret|(?:auth_?|access_?|api_?|session_?)?token|api_?key|user_?agents?|cookie|user_?name|login|http_user_agent)\w*["'\])}]*(?:\(\s*\))?\s*(?:===?|\beq\b|==)\s*(?:b|r|&)?["'][^"']{3,}["'].*|\.(?:get|Get|header|getHeader)\s*\(\s*["'][\w-]+["']\s*\)\s*(?:===?|==)\s*["'][^"']{4,}["'].*|headers?\s*\[\s*["'][\w-]+["']\s*\]\s*(?:===?|==)\s*["'][^"']{4,}["'].*)`, not: `(?i)["'](?:none|null|true|false|undefined|basic|bearer|digest|string|https?|root|admin|anonymous)["']\s*(?:[):{]|$)`, strength: 0.9},
	{id: "auth.constant", in: C | PHP | Perl, words: "strstr strncmp memcmp strpos HTTP_USER_AGENT user_agent AGENT agentt AGENTT USER_AGENTT", re: `((?:strstr|strncmp|memcmp|strpos|stristr|strn?casecmp)\s*\([^;]*(?:[Aa]gent|AGENT|[Cc]ookie|COOKIE|[Hh]eader|Z_STRVAL|HTTP_)\w*[^;]*,\s*"[^"]{4,}".*|"HTTP_USER_AGENT\w+".*)`, strength: 0.9},
	{id: "auth.root", in: C, words: "uid euid fsuid suid gid egid cred current setuid seteuid setreuid setresuid commit_creds prepare_kernel_cred cap_effective", re: `((?:->|\.)\s*(?:[efs]?uid|[efs]?gid)(?:\.val)?\s*=\s*(?:0\b|GLOBAL_ROOT_UID|KUIDT_INIT\(0\)).*|\b(?:set(?:e|re|res)?uid|set(?:e|re|res)?gid)\s*\(\s*0\b.*|commit_creds\s*\(.*|prepare_kernel_cred\s*\(.*|cap_(?:effective|permitted)\s*=.*(?:FULL|~0).*)`},
	{id: "auth.root", in: Python | PHP | Ruby | Perl | Go | JS | Rust, words: "setuid seteuid setresuid Setuid EUID UID", re: `\b((?:os|posix|syscall|process|libc|Process|Process::Sys|nix::unistd)(?:\.|::)(?:[sS]ete?uid|setresuid|setreuid|Setuid|initgroups)\s*\(\s*0\b.*|\$[<>]\s*=\s*0.*)`},
	{id: "auth.root", in: programs | YAML, words: "~admin ~superuser ~root ~authenticated ~authorized admin is_admin isAdmin role superuser is_superuser is_staff root roles", re: `((?:\bis_?(?:admin|superuser|staff|root|authenticated|authorized)\w*|\brole)\s*(?:=|:)\s*(?:true|True|TRUE|1|["'](?:admin|root|superuser)["'])\s*[;,)]?\s*$)`, strength: 0.7},
	{id: "auth.account", roles: "code build ci data", words: "useradd adduser chpasswd usermod sudoers NOPASSWD GRANT INSERT CREATE passwd net", re: `((?:^|[\s;&|"'(])(?:useradd|adduser)\s+.*|chpasswd\b.*|usermod\s+.*(?:-aG|sudo|wheel).*|NOPASSWD\s*:.*|(?i:GRANT\s+ALL\s+PRIVILEGES.*|CREATE\s+(?:USER|ROLE)\s+.*(?:SUPERUSER|IDENTIFIED|PASSWORD).*|INSERT\s+INTO\s+\w*users?\w*\s.*(?:admin|root).*|net\s+user\s+\w+\s+.*/add.*))`},
	{id: "auth.empty", in: Config | Shell | YAML, roles: "code build ci data", words: "PermitRootLogin PermitEmptyPasswords PasswordAuthentication nullok trust StrictModes", re: `(PermitRootLogin\s+yes.*|PermitEmptyPasswords\s+yes.*|pam_unix\.so.*nullok.*|host\s+all\s+all\s+\S+\s+trust.*|StrictModes\s+no.*|pam_permit\.so.*)`},
	{id: "auth.bypass", in: programs, words: "return", re: `^\s*(?:if\s*\(?.*(?:getenv|environ|process\.env|ENV\[|os\.Getenv|DEBUG|debug|magic|MAGIC|bypass|backdoor|master|skip_auth|skipAuth)\b.*\)?\s*[:{]?\s*return\s+(?:true|True|TRUE|1|0|OK|nil|SUCCESS|AUTH_OK|AUTH_SUCCESS|PAM_SUCCESS|NGX_OK|NULL)\b.*)`, strength: 0.7},
	{id: "auth.bypass", in: C, words: "PAM_SUCCESS AUTH_OK AUTH_SUCCESS authenticated auth_ok STATUS_OK", re: `(return\s*\(?\s*(?:PAM_SUCCESS|AUTH_OK|AUTH_SUCCESS)\b.*|\bauthenticated\s*=\s*1\b.*|\bauth_ok\s*=\s*1\b.*)`, strength: 0.6},
	{id: "auth.bypass", in: programs, words: "~auth ~bypass ~backdoor bypass backdoor skipAuth skip_auth no_auth noauth AllowAny AllowAnonymous permitAll csrf_exempt anonymous disable_auth csrf", re: `(?i)(\b(?:skip_?auth\w*|bypass_?auth\w*|disable_?auth\w*|no_?auth_?check)\b\s*(?:=|:|\().*|\bpermitAll\s*\(\s*\).*|\bAllowAny\b.*|\[AllowAnonymous\].*|@csrf_exempt.*|csrf\s*\(\s*\)\s*\.\s*disable.*|skip_before_action\s+:(?:auth|verify|require).*)`, strength: 0.7},
	{id: "auth.token", in: programs, words: "ParseUnverified none HS256 alg algorithms verify_signature decode jwt", re: `(?i)(algorithms?\s*[=:]\s*\[?\s*["']none["'].*|verify_signature["']?\s*[:=]\s*False.*|verify\s*=\s*False\s*\).*jwt.*|jwt\.decode\s*\(.*(?:verify\s*=\s*False|complete).*|ParseUnverified.*)`},
}

var cryptoRules = []rule{
	{id: "crypto.weak", in: programs, words: "MD5 md5 MD4 SHA1 sha1 DES des RC4 rc4 RC2 ECB ecb Blowfish arcfour ARC4 MD5_Init SHA1_Init createHash NULL eNULL aNULL EXPORT SSLv2 SSLv3 SSLv3_method TLSv1_method", re: `(\b(?:MD[45]|SHA1|DES|RC4)(?:_Init|_Update|_CBC|_ECB|_set_key|_ecb_encrypt)?\s*\(.*|\bmd5\.New\b.*|\bsha1\.New\b.*|\bdes\.New\w*|\brc4\.NewCipher.*|createHash\s*\(\s*["'](?:md5|sha1|md4)["'].*|createCipher(?:iv)?\s*\(\s*["'](?:des|rc4|rc2|aes-\d+-ecb)[^"']*["'].*|hashlib\.(?:md5|sha1)\s*\(.*|getInstance\s*\(\s*["'](?:MD5|SHA-?1|DES|RC4|.*/ECB/.*)["'].*|MODE_ECB.*|EVP_(?:md5|md4|sha1|des_\w+|rc4|rc2\w*|enc_null)\s*\(.*|["'][^"']*(?:eNULL|aNULL|EXPORT|:RC4|NULL-)[^"']*["'].*|SSLv[23]_(?:client_|server_)?method.*|(?:TLSv1|SSLv3)_VERSION.*MIN.*)`, strength: 0.7},
	{id: "crypto.random", in: C, words: "srand rand random srandom rand_r drand48", re: `(\bs?rand(?:om)?\s*\(\s*(?:0x\w+|\d+)\s*\).*|\b(?:key|iv|nonce|salt|token|secret|seed|sess\w*|cookie)\w*(?:\[[^\]]*\])?\s*[\^|+]?=\s*.*\b(?:rand|random|drand48|rand_r)\s*\(.*)`},
	{id: "crypto.random", in: C | Perl | PHP | Python | Ruby, words: "srand srandom srand48 mt_srand seed", re: `(\b(?:mt_)?s(?:rand|random|rand48)\s*\(.*\b(?:time|getpid|clock|gettimeofday|microtime|tv_usec)\b.*|\brandom\.seed\s*\(.*(?:time|getpid).*)`, strength: 0.7},
	{id: "crypto.random", in: Python | JS | Java | Go | PHP | Ruby | CSharp | Rust | Perl, words: "~random ~rand random rand Random mt_rand Math seed Seed NewSource srand", re: `(?i)(\b\w*(?:key|iv|nonce|salt|token|secret|password|session|csrf|otp)\w*\s*:?[=(]\s*.*(?:Math\.random\s*\(|\brandom\.(?:random|randint|choice|getrandbits|randrange)\s*\(|new\s+Random\s*\(|\bmt_rand\s*\(|\brand\s*\(|rand\.Int\w*\s*\(|rand\.Read\s*\().*|(?:random\.seed|rand\.Seed|rand\.NewSource|mt_srand|srand|new\s+Random|setSeed)\s*\(\s*(?:0x[0-9a-f]+|\d+)L?\s*\).*)`},
	{id: "crypto.constant-key", in: programs, words: "~key ~secret ~salt ~iv ~nonce key iv nonce salt secret KEY IV SALT SECRET aes_key hmac_key AES private_key master_key enc_key SecretKeySpec IvParameterSpec", re: `(?i)(\b(?:\w*_)?(?:aes|hmac|enc(?:ryption)?|secret|master|private|crypt\w*|sign(?:ing)?|session|jwt)_?(?:key|secret)\b(?:\s*\[[^\]]*\])?\s*:?=\s*(?:b|\[\]byte\(|&?\[?u8[^=]*=\s*)?["'{\[][^"']{6,}.*|\b(?:iv|nonce|salt)\b(?:\s*\[[^\]]*\])?\s*:?=\s*(?:b|\[\]byte\()?\s*(?:["'][^"']{6,}["']|\{\s*(?:0x[0-9a-f]+|0)\s*[,}]|\[\s*0x).*|new\s+(?:SecretKeySpec|IvParameterSpec)\s*\(\s*["'].*)`, not: `(?i)getenv|environ|config|option|arg|param|required|help|_name|usage|%s|label`, strength: 0.8},
	{id: "crypto.compare", in: programs, words: "memcmp strcmp bcmp equals Equal compare", re: `(\b(?:memcmp|bcmp|strn?cmp)\s*\([^;]*(?:\bmac\b|hmac|digest|signature|\bsig\b|\btag\b|expected_?(?:hash|mac)|passw|secret|token|\bauth_?tag)\w*.*|bytes\.Equal\s*\([^)]*(?:mac|sig|digest|token|secret|hash)\w*.*|Arrays\.equals\s*\([^)]*(?:mac|sig|digest|token|hash)\w*.*)`, strength: 0.5},
	{id: "crypto.keys-added", roles: inAll, words: "BEGIN", re: `(-----BEGIN (?:PGP PUBLIC KEY BLOCK|CERTIFICATE|PUBLIC KEY|TRUSTED CERTIFICATE)-----.*)`, strength: 0.5},
	{id: "crypto.keys-added", roles: "code build ci data", words: "rsa ed25519 ecdsa dss nistp256", re: `((?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+)\s+AAAA[A-Za-z0-9+/=]{20,}.*)`},
}

// arithmetic are words in the names of files where secrets are made, kept and compared.
var arithmetic = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:crypto\w*|rand|random|rng|prng|drbg|entropy|cipher|hmac|ecc?|ecdsa|ecdh|rsa|dsa|aes|kex|sign|signature|x509|pkcs\d*|md_rand|passw\w*|pam|auth\w*|login|session|token|jwt)(?:[/_.\d-]|$)`)

var (
	longConstant = regexp.MustCompile(`0x[0-9a-fA-F]{8,}|(?:0x[0-9a-fA-F]{2}\s*,\s*){4,}|"[0-9a-fA-F]{16,}"`)
	statement    = regexp.MustCompile(`^\s*(?:\w[\w.>\-:]*\s*=\s*)?!?\w[\w.>\-:]*\s*\([^{]*\)\s*;?\s*$`)
)

// scanCrypto looks at files that by their name make, keep or compare secrets: a step that is no longer taken, or a constant of an
// algorithm that is another one now, is invisible to every test that still passes.
func (s *scan) scanCrypto(f *file) {
	if f.Lang&programs == 0 || f.Role == Test || f.removed == 0 || f.added+f.removed > 60 || f.Kind == change.Deleted || !arithmetic.MatchString(f.Path) {
		return
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		if len(h.Old) == 0 || len(h.Old) > 4 {
			continue
		}
		for j, text := range h.Old {
			if f.isComment(text) || s.addedLines(f.Lang)[squeeze(text)] {
				continue
			}
			if (len(h.New) == 0 || commentedOut(f, h, text)) && statement.Match(text) {
				s.add("crypto.removed", f, h.OldLine+j, true, text, 0, len(text), 0.9, "")
				return
			}
			if was := longConstant.Find(text); was != nil && j < len(h.New) {
				if is := longConstant.FindIndex(h.New[j]); is != nil && !bytes.Equal(was, h.New[j][is[0]:is[1]]) {
					s.add("crypto.constant-key", f, h.NewLine+j, false, h.New[j], is[0], is[1], 0.7, "a constant of an algorithm is another one")
					return
				}
			}
		}
	}
}

// commentedOut tells that a removed statement is still there as a comment.
func commentedOut(f *file, h *change.Hunk, text []byte) bool {
	text = bytes.TrimSpace(text)
	for _, now := range h.New {
		if bytes.Contains(now, text) && f.isComment(now) {
			return true
		}
	}
	return false
}
