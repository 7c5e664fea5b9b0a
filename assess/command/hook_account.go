package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["account"] = account
	hooks["crypto"] = crypto
}

func account(e *eval) {
	plain, opts := e.words()
	last := value.Str{}
	if len(plain) > 0 {
		last = plain[len(plain)-1]
	}
	text := value.Join(e.operands, " ").String()
	set := func(target value.Str, detail string) { e.effect(sallyport.EffectAccount, target, detail) }
	switch e.name {
	case "useradd", "adduser", "luseradd":
		if e.name == "adduser" && len(plain) > 1 && !strings.HasPrefix(plain[0].Prefix(), "-") && len(opts) == 0 {
			set(plain[0], "joins group "+plain[1].String())
			break
		}
		if e.hasWord("-D") && len(plain) == 0 {
			break
		}
		if last.Empty() && len(opts) > 0 {
			last = e.operands[len(e.operands)-1]
		}
		set(last, "made: "+text)
		if u, ok := opts["-u"]; ok && (u.Is("0") || strings.HasPrefix(u.String(), "0 ")) || e.hasWord("-ou0", "-o") {
			e.effect(sallyport.EffectPrivilege, last, "has the rights of root")
		}
	case "usermod", "lusermod", "chage", "chfn", "chsh", "passwd", "lpasswd", "kpasswd", "smbpasswd":
		if e.hasWord("-S", "--status", "-l", "--list") && oneOf(e.name, "passwd", "chage") && e.name+first(e.operands) != "passwd-l" {
			e.sources = append(e.sources, End{System, lit("accounts")})
			break
		}
		if e.hasWord("--stdin") {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if last.Empty() {
			last = lit("current user")
		}
		set(last, strings.TrimSpace(e.name+" "+text))
		if e.name == "usermod" && (e.hasWord("-o") || opts["-u"].Is("0")) {
			e.effect(sallyport.EffectPrivilege, last, "has the rights of root")
		}
	case "userdel", "deluser", "luserdel":
		set(last, "deleted")
		if e.hasWord("-r", "--remove", "-rf", "-fr", "--remove-home", "--remove-all-files") {
			e.effect(sallyport.EffectDelete, value.Concat(lit("/home/"), last), "home directory")
		}
	case "groupadd", "addgroup", "lgroupadd":
		if e.name == "addgroup" && len(plain) > 1 && !strings.HasPrefix(plain[0].Prefix(), "-") && len(opts) == 0 {
			set(plain[0], "joins group "+plain[1].String())
			break
		}
		set(value.Concat(lit("group "), last), "made")
	case "groupdel", "delgroup":
		set(value.Concat(lit("group "), last), "deleted")
	case "groupmod", "groupmems", "gpasswd":
		set(value.Concat(lit("group "), last), text)
	case "newusers", "chpasswd", "chgpasswd":
		set(lit("passwords"), "set from the input")
		for _, p := range plain {
			e.effect(sallyport.EffectRead, p, "")
		}
		e.sources = append(e.sources, End{Kind: Stdin})
		e.noStdout = true
		e.sinks = append(e.sinks, End{File, lit("/etc/shadow")})
	case "vipw", "vigr", "visudo":
		if e.hasWord("-c", "--check", "-cf") {
			if f, ok := opts["-f"]; ok {
				e.effect(sallyport.EffectRead, f, "")
			} else if f, ok := opts["-cf"]; ok {
				e.effect(sallyport.EffectRead, f, "")
			}
			break
		}
		set(lit("/etc/"+map[string]string{"vipw": "passwd", "vigr": "group", "visudo": "sudoers"}[e.name]), "edited by hand")
		e.unknown("what is typed into the editor is not known")
	case "pwconv", "pwunconv", "grpconv", "grpunconv", "pwck", "grpck":
		set(lit("password files"), e.name)
	case "htpasswd", "htdigest", "saslpasswd2":
		for _, p := range plain {
			if p.Contains("/") || p.Contains(".") || !p.Known() {
				e.effect(sallyport.EffectWrite, p, "passwords")
				break
			}
		}
		if e.hasWord("-n", "-nb", "-nbB", "-nB", "-bnB", "-nbm") || strings.Contains(first(e.operands), "n") && strings.HasPrefix(first(e.operands), "-") {
			e.sources = append(e.sources, End{Text, value.Join(plain, " ")})
		}
	case "kinit", "kdestroy":
		if f, ok := opts["-t"]; ok && !f.Empty() {
			e.effect(sallyport.EffectCredential, f, "used to sign in")
		} else if f, ok := opts["-kt"]; ok && !f.Empty() {
			e.effect(sallyport.EffectCredential, f, "used to sign in")
		}
		e.effect(sallyport.EffectCredential, lit("kerberos ticket"), e.name)
	case "klist", "nscd", "sss_cache", "pam_tally2", "wbinfo", "sssctl", "oathtool":
		e.sources = append(e.sources, End{System, lit("accounts")})
	case "pdbedit", "samba-tool", "net", "pw", "dscl", "dseditgroup", "sysadminctl", "authselect", "authconfig", "pam-auth-update", "realm", "adcli", "ipa", "kadmin", "kadmin.local", "ktutil", "google-authenticator":
		verb := first(plain)
		if lookingVerbs[verb] || oneOf(verb, "-L", "user-find", "user-show", "ads", "usershow", "groupshow", ".", "read", "ls", "discover", "current", "listprincs", "getprinc") || e.hasWord("-L", "-read", "-list", "-search", "--list", "-readall", "readall", "-v", "-ls") {
			e.sources = append(e.sources, End{System, lit("accounts")})
			break
		}
		if c, ok := opts["-q"]; ok && strings.HasPrefix(e.name, "kadmin") {
			set(lit("kerberos"), c.String())
			break
		}
		set(lit(e.name), strings.TrimSpace(e.name+" "+text))
		e.unknown("what %s does in detail is not modelled", strings.TrimSpace(e.name+" "+verb))
	default:
		e.coarse(sallyport.EffectAccount, e.name)
	}
}

// crypto is keys, certificates and secrets: what reads them, makes them, or shows them.
func crypto(e *eval) {
	plain, opts := e.words()
	get := func(names ...string) (value.Str, bool) {
		for _, n := range names {
			if v, ok := opts[n]; ok && !v.Empty() {
				return v, true
			}
		}
		return value.Str{}, false
	}
	read := func(names ...string) {
		if v, ok := get(names...); ok {
			e.input(v)
		}
	}
	write := func(names ...string) {
		if v, ok := get(names...); ok {
			e.output(sallyport.EffectWrite, v, "")
			e.noStdout = e.noStdout || !stdStream(v)
		}
	}
	switch e.name {
	case "gpg", "gpg2", "gpgv", "gpgsm":
		gpg(e)
	case "age", "rage":
		write("-o", "--output")
		if k, ok := get("-i", "--identity"); ok {
			e.effect(sallyport.EffectCredential, k, "private key")
		}
		if k, ok := get("-R", "--recipients-file"); ok {
			e.effect(sallyport.EffectRead, k, "keys")
		}
		used := map[string]bool{}
		for _, v := range opts {
			used[v.String()] = true
		}
		in := false
		for _, p := range plain {
			if !used[p.String()] {
				e.input(p)
				in = true
			}
		}
		if n := len(e.operands); !in && n > 1 && oneOf(e.operands[n-2].String(), "-d", "-e", "-p", "-a", "--decrypt") {
			e.input(e.operands[n-1])
		} else if !in {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case "age-keygen", "minisign", "signify", "signify-openbsd", "cosign":
		write("-o")
		read("-m", "-x", "-i")
		if k, ok := get("-s", "--key"); ok {
			e.effect(sallyport.EffectCredential, k, "private key")
		}
	case "ssh-keygen":
		sshKeygen(e, opts, plain)
	case "ssh-add":
		for _, o := range []string{"-s", "-S"} {
			if v, ok := get(o); ok {
				e.effect(sallyport.EffectExec, v, "code loaded into the agent")
				e.hint("loads-code", sallyport.High, "loads compiled code from a file")
			}
		}
		for _, p := range plain {
			e.effect(sallyport.EffectCredential, p, "key given to the agent")
		}
	case "ssh-copy-id":
		if k, ok := get("-i"); ok {
			e.effect(sallyport.EffectRead, k, "key that may sign in")
		}
		if t, ok := get("-t"); ok {
			e.effect(sallyport.EffectAppend, t, "on the other machine")
		}
		if len(plain) > 0 {
			e.effect(sallyport.EffectConnect, plain[len(plain)-1], "ssh")
			e.effect(sallyport.EffectRemoteExec, plain[len(plain)-1], "adds a key that may sign in")
			e.effect(sallyport.EffectPersist, lit("authorized_keys on "+plain[len(plain)-1].String()), "a key that may sign in")
		}
	case "ssh-import-id":
		e.effect(sallyport.EffectPersist, lit("~/.ssh/authorized_keys"), "keys of "+value.Join(plain, " ").String())
		e.effect(sallyport.EffectConnect, value.Join(plain, " "), "keys")
	case "ssh-keyscan":
		if f, ok := get("-f"); ok {
			e.input(f)
		}
		for i, p := range plain {
			if f, ok := get("-f", "-t", "-p", "-T"); ok && f.String() == p.String() && i < len(plain)-1 {
				continue
			}
			e.effect(sallyport.EffectConnect, p, "keys")
			e.sources = append(e.sources, End{Net, p})
		}
	case "keytool", "certutil", "pk12util", "certtool", "jarsigner", "p11tool", "mkcert", "step", "cfssl", "cfssljson":
		for _, o := range []string{"-keystore", "-f", "-k", "--load-privkey", "-srckeystore"} {
			if v, ok := get(o); ok {
				e.effect(sallyport.EffectCredential, v, "")
			}
		}
		read("-file", "-i", "--infile", "-importfile")
		write("-o", "--outfile", "-exportfile")
		if e.hasWord("-install") || e.hasWord("-importcert", "-import", "-A") {
			e.effect(sallyport.EffectWrite, lit("trusted certificates"), "one added")
		}
		if e.name == "step" || e.name == "cfssl" {
			e.coarse(sallyport.EffectCredential, e.name)
		}
	case "certbot", "acme.sh", "lego":
		e.effect(sallyport.EffectConnect, lit("certificate authority"), e.name)
		e.effect(sallyport.EffectWrite, lit("certificates"), value.Join(e.operands, " ").String())
		for _, o := range []string{"--pre-hook", "--post-hook", "--deploy-hook", "--renew-hook", "--manual-auth-hook", "--manual-cleanup-hook", "--reloadcmd"} {
			if v, ok := get(o); ok {
				e.run(Run{Script: &v, Lang: "sh"})
			}
		}
	case "ansible-vault":
		for i, p := range plain {
			if i > 0 {
				e.effect(sallyport.EffectCredential, p, first(plain))
				e.input(p)
			}
		}
	case "sops":
		for _, p := range plain {
			e.effect(sallyport.EffectCredential, p, "")
			e.input(p)
		}
	case "pass", "gopass", "op", "bw", "secret-tool", "security", "keepassxc-cli", "keyctl", "git-crypt", "ssss-combine":
		if oneOf(first(plain), "insert", "generate", "rm", "mv", "store", "add", "create", "delete", "item-delete", "set", "init", "unlock", "padd", "clear") && !oneOf(e.name, "op") {
			e.effect(sallyport.EffectCredential, lit(e.name+":"+value.Join(plain, " ").String()), first(plain))
			break
		}
		e.effect(sallyport.EffectCredential, lit(e.name+":"+value.Join(plain, " ").String()), "read")
		e.sources = append(e.sources, End{Secret, lit(e.name)})
	case "mimencode", "qrencode", "zbarimg", "ssss-split":
		for _, p := range plain {
			e.input(p)
		}
		write("-o")
		if len(plain) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
	case "gpgconf", "tpm2_getcap", "ykinfo":
		e.sources = append(e.sources, End{System, lit(e.name)})
	case "gpg-connect-agent":
		e.prompt("gpg-agent")
	default:
		e.coarse(sallyport.EffectCredential, e.name)
	}
}

var gpgValues = wordSet(`--homedir --keyring --primary-keyring --secret-keyring --no-default-keyring- -o --output -r --recipient -u --local-user --default-key --keyserver --passphrase --passphrase-file --passphrase-fd
	--batch- --status-fd --logger-fd --trust-model --pinentry-mode --cipher-algo --digest-algo --compress-algo -z --export-options --import-options --with-key-data- --keyid-format --options --status-file --command-fd
	--s2k-mode --s2k-digest-algo --s2k-count --keyserver-options --verify-options --list-options --max-output --photo-viewer --exec-path --set-filename --comment --display-charset --debug-level --hidden-recipient -R -f --recipient-file --default-recipient --attribute-fd --trustdb-name --agent-program --dirmngr-program --gpgconf-program --cert-digest-algo --personal-digest-preferences --default-new-key-algo --quick-set-expire-`)

func gpg(e *eval) {
	mode, key := "", value.Str{}
	var files []value.Str
	out, hasOut := value.Str{}, false
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		name, v, eq := o.CutAny("=")
		c, _ := name.Const()
		if !strings.HasPrefix(c, "-") {
			if o.HasPrefix("-") && len(o.Prefix()) == 2 {
				continue
			}
			files = append(files, o)
			continue
		}
		if !eq && gpgValues[c] && i+1 < len(e.operands) {
			i++
			v = e.operands[i]
		}
		switch c {
		case "-o", "--output":
			out, hasOut = v, true
		case "--keyring", "--primary-keyring", "--secret-keyring", "--no-default-keyring":
			if !v.Empty() {
				key = v
			}
		case "--passphrase-file", "--options":
			e.effect(sallyport.EffectCredential, v, "")
		case "--photo-viewer", "--agent-program", "--dirmngr-program", "--gpgconf-program":
			e.run(Run{Script: &v, Lang: "sh"})
			e.hint("runs-option", sallyport.High, "an option of gpg names a program that it runs")
		case "--import", "--export", "--export-secret-keys", "--export-secret-subkeys", "--export-ssh-key", "-d", "--decrypt", "-e", "--encrypt", "-c", "--symmetric", "-s", "--sign", "--verify", "-b", "--detach-sign", "--detach-sig", "--clearsign", "--clear-sign", "--dearmor", "--enarmor", "--list-keys",
			"-k", "-K", "--list-secret-keys", "--fingerprint", "--recv-keys", "--recv-key", "--receive-keys", "--send-keys", "--search-keys", "--refresh-keys", "--gen-key", "--generate-key", "--full-generate-key", "--full-gen-key", "--quick-generate-key", "--quick-gen-key", "--delete-key", "--delete-keys", "--delete-secret-keys", "--delete-secret-key", "--delete-secret-and-public-key",
			"--edit-key", "--import-ownertrust", "--export-ownertrust", "--list-packets", "--check-sigs", "--list-sigs", "--show-keys", "--version", "--with-fingerprint", "--locate-keys", "--print-md", "--gen-random", "--card-status", "--update-trustdb", "--check-trustdb", "--lsign-key", "--sign-key", "--quick-lsign-key", "-se", "-es", "--store", "--import-key", "--with-colons", "-ab", "-sb", "-sab", "-ba":
			if mode == "" || mode == "--with-colons" || mode == "--with-fingerprint" {
				mode = c
			}
		}
	}
	if e.name == "gpgv" {
		mode = "--verify"
	}
	if !key.Empty() {
		e.effect(sallyport.EffectRead, key, "keys")
	}
	switch mode {
	case "--import", "--import-ownertrust", "--import-key":
		for _, f := range files {
			e.effect(sallyport.EffectRead, f, "keys")
		}
		ring := lit("key ring")
		if !key.Empty() {
			ring = key
		}
		e.effect(sallyport.EffectWrite, ring, "keys added")
		if len(files) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
			e.noStdout = true
			e.sinks = append(e.sinks, End{File, ring})
		}
	case "--export-secret-keys", "--export-secret-subkeys":
		e.effect(sallyport.EffectCredential, lit("gpg:secret keys"), "exported")
		e.sources = append(e.sources, End{Secret, lit("gpg:secret keys")})
	case "--recv-keys", "--recv-key", "--receive-keys", "--search-keys", "--refresh-keys", "--send-keys", "--locate-keys":
		e.effect(sallyport.EffectConnect, lit("key server"), mode)
		if mode != "--send-keys" {
			e.effect(sallyport.EffectWrite, lit("key ring"), "keys added")
		}
	case "--delete-key", "--delete-keys", "--delete-secret-keys", "--delete-secret-key", "--delete-secret-and-public-key":
		e.effect(sallyport.EffectDelete, lit("keys "+value.Join(files, " ").String()), "")
	case "--gen-key", "--generate-key", "--full-generate-key", "--full-gen-key", "--quick-generate-key", "--quick-gen-key", "--edit-key", "--lsign-key", "--sign-key", "--quick-lsign-key", "--update-trustdb", "--check-trustdb":
		e.effect(sallyport.EffectWrite, lit("key ring"), mode)
	case "--list-keys", "-k", "-K", "--list-secret-keys", "--fingerprint", "--check-sigs", "--list-sigs", "--version", "--card-status", "--export", "--export-ssh-key", "--export-ownertrust", "--gen-random", "--with-colons", "--with-fingerprint", "--show-keys", "--print-md":
		for _, f := range files {
			if mode == "--show-keys" || mode == "--print-md" && f.Contains("/") || mode == "--with-fingerprint" {
				e.input(f)
			}
		}
		e.sources = append(e.sources, End{System, lit("keys")})
	default:
		for _, f := range files {
			e.input(f)
		}
		if len(files) == 0 {
			e.sources = append(e.sources, End{Kind: Stdin})
		}
		if mode == "-d" || mode == "--decrypt" {
			e.effect(sallyport.EffectCredential, lit("gpg:secret keys"), "used to decrypt")
		}
	}
	if hasOut {
		e.output(sallyport.EffectWrite, out, "")
		e.noStdout = !stdStream(out)
	} else if oneOf(mode, "-e", "--encrypt", "-c", "--symmetric", "-s", "--sign", "-se", "-es") && len(files) == 1 {
		e.output(sallyport.EffectWrite, value.Concat(files[0], lit(".gpg")), "")
		e.noStdout = true
	} else if oneOf(mode, "-b", "--detach-sign", "--detach-sig", "-ab", "-sab", "-ba") && len(files) == 1 {
		e.output(sallyport.EffectWrite, value.Concat(files[0], lit(".sig")), "")
		e.noStdout = true
	}
}

func sshKeygen(e *eval, opts map[string]value.Str, plain []value.Str) {
	file, ok := opts["-f"]
	if !ok {
		file = lit("~/.ssh/id_ed25519")
	}
	switch {
	case e.hasWord("-D"):
		e.effect(sallyport.EffectExec, opts["-D"], "code loaded into ssh-keygen")
		e.hint("loads-code", sallyport.High, "loads compiled code from a file")
	case e.hasWord("-l", "-lf", "-B", "-F", "-lv", "-E", "-L", "-Lf"):
		if f, has := opts["-lf"]; has {
			file = f
		}
		if f, has := opts["-Lf"]; has {
			file = f
		}
		e.effect(sallyport.EffectRead, file, "")
		e.sources = append(e.sources, End{File, file})
	case e.hasWord("-y", "-yf", "-e", "-ef", "-i"):
		if f, has := opts["-yf"]; has {
			file = f
		}
		e.input(file)
	case e.hasWord("-R"):
		if !ok {
			file = lit("~/.ssh/known_hosts")
		}
		e.effect(sallyport.EffectWrite, file, "a known host removed")
	case e.hasWord("-A"):
		e.effect(sallyport.EffectWrite, lit("/etc/ssh/ssh_host_*_key"), "host keys made")
	case e.hasWord("-s", "-Y"):
		if k, has := opts["-s"]; has && !k.Empty() {
			e.effect(sallyport.EffectCredential, k, "signs a certificate")
		}
		for _, p := range plain {
			e.may(sallyport.EffectRead, p, "")
		}
	case e.hasWord("-p"):
		e.effect(sallyport.EffectWrite, file, "new pass phrase")
	default:
		e.effect(sallyport.EffectWrite, file, "new key")
		e.effect(sallyport.EffectWrite, value.Concat(file, lit(".pub")), "new key")
	}
}
