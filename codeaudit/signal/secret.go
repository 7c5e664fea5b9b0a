package signal

import "regexp"

// Keys and passwords. The bytes that fired are secrets themselves; whoever prints a report decides who reads it.

var secretRules = []rule{
	{id: "secret.private-key", roles: inAll, words: "BEGIN PuTTY AGE", re: `(-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d|AGE-SECRET-KEY-1\w+)`, strength: 0.8},
	{id: "secret.password", roles: "code build ci data", words: "~password ~passwd ~secret ~token ~key password passwd pwd PASSWORD secret SECRET token TOKEN api_key apikey API_KEY apiKey access_key auth_token client_secret db_password DB_PASSWORD AWS_SECRET_ACCESS_KEY aws_secret_access_key _authToken", re: `(?i)(\b(?:\w*_)?(?:pass(?:word|wd)|pwd|client_?secret|secret_?(?:access_?)?key|api_?key|auth_?token|access_?token|_authToken)["']?\s*(?::=|=>|=|:)\s*["'][^"'\s$%{}<>]{8,}["'].*)`, not: `(?i)example|changeme|placeholder|your[_-]?|xxx|\*\*\*|getenv|environ|process\.env|prompt|enter |error|invalid|missing|required|\.get\(|_name\b|field|input|label|test|dummy|sample|"(?:password|passwd|secret|api_?key|token|access_token)"\s*[,;)]?$`, strength: 0.7},
	{id: "secret.password", roles: "code build ci data", words: "https http postgres postgresql mysql mongodb redis amqp ftp ssh", re: `\b((?:https?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|ftp)://[^\s:/@"'{}$%<]+:[^\s:/@"'{}$%<*]{4,}@[^\s"']+)`, not: `(?i)user:pass|username:password|example\.|localhost|127\.0\.0\.1|foo:bar|:password@|:secret@|@host|xxx`, strength: 0.7},
}

// tokens of services begin with a mark of their own, so they are looked for in any file.
var (
	serviceToken = regexp.MustCompile(`\b((?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[0-9A-Za-z-]{10,}|AIza[\w-]{35}|ya29\.[\w-]{20,}|[sr]k_live_\w{16,}|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,})`)
	serviceHints = hints("AKIA", "ASIA", "gh", "github_pat_", "glpat-", "xox", "AIza", "ya29.", "k_live_", "npm_", "hf_")
)

func (s *scan) scanTokens(f *file) {
	for i := range f.Hunks {
		h := &f.Hunks[i]
		for j, text := range h.New {
			if len(text) < 20 {
				continue
			}
			if m := find(serviceToken, serviceHints, text); m != nil && !contains(h.Old, text[m[0]:m[1]]) {
				s.add("secret.token", f, h.NewLine+j, false, text, m[0], m[1], 1, "")
			}
		}
	}
}
