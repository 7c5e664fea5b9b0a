package judge

import (
	"path"
	"regexp"
	"strings"

	"sallyport"
	"sallyport/assess/shell"
)

const (
	low      = sallyport.Low
	medium   = sallyport.Medium
	high     = sallyport.High
	critical = sallyport.Critical
)

// effect judges one effect by itself.
func (j *judge) effect(e *shell.Effect) {
	for _, t := range e.Target.Strings() {
		j.effect1(e, tidy(t))
	}
}

func (j *judge) effect1(e *shell.Effect, t string) {
	level, p := j.blank(e), clean(t)
	rest, local := rootless(p)
	if rest == "" || !local {
		level = level.Max(j.gravity(e, t, p))
	}
	if rest != "" && !level.Alert() {
		if !local {
			j.cap = medium
		}
		x := j.gravity(e, t, clean(rest))
		if j.cap != "" && x.Rank() > j.cap.Rank() {
			x = j.cap
		}
		level, j.cap = level.Max(x), ""
	}
	j.add(e, t, level.Max(j.opened(e, t, p)))
}

// gravity judges an effect on a target that is printed as t and whose path is p.
func (j *judge) gravity(e *shell.Effect, t, p string) sallyport.Verdict {
	level := low
	switch e.Kind {
	case sallyport.EffectRead:
		if e.Detail == "as a program" {
			j.disguised(e, p)
			j.attack(e, p)
		}
		if what, _ := j.secret(p); what != "" && e.Detail != "as a program" {
			// What is done with it is judged by the flows; reading alone is worth mentioning.
			level = medium
		}
	case sallyport.EffectCredential:
		level = medium
		if what, grave := j.secret(p); grave {
			level = medium
			if metadata(t) || strings.Contains(what, "cloud machine") {
				level = high
				j.find("secret-read", level, e.Place, "Reads the credentials of this cloud machine")
			}
		}
	case sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectCreate:
		level = j.write(e, p)
	case sallyport.EffectDelete:
		level = j.deletion(e, p)
	case sallyport.EffectChmod, sallyport.EffectChown:
		mild := e.Kind == sallyport.EffectChmod && (strings.TrimSpace(e.Detail) == "+x" || octal(e.Detail) && len(e.Detail) >= 3 && !lets(e.Detail) && !has(p, "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/lib", "/usr/lib", "/boot", "/etc/ssh"))
		if corePath(p) && !mild || e.Kind == sallyport.EffectChmod && systemPath(p) && lets(e.Detail) {
			level = medium
		}
		if e.Kind == sallyport.EffectChmod && setgid(e.Detail) {
			j.find("setuid", medium, e.Place, "Makes %s work with its group's rights for everybody", t)
		}
		if e.Kind == sallyport.EffectChmod && setuid(e.Detail) {
			level = high
			j.find("setuid", high, e.Place, "Makes %s run with its owner's rights for everybody who starts it", t)
		}
		if e.Kind == sallyport.EffectChmod && opens(e.Detail) {
			if what, grave := j.secret(p); what != "" && grave {
				level = high
				j.find("secret-exposed", high, e.Place, "Lets everybody read %s (%s)", t, what)
			}
		}
	case sallyport.EffectExec:
		if outOfTheWay(p) && strings.ContainsAny(p[:1], "/~") && !j.ours(p) {
			level = medium
		}
		if strings.Contains(p, "/.../") {
			level = high
			j.find("odd-program", high, e.Place, "Runs %s, which lies where programs are hidden", t)
		}
		j.disguised(e, p)
		j.attack(e, p)
	case sallyport.EffectConnect, sallyport.EffectDNS:
		if metadata(t) && strings.Contains(t, "credential") {
			level = high
			j.find("secret-read", high, e.Place, "Asks the cloud for the credentials of this machine")
		}
	case sallyport.EffectListen:
		level = medium
		if strings.HasPrefix(e.Detail, "leads into the cluster") && !local(t) {
			level = high
			j.find("file-server", high, e.Place, "Lets whoever connects to %s reach into the cluster, or read files of this machine", t)
		}
		switch e.Command {
		case "httpd", "busybox", "php", "python", "python3", "python2", "ruby":
			if !local(t) {
				level = high
				j.find("file-server", high, e.Place, "Offers files of this machine to whoever connects to %s", t)
			}
		}
	case sallyport.EffectPrivilege:
		if strings.Contains(e.Detail, "for everybody who starts it") {
			level = medium
			if strings.Contains(e.Detail, "group") {
				break
			}
			level = high
			j.find("setuid", high, e.Place, "Makes %s run with its owner's rights for everybody who starts it", t)
		} else if harmless := strings.ToLower(strings.TrimPrefix(e.Detail, "gets ")); strings.HasPrefix(e.Detail, "gets ") && (strings.Contains(harmless, "cap_net_") || strings.Contains(harmless, "cap_ipc_lock") || strings.Contains(harmless, "cap_sys_nice") || strings.Contains(harmless, "cap_perfmon")) && !strings.Contains(harmless, ",") {
			break
		} else if strings.HasPrefix(e.Detail, "gets ") {
			level = high
			j.find("setuid", high, e.Place, "Gives %s special rights: %s", t, strings.TrimPrefix(e.Detail, "gets "))
		} else if strings.Contains(e.Detail, "host") || strings.Contains(t, "host") || strings.Contains(e.Detail, "privileged") {
			level = high
			j.find("host-access", high, e.Place, "Gives a container the rights of the host itself")
		}
	case sallyport.EffectAccount:
		level = medium
		if e.Command == "chpasswd" {
			level = high
			j.find("account-power", high, e.Place, "Sets passwords that whoever wrote this knows")
		}
		if power(e.Detail) && !strings.HasPrefix(t, "group ") && !strings.HasPrefix(t, "openstack") {
			level = high
			j.find("account-power", high, e.Place, "Gives the account %s administrator rights", t)
		}
	case sallyport.EffectPersist:
		level = j.persist(e, p)
	case sallyport.EffectService:
		level = medium
		if what := guard(t); what != "" && weakens(e.Detail) {
			level = high
			j.find("defence-off", high, e.Place, "Switches off %s", what)
		}
	case sallyport.EffectKernel:
		level = medium
		if strings.Contains(e.Detail, "loaded") {
			level = j.module(e, t)
		}
	case sallyport.EffectTamper:
		level = j.tamper(e, t)
	case sallyport.EffectSecurityTool:
		level = medium
		if strings.Contains(t, "apt signing") || strings.Contains(t, "signing key") {
			break
		}
		if weakens(e.Detail) || e.Detail == "" || strings.HasSuffix(e.Detail, " off") || strings.HasSuffix(e.Detail, " disable") {
			level = high
			if guard(t) != "" && j.told("defence-off", e.Place) {
				break
			}
			j.find("defence-off", high, e.Place, "Weakens a protection of this machine: %s (%s)", t, e.Detail)
		}
	case sallyport.EffectInstall, sallyport.EffectRemoteExec, sallyport.EffectDatabase, sallyport.EffectMount:
		level = medium
		if e.Kind == sallyport.EffectMount && strings.HasPrefix(p, "/proc/") && strings.Trim(p[6:7], "0123456789\xe2") == "" {
			level = high
			j.find("hidden-process", high, e.Place, "Mounts something over %s, which hides a running program", t)
		}
	case sallyport.EffectUnknown:
		level = medium
		if p != "" && strings.Contains(p, "/.../") {
			level = high
			j.find("odd-program", high, e.Place, "Runs %s, which lies where programs are hidden", t)
		}
	case sallyport.EffectKubernetes, sallyport.EffectCloud:
		level = j.cluster(e, t)
	case sallyport.EffectProcess:
		level = low
		if t == "1" || t == "-1" {
			level = high
		}
	case sallyport.EffectIrreversible:
		level = medium
		switch {
		case device(p):
			level = critical
			j.find("disk-destroyed", critical, e.Place, "Overwrites the disk %s: everything on it is lost", t)
		case treasure(p) != "":
			level = high
			j.find("data-destroyed", high, e.Place, "Destroys %s (%s)", t, treasure(p))
		case whole(t, e.Detail):
			level = high
			j.find("data-destroyed", high, e.Place, "Destroys %s", t)
		case clusterKinds[strings.TrimSuffix(t, "/*")] && (strings.Contains(e.Detail, "all") || strings.HasSuffix(t, "/*")):
			level = high
			if j.told("cluster-destroyed", e.Place) {
				break
			}
			j.find("cluster-destroyed", high, e.Place, "Deletes every one of %s", strings.TrimSuffix(t, "/*"))
		}
	}
	if level == medium && plainWork(e, t, p) {
		return low
	}
	return level
}

// systemPath reports whether a path belongs to the system rather than to a person or an application's scratch space.
func systemPath(p string) bool {
	return has(p, "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/root", "/var/lib", "/var/spool", "/sys", "/proc/sys", "/opt", "/srv") || p == "/"
}

// corePath reports whether a path is one of the system's own programs and settings, rather than an application's.
func corePath(p string) bool {
	if has(p, "/usr/share", "/usr/local/share", "/usr/src", "/usr/local/src", "/etc/default") {
		return false
	}
	return has(p, "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/root", "/sys", "/proc/sys") || p == "/" || trees[p]
}

// lets reports whether a mode lets everybody write.
func lets(mode string) bool {
	m := strings.TrimSpace(mode)
	if octal(m) && len(m) >= 3 {
		return m[len(m)-1]&2 != 0 && !(len(m) >= 4 && m[len(m)-4]&1 != 0)
	}
	return strings.Contains(m, "o+w") || strings.Contains(m, "a+w") || strings.Contains(m, "o=rw") || strings.Contains(m, "a=rw") || strings.Contains(m, "+rw") && strings.HasPrefix(m, "+")
}

// device reports whether a path is a disk.
func device(p string) bool {
	if !strings.HasPrefix(p, "/dev/") {
		return false
	}
	d := strings.TrimPrefix(p, "/dev/")
	for _, pre := range []string{"sd", "hd", "vd", "xvd", "nvme", "mmcblk", "mapper/", "md", "dm-", "disk/", "loop", "vg", "zd"} {
		if strings.HasPrefix(d, pre) {
			return true
		}
	}
	return d == "mem" || d == "kmem" || d == "port"
}

// write judges a change of a file.
func (j *judge) write(e *shell.Effect, p string) sallyport.Verdict {
	base := path.Base(p)
	switch {
	case device(p):
		j.find("disk-destroyed", critical, e.Place, "Overwrites the disk %s: everything on it is lost", p)
		return critical
	case p == "/etc/ld.so.preload":
		j.find("persist-library", critical, e.Place, "Makes every program of this machine load a library, by way of %s", p)
		return critical
	case strings.HasSuffix(p, "/authorized_keys") || strings.HasSuffix(p, "/authorized_keys2") || strings.HasSuffix(p, "/.rhosts") || p == "/etc/hosts.equiv" || strings.HasSuffix(p, "/.k5login") || strings.HasSuffix(p, "/.shosts"):
		if e.Kind == sallyport.EffectCreate && !strings.HasPrefix(e.Detail, "link to") {
			return medium // an empty file lets nobody in
		}
		j.find("login-key", high, e.Place, "Changes who can log in without a password (%s)", p)
		return high
	case p == "/etc/passwd" || p == "/etc/shadow" || p == "/etc/group" || p == "/etc/gshadow" || p == "/etc/passwd-" || p == "/etc/master.passwd":
		j.find("account-power", high, e.Place, "Changes the list of accounts and passwords (%s) directly", p)
		return high
	case p == "/etc/sudoers" || has(p, "/etc/sudoers.d") && p != "/etc/sudoers.d" || p == "/etc/doas.conf" || has(p, "/etc/polkit-1/rules.d", "/etc/polkit-1/localauthority"):
		j.find("sudo-rules", high, e.Place, "Changes who may become administrator (%s)", p)
		return high
	case has(p, "/etc/pam.d", "/etc/security") && p != "/etc/security/limits.conf" && !has(p, "/etc/security/limits.d") || has(p, "/lib/security", "/lib/x86_64-linux-gnu/security", "/usr/lib/security") || p == "/etc/nsswitch.conf":
		j.find("persist-auth", high, e.Place, "Changes how logins are checked (%s)", p)
		return high
	case logFile(p) != "" && e.Kind == sallyport.EffectWrite && e.Command != "tee":
		rule := "log-tamper"
		if strings.Contains(p, "history") {
			rule = "history-tamper"
		}
		j.find(rule, high, e.Place, "Overwrites %s (%s)", logFile(p), p)
		return high
	case logFile(p) != "" && strings.HasPrefix(e.Detail, "link to") && strings.Contains(p, "history"):
		j.find("history-tamper", high, e.Place, "Makes sure that the record of typed commands stays empty (%s)", p)
		return high
	case guardFile(p) != "":
		return medium
	}
	if what, grave := j.secret(p); what != "" && grave && e.Kind != sallyport.EffectCreate {
		return medium
	}
	if kind := lasting(p); kind != "" && e.Detail != "link to" {
		return j.lastingWrite(e, p, kind)
	}
	if e.Kind != sallyport.EffectCreate && wholeSystem(p) {
		j.find("system-destroyed", critical, e.Place, "Overwrites %s, which the machine needs to run", p)
		return critical
	}
	if strings.HasPrefix(p, "/proc/sys") || strings.HasPrefix(p, "/sys/") || p == "/proc/sysrq-trigger" {
		return medium
	}
	if corePath(p) || has(p, "/usr/local/share/ca-certificates") {
		if e.Kind == sallyport.EffectCreate && (e.Command == "mkdir" || e.Command == "update-alternatives") {
			return low
		}
		if has(p, "/usr/local/share/ca-certificates", "/etc/pki/ca-trust", "/etc/ssl/certs") {
			if has(p, "/etc/ssl/certs") && !trusted.MatchString(base) { // programs find authorities there by names that say what they are
				return medium
			}
			if e.Kind != sallyport.EffectCreate || strings.HasPrefix(e.Detail, "link to") {
				j.find("trust-store", high, e.Place, "Adds an authority that this machine will trust (%s)", p)
				return high
			}
			j.find("trust-store", medium, e.Place, "Adds to the authorities that this machine trusts (%s)", p)
		}
		return medium
	}
	return low
}

// trusted matches names under which OpenSSL looks for authorities: a digest of the subject, or the bundle of all of them (openssl-rehash(1)).
var trusted = regexp.MustCompile(`^([0-9a-f]{8}\.r?[0-9]+|ca-(certificates|bundle)(\.trust)?\.(crt|pem)(\.new)?|cert\.pem|certs|\*)$|‹`)

// lasting says what makes the contents of a file at p run later: "" for nothing.
func lasting(p string) string {
	dir, base := path.Split(p)
	switch {
	case p == "/etc/crontab" || strings.HasPrefix(dir, "/etc/cron") || strings.HasPrefix(dir, "/var/spool/cron") || strings.HasPrefix(dir, "/var/spool/at") || p == "/etc/anacrontab":
		return "cron"
	case strings.Contains(dir, "systemd/system/") || strings.Contains(dir, "systemd/user/") || strings.Contains(dir, "systemd/system-generators") || strings.HasPrefix(dir, "/etc/systemd/system"):
		if strings.HasSuffix(base, ".service") || strings.HasSuffix(base, ".timer") || strings.HasSuffix(base, ".path") || strings.HasSuffix(base, ".socket") || strings.HasSuffix(base, ".conf") || strings.Contains(dir, "generators") {
			return "unit"
		}
	case p == "/etc/rc.local" || strings.HasPrefix(dir, "/etc/init.d") || strings.HasPrefix(dir, "/etc/rc") && strings.HasSuffix(dir, ".d/") || p == "/etc/inittab" || strings.HasPrefix(dir, "/etc/init/"):
		return "boot"
	case dir == "/etc/profile.d/" || p == "/etc/profile" || p == "/etc/bash.bashrc" || p == "/etc/bashrc" || p == "/etc/environment" || strings.HasPrefix(dir, "/etc/zsh"),
		base == ".bashrc" || base == ".profile" || base == ".bash_profile" || base == ".bash_login" || base == ".bash_logout" || base == ".zshrc" || base == ".zshenv" || base == ".zprofile" || base == ".bash_aliases" || base == ".cshrc" || base == ".xinitrc" || base == ".xsession" || base == ".pam_environment" || base == ".kshrc" || base == ".vimrc" || base == "config.fish",
		strings.HasPrefix(dir, "/etc/update-motd.d/"), strings.HasPrefix(dir, "/etc/xdg/autostart") || strings.Contains(dir, ".config/autostart"):
		return "login"
	case strings.HasPrefix(dir, "/etc/udev/rules.d") || strings.HasPrefix(dir, "/lib/udev/rules.d") || strings.HasPrefix(dir, "/usr/lib/udev/rules.d"), strings.HasPrefix(dir, "/etc/NetworkManager/dispatcher.d"),
		strings.HasPrefix(dir, "/etc/network/if-"), strings.HasPrefix(dir, "/etc/apt/apt.conf.d"), strings.HasPrefix(dir, "/etc/dpkg/"), strings.HasPrefix(dir, "/usr/lib/systemd/system-sleep"), strings.Contains(dir, ".git/hooks/"),
		strings.HasPrefix(dir, "/etc/kernel/"), strings.HasPrefix(dir, "/etc/initramfs-tools/"), strings.HasPrefix(dir, "/etc/modules-load.d"), p == "/etc/modules", strings.HasPrefix(dir, "/etc/logrotate.d"), strings.HasPrefix(dir, "/etc/ppp/ip-up.d"), strings.HasPrefix(dir, "/etc/dhcp/dhclient-"):
		return "event"
	}
	return ""
}

func (j *judge) lastingWrite(e *shell.Effect, p, kind string) sallyport.Verdict {
	switch kind {
	case "cron":
		j.find("persist-cron", high, e.Place, "Sets up something that the scheduler runs again and again (%s)", p)
		return high
	case "unit", "boot":
		j.find("persist-boot", medium, e.Place, "Sets up a service that the system starts by itself (%s)", p)
	case "login":
		j.find("persist-login", medium, e.Place, "Changes what is run whenever somebody logs in or opens a shell (%s)", p)
	default:
		if !strings.ContainsAny(p, "/‹") && e.Kind == sallyport.EffectPersist {
			j.find("persist-boot", medium, e.Place, "Makes %s start by itself from now on", p)
			break
		}
		j.find("persist-boot", medium, e.Place, "Changes what the system runs when something happens (%s)", p)
	}
	return medium
}

// wholeSystem reports whether a file is one that the machine cannot start or work without.
func wholeSystem(p string) bool {
	switch p {
	case "/etc/fstab", "/boot/grub/grub.cfg", "/bin/sh", "/bin/bash", "/usr/bin/bash", "/sbin/init", "/bin/ls", "/usr/bin/sudo", "/usr/sbin/sshd":
		return p != "/etc/fstab"
	}
	return false
}

// trees are directories of which losing any is losing the machine.
var trees = map[string]bool{"/": true, "/*": true, "/etc": true, "/usr": true, "/bin": true, "/sbin": true, "/lib": true, "/lib64": true, "/boot": true, "/var": true, "/home": true,
	"/root": true, "/opt": true, "/srv": true, "/var/lib": true, "/usr/bin": true, "/usr/lib": true, "/usr/sbin": true, "/usr/local": true, "/var/log": true, "/dev": true, "/sys": true, "/proc": true, "~": true, "/mnt": true, "/data": true, "/usr/share": true, "/var/www": true, "/var/spool": true}

// treasure says what data a path holds that is lost when it is deleted.
func treasure(p string) string {
	if _, ok := private(p); ok && has(p, "/var/lib", "/srv", "/var/backups", "/var/mail", "/var/spool/mail") {
		return "stored data"
	}
	if has(p, "/home") {
		if strings.Count(p, "/") <= 2 {
			return "somebody's home directory"
		}
		return ""
	}
	for _, d := range []string{"/backup", "/backups", "/data", "/srv", "/mnt/backup", "/var/lib/docker", "/var/lib/kubelet", "/var/lib/rancher", "/var/lib/libvirt", "/var/lib/containerd", "/etc/kubernetes", "/etc/ssl", "/etc/letsencrypt", "/var/www"} {
		if has(p, d) {
			return "stored data"
		}
	}
	return ""
}

func (j *judge) deletion(e *shell.Effect, p string) sallyport.Verdict {
	whole := strings.Contains(e.Detail, "everything")
	bare := strings.TrimSuffix(strings.TrimSuffix(p, "/*"), "/.*")
	if bare == "" {
		bare = "/"
	}
	some := strings.Contains(e.Place.Condition, "depending on what") || strings.Contains(e.Detail, "found") // find with conditions, xargs
	switch {
	case p == "" || e.Detail == "empty" || e.Detail == "renamed":
		return low
	case some && bare != "/" && bare != "/etc" && bare != "/usr" && bare != "/var/lib" && bare != "/boot" && (trees[bare] || logFile(p) == "all logs"):
		return medium
	case (whole || strings.HasSuffix(p, "/*")) && trees[bare]:
		j.find("system-destroyed", critical, e.Place, "Deletes %s with everything in it", p)
		return critical
	case strings.HasPrefix(p, "‹") && strings.HasSuffix(p, "›/*") && strings.Count(p, "/") == 1 && whole && strings.HasPrefix(p, "‹$"):
		j.find("empty-variable", medium, e.Place, "If the variable in %s is empty, deletes everything on the machine", p)
		return medium
	case logFile(p) != "":
		rule := "log-tamper"
		if strings.Contains(p, "history") {
			rule = "history-tamper"
			if strings.Contains(p, "sql_history") {
				return medium
			}
		}
		j.find(rule, high, e.Place, "Deletes %s (%s)", logFile(p), p)
		return high
	case device(p):
		return high
	case treasure(p) != "" && whole && (strings.Count(p, "/") <= 3 || has(p, "/var/mail", "/var/spool/mail")):
		j.find("data-destroyed", high, e.Place, "Deletes %s with everything in it", p)
		return high
	case guardFile(p) != "" && !strings.Contains(p, "/disable/"):
		level := medium
		if whole || has(p, "/etc/audit") {
			level = high
		}
		j.find("defence-off", level, e.Place, "Deletes %s (%s)", guardFile(p), p)
		return level
	case strings.HasPrefix(e.Detail, "configuration file of an") && !has(p, "/etc/ssh", "/etc/pam.d", "/etc/audit", "/etc/sudoers.d"):
		return low // the package manager removes what it installed, and keeps what somebody changed
	case regenerated(p):
		return low
	case corePath(p) || treasure(p) != "" || lasting(p) != "":
		return medium
	case whole && !has(p, "/tmp", "/var/tmp", "/var/cache", "/run", "/var/run"):
		return medium
	}
	return low
}

// regenerated reports whether a file is only there to save time: whatever made it makes it again.
func regenerated(p string) bool {
	switch path.Ext(p) {
	case ".cache", ".pyc", ".pyo":
		return !has(p, "/etc")
	}
	return strings.HasSuffix(p, "/__pycache__") || strings.Contains(p, "/__pycache__/") || strings.HasPrefix(p, "/var/cache/")
}

// guardFile says which protection a file belongs to.
func guardFile(p string) string {
	switch {
	case p == "/etc/selinux/config":
		return "the configuration of SELinux"
	case has(p, "/etc/audit", "/etc/audisp"):
		return "the configuration of the audit log"
	case has(p, "/etc/apparmor.d", "/etc/fail2ban", "/etc/rsyslog.d", "/etc/falco") || p == "/etc/rsyslog.conf":
		return "the configuration of a protection"
	}
	return ""
}

// guard says which protection a service is.
func guard(service string) string {
	s := strings.TrimSuffix(strings.ToLower(path.Base(service)), ".service")
	switch s {
	case "auditd", "audit", "auditbeat", "go-audit":
		return "the audit log (" + s + ")"
	case "rsyslog", "syslog", "syslog-ng", "rsyslogd", "systemd-journald", "journald", "filebeat", "fluentd", "fluent-bit", "td-agent", "splunk", "splunkforwarder", "vector", "promtail", "rsyslog.socket", "syslog.socket", "systemd-journald.socket":
		return "the recording of logs (" + s + ")"
	case "firewalld", "ufw", "iptables", "ip6tables", "nftables", "shorewall", "pf", "csf", "lfd":
		return "the firewall (" + s + ")"
	case "fail2ban", "sshguard", "crowdsec", "denyhosts":
		return "the protection against guessed passwords (" + s + ")"
	case "apparmor", "selinux", "tomoyo":
		return "access control (" + s + ")"
	case "falcon-sensor", "crowdstrike", "cbdaemon", "cbagentd", "mdatp", "ossec", "wazuh-agent", "wazuh", "ds_agent", "sophos", "sav-protect", "clamav", "clamav-daemon", "clamav-freshclam", "clamd", "freshclam", "osqueryd", "falco", "sentinelone", "traps_pmd", "nessusd", "aide", "tripwire", "snort", "suricata", "sysmon", "elastic-agent", "elastic-endpoint", "xagt", "amazon-ssm-agent", "qualys-cloud-agent", "tanium", "taniumclient", "esets", "kesl", "ds_agentd", "cylancesvc", "auoms", "omsagent", "azuremonitoragent", "newrelic-infra", "datadog-agent":
		return "the security software " + s
	}
	return ""
}

// weakens reports whether a detail says that something stops or is opened.
func weakens(detail string) bool {
	d, _, _ := strings.Cut(strings.ToLower(detail), ":")
	d = strings.ReplaceAll(d, "unmask", "")
	if strings.Contains(d, "policy-module") || strings.Contains(d, "switched on") || strings.HasPrefix(d, "enforc") {
		return false
	}
	for _, w := range []string{"stop", "disable", "mask", "off", "kill", "flush", "delet", "remov", "permissive", "weaken", "unload", "accept", "empt", "clear", "allow-all", "unban", "complain"} {
		if strings.Contains(d, w) {
			return true
		}
	}
	return false
}

// setuid reports whether a mode lets a program run with its owner's rights.
func setuid(mode string) bool {
	m := strings.TrimSpace(mode)
	if i := strings.IndexAny(m, "+="); i >= 0 && strings.Contains(m[i:], "s") && !octal(m) {
		return i == 0 || strings.ContainsAny(m[:i], "ua")
	}
	m = strings.TrimPrefix(m, "0")
	return len(m) == 4 && octal(m) && m[0]&4 != 0
}

// setgid reports the same of the group, which is ordinary for directories.
func setgid(mode string) bool {
	m := strings.TrimSpace(mode)
	if strings.HasPrefix(m, "g+") || strings.HasPrefix(m, "g=") {
		return strings.Contains(m, "s")
	}
	m = strings.TrimPrefix(m, "0")
	return len(m) == 4 && octal(m) && m[0]&6 == 2
}

func octal(m string) bool { return strings.Trim(m, "01234567") == "" }

// opens reports whether a mode lets everybody read or write.
func opens(mode string) bool {
	m := strings.TrimSpace(mode)
	if octal(m) && len(m) >= 3 {
		return m[len(m)-1] >= '4'
	}
	return strings.Contains(m, "o+r") || strings.Contains(m, "a+r") || strings.Contains(m, "o=r") || strings.HasPrefix(m, "+r") || strings.Contains(m, "o+w") || strings.Contains(m, "a+w") || strings.Contains(m, "a=r")
}

// power reports whether words name a group or number that means administrator.
func power(s string) bool {
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,:=()", r) }) {
		switch f {
		case "sudo", "wheel", "root", "admin", "docker", "lxd", "adm", "disk", "shadow", "0":
			return f != "adm"
		}
	}
	return strings.Contains(s, "uid 0")
}

// disguised judges a program whose name says that it is a document or a picture.
func (j *judge) disguised(e *shell.Effect, p string) {
	if strings.Contains(e.Command, "open") || e.Command == "see" {
		return
	}
	base := strings.ToLower(path.Base(p))
	ext := path.Ext(base)
	if shellExt[ext] {
		ext = path.Ext(strings.TrimSuffix(base, ext))
	}
	switch ext {
	case ".png", ".jpg", ".jpeg", ".gif", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".mp3", ".mp4", ".avi", ".ico", ".svg", ".bmp", ".webp", ".odt", ".rtf", ".wav", ".woff", ".ttf":
		j.find("disguised-code", high, e.Place, "Runs %s, whose name says that it is a document or picture", p)
	}
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

var shellExt = map[string]bool{".sh": true, ".bash": true, ".py": true, ".pl": true, ".rb": true, ".php": true}

func (j *judge) persist(e *shell.Effect, p string) sallyport.Verdict {
	kind := lasting(p)
	switch e.Command {
	case "at", "batch", "crontab", "systemd-run":
		kind = "cron"
	}
	if strings.Contains(e.Detail, "cron") || strings.HasPrefix(p, "/") && strings.Contains(p, "cron") { // a service named cron is a service
		kind = "cron"
	}
	return j.lastingWrite(e, p, kind)
}

func (j *judge) tamper(e *shell.Effect, t string) sallyport.Verdict {
	d := strings.ToLower(e.Detail + " " + t)
	switch {
	case strings.Contains(d, "time stamp"):
		level := medium
		if strings.HasPrefix(t, "/") && !strings.ContainsAny(t, "‹*?[") && !j.ours(clean(t)) {
			level = high // a certain file of this machine, not one that the text has made or is given
		}
		j.find("time-tamper", level, e.Place, "Sets the time stamps of %s, which hides when it was changed", t)
		return level
	case strings.Contains(d, "history"):
		j.find("history-tamper", high, e.Place, "Tampers with the record of typed commands (%s)", e.Detail)
		return high
	}
	j.find("log-tamper", high, e.Place, "Tampers with %s (%s)", t, e.Detail)
	return high
}

// clusterKinds are those of which losing every one is losing data or the cluster.
var clusterKinds = map[string]bool{"pv": true, "pvc": true, "persistentvolume": true, "persistentvolumes": true, "persistentvolumeclaim": true, "persistentvolumeclaims": true, "ns": true, "namespace": true,
	"namespaces": true, "crd": true, "crds": true, "customresourcedefinitions": true, "secret": true, "secrets": true, "all": true, "statefulset": true, "statefulsets": true, "node": true, "nodes": true, "*": true,
	"deployment": true, "deployments": true, "deploy": true, "sts": true, "configmaps": true, "services": true}

func (j *judge) cluster(e *shell.Effect, t string) sallyport.Verdict {
	d := strings.ToLower(e.Detail)
	switch {
	case strings.Contains(d, "delet") && (strings.HasSuffix(t, "/*") || strings.HasPrefix(t, "namespace/") && (strings.Contains(t, "kube-system") || strings.Contains(t, "prod"))):
		kind, _, _ := strings.Cut(t, "/")
		if clusterKinds[kind] {
			j.find("cluster-destroyed", high, e.Place, "Deletes every one of %s in the cluster", kind)
			return high
		}
	case strings.Contains(t, "cluster-admin") || strings.Contains(d, "cluster-admin"):
		j.find("cluster-access", high, e.Place, "Gives full rights over the whole cluster")
		return high
	}
	return medium
}

// ours reports whether the text itself wrote the file p.
func (j *judge) ours(p string) bool {
	for i := range j.t.Written {
		if clean(j.t.Written[i].Path) == p {
			return true
		}
	}
	return false
}
