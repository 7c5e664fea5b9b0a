package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["systemctl"] = systemctl
	hooks["service"] = service
	hooks["daemon"] = daemon
}

// securityServices are services whose stopping blinds or opens a system.
var securityServices = wordSet(`auditd rsyslog syslog syslog-ng systemd-journald journald firewalld ufw iptables ip6tables nftables apparmor fail2ban crowdsec falcon-sensor
	falco wazuh-agent ossec osqueryd mdatp clamav-daemon clamav-freshclam clamd sentinelone ds_agent cbagentd cbdaemon elastic-agent auditbeat filebeat
	mfetpd xagt nessusd sysmon aide chkrootkit rkhunter selinux-autorelabel esets sav-protect sophos-spl snort suricata samhain tripwire cylancesvc qualys-cloud-agent amazon-ssm-agent
	security-agent datadog-agent splunk SplunkForwarder td-agent fluentd fluent-bit ebpf-agent aa-enforce aws-guardduty-agent walinuxagent psad denyhosts portsentry sshguard`)

func (e *eval) serviceVerb(name value.Str, verb string) {
	e.effect(sallyport.EffectService, name, verb)
	plain := strings.TrimSuffix(name.String(), ".service")
	if securityServices[plain] && oneOf(verb, "stop", "disable", "mask", "kill", "disable --now") {
		e.effect(sallyport.EffectSecurityTool, lit(plain), verb)
	}
}

func systemctl(e *eval) {
	for _, h := range e.values("-H") {
		e.effect(sallyport.EffectRemoteExec, h, "systemctl")
	}
	if len(e.operands) == 0 {
		e.sources = append(e.sources, End{System, lit("services")})
		return
	}
	verb, known := e.operands[0].Const()
	units := e.operands[1:]
	if !known {
		for _, u := range units {
			e.may(sallyport.EffectService, u, e.operands[0].String())
		}
		e.unknown("what systemctl is told to do is not known: %q", e.operands[0])
		return
	}
	switch verb {
	case "status", "show", "cat", "is-active", "is-enabled", "is-failed", "list-units", "list-unit-files", "list-timers", "list-sockets", "list-dependencies", "list-jobs", "list-machines", "list-paths", "list-automounts",
		"help", "get-default", "is-system-running", "show-environment", "whoami", "log-level", "log-target", "service-log-level":
		e.sources = append(e.sources, End{System, lit("services")})
	case "daemon-reload", "daemon-reexec", "reset-failed", "clean", "freeze", "thaw", "import-environment", "cancel", "notify", "mount-image", "bind":
		if len(units) == 0 {
			units = []value.Str{lit("systemd")}
		}
		for _, u := range units {
			e.effect(sallyport.EffectService, u, verb)
		}
	case "start", "stop", "restart", "reload", "try-restart", "reload-or-restart", "try-reload-or-restart", "condrestart", "force-reload", "kill", "isolate", "condstop", "condreload":
		for _, u := range units {
			e.serviceVerb(u, verb)
		}
	case "enable", "disable", "mask", "unmask", "reenable", "preset", "link", "add-wants", "add-requires", "revert", "preset-all", "set-property":
		if verb == "link" || verb == "set-property" && len(units) > 1 {
			units = units[:1]
		}
		for _, u := range units {
			e.serviceVerb(u, verb)
			if now := map[string]string{"enable": "start", "reenable": "restart", "disable": "stop", "mask": "stop"}[verb]; now != "" && e.has("--now") {
				e.serviceVerb(u, now)
			}
			if verb == "enable" || verb == "reenable" || verb == "link" || strings.HasPrefix(verb, "add-") {
				e.effect(sallyport.EffectPersist, u, "starts at boot")
			}
			if u.Contains("/") {
				e.effect(sallyport.EffectRead, u, "unit")
			}
		}
	case "edit":
		for _, u := range units {
			e.effect(sallyport.EffectPersist, u, "edited")
		}
		if !e.has("--stdin") {
			e.unknown("what is typed into the editor is not known")
		}
	case "set-default", "set-environment", "unset-environment":
		e.effect(sallyport.EffectPersist, value.Join(units, " "), verb)
	case "reboot", "poweroff", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep", "rescue", "emergency", "default", "exit", "switch-root", "soft-reboot", "suspend-then-hibernate", "sleep":
		e.effect(sallyport.EffectKernel, lit("power"), verb)
	default:
		e.unknown("operation %q of systemctl is not understood", verb)
	}
}

// service is the front of init scripts: name, then verb.
func service(e *eval) {
	var words []value.Str
	for _, o := range e.operands {
		if !o.HasPrefix("-") || o.Is("--status-all") {
			words = append(words, o)
		}
	}
	if len(words) < 2 {
		e.sources = append(e.sources, End{System, lit("services")})
		return
	}
	name, verb := words[0], words[1]
	if oneOf(e.name, "deb-systemd-invoke", "rcctl") {
		name, verb = words[1], words[0]
	}
	v, _ := verb.Const()
	if oneOf(v, "status", "--status-all", "check", "ls", "get", "version", "help") {
		e.sources = append(e.sources, End{System, lit("services")})
		return
	}
	e.serviceVerb(name, verb.String())
}

// daemon is servers started by hand, and the tools that switch them on and off.
func daemon(e *eval) {
	plain, opts := e.words()
	text := strings.TrimSpace(value.Join(e.operands, " ").String())
	if e.hasWord("-t", "--version", "-v", "-V", "--help", "-T", "configtest", "status", "version", "-l", "--list", "list", "show", "dump-config", "check") && !e.hasWord("start", "stop", "restart", "reload") {
		e.sources = append(e.sources, End{System, lit(e.name)})
		if c, ok := opts["-c"]; ok && !c.Empty() {
			e.effect(sallyport.EffectRead, c, "configuration")
		}
		return
	}
	switch e.name {
	case "rc-service", "chkconfig", "update-rc.d", "rc-update", "sv", "svc", "s6-svc", "s6-rc", "supervisorctl", "pm2", "initctl", "start", "stop", "restart", "reload", "status", "launchctl", "svcadm", "monit", "insserv", "deb-systemd-helper", "openrc", "rc":
		e.serviceWords(plain)
		return
	case "a2enmod", "a2dismod", "a2ensite", "a2dissite", "a2enconf", "a2disconf", "phpenmod", "phpdismod", "lighty-enable-mod", "lighttpd-enable-mod":
		for _, p := range plain {
			e.effect(sallyport.EffectService, p, e.name)
		}
		return
	case "pveversion", "rcctl.get", "promtool":
		e.sources = append(e.sources, End{System, lit(e.name)})
		return
	}
	for _, o := range []string{"-c", "-f", "--config", "-C", "--conf", "--config.file", "--config-file", "-config"} {
		if c, ok := opts[o]; ok && c.HasPrefix("Include ") { // apachectl -c takes directives
			f, _ := c.Drop(8)
			e.input(f)
		} else if ok && !c.Empty() && (c.Contains("/") || c.Contains(".")) {
			e.effect(sallyport.EffectRead, c, "configuration")
		}
	}
	if e.name == "sshd" || e.name == "dropbear" {
		port := lit("22")
		if p, ok := opts["-p"]; ok && !p.Empty() {
			port = p
		}
		e.effect(sallyport.EffectListen, port, e.name)
		for _, o := range e.operands {
			if p := o.Prefix(); strings.HasPrefix(p, "-o") && strings.Contains(strings.ToLower(p), "command") {
				e.unknown("option %q of sshd is not followed", o)
			}
		}
	}
	if p, ok := opts["-p"]; ok && e.name == "httpd" && !p.Empty() {
		e.effect(sallyport.EffectListen, p, "serves files")
	}
	e.effect(sallyport.EffectService, lit(e.name), text)
	if !oneOf(e.name, "nginx", "apachectl", "apache2ctl", "httpd", "php-fpm", "sshd", "caddy", "exportfs", "rndc", "dnsmasq", "crond", "cron", "dockerd", "containerd", "pihole", "pihole-FTL") {
		e.unknown("what %s does in detail is not modelled", strings.TrimSpace(e.name+" "+first(plain)))
	}
}

// serviceWords finds the verb and the services in the words of one of the many tools for them.
func (e *eval) serviceWords(plain []value.Str) {
	verbs := wordSet(`start stop restart reload status enable disable add del delete remove defaults update-state was-enabled mask unmask load unload bootstrap bootout kickstart kill up down once
		purge is-enabled zap on off reset try-restart debian-installed show list update reread clear set condrestart force-reload state save resurrect logs ls tail startall flush scale describe monit`)
	verb := ""
	if verbs[e.name] {
		verb = e.name
	}
	var names []value.Str
	for _, p := range plain {
		c, known := p.Const()
		switch {
		case known && verb == "" && verbs[c]:
			verb = c
		case known && verbs[c], known && isNumber(c), known && c == ".":
		default:
			names = append(names, p)
		}
	}
	switch verb {
	case "", "status", "show", "list", "is-enabled", "was-enabled", "debian-installed", "ls", "logs", "tail", "describe", "monit":
		e.sources = append(e.sources, End{System, lit("services")})
		if verb == "" && e.name == "sv" || verb == "" && e.name == "svc" {
			e.unknown("what %s is told to do is not known", e.name)
		}
		return
	}
	if len(names) == 0 {
		names = []value.Str{lit("services")}
	}
	if e.name == "update-rc.d" && verb == "remove" && !e.hasWord("-f", "--force") {
		verb = "leftover start-up links removed" // it leaves them alone while the service's script is there (update-rc.d(8))
	}
	for _, n := range names {
		e.serviceVerb(n, verb)
		if oneOf(verb, "enable", "add", "defaults", "load", "bootstrap", "on") {
			e.effect(sallyport.EffectPersist, n, "starts at boot")
			if n.Contains("/") {
				e.effect(sallyport.EffectRead, n, "")
			}
		}
	}
}
