package judge

import (
	"strings"

	"sallyport/assess/shell"
)

// call looks at a command's words for what effects do not show: searches for secrets.
func (j *judge) call(c *shell.Call) {
	switch c.Name {
	case "find", "locate", "plocate", "fd", "fdfind":
		j.search(c)
	case "grep", "egrep", "fgrep", "rg", "ag", "ack", "zgrep":
		j.grep(c)
	case "whois", "finger", "rlogin", "cancel", "lp", "lpr":
		j.carrier(c)
	case "sshpass":
		j.guess(c)
	case "sed", "perl", "gsed":
		j.edited(c)
	case "dd", "gcore", "gdb", "strings":
		for _, a := range c.Argv[1:] {
			t := strings.TrimPrefix(tidy(a.String()), "if=")
			if strings.HasPrefix(t, "/proc/") && (strings.HasSuffix(t, "/mem") || strings.HasSuffix(t, "/kcore")) || t == "/dev/mem" {
				j.find("process-memory", high, c.Place, "Reads the memory of running programs (%s)", t)
			}
		}
	}
}

// search judges a search for files by name.
func (j *judge) search(c *shell.Call) {
	wide := c.Name != "find" && c.Name != "fd" && c.Name != "fdfind"
	for i, a := range c.Argv[1:] {
		t := tidy(a.String())
		if strings.HasPrefix(t, "-") {
			break
		}
		p := clean(t)
		wide = wide || p == "/" || p == "/home" || p == "/root" || p == "/etc" || p == "~" || p == "/Users" || p == "/var" || p == "/*" || p == "/home/*" || p == "/opt" || has(p, "/usr", "/bin", "/sbin")
		if what, grave := j.secret(p); grave && i == 0 {
			j.find("secret-search", high, c.Place, "Searches %s (%s)", t, what)
			return
		}
	}
	for i, a := range c.Argv {
		t := tidy(a.String())
		if i == 0 {
			continue
		}
		prev := tidy(c.Argv[i-1].String())
		named := prev == "-name" || prev == "-iname" || prev == "-path" || prev == "-wholename" || prev == "-regex" || c.Name != "find"
		if named && secretName(t) && wide {
			j.find("secret-search", high, c.Place, "Searches the machine for files named %s", t)
			return
		}
		if prev == "-perm" && wide && (strings.Contains(t, "4000") || strings.Contains(t, "2000") || strings.Contains(t, "6000") || strings.Contains(t, "u=s") || strings.Contains(t, "+s")) {
			j.find("weak-spot-search", high, c.Place, "Searches the machine for programs that run with their owner's rights")
		}
	}
}

// secretName reports whether a file name pattern is one of those that keys and passwords have.
func secretName(pattern string) bool {
	p := strings.ToLower(strings.Trim(pattern, "*"))
	for _, s := range []string{"id_rsa", "id_dsa", "id_ed25519", "id_ecdsa", ".netrc", "credentials", "accesstokens.json", "msal_token_cache.json", "credentials.db", "access_tokens.db", ".pgpass", ".git-credentials",
		"shadow", "authorized_keys", ".kdbx", ".gnupg", "wallet.dat", ".htpasswd", "password", "passwords", "passwd", ".env", ".aws", ".ssh", "private.key", "secret", "secrets", ".keytab", "kubeconfig", "login data", "logins.json", ".bash_history", "_history", ".my.cnf", "wp-config.php", ".kube", "service-account", ".npmrc", ".pypirc", ".p12", ".pfx", "*.key"} {
		if p == s || strings.HasPrefix(s, ".") && strings.HasSuffix(p, s) {
			return true
		}
	}
	return false
}

// grep judges a search for words in whole trees.
func (j *judge) grep(c *shell.Call) {
	wide, recursive := false, c.Name == "rg" || c.Name == "ag" || c.Name == "ack"
	word := ""
	for _, a := range c.Argv[1:] {
		t := tidy(a.String())
		if strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "--") {
			recursive = recursive || strings.ContainsAny(t, "rR")
			continue
		}
		if strings.HasPrefix(t, "--") {
			recursive = recursive || t == "--recursive"
			continue
		}
		if word == "" {
			word = strings.ToLower(t)
			continue
		}
		p := clean(t)
		wide = wide || p == "/" || p == "/home" || p == "/root" || p == "/etc" || p == "~" || p == "/var" || p == "/opt" || p == "/srv"
	}
	if wide && recursive && (strings.Contains(word, "passw") || strings.Contains(word, "private key") || strings.Contains(word, "secret") || strings.Contains(word, "api_key") || strings.Contains(word, "apikey") || strings.Contains(word, "token") || strings.Contains(word, "akia")) {
		j.find("secret-search", high, c.Place, "Searches the machine's files for passwords or keys")
	}
}

// edits are changes of settings that open a machine, by what is put into which file.
var edits = []struct{ file, text, rule, says string }{
	{"sshd_config", "permitrootlogin yes", "persist-auth", "lets root log in from outside"},
	{"sshd_config", "permitemptypasswords yes", "persist-auth", "lets people log in without a password"},
	{"sshd_config", "passwordauthentication yes", "persist-auth", "lets people log in with a password alone"},
	{"selinux/config", "selinux=disabled", "defence-off", "switches SELinux off for good"},
	{"selinux/config", "selinux=permissive", "defence-off", "makes SELinux watch instead of prevent, for good"},
	{"sudoers", "nopasswd", "sudo-rules", "lets somebody become administrator without a password"},
	{"pam.d/", "pam_permit", "persist-auth", "lets every login succeed"},
	{"pg_hba.conf", "trust", "persist-auth", "lets people into the database without a password"},
	{"/etc/passwd", ":0:0:", "account-power", "gives an account administrator rights"},
}

// edited judges settings that are changed in place.
func (j *judge) edited(c *shell.Call) {
	all := ""
	for _, a := range c.Argv[1:] {
		all += " " + strings.ToLower(tidy(a.String()))
	}
	all = strings.Join(strings.Fields(strings.ReplaceAll(all, `\s`, " ")), " ")
	if !strings.Contains(all, "-i") {
		return
	}
	for _, e := range edits {
		if strings.Contains(all, e.file) && strings.Contains(all, e.text) {
			j.find(e.rule, high, c.Place, "Changes a setting that %s (%s)", e.says, e.file)
		}
	}
}

// carrier judges a tool for one service that is told to talk to a port of the caller's choice: it then carries any bytes, out or in.
func (j *judge) carrier(c *shell.Call) {
	own := map[string]string{"whois": "43", "finger": "79", "rlogin": "513", "cancel": "631", "lp": "631", "lpr": "631"}[c.Name]
	for i, a := range c.Argv[1:] {
		t, prev := tidy(a.String()), c.Argv[i].String()
		port := ""
		switch {
		case prev == "-p" && (c.Name == "whois" || c.Name == "rlogin"):
			port = t
		case prev == "-h" || prev == "-H":
			if k := strings.LastIndexByte(t, ':'); k > 0 && strings.Count(t, ":") == 1 && !local(t) {
				port = t[k+1:]
			}
		}
		if port != "" && port != own && strings.Trim(port, "0123456789") == "" {
			j.find("raw-protocol", high, c.Place, "Makes %s talk to port %s, which is not its own: it carries any bytes that way", c.Name, port)
			return
		}
	}
}

// guess judges passwords that come out of a list: trying one after the other is how logins are broken into.
func (j *judge) guess(c *shell.Call) {
	if !c.Loop {
		return
	}
	for i, a := range c.Argv[1:] {
		if c.Argv[i].String() != "-p" && !a.HasPrefix("-p") {
			continue
		}
		if o := j.origin(a); len(o.files) > 0 {
			j.find("password-guessing", high, c.Place, "Logs in with passwords taken from a list (%s)", list(o.files))
			return
		}
	}
}
