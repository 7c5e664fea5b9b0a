package judge

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/shell"
	"sallyport/assess/value"
)

// opened judges effects that let everybody in or take what cannot be had again, where neither kind nor target alone says how grave they are.
func (j *judge) opened(e *shell.Effect, t, p string) sallyport.Verdict {
	switch e.Kind {
	case sallyport.EffectChmod:
		return j.openedMode(e, t, p)
	case sallyport.EffectProcess:
		if strings.HasPrefix(e.Detail, "kills every") || e.Detail == "signalled" && depended.MatchString(t) {
			j.add(e, t, medium)
		}
		for _, name := range strings.FieldsFunc(t, func(r rune) bool { return strings.ContainsRune("|()[]^$.*\\ ", r) }) {
			if what := guard(name); what != "" && e.Detail == "signalled" {
				j.find("defence-off", high, e.Place, "Ends %s", what)
				return high
			}
		}
	case sallyport.EffectKernel:
		if _, set, ok := strings.Cut(e.Detail, "set: "); ok {
			return j.kernelSetting(e.Place, set)
		}
	case sallyport.EffectRead:
		if device(p) && !strings.HasPrefix(p, "/dev/shm") {
			return medium // a whole disk, with whatever is on it
		}
	case sallyport.EffectWrite:
		if t == "network configuration" && cuts.MatchString(e.Detail) || e.Detail == "resized" && treasure(p) != "" || e.Detail == "git reset" {
			return medium
		}
	case sallyport.EffectDelete:
		if e.Detail == "files that git does not know" || e.Detail == "git reset" {
			return medium
		}
	case sallyport.EffectCreate:
		if to, ok := strings.CutPrefix(e.Detail, "link to "); ok && scratch(clean(to)) && has(p, "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin") {
			j.find("shadowed-command", high, e.Place, "Makes %s another name of %s, which lies where anybody can put a program", t, to)
			return high
		}
		if to, ok := strings.CutPrefix(e.Detail, "link to "); ok && published(p) {
			if what, grave := j.secret(clean(to)); grave || trees[clean(to)] {
				j.find("published", high, e.Place, "Makes %s part of what this machine's web server shows to everybody, by way of %s", either(what, clean(to)), t)
				return high
			}
		}
	case sallyport.EffectExec:
		if strings.HasPrefix(e.Detail, "is loaded into") && (scratch(p) || outOfTheWay(p)) {
			j.find("preload", high, e.Place, "Loads %s, a library that lies where anybody can put one, into every program that it starts", t)
			return high
		}
	case sallyport.EffectConnect:
		if e.Detail == "git push" && !local(t) {
			for i := range j.t.Effects {
				dir := clean(tidy(j.t.Effects[i].Target.String()))
				if _, ok := private(dir); ok && j.t.Effects[i].Kind == sallyport.EffectCreate && j.t.Effects[i].Detail == "repository" {
					j.find("data-leaves", high, e.Place, "Sends %s to %s, as a repository", dir, hostWords(t))
					return high
				}
			}
		}
		return j.source(e, t)
	case sallyport.EffectInstall, sallyport.EffectRemoteExec, sallyport.EffectKubernetes:
		return j.source(e, t)
	case sallyport.EffectAccount:
		d := strings.Join(strings.Fields(strings.ToLower(e.Detail)), " ")
		if wideGrant.MatchString(d) {
			j.find("account-power", high, e.Place, "Gives %s every right over every database", t)
			return high
		}
	}
	return low
}

// cuts matches changes of the network that may cut connections; depended, programs that people and machines depend on.
var (
	cuts     = regexp.MustCompile(`\b(down|flush|del|delete|default|netem|disconnect|replace)\b`)
	depended = regexp.MustCompile(`^(sshd|systemd|dockerd|containerd|kubelet|etcd|postgres|mysqld|mariadbd|nginx|apache2|httpd|haproxy|redis-server|named|dhcpd|init)$`)
)

var wideGrant = regexp.MustCompile(`^grant all( privileges)? on \*\.\* to .*@ ?['"]?%|^(alter|create) (user|role) .*\bsuperuser\b`)

func either(what, otherwise string) string {
	if what != "" {
		return what
	}
	return otherwise
}

// openedMode judges rights given to everybody.
func (j *judge) openedMode(e *shell.Effect, t, p string) sallyport.Verdict {
	d := strings.TrimSpace(e.Detail)
	switch {
	case d == "-a" || d == "-i" || strings.HasPrefix(d, "-") && strings.Trim(d, "-ai") == "":
		if what := logFile(p); what != "" {
			j.find("log-tamper", high, e.Place, "Takes away what keeps %s from being changed (%s)", what, t)
			return high
		}
	case d == "+i" && (lasting(p) != "" || strings.HasSuffix(p, "/authorized_keys") || has(p, "/etc/passwd", "/etc/shadow", "/etc/sudoers", "/etc/sudoers.d", "/etc/ld.so.preload")):
		j.find("immutable", high, e.Place, "Makes %s, which decides who or what gets into this machine, impossible to repair or remove", t)
		return high
	case !lets(d):
	case control(p):
		j.find("host-access", high, e.Place, "Lets everybody use %s, which is as good as administrator rights on this machine", t)
		return high
	case p == "/" || p == "/*" || p == "~" || has(strings.TrimSuffix(p, "/*"), "/etc", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib", "/lib", "/lib64", "/boot", "/root", "/usr/local/bin", "/usr/local/sbin") || p == "/usr" || p == "/var" || p == "/home":
		j.find("world-writable", high, e.Place, "Lets everybody change %s", t)
		return high
	}
	return low
}

// control reports whether a path is the socket by which a container engine or hypervisor is told what to do.
func control(p string) bool {
	switch path.Base(p) {
	case "docker.sock", "containerd.sock", "crio.sock", "podman.sock", "libvirt-sock", "lxd.sock", "unix.socket":
		return has(p, "/run", "/var/run", "/var/lib", "/var/snap")
	}
	return false
}

// scratch reports whether everybody can put files there.
func scratch(p string) bool { return has(p, "/tmp", "/var/tmp", "/dev/shm", "/run/shm") }

// published reports whether a web server shows what lies there.
func published(p string) bool {
	return has(p, "/var/www", "/usr/share/nginx/html", "/srv/www", "/srv/http", "/usr/local/www", "/var/lib/tomcat", "/opt/lampp/htdocs", "/usr/local/apache2/htdocs") || strings.Contains(p, "/htdocs/") || strings.Contains(p, "/public_html/") || strings.Contains(p, "/webapps/")
}

// weakSettings are kernel settings that take protections away, by what they are set to.
var weakSettings = map[string]string{
	"kernel.randomize_va_space": "0", "kernel.yama.ptrace_scope": "0", "kernel.kptr_restrict": "0", "kernel.unprivileged_bpf_disabled": "0", "kernel.kexec_load_disabled": "0",
	"fs.protected_hardlinks": "0", "fs.protected_symlinks": "0", "fs.protected_fifos": "0", "fs.protected_regular": "0", "fs.suid_dumpable": "1", "vm.mmap_min_addr": "0",
	"net.ipv4.conf.all.accept_source_route": "1", "net.ipv4.conf.default.accept_source_route": "1",
}

// kernelSetting judges one "name=value".
func (j *judge) kernelSetting(place shell.Place, set string) sallyport.Verdict {
	name, v, ok := strings.Cut(set, "=")
	name, v = strings.ReplaceAll(strings.TrimSpace(name), "/", "."), strings.Trim(strings.TrimSpace(v), `"'`)
	switch {
	case !ok:
	case weakSettings[name] != "" && weakSettings[name] == v:
		j.find("defence-off", high, place, "Takes away a protection that the kernel gives every program (%s)", set)
		return high
	case name == "kernel.core_pattern" && strings.HasPrefix(v, "|") && !has(strings.Fields(v[1:] + " x")[0], "/usr/lib", "/lib", "/usr/share", "/usr/libexec"), name == "kernel.modprobe" && !has(v, "/sbin", "/usr/sbin"):
		j.find("kernel-hook", high, place, "Makes the kernel run %s", strings.TrimPrefix(v, "|"))
		return high
	}
	return low
}

// source judges where something that will run, or decide what runs, is taken from: plain HTTP and a bare address prove nothing about who answers.
func (j *judge) source(e *shell.Effect, t string) sallyport.Verdict {
	from := []string{t, e.Detail}
	switch e.Kind {
	case sallyport.EffectConnect:
		if d := e.Detail; d != "package" && d != "source of packages" && d != "manifest" && d != "chart" {
			return low
		}
		from = from[:1]
	case sallyport.EffectKubernetes:
		_, from[0], _ = strings.Cut(t, "objects in ")
	case sallyport.EffectInstall:
		from = append(from, j.fetchedTo(clean(t))...)
	}
	for _, f := range from {
		if i := strings.Index(f, "http"); i > 0 {
			f = f[i:]
		}
		if !local(f) && (strings.HasPrefix(f, "http://") || strings.Contains(f, "://") && byNumber(f)) && !strings.Contains(f, "‹") {
			j.find("untrusted-source", high, e.Place, "Takes what it installs or runs from %s, and nothing proves who answers there", hostWords(f))
			return high
		}
	}
	return low
}

// fetchedTo gives the machines from which the text fetched the file p.
func (j *judge) fetchedTo(p string) []string {
	var out []string
	if !strings.HasPrefix(p, "/") {
		return nil
	}
	for i := range j.t.Flows {
		f := &j.t.Flows[i]
		if f.To.Kind != command.File || !slices.ContainsFunc(f.To.Target.Strings(), func(t string) bool { return clean(t) == p }) {
			continue
		}
		if f.From.Kind == command.Net {
			out = append(out, f.From.Target.Strings()...)
		}
		out = append(out, j.origin(f.Data).remote...)
	}
	return out
}

// placed judges files whose contents nobody has seen, put where the system runs them by itself.
func (j *judge) placed(f *shell.Flow) {
	if f.From.Kind != command.File || f.To.Kind != command.File {
		return
	}
	for _, src := range f.From.Target.Strings() {
		if src = clean(src); !scratch(src) && !outOfTheWay(src) || j.ours(src) {
			continue
		}
		for _, to := range f.To.Target.Strings() {
			if kind := lasting(clean(to)); kind != "" && kind != "cron" { // cron is grave already
				j.find("persist-boot", high, f.Place, "Puts %s, whose contents are not known and which anybody may have left there, where the system runs it by itself (%s)", src, to)
			}
		}
	}
}

var (
	requestRun = regexp.MustCompile(`(?is)\b(system|exec|passthru|shell_exec|popen|proc_open|pcntl_exec|eval|assert|create_function|include|require)\b[^;\n]{0,120}\$_(get|post|request|cookie|server|files)\b|\$_(get|post|request|cookie)\s*\[[^\]]*\]\s*\(|` + "`[^`\n]{0,80}\\$_(get|post|request|cookie)" +
		`|getruntime\(\)\s*\.\s*exec\s*\([^;]{0,120}getparameter|processbuilder\s*\([^;]{0,120}getparameter|(os\.popen|os\.system|subprocess\.\w+)\([^)\n]{0,80}(request\.|fieldstorage|query_string)|eval\s*\(?\s*request`)
	takenWord = regexp.MustCompile(`(?m)^\s*(?:alias\s+(?:sudo|su|ssh|scp|login|passwd|doas|gpg|mysql|psql|kubectl)=|(?:function\s+)?(?:sudo|su|ssh|passwd|doas)\s*\(\s*\))`)
	laterPath = regexp.MustCompile(`(?m)(?:^\s*|[;&|(]\s*|\b(?:exec|nohup|setsid|sh|bash|source|\.)\s+|^Exec\w*=[-@:+!]*|RUN\+?="?|Invoke\s*\{?\s*"?)(/(?:tmp|var/tmp|dev/shm|run/shm)/[^\s;"'&|)]+|/[^\s;"'&|)]*/\.[A-Za-z0-9_][^\s;"'&|)]*)`)
)

// content judges files by what is put into them, beyond what runs at once.
func (j *judge) content(w *shell.Written, p string) {
	text := w.Content.String()
	if requestRun.MatchString(text) {
		j.find("web-shell", high, w.Place, "Puts into %s a page that runs whatever a visitor sends", w.Path)
	}
	if p == "/etc/exports" || has(p, "/etc/exports.d") {
		if strings.Contains(text, "no_root_squash") {
			j.find("share-opened", high, w.Place, "Lets other machines use a directory of this one with administrator rights (%s)", w.Path)
		}
	}
	if p == "/etc/sysctl.conf" || has(p, "/etc/sysctl.d", "/usr/lib/sysctl.d", "/run/sysctl.d") {
		for line := range strings.Lines(text) {
			j.kernelSetting(w.Place, strings.ReplaceAll(strings.TrimSpace(line), " ", ""))
		}
	}
	if name, ok := strings.CutPrefix(p, "/proc/sys/"); ok {
		j.kernelSetting(w.Place, name+"="+strings.TrimSpace(text))
	}
	kind := lasting(p)
	if kind == "login" && takenWord.MatchString(text) {
		j.find("shadowed-command", high, w.Place, "Gives the word for becoming somebody else or logging in another meaning for whoever logs in (%s)", w.Path)
	}
	if kind != "" {
		j.laterFrom(text, w.Place, w.Path)
	}
}

// laterFrom judges programs that a file makes the system run later, by where they lie.
func (j *judge) laterFrom(text string, place shell.Place, file string) {
	for _, m := range laterPath.FindAllStringSubmatch(text, 20) {
		if p := clean(m[1]); scratch(p) || outOfTheWay(p) {
			j.find("persist-boot", high, place, "Makes the system run %s later, which lies where anybody can put a program or where programs are hidden (%s)", p, file)
			return
		}
	}
}

// insertion takes the text that sed's commands a, i and c put into a file.
var insertion = regexp.MustCompile(`(?:^|[;\n$/0-9])\s*[aic]\\?\s*(.+)`)

// powers are arguments that give somebody everything there is in a cloud account.
var powers = regexp.MustCompile(`(?i)(^|[:/])(AdministratorAccess|IAMFullAccess|roles/owner|roles/iam\.securityAdmin|roles/resourcemanager\.organizationAdmin)$|^(Owner|User Access Administrator)$`)

// granting matches the operations that give rights.
var granting = regexp.MustCompile(`\b(attach-\w+-policy|put-\w+-policy|add-iam-policy-binding|assignment create|create-role|add-user-to-group)\b`)

// grants looks at the words of commands that give rights in a cloud account, and of those that put text into files in place.
func (j *judge) grants(c *shell.Call) {
	switch c.Name {
	case "aws", "az", "gcloud":
		all := ""
		for _, a := range c.Argv[1:] {
			all += " " + tidy(a.String())
		}
		gives := granting.MatchString(all)
		for _, a := range c.Argv[1:] {
			t := tidy(a.String())
			_, after, ok := strings.Cut(t, "=")
			if gives && (powers.MatchString(t) || ok && powers.MatchString(after)) {
				j.find("cluster-access", high, c.Place, "Gives somebody every right in the cloud account (%s)", t)
				return
			}
			if gives && (t == "allUsers" || t == "allAuthenticatedUsers" || after == "allUsers" || after == "allAuthenticatedUsers") {
				j.find("published", high, c.Place, "Gives rights in the cloud account to everybody (%s)", t)
				return
			}
		}
	case "sed", "gsed":
		for i, a := range c.Argv[1:] {
			if lasting(clean(a.String())) == "" || !slices.ContainsFunc(c.Argv[1:i+1], func(o value.Str) bool { return strings.HasPrefix(o.String(), "-i") || o.String() == "--in-place" }) {
				continue
			}
			for _, s := range c.Argv[1 : i+1] {
				for _, m := range insertion.FindAllStringSubmatch(s.String(), 20) {
					j.laterFrom(m[1], c.Place, clean(a.String()))
				}
			}
		}
	case "openssl", "gpg", "gpg2", "7z", "7za", "ccrypt", "age", "mcrypt":
		j.encrypts(c)
	}
}

// encrypts judges files that are encrypted one after the other while the originals are deleted (MITRE T1486).
func (j *judge) encrypts(c *shell.Call) {
	all := " "
	for _, a := range c.Argv[1:] {
		all += a.String() + " "
	}
	if strings.Contains(all, " -d ") || strings.Contains(all, " --decrypt ") || c.Name == "openssl" && !strings.Contains(all, " enc ") && !strings.Contains(all, " smime ") && !strings.Contains(all, " cms ") {
		return
	}
	for i := range j.t.Effects {
		read := &j.t.Effects[i]
		if read.Kind != sallyport.EffectRead || !read.Place.Same(c.Place) || !strings.Contains(read.Command, c.Name) {
			continue
		}
		for k := range j.t.Effects {
			gone := &j.t.Effects[k]
			many := c.Loop || strings.ContainsAny(gone.Target.String(), "*‹")
			if gone.Kind == sallyport.EffectDelete && many && gone.Target.String() == read.Target.String() && !scratch(clean(gone.Target.String())) {
				j.find("mass-encryption", high, c.Place, "Encrypts one file after the other and deletes the originals (%s)", tidy(gone.Target.String()))
				return
			}
		}
	}
}

// whole reports whether what cannot be undone takes away a whole store of data, or everything that something describes, rather than a part.
func whole(t, detail string) bool {
	switch {
	case strings.HasPrefix(t, "database "):
		name := strings.ToLower(strings.TrimPrefix(t, "database "))
		return !strings.Contains(name, "test") && !strings.Contains(name, "tmp") && !strings.Contains(name, "temp") && !strings.Contains(name, "‹")
	case strings.HasPrefix(detail, "flushall"), strings.HasPrefix(t, "everything that the"):
		return true
	case strings.HasPrefix(t, "s3://") || strings.HasPrefix(t, "gs://"):
		bucket, rest, _ := strings.Cut(t[5:], "/")
		return !strings.Contains(bucket, "‹") && strings.Trim(rest, "*") == "" && strings.Contains(detail, "everything")
	case strings.HasPrefix(t, "az group delete "), strings.HasPrefix(t, "gcloud projects delete "):
		return true
	}
	return false
}
