package signal

import (
	"bytes"
	"regexp"
)

// Code that waits: for a day, for a machine, for a word that somebody sends. Honest programs also ask what time it is and where
// they run, so these are reasons to look, not more.

const (
	epoch  = `1_?[5-9](?:_?\d){8}(?:(?:_?\d){3})?L?|[2-9](?:_?\d){9}(?:(?:_?\d){3})?L?`
	clocks = `(?:\btime\s*\(|\bDate\.now|getTime\s*\(|currentTimeMillis|\btime\.time\s*\(|Time\.now|as_secs|\.Unix(?:Milli)?\s*\(|UtcNow|\bdate\b|\bnow\b)`
	// place is what a program asks to learn where it runs and for whom.
	place = `(?:gethostname\b|\bhostname\s*\(|os\.Hostname|userInfo\s*\(|navigator\.(?:language|userLanguage)|\.timeZone\b|resolvedOptions|getdefaultlocale|getlocale\s*\(|Locale\.getDefault|user\.(?:country|language|timezone)|getTimezoneOffset|getlogin\b|getpass\.getuser|user\.Current\s*\(|GITHUB_REPOSITORY|\.dockerenv|IsDebuggerPresent|TracerPid|PTRACE_TRACEME|location\.host|Environment\.(?:UserName|MachineName)|\$\(?\s*(?:hostname|whoami)|\$\{?(?:HOSTNAME|USER|LOGNAME)\b|\bwhoami\b|COMPUTERNAME|php_uname|geoip|country_?[cC]ode|ipinfo|ipgeolocation|(?:process\.env\.|environ\.get\(["']|getenv\(["']|ENV\[["'])CI\b)`
)

var whenRules = []rule{
	{id: "when.date", words: "time date Date now today Now Unix getTime currentTimeMillis as_secs UtcNow strtotime", in: programs | Make | M4 | YAML, roles: inCode, re: `(` + clocks + `.*(?:[<>]=?|-[gl][te]\s|\bAfter\s*\(|\bBefore\s*\()\s*["']?(?:` + epoch + `).*|(?:` + epoch + `)\s*[<>]=?\s*.*` + clocks + `.*)`, replaced: true},
	{id: "when.date", words: "After Before today now Date date datetime LocalDate getTime strtotime", in: programs, roles: inCode, re: `((?:\.(?:After|Before|isAfter|isBefore)\s*\(\s*(?:time\.Date|LocalDate\w*\.of|new\s+Date)\s*\(\s*\d.*)|(?:\b(?:today|now|utcnow)\s*\([^)]*\)\s*(?:[<>]=?|==)\s*(?:datetime\.)*(?:date|datetime)\s*\(\s*\d.*)|(?:[<>]=?\s*(?:new\s+Date|Date\.parse|strtotime|Time\.(?:new|utc|parse)|Date\.new)\s*\(\s*["']?\d.*)|(?:(?:date|strftime)\s*\([^)]*\)\s*(?:[<>]=?|[=!]==?|-eq)\s*["']\d.*))`, replaced: true},
	{id: "when.date", words: "getMonth getDate getDay getFullYear tm_mon tm_mday tm_year month weekday day year", in: programs, roles: inCode, re: `((?:if|&&|\|\||and|or|\?|unless)\b?.*(?:\bget(?:UTC)?(?:Month|Date|Day|FullYear)\s*\(\s*\)|\btm_(?:mon|mday|year|wday)\b|\.(?:month|mday)\b)\s*(?:[=!]==?|[<>]=?)\s*\d+.*)`, strength: 0.8, replaced: true},
	{id: "when.date", in: Shell | Make | M4, roles: inCode, words: "date", re: `((?:\[|\btest\b|\bif\b).*(?:\$\(|\x60)date\s+["']?\+%.*(?:-[gl][te]|-eq|=|>|<)\s.*)`, replaced: true},
	{id: "when.place", in: programs | Make | M4 | YAML, roles: inCode, words: "gethostname hostname Hostname userInfo navigator timeZone resolvedOptions getdefaultlocale getlocale Locale user getTimezoneOffset getlogin getuser GITHUB_REPOSITORY dockerenv IsDebuggerPresent TracerPid PTRACE_TRACEME location Environment whoami HOSTNAME USER LOGNAME COMPUTERNAME CI php_uname geoip country country_code countryCode ipinfo ipgeolocation",
		re: `((?:\bif\b|\bunless\b|\bcase\b|\bwhen\b|&&|\|\||\?|\[\s).*` + place + `.*(?:[=!~]=|\bin\b|[sS]tartsWith|endsWith|startswith|endswith|[cC]ontains|includes|match|test\s*\(|equals|strstr|strn?cmp|=~|\]|\)).*|` + place + `.*(?:[=!]==?|=~)\s*["'/].*(?:&&|\?|\bthen\b|\bif\b).*|\S.*\bif\b.*` + place + `.*|/.+/\w*\.test\s*\(\s*` + place + `.*)`, strength: 0.9, replaced: true},
	{id: "cap.hang", in: programs, roles: "code build ci", words: "Infinity", re: `(<\s*Infinity\b.*)`, replaced: true},
	{id: "cap.hang", in: programs, roles: "code build ci", words: "while for", re: `(\b(?:while\s*\(\s*(?:true|1|!0)\s*\)|for\s*\(\s*;\s*;\s*\))\s*(?:\{\s*\}|;).*)`, replaced: true},
	{id: "cap.hang", in: programs, roles: "code build ci", words: "fork", re: `(\b(?:while|for)\b.*\bfork\s*\(\s*\).*)`, replaced: true},
	{id: "cap.hang", in: Python, roles: "code build ci", words: "while", re: `(\bwhile\s+True\s*:\s*\S.*(?:append|\*\s*10\s*\*\*|\+=).*)`, replaced: true},
	{id: "cap.hang", in: JS | Python | Ruby | PHP, roles: "code", words: "while for loop", re: `^((?:while|for)\s*\(?\s*(?:true|True|1|!0|;\s*;)\s*\)?.*)`, note: "at the outermost level: it runs as soon as this is loaded", strength: 0.7, replaced: true},
}

var (
	// asksCaller is a condition on something that a caller, an environment or a file of the moment provides.
	asksCaller = regexp.MustCompile(`(?i)(?:\bif\b|\bunless\b|&&|\|\||\?).*(?:headers?\s*(?:\.get|\.contains_key|\[|\()|\.header\s*\(|\.Header\.Get\s*\(|getHeader\s*\(|getParameter\s*\(|(?:args|form|params|query|cookies|GET|POST)\.get\s*\(|\bparams\s*\[|\b(?:req|request)\.(?:query|body|cookies|params|headers)\b|\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\s*\[|FormValue\s*\(|\.cookie\b|->(?:cookie|header|agent)\b|\bgetenv\s*\(|os\.Getenv\s*\(|environ(?:\.get\s*\(|\[)|process\.env\b|\bENV\s*\[)`)
	// lets is a statement that lets somebody through, or makes them more than they were.
	lets = regexp.MustCompile(`(?:\breturn\s+(?:true|True|TRUE|1|OK|next\b|view\b|Ok\s*\(|nil\s*;?$|PAM_SUCCESS|AUTH_OK|chain|handler|self\.get_response|None)|\breturn\s*;?\s*\}?\s*$|\bnext\s*\(\s*\)|\.ServeHTTP\s*\(|doFilter\s*\(|\bis_?(?:staff|admin|superuser|root|authenticated|authorized)\s*=\s*(?:true|True|1)|\b(?:admin|root|superuser|authenticated|authorized)\s*=\s*(?:1|true|True)|handle_?admin|User::find\s*\(\s*1\s*\)|\b(?:role|user)\s*=\s*["'](?:admin|root)|\breturn\s+true\s+if\b|login_user|sudo|setuid)`)
	// fixedWord is a literal that a caller would have to know.
	fixedWord = regexp.MustCompile(`["'][\w.!@#$%+/=-]{1,}["']`)
	magicWord = regexp.MustCompile(`\bmemcmp\s*\([^;]*"(?:\\x[0-9a-fA-F]{2}){3,}"`)
	fixedHash = regexp.MustCompile(`(?i)(?:md5|sha\d*|sha_?\d+|hexdigest|digest|crypt|hash)\b.*(?:[=!]==?|\beq\b|equals|compare)\s*\(?\s*b?["'][0-9a-f]{16,}["']`)
)

// scanSwitches finds a condition on what somebody sends next to a statement that lets them in.
func (s *scan) scanSwitches(f *file) {
	if f.Lang&programs == 0 || f.Role != Code {
		return
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		if len(h.New) > 60 {
			continue
		}
		for j, text := range h.New {
			if len(text) > 500 || !hasAny(text, conditionHints) || !hasAny(text, switchHints) || f.isComment(text) {
				continue
			}
			if m := fixedHash.FindIndex(text); m != nil {
				s.add("auth.switch", f, h.NewLine+j, false, text, m[0], m[1], 0.95, "compared with a digest that is in the source")
				continue
			}
			magic := magicWord.Match(text)
			if !magic && !asksCaller.Match(text) {
				continue
			}
			near := bytes.Join(h.New[j:min(len(h.New), j+3)], []byte("\n"))
			for _, line := range bytes.Split(near, []byte("\n")) {
				if !lets.Match(line) {
					continue
				}
				strength := 0.7
				if magic || fixedWord.Match(text) {
					strength = 0.9
				}
				if len(h.New) > 12 || h.Old != nil && matchesAny(h.Old, asksCaller) {
					strength *= 0.5
				}
				s.add("auth.switch", f, h.NewLine+j, false, text, 0, len(text), strength, "next to: "+Visible(bytes.TrimSpace(line)[:min(len(bytes.TrimSpace(line)), 60)]))
				break
			}
		}
	}
}

func matchesAny(lines [][]byte, re *regexp.Regexp) bool {
	for _, text := range lines {
		if len(text) <= 500 && re.Match(text) {
			return true
		}
	}
	return false
}

var conditionHints = hints("if", "unless", "&&", "||", "?", "memcmp", "==", "quals", "eq", "ompare")

// switchHints: one of these is in every line that the expressions above match.
var switchHints = hints("eader", "EADER", "getParameter", "args", "form", "arams", "query", "ookie", "OOKIE", "_GET", "_POST", "_REQUEST", "_SERVER", "FormValue", "agent", "getenv", "Getenv", "environ", "process.env", "ENV", "memcmp", "md5", "MD5", "sha", "SHA", "igest", "crypt", "hash", "GET", "POST", "body")
