package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["apt"] = apt
	hooks["dpkg"] = dpkg
	hooks["maintainer"] = maintainer
	hooks["alternatives"] = func(e *eval) {
		if !e.has("--install", "--set", "--remove", "--remove-all", "--config", "--auto", "--all", "--set-selections") {
			e.sources = append(e.sources, End{System, lit("alternatives")})
			return
		}
		if e.has("--install") && len(e.operands) > 2 {
			e.effect(sallyport.EffectCreate, e.operands[0], "link to "+e.operands[2].String())
			return
		}
		e.effect(sallyport.EffectWrite, lit("alternatives"), value.Join(e.operands, " ").String())
	}
	hooks["rpm"] = func(e *eval) {
		switch {
		case e.name == "rpm2cpio":
			for _, o := range e.operands {
				e.input(o)
			}
		case e.name == "rpmbuild" || e.has("-ba", "-bb", "--rebuild"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectRead, o, "")
			}
			e.effect(sallyport.EffectExec, lit("package build"), "")
			e.unknown("what building this package runs is not modelled")
		case e.has("--eval", "-E", "--define", "-D", "--load") && !e.has("-q", "-i", "-U"):
			for _, o := range []string{"--eval", "-E", "--define", "-D"} {
				for _, v := range e.values(o) {
					e.run(Run{Script: &v, Lang: "rpm"})
				}
			}
		case e.has("--import"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectInstall, o, "signing key, trusted from now on")
			}
		case e.has("-e"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectInstall, o, "removed")
			}
		case e.has("-q", "-V", "-K", "-l"):
			e.sources = append(e.sources, End{System, lit("packages")})
			for _, o := range e.operands {
				if e.has("-p", "--package") || e.has("-f", "--file") && e.has("-p") {
					e.effect(sallyport.EffectRead, o, "")
				}
			}
		case e.has("-i", "-U", "-F", "--install", "--restore"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectInstall, o, "")
				e.fileOrURL(o)
			}
		default:
			e.sources = append(e.sources, End{System, lit("packages")})
		}
		if e.has("--nosignature", "--nogpgcheck", "--nodigest") {
			e.hint("unsigned-packages", sallyport.Medium, "the signatures of packages are not checked")
		}
	}
	hooks["yum"] = func(e *eval) {
		if e.has("--nogpgcheck", "--no-gpg-checks", "--allow-unsigned-rpm") {
			e.hint("unsigned-packages", sallyport.Medium, "the signatures of packages are not checked")
		}
		for _, o := range []string{"--loadplugin", "--pluginpath", "--setopt", "-c"} {
			for _, v := range e.values(o) {
				if o == "-c" {
					e.effect(sallyport.EffectRead, v, "configuration")
				} else if v.Contains("plugin") {
					e.hint("loads-code", sallyport.High, "loads a plug-in into the package manager")
				}
			}
		}
		e.packages(1)
	}
	hooks["pacman"] = func(e *eval) {
		e.network("package servers", e.has("-S", "-U") && !e.has("-q"))
		switch {
		case e.has("-S") && !e.has("-s", "-i", "-l", "-g") || e.has("-U"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectInstall, o, "")
				e.fileOrURL(o)
			}
			if len(e.operands) == 0 {
				e.effect(sallyport.EffectInstall, lit("all packages"), "updated")
			}
		case e.has("-R"):
			for _, o := range e.operands {
				e.effect(sallyport.EffectInstall, o, "removed")
			}
		case e.has("-Q", "-F", "-T", "-S"):
			e.sources = append(e.sources, End{System, lit("packages")})
		default:
			e.coarse(sallyport.EffectInstall, "packages")
		}
	}
	hooks["apk"] = func(e *eval) { e.packages(0) }
	hooks["coarseInstall"] = func(e *eval) { e.coarse(sallyport.EffectInstall, "packages") }
}

// network records that a package manager asks its configured servers.
func (e *eval) network(what string, does bool) {
	if does {
		e.may(sallyport.EffectConnect, lit(what), "as configured")
	}
}

// fileOrURL records where a package comes from when it is named by path or address.
func (e *eval) fileOrURL(o value.Str) {
	switch {
	case o.Contains("://"):
		e.effect(sallyport.EffectConnect, o, "package")
	case o.HasPrefix("/") || o.HasPrefix("./") || o.HasPrefix("../") || o.HasPrefix("~"):
		e.effect(sallyport.EffectRead, o, "package")
	}
}

func apt(e *eval) {
	for _, o := range e.values("-o") {
		k, v, _ := o.CutAny("=")
		if key := strings.ToLower(k.String()); strings.Contains(key, "invoke") || strings.Contains(key, "::run") {
			e.run(Run{Script: &v, Lang: "sh"})
			e.hint("runs-option", sallyport.High, "an option of the package manager runs a command")
		} else if strings.Contains(key, "proxy") {
			e.effect(sallyport.EffectConnect, v, "proxy")
		}
	}
	for _, c := range e.values("-c") {
		e.effect(sallyport.EffectRead, c, "configuration")
		e.unknown("the configuration %q can run commands and is not read", c)
	}
	if e.has("--allow-unauthenticated", "--force-yes") {
		e.hint("unsigned-packages", sallyport.Medium, "the signatures of packages are not checked")
	}
	if e.has("--simulate", "-s", "--dry-run", "--just-print", "--print-uris", "--no-act", "--recon") && !e.has("-o") {
		e.sources = append(e.sources, End{System, lit("packages")})
		return
	}
	e.packages(0)
	if len(e.operands) > 0 && e.operands[0].Is("changelog") {
		e.unknown("changelog opens a pager, where commands can be typed")
	}
}

var packageVerbs = map[string]string{
	"install": "", "reinstall": "", "add": "", "localinstall": "", "groupinstall": "", "in": "", "i": "", "build-dep": "build dependencies", "builddep": "build dependencies",
	"remove": "removed", "purge": "removed", "erase": "removed", "autoremove": "removed", "del": "removed", "rm": "removed", "uninstall": "removed", "auto-remove": "removed", "groupremove": "removed", "autopurge": "removed",
	"upgrade": "updated", "dist-upgrade": "updated", "full-upgrade": "updated", "update": "updated", "safe-upgrade": "updated", "up": "updated", "dup": "updated", "distro-sync": "updated", "system-upgrade": "updated", "downgrade": "downgraded", "upgrade-minimal": "updated", "update-minimal": "updated", "patch": "updated", "fix": "repaired", "swap": "swapped",
	"download": "downloaded", "source": "source downloaded", "fetch": "downloaded", "config-manager": "sources changed", "module": "module", "group": "group", "mark": "marked", "copr": "source added", "ar": "source added", "addrepo": "source added", "rr": "source removed", "versionlock": "kept at its version", "offline-upgrade": "updated", "needs-restarting": "",
}

// packages is the common shape of package managers: a verb, then packages. skip counts nothing; it keeps the families apart.
func (e *eval) packages(family int) {
	var words []value.Str
	for _, o := range e.operands {
		if !o.HasPrefix("-") {
			words = append(words, o)
		}
	}
	if len(words) == 0 {
		e.sources = append(e.sources, End{System, lit("packages")})
		return
	}
	if e.name == "apk" { // -t NAME, -p ROOT, -X REPOSITORY take a word
		for i, o := range e.operands {
			if oneOf(o.String(), "-X", "--repository") && i+1 < len(e.operands) {
				e.effect(sallyport.EffectConnect, e.operands[i+1], "source of packages")
			}
		}
		if e.hasWord("--allow-untrusted") {
			e.hint("unsigned-packages", sallyport.Medium, "the signatures of packages are not checked")
		}
	}
	verb, _ := words[0].Const()
	switch verb {
	case "search", "show", "list", "info", "policy", "depends", "rdepends", "madison", "changelog", "moo", "repolist", "repoinfo", "provides", "whatprovides", "history", "check", "check-update", "help", "se", "if", "lr", "ls", "repos", "stats", "audit", "dot", "version", "manifest", "indextargets", "showsrc", "repoquery", "deplist", "why", "why-not", "updateinfo", "lu", "pch", "list-updates", "group-list", "grouplist", "resolvedep", "showauto", "showhold", "leaves", "verify":
		e.sources = append(e.sources, End{System, lit("packages")})
		return
	case "update", "makecache", "refresh", "ref", "edit-sources":
		if family == 0 || verb != "update" {
			e.may(sallyport.EffectConnect, lit("package servers"), "lists of packages")
			return
		}
	case "clean", "autoclean", "dist-clean", "distclean", "cache":
		e.effect(sallyport.EffectDelete, lit("package cache"), "")
		return
	}
	detail, ok := packageVerbs[verb]
	if !ok {
		e.unknown("operation %q of %s is not understood", words[0], e.name)
		e.effect(sallyport.EffectInstall, value.Join(words, " "), e.name)
		return
	}
	if detail != "removed" {
		e.may(sallyport.EffectConnect, lit("package servers"), "packages")
	}
	if len(words) == 1 {
		e.effect(sallyport.EffectInstall, lit("all packages"), detail)
	}
	for _, w := range words[1:] {
		e.effect(sallyport.EffectInstall, w, detail)
		e.fileOrURL(w)
		if securityServices[w.String()] && detail == "removed" {
			e.effect(sallyport.EffectSecurityTool, w, "removed")
		}
	}
}

func dpkg(e *eval) {
	for _, o := range e.operands {
		if e.has("-i", "--unpack", "-A") {
			e.effect(sallyport.EffectInstall, o, "")
			e.effect(sallyport.EffectRead, o, "package")
		}
		if e.has("-r", "-P") {
			e.effect(sallyport.EffectInstall, o, "removed")
		}
	}
	switch {
	case e.has("-x", "-X") && len(e.operands) > 1, e.has("-e") && len(e.operands) > 1:
		e.effect(sallyport.EffectRead, e.operands[0], "package")
		e.effect(sallyport.EffectWrite, e.operands[1], "unpacked into it")
	case e.has("-b") && len(e.operands) > 0:
		e.effect(sallyport.EffectRead, e.operands[0], "")
		out := value.Concat(e.operands[0], lit(".deb"))
		if len(e.operands) > 1 {
			out = e.operands[1]
		}
		e.effect(sallyport.EffectWrite, out, "package")
	case e.has("--configure", "--add-architecture", "--remove-architecture", "--set-selections", "--clear-selections", "--triggers-only"):
		target := lit("packages")
		if len(e.operands) > 0 {
			target = e.operands[0]
		}
		e.effect(sallyport.EffectInstall, target, "configured")
	case e.has("-c", "-I", "-f", "-W") && e.spec.name == "dpkg":
		for _, o := range e.operands {
			if o.Contains("/") || o.Contains(".deb") {
				e.effect(sallyport.EffectRead, o, "")
			}
		}
		e.sources = append(e.sources, End{System, lit("packages")})
	default:
		e.sources = append(e.sources, End{System, lit("packages")})
	}
}

// maintainer is the helpers that packages call while they are installed.
func maintainer(e *eval) {
	plain, _ := e.words()
	switch e.name {
	case "ucf":
		if len(plain) > 1 {
			e.effect(sallyport.EffectRead, plain[0], "")
			e.may(sallyport.EffectWrite, plain[1], "configuration file")
		}
	case "ucfr", "ucfq", "checkrestart", "needrestart", "needs-restarting", "dpkg-trigger", "update-pciids", "update-usbids":
		e.sources = append(e.sources, End{System, lit("packages")})
	case "dpkg-maintscript-helper":
		if len(plain) > 1 && (plain[0].Is("rm_conffile") || plain[0].Is("mv_conffile")) {
			e.may(sallyport.EffectDelete, plain[1], "configuration file of an old version")
		} else if len(plain) > 1 {
			e.may(sallyport.EffectWrite, plain[1], plain[0].String())
		}
	case "rm_conffile", "mv_conffile":
		if len(plain) > 0 {
			e.may(sallyport.EffectDelete, plain[0], "configuration file of an old version")
		}
	case "update-ca-certificates", "update-ca-trust", "trust":
		e.effect(sallyport.EffectWrite, lit("trusted certificates"), "rebuilt")
	case "update-inetd":
		e.effect(sallyport.EffectPersist, lit("/etc/inetd.conf"), value.Join(plain, " ").String())
	case "update-passwd":
		e.effect(sallyport.EffectAccount, lit("system accounts"), "renewed")
	case "unattended-upgrade", "unattended-upgrades", "tasksel", "debfoster":
		e.effect(sallyport.EffectInstall, lit("all packages"), "updated")
	case "etckeeper", "snapper":
		e.coarse(sallyport.EffectWrite, e.name)
	default:
		e.may(sallyport.EffectWrite, lit("files of installed packages"), strings.TrimSpace(e.name+" "+value.Join(plain, " ").String()))
	}
}
