package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["ps"] = func(e *eval) { e.sources = append(e.sources, End{System, lit("processes")}) }
	hooks["kill"] = kill
	hooks["killname"] = func(e *eval) {
		if e.has("-l", "--list") {
			return
		}
		how := "signalled"
		if signal, _ := e.value("--signal"); e.has("-HUP", "-USR1", "-USR2") || oneOf(strings.TrimPrefix(signal.String(), "SIG"), "HUP", "1", "USR1", "USR2") {
			how = "told to read its settings again" // signal(7) ends programs by these, but those that run as services take them as a message
		}
		for _, o := range e.operands {
			e.effect(sallyport.EffectProcess, o, how)
		}
		for _, u := range append(e.values("-u"), e.values("-U")...) {
			e.effect(sallyport.EffectProcess, value.Concat(lit("processes of "), u), "signalled")
		}
	}
	hooks["date"] = func(e *eval) {
		if v, ok := e.value("-s"); ok {
			e.effect(sallyport.EffectTamper, lit("system clock"), "set to "+v.String())
		}
		for _, o := range e.operands {
			if !o.HasPrefix("+") && len(o.Prefix()) > 0 && o.Prefix()[0] >= '0' && o.Prefix()[0] <= '9' {
				e.effect(sallyport.EffectTamper, lit("system clock"), "set to "+o.String())
			}
		}
		e.sources = append(e.sources, End{System, lit("clock")})
	}
	hooks["mount"] = mount
	hooks["disk"] = disk
	hooks["power"] = func(e *eval) {
		for _, o := range e.operands {
			if oneOf(o.String(), "-c", "--help", "-w", "--wtmp-only") {
				return
			}
		}
		e.effect(sallyport.EffectKernel, lit("power"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
	}
	hooks["boot"] = func(e *eval) {
		for _, o := range e.operands {
			if oneOf(o.String(), "status", "list", "-l", "--list", "--info", "-v", "--version", "--list-enrolled", "--sb-state", "--info=ALL", "--default-kernel", "--default-index") {
				return
			}
		}
		e.effect(sallyport.EffectKernel, lit("boot"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
	}
	hooks["sysctl"] = func(e *eval) {
		for _, o := range e.operands {
			if k, _, ok := o.CutAny("="); ok {
				e.effect(sallyport.EffectKernel, k, "set: "+o.String())
				if oneOf(k.String(), "kernel.core_pattern", "kernel.modprobe") {
					e.hint("kernel-hook", sallyport.High, "names a program that the kernel itself will run")
				}
			} else if e.has("-p", "-f") {
				e.effect(sallyport.EffectRead, o, "")
				e.effect(sallyport.EffectKernel, lit("settings"), "loaded from "+o.String())
			} else {
				e.sources = append(e.sources, End{System, o})
			}
		}
		if f, ok := e.value("-p"); ok {
			e.effect(sallyport.EffectRead, f, "")
		}
		if e.has("-p", "--system") {
			e.effect(sallyport.EffectKernel, lit("settings"), "loaded")
		}
		if len(e.operands) == 0 || e.has("-a") {
			e.sources = append(e.sources, End{System, lit("kernel settings")})
		}
	}
	hooks["clock"] = clock
	hooks["auditctl"] = func(e *eval) {
		words := value.Join(e.operands, " ").String()
		switch {
		case strings.Contains(words, "-e 0"):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "auditing switched off")
		case strings.Contains(words, "-D"):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "all rules deleted")
		case strings.Contains(words, "-d ") || strings.Contains(words, "-W "):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "a rule deleted")
		case strings.Contains(words, "-a ") || strings.Contains(words, "-w ") || strings.Contains(words, "-A "):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "a rule added")
		case strings.Contains(words, "-R "):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "rules loaded")
			e.effect(sallyport.EffectRead, e.operands[len(e.operands)-1], "")
		case strings.Contains(words, "-e ") || strings.Contains(words, "-f ") || strings.Contains(words, "-b ") || strings.Contains(words, "-r "):
			e.effect(sallyport.EffectSecurityTool, lit("auditd"), "setting changed: "+words)
		}
		e.sources = append(e.sources, End{System, lit("audit rules")})
	}
	hooks["crontab"] = crontab
	hooks["at"] = func(e *eval) {
		switch {
		case e.has("-l", "-c"):
			e.sources = append(e.sources, End{System, lit("scheduled jobs")})
		case e.has("-r", "-d"):
			e.effect(sallyport.EffectPersist, lit("scheduled jobs"), "removed")
		default:
			when := value.Join(e.operands, " ")
			if t, ok := e.value("-t"); ok {
				when = t
			}
			e.effect(sallyport.EffectPersist, lit("at "+when.String()), "runs commands once, later")
			if f, ok := e.value("-f"); ok {
				e.effect(sallyport.EffectRead, f, "")
				e.run(Run{File: &f, Lang: "sh", Where: Later})
			} else {
				e.run(Run{Stdin: true, Lang: "sh", Where: Later, Interactive: e.ctx.Stdin == nil})
			}
		}
	}
	hooks["hardware"] = func(e *eval) {
		e.effect(sallyport.EffectKernel, lit("hardware"), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
	}
	hooks["getent"] = func(e *eval) {
		if len(e.operands) == 0 {
			return
		}
		switch db, _ := e.operands[0].Const(); db {
		case "shadow", "gshadow":
			e.input(lit("/etc/" + db))
			e.effect(sallyport.EffectCredential, lit("/etc/"+db), "password hashes")
		case "hosts", "ahosts", "ahostsv4", "ahostsv6":
			for _, o := range e.operands[1:] {
				e.lookupName(o)
			}
			e.sources = append(e.sources, End{System, lit("names of hosts")})
		default:
			e.sources = append(e.sources, End{System, lit("accounts and services")})
		}
	}
	hooks["manual"] = func(e *eval) {
		for i, o := range e.operands {
			p := o.Prefix()
			if oneOf(p, "-P", "--pager", "-H", "-X") && i+1 < len(e.operands) && o.Known() {
				e.run(Run{Script: &e.operands[i+1], Lang: "sh"})
			} else if strings.HasPrefix(p, "-P") || strings.HasPrefix(p, "--pager=") || strings.HasPrefix(p, "-H") || strings.HasPrefix(p, "--html=") {
				s := o.TrimPrefix("--pager=").TrimPrefix("--html=").TrimPrefix("-P").TrimPrefix("-H")
				e.run(Run{Script: &s, Lang: "sh"})
			} else if strings.HasPrefix(p, "/") || strings.HasPrefix(p, "./") {
				e.input(o)
			}
		}
	}
	hooks["opener"] = func(e *eval) {
		for _, o := range e.operands {
			switch {
			case o.Contains("://"):
				e.effect(sallyport.EffectConnect, o, "opened in a browser")
			case !o.HasPrefix("-"):
				e.effect(sallyport.EffectExec, o, "opened with whatever program is set for it")
			}
		}
		if e.name == "run-mailcap" || e.name == "see" {
			e.shell(Run{})
		}
	}
	hooks["settings"] = func(e *eval) {
		for i, o := range e.operands {
			if oneOf(o.String(), "set", "reset", "write", "load", "-s", "--set", "reset-recursively", "--key") && i+1 < len(e.operands) {
				e.effect(sallyport.EffectWrite, lit("desktop settings"), value.Join(e.operands[i+1:], " ").String())
				return
			}
		}
	}
	hooks["journalctl"] = func(e *eval) {
		for _, o := range []string{"--vacuum-size", "--vacuum-time", "--vacuum-files"} {
			if v, ok := e.value(o); ok {
				e.effect(sallyport.EffectTamper, lit("journal"), "deletes logs: "+o+"="+v.String())
			}
		}
		switch {
		case e.has("--rotate", "--flush", "--sync", "--relinquish-var"):
			e.may(sallyport.EffectTamper, lit("journal"), "moved on to a new file")
		case e.has("--vacuum-size", "--vacuum-time", "--vacuum-files"):
		default:
			for _, o := range []string{"-D", "--file"} {
				for _, v := range e.values(o) {
					e.effect(sallyport.EffectRead, v, "")
				}
			}
			e.sources = append(e.sources, End{System, lit("journal")})
		}
	}
	hooks["udevadm"] = func(e *eval) {
		if len(e.operands) > 0 && oneOf(e.operands[0].String(), "trigger", "control", "hwdb", "settle") {
			e.effect(sallyport.EffectKernel, lit("devices"), "udevadm "+value.Join(e.operands, " ").String())
		}
	}
	hooks["systemdTool"] = systemdTool
}

func kill(e *eval) {
	for i, o := range e.operands {
		switch p := o.Prefix(); {
		case oneOf(p, "-l", "-L", "--list", "--table") && i == 0:
			return
		case oneOf(p, "-s", "-n", "-q", "--signal", "--queue", "--timeout"):
		case i > 0 && oneOf(e.operands[i-1].String(), "-s", "-n", "--signal", "-q"):
		case strings.HasPrefix(p, "-") && i == 0:
			if o.Is("-0") { // only asks whether the process exists
				return
			}
		default:
			e.effect(sallyport.EffectProcess, o, "signalled")
		}
	}
}

func mount(e *eval) {
	opts := value.Join(e.values("-o"), ",")
	ops := e.operands
	switch {
	case len(ops) == 0 && !e.has("-a", "--all", "-L", "-U", "--source"):
		e.sources = append(e.sources, End{System, lit("mounts")})
	case e.has("-a", "--all"):
		e.effect(sallyport.EffectMount, lit("everything in /etc/fstab"), "")
	case len(ops) == 1:
		e.effect(sallyport.EffectMount, ops[0], opts.String())
	default:
		e.effect(sallyport.EffectMount, ops[len(ops)-1], strings.TrimSpace("from "+ops[0].String()+" "+opts.String()))
		if h, _, ok := ops[0].CutAny(":"); ok && !h.Contains("/") {
			e.effect(sallyport.EffectConnect, h, "file system of another machine")
		} else if ops[0].HasPrefix("//") {
			h, _ := ops[0].Drop(2)
			h, _, _ = h.CutAny("/")
			e.effect(sallyport.EffectConnect, h, "file system of another machine")
		}
	}
}

// diskReads are tools, verbs and options of disk tools that only look.
var diskReads = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`pvs vgs lvs pvdisplay vgdisplay lvdisplay pvscan vgscan lvscan e2image blkid`) {
		diskReads[w] = true
	}
	for _, w := range strings.Fields(`-l --list print -p -n status list get info isLuks luksDump luksUUID show --detail --examine --scan -D --query -I -i -a
		ls table targets version help --dump -d --verify --getsz --getsize64 --getss --getro --report --getbsz --getra -H --help -V --version
		filesystem subvolume iostat history events smart-log id-ctrl id-ns deps dump`) {
		diskReads["\x00"+w] = true
	}
}

func disk(e *eval) {
	if diskReads[e.name] {
		e.sources = append(e.sources, End{System, lit("disks")})
		return
	}
	verb, target := "", value.Str{}
	for _, o := range e.operands {
		c, known := o.Const()
		if verb == "" && known && (e.isDiskVerb(c) || strings.HasPrefix(c, "-")) {
			verb = c
		}
		if !strings.HasPrefix(o.Prefix(), "-") && (o.Contains("/") || o.HasPrefix("$") || !o.Known() || target.Empty() && c != verb) {
			target = o
		}
	}
	detail := strings.TrimSpace(e.name + " " + verb)
	switch {
	case e.name == "wipefs" && e.hasWord("-a", "--all", "-af", "-fa", "-o"), e.name == "btrfs" && verb == "subvolume" && e.hasWord("delete"): // verbs that look by themselves
		if !e.hasWord("-n", "--no-act") {
			e.effect(sallyport.EffectIrreversible, target, detail)
		}
		return
	case diskReads["\x00"+verb] && !(e.name == "fdisk" && verb == "-i"):
		e.sources = append(e.sources, End{System, lit("disks")})
		return
	case e.name == "wipefs" && !e.hasWord("-a", "--all", "-o", "-af"), e.name == "smartctl", e.name == "fdisk" && e.hasWord("-l"), strings.Contains(e.name, "fsck") && e.hasWord("-n", "-N"):
		e.sources = append(e.sources, End{System, lit("disks")})
		return
	}
	if target.Empty() {
		target = lit("disks")
	}
	if diskDestroys[e.name] || diskDestroys[e.name+" "+verb] {
		e.effect(sallyport.EffectIrreversible, target, detail)
		if target.HasPrefix("/dev/") {
			e.effect(sallyport.EffectWrite, target, detail)
		}
		return
	}
	if e.name == "debugfs" {
		e.debugfs()
	}
	e.effect(sallyport.EffectKernel, target, detail)
}

// debugfs reads the files of a file system past its permissions, and takes commands.
func (e *eval) debugfs() {
	e.prompt("debugfs")
	e.unknown("commands given to debugfs are not followed")
}

func (e *eval) hasWord(words ...string) bool {
	for _, o := range e.operands {
		if oneOf(o.String(), words...) {
			return true
		}
	}
	return false
}

func (e *eval) isDiskVerb(w string) bool {
	switch e.name {
	case "cryptsetup", "veritysetup", "dmsetup", "zpool", "zfs", "btrfs", "nvme", "lvm", "multipath":
		return true
	}
	return oneOf(w, "print", "mklabel", "mkpart", "rm", "resizepart", "set")
}

var diskDestroys = map[string]bool{}

func init() {
	for _, w := range strings.Split(`blkdiscard,wipefs,lvremove,vgremove,pvremove,lvreduce,pvcreate,cryptsetup luksFormat,cryptsetup erase,cryptsetup luksErase,cryptsetup luksKillSlot,
cryptsetup luksRemoveKey,cryptsetup reencrypt,zpool destroy,zfs destroy,zfs rollback,zpool labelclear,nvme format,nvme sanitize,btrfs subvolume,parted mklabel,parted rm,mdadm --zero-superblock,
mdadm --create,mdadm -C,sgdisk -Z,sgdisk --zap-all,sgdisk -o,sgdisk -d,dmsetup remove,hdparm --security-erase,badblocks -w,fdisk,sfdisk,cfdisk,gdisk,lvm lvremove,lvm vgremove`, ",") {
		diskDestroys[strings.TrimSpace(w)] = true
	}
}

func clock(e *eval) {
	words := value.Join(e.operands, " ").String()
	switch e.name {
	case "tzselect", "tzconfig":
	case "ntpd", "chronyd":
		e.effect(sallyport.EffectService, lit(e.name), "started")
	default:
		if strings.Contains(words, "makestep") || strings.Contains(words, "settime") {
			e.effect(sallyport.EffectTamper, lit("system clock"), words)
		}
	}
	e.sources = append(e.sources, End{System, lit("clock")})
}

func crontab(e *eval) {
	user, ok := e.value("-u")
	whose := lit("crontab")
	if ok {
		whose = value.Concat(lit("crontab of "), user)
	}
	switch {
	case e.has("-l"):
		e.effect(sallyport.EffectRead, whose, "")
		e.sources = append(e.sources, End{File, whose})
	case e.has("-r"):
		e.effect(sallyport.EffectDelete, whose, "")
		e.effect(sallyport.EffectPersist, whose, "all scheduled jobs removed")
	case e.has("-e"):
		e.effect(sallyport.EffectPersist, whose, "edited by hand")
	case len(e.operands) > 0 && !e.operands[0].Is("-"):
		e.effect(sallyport.EffectRead, e.operands[0], "")
		e.effect(sallyport.EffectPersist, whose, "scheduled jobs replaced")
		e.run(Run{File: &e.operands[0], Lang: "crontab", Where: Later, Certainty: sallyport.May})
	default:
		e.effect(sallyport.EffectPersist, whose, "scheduled jobs replaced")
		e.run(Run{Stdin: true, Lang: "crontab", Where: Later, Certainty: sallyport.May})
		e.sources, e.noStdout = append(e.sources, End{Kind: Stdin}), true
		e.sinks = append(e.sinks, End{Program, lit("crontab")})
	}
}

// systemdTool is the family of *ctl tools: a verb, options anywhere, operands.
func systemdTool(e *eval) {
	verb, rest := value.Str{}, []value.Str{}
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		switch {
		case o.HasPrefix("--") && o.Contains("="), o.HasPrefix("-"):
		case verb.Empty():
			verb = o
		default:
			rest = append(rest, o)
		}
	}
	v, _ := verb.Const()
	text := strings.TrimSpace(v + " " + value.Join(rest, " ").String())
	switch e.name {
	case "systemd-nspawn":
		e.effect(sallyport.EffectExec, lit("container"), "")
		e.lastCommand(0)
	case "systemd-mount", "systemd-umount":
		e.effect(sallyport.EffectMount, verb, "")
	case "systemd-resolve":
		e.lookupAll()
	case "machinectl":
		switch v {
		case "shell", "login":
			where := lit("the host")
			if len(rest) > 0 {
				where = rest[0]
			}
			r := Run{Where: Container, Principal: "machine " + where.String()}
			if len(rest) > 1 {
				r.Argv = rest[1:]
				e.run(r)
			} else {
				e.shell(r)
			}
		case "copy-to", "copy-from", "bind", "terminate", "poweroff", "kill", "remove", "start", "enable", "disable", "pull-tar", "pull-raw", "import-tar":
			e.effect(sallyport.EffectService, value.Join(rest, " "), v)
		}
	case "resolvectl":
		switch v {
		case "query", "service", "openpgp", "tlsa":
			for _, r := range rest {
				e.lookupName(r)
			}
		case "dns", "domain", "dnssec", "default-route", "revert", "mdns", "llmnr", "dnsovertls", "nta":
			if len(rest) > 1 {
				e.effect(sallyport.EffectWrite, lit("name resolution"), text)
			}
		case "flush-caches":
		}
	case "coredumpctl":
		if oneOf(v, "dump", "debug", "gdb") {
			e.effect(sallyport.EffectCredential, lit("memory of a crashed process"), v)
		}
	default:
		if !oneOf(v, "", "status", "show", "list", "list-units", "list-sessions", "list-users", "list-seats", "session-status", "user-status", "seat-status", "list-machines",
			"blame", "critical-chain", "verify", "security", "time", "calendar", "timespan", "timestamp", "dump", "plot", "dot", "cat-config", "unit-paths", "syscall-filter", "condition", "list-locales", "list-keymaps", "--version") {
			e.effect(sallyport.EffectWrite, lit(strings.TrimSuffix(e.name, "ctl")+" settings"), text)
		}
	}
}

func (e *eval) lookupAll() {
	for _, o := range e.operands {
		if !o.HasPrefix("-") {
			e.lookupName(o)
		}
	}
}
