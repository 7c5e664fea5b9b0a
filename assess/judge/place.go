package judge

import (
	"net/netip"
	"path"
	"regexp"
	"strings"
)

// secretRule says which paths hold secrets, and what to call them.
type secretRule struct {
	match *regexp.Regexp
	what  string
	grave bool // a credential by itself, not only likely to hold one
}

// secrets is tried in order against a cleaned path in which the home directory is "~".
var secrets = []secretRule{
	{regexp.MustCompile(`\.pub$`), "", false},
	{regexp.MustCompile(`^/etc/(shadow|gshadow|master\.passwd|security/opasswd)[-~]?$`), "the password hashes of all users", true},
	{regexp.MustCompile(`^/etc/(s\*|sh\*|shad\*|shado\*|\*shadow\*?|shadow\*)$`), "the password hashes of all users", true},
	{regexp.MustCompile(`/\.ssh/(id_[a-z0-9_]+|identity|[^/]*_(rsa|ed25519|ecdsa|dsa)|[^/]*\.pem|[^/]*\.key|id_\*|\*)$`), "private SSH keys", true},
	{regexp.MustCompile(`(^|/)id_(rsa|dsa|ecdsa|ed25519)$`), "private SSH keys", true},
	{regexp.MustCompile(`/\.ssh/?$`), "SSH keys", true},
	{regexp.MustCompile(`^/etc/ssh/ssh_host_[^/]*key$`), "the host's private SSH key", true},
	{regexp.MustCompile(`/\.aws(/(credentials|sso|cli|\*).*|/?)$`), "AWS credentials", true},
	{regexp.MustCompile(`/\.(azure|oci|config/gcloud|gcloud)(/|$)`), "cloud credentials", true},
	{regexp.MustCompile(`/(accessTokens|msal_token_cache|application_default_credentials|service-account[^/]*)\.json$`), "cloud credentials", true},
	{regexp.MustCompile(`(/\.kube/(config|cache)|/\.kube/?$|^/etc/kubernetes/(admin|super-admin|controller-manager|scheduler|kubelet)\.conf$|/k3s\.yaml$|kubeconfig[^/]*$)`), "Kubernetes credentials", true},
	{regexp.MustCompile(`^/etc/kubernetes/pki(/.*\.key|/?|/\*.*)$`), "the keys of the Kubernetes cluster", true},
	{regexp.MustCompile(`^/(var/)?run/secrets(/|$)`), "mounted secrets", true},
	{regexp.MustCompile(`/\.docker/config\.json$`), "registry credentials", true},
	{regexp.MustCompile(`(^|/)\.?(netrc|pgpass|my\.cnf|git-credentials|npmrc|pypirc|vault-token|s3cfg|boto|htpasswd|msmtprc|rhosts|terraformrc|mylogin\.cnf)$`), "stored passwords or tokens", true},
	{regexp.MustCompile(`/\.gnupg(/(private-keys|secring|\*).*|/?)$`), "private GnuPG keys", true},
	{regexp.MustCompile(`^/etc/ssl/private(/|$)`), "private TLS keys", true},
	{regexp.MustCompile(`^/etc/letsencrypt/(archive|live|accounts)(/.*privkey.*|/?|/\*.*|/[^/]*/?)$`), "private TLS keys", true},
	{regexp.MustCompile(`^/etc/(wireguard/.*\.conf|wireguard/?|openvpn/.*\.key|openvpn/?)$`), "VPN keys", true},
	{regexp.MustCompile(`(\.keytab|/krb5cc_[^/]*|\.kdbx|\.p12|\.pfx|\.jks|\.keystore|\.ppk)$`), "keys or tickets", true},
	{regexp.MustCompile(`(^|/)[^/]*(privkey|private[_-]?key|secret[_-]?key)[^/]*(\.(pem|key|txt|json|ya?ml))?$`), "a private key", true},
	{regexp.MustCompile(`\.key$|(^|/)([^/]*[-_])?key\.pem$`), "a private key", true},
	{regexp.MustCompile(`/(Login Data|logins\.json|key4\.db|cookies\.sqlite|Cookies)$`), "passwords stored by a browser", true},
	{regexp.MustCompile(`/\.local/share/keyrings|/\.password-store`), "stored passwords", true},
	{regexp.MustCompile(`^/proc/([0-9]+|self|\*|‹[^›]*›|1)/(environ|mem|maps)$`), "the memory or environment of a running program", true},
	{regexp.MustCompile(`^/dev/(mem|kmem|kcore)$|^/proc/kcore$`), "the machine's memory", true},
	{regexp.MustCompile(`/\.(bash_history|history|zsh_history|sh_history|ash_history|python_history|mysql_history|psql_history|viminfo|lesshst|rediscli_history)$`), "the history of typed commands, which often holds passwords", true},
	{regexp.MustCompile(`(^|/)(wp-config\.php|\.env(\.[a-z]+)?|secrets?\.(ya?ml|json|toml|env|txt)|credentials(\.(json|db|xml|ya?ml|ini))?|passwords?\.(txt|csv|ya?ml|json)|access_tokens\.db|.*\.tfstate)$`), "a file that holds credentials", false},
	{regexp.MustCompile(`^/var/lib/(kubelet/pki|cloud/instance/user-data)`), "keys of the machine", true},
	{regexp.MustCompile(`^(k8s:)?secrets?(/.*)?$|^k8s:secret`), "the secrets of the Kubernetes cluster", true},
	{regexp.MustCompile(`^instance credentials$|169\.254\.169\.254.*(security-credentials|/token|identity|user-data)|metadata\.google\.internal.*token`), "the credentials of this cloud machine", true},
	{regexp.MustCompile(`^/var/(spool/)?mail/(\*|[^/]+)$`), "people's mail", true},
	{regexp.MustCompile(`^/etc/(sudoers|pam\.d|krb5\.conf|ppp/.*secrets|ipsec\.secrets|samba/private)`), "a file of the login system", false},
}

// clean is the path with "~" for the home directory where that shows.
func clean(p string) string {
	p = tidy(p)
	if strings.HasPrefix(p, "/") {
		p = path.Clean(p)
	}
	return p
}

// tidy prints holes that stand for the home directory as everybody writes it.
func tidy(p string) string {
	p = strings.ReplaceAll(p, "‹~›", "~")
	p = strings.ReplaceAll(p, "‹$HOME›", "~")
	return p
}

type secretKind struct {
	what  string
	grave bool
}

// secret says what secrets a path (or the name of another source) holds: "" for none.
func (j *judge) secret(p string) (what string, grave bool) {
	if k, ok := j.known[p]; ok {
		return k.what, k.grave
	}
	what, grave = secret(p)
	j.known[p] = secretKind{what, grave}
	return what, grave
}

func secret(p string) (what string, grave bool) {
	if p = clean(p); len(p) > 1024 {
		return "", false
	}
	if rest, _ := rootless(p); rest != "" {
		p = clean(rest) // whatever tree it lies in, a file of that name holds that kind of secret
	}
	for _, r := range secrets {
		if r.match.MatchString(p) {
			return r.what, r.grave
		}
	}
	return "", false
}

// private reports whether a path holds what does not belong outside, without being a credential: databases, configuration,
// homes, the identity of the machine.
func private(p string) (what string, ok bool) {
	p = clean(p)
	switch {
	case p == "/" || p == "/etc" || p == "/root" || p == "/home" || p == "/var" || p == "/srv" || p == "~" || p == "/var/lib" || p == "/boot":
		return "everything in " + p, true
	case has(p, "/var/lib/postgresql", "/var/lib/mysql", "/var/lib/mongo", "/var/lib/redis", "/var/lib/etcd", "/var/lib/ldap", "/var/lib/pgsql", "/var/lib/cassandra",
		"/var/lib/elasticsearch", "/var/lib/influxdb", "/var/lib/docker/volumes", "/var/lib/vault", "/var/lib/samba", "/var/lib/rabbitmq", "/var/lib/mariadb"):
		return "a database's files", true
	case p == "/etc/passwd" || p == "/etc/group" || p == "/etc/machine-id" || p == "/etc/hosts" || has(p, "/etc/sudoers", "/etc/ssh", "/etc/pam.d", "/var/log", "/var/mail", "/var/spool/mail", "/var/backups", "/srv", "/root"):
		return "files of this machine", true
	}
	return "", false
}

// has reports whether p is one of dirs or lies within one.
func has(p string, dirs ...string) bool {
	for _, d := range dirs {
		if p == d || strings.HasPrefix(p, d) && (strings.HasSuffix(d, "/") || p[len(d)] == '/') {
			return true
		}
	}
	return false
}

// hostOf takes the host (and port) out of a target: a URL, user@host:path, host:port.
func hostOf(t string) string {
	t = strings.ToLower(strings.TrimSpace(t))
	if i := strings.Index(t, "://"); i >= 0 {
		t = t[i+3:]
	}
	if i := strings.IndexAny(t, "/?# "); i >= 0 {
		t = t[:i]
	}
	if i := strings.LastIndexByte(t, '@'); i >= 0 {
		t = t[i+1:]
	}
	return t
}

func bareHost(t string) string {
	h := hostOf(t)
	if a, err := netip.ParseAddrPort(h); err == nil {
		return a.Addr().String()
	}
	if a, err := netip.ParseAddr(strings.Trim(h, "[]")); err == nil {
		return a.String()
	}
	if i := strings.LastIndexByte(h, ':'); i >= 0 {
		h = h[:i]
	}
	return h
}

// local reports whether a host is this machine.
func local(t string) bool {
	h := bareHost(t)
	if a, err := netip.ParseAddr(h); err == nil {
		return a.IsLoopback()
	}
	return h == "localhost" || strings.HasSuffix(h, ".localhost") || h == "" || h == "‹$hostname›" || h == "ip6-localhost" || strings.HasPrefix(h, "unix")
}

// byNumber reports whether a host is given as an address, and not one of a private network.
func byNumber(t string) bool {
	a, err := netip.ParseAddr(bareHost(t))
	return err == nil && !a.IsLoopback() && !a.IsPrivate() && !a.IsLinkLocalUnicast() && !a.IsUnspecified()
}

// metadata reports whether a host is a cloud's metadata service, which stays on the machine's own link.
func metadata(t string) bool {
	h := bareHost(t)
	return h == "169.254.169.254" || h == "metadata.google.internal" || h == "169.254.170.2" || h == "100.100.100.200"
}

// outOfTheWay reports whether a path is where programs are put that should not be found: hidden names among the system's
// directories, scratch directories.
func outOfTheWay(p string) bool {
	p = clean(p)
	if has(p, "/dev/shm", "/run/shm", "/dev/mqueue") {
		return true
	}
	system := has(p, "/tmp") || has(p, "/usr", "/etc", "/lib", "/bin", "/sbin", "/var", "/dev", "/boot", "/run", "/lib64")
	for _, part := range strings.Split(p, "/") {
		if strings.Trim(part, ". ") == "" && len(part) > 2 {
			return true // "..." and "..  "
		}
		if system && strings.HasPrefix(part, ".") && len(part) > 1 && part != ".." && !knownDot[part] {
			return true
		}
	}
	return false
}

var knownDot = map[string]bool{".local": true, ".config": true, ".venv": true, ".cache": true, ".npm": true, ".cargo": true, ".rustup": true, ".git": true,
	".nvm": true, ".rbenv": true, ".pyenv": true, ".bun": true, ".deno": true, ".dotnet": true, ".github": true, ".ci": true, ".ssh": true, ".kube": true, ".krew": true, ".asdf": true, ".sdkman": true, ".go": true, ".tox": true, ".yarn": true, ".env": true, ".profile": true, ".bashrc": true, ".bash_profile": true, ".output": true, ".bin": true, ".build": true, ".next": true}

// logFile says what a log that matters to investigators is called: "" for others.
func logFile(p string) string {
	p = clean(p)
	base := path.Base(p)
	switch {
	case strings.Contains(p, "/.bash_history") || strings.HasSuffix(p, "_history") || base == ".history" || strings.Contains(p, "HISTFILE"):
		return "the history of typed commands"
	case has(p, "/var/log/audit"), base == "audit.log":
		return "the audit log"
	case has(p, "/var/log/journal", "/run/log/journal"):
		return "the system journal"
	case p == "/var/log" || p == "/var/log/*" || p == "/var/log/*.log" || p == "/var/log/**" || p == "/var/log/*.*":
		return "all logs"
	case has(p, "/var/log", "/run", "/var/run", "/var/adm") || strings.HasPrefix(p, "/var/log"):
		for _, b := range []string{"wtmp", "btmp", "utmp", "lastlog", "faillog", "auth.log", "secure", "syslog", "messages", "kern.log", "sudo.log", "sulog", "cron", "maillog", "dmesg", "user.log", "daemon.log"} {
			if base == b || strings.HasPrefix(base, b+".") || strings.HasPrefix(base, b+"*") || base == b+"-*" {
				return "the log " + base
			}
		}
	case strings.Contains(p, "/docker/containers/") && strings.HasSuffix(p, ".log"):
		return "the logs of containers"
	}
	return ""
}
