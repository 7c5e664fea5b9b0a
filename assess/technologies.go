package assess

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"sallyport"
)

// Technologies names what an action touches: what whoever decides about it must be qualified for (R12). Words are those of the qualification
// facts. It goes by the effects that were found and by the programs that the text and its pinned files name, whether they change
// anything or not: `psql -c '...'` wants somebody who can read it. What names none adds none: the ticket's own
// technologies are asked for in any case.
func Technologies(req Request, a sallyport.Assessment) []string {
	var out []string
	add := func(word string) {
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	texts := append([][]byte{req.Text}, slices.Collect(maps.Values(req.Files))...)
	for _, l := range a.Layers {
		texts = append(texts, []byte(l.Text))
	}
	for _, text := range texts {
		for _, name := range programs(text) {
			add(known(path.Base(name)))
		}
	}
	for _, e := range a.Effects {
		switch e.Kind {
		case sallyport.EffectKubernetes:
			add("kubernetes")
		case sallyport.EffectCloud:
			add(firstWord(e.Target))
		case sallyport.EffectKernel:
			add("linux-kernel")
		case sallyport.EffectAccount:
			add("linux-accounts")
		case sallyport.EffectPrivilege:
			if strings.HasPrefix(e.Target, "/") { // power given to a file; to become root by sudo is everyone's
				add("linux-accounts")
			}
		case sallyport.EffectService:
			add(known(e.Target))
		case sallyport.EffectExec, sallyport.EffectDatabase, sallyport.EffectSecurityTool:
			add(known(firstWord(path.Base(e.Target))))
			add(known(firstWord(e.Detail)))
		}
		for _, part := range strings.Split(strings.Trim(e.Target, "/"), "/") {
			if strings.HasPrefix(e.Target, "/") {
				add(known(part))
			}
		}
	}
	slices.Sort(out)
	return out
}

// programs lists the words of a shell text that stand where a program's name does, those behind sudo and its like included. What is computed
// is not in it: the assessment names that as unknown.
func programs(text []byte) (out []string) {
	defer func() { _ = recover() }() // as in Assess, which has called such a text incomplete: a defect here must stop nothing
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.RecoverErrors(maxRecovered)).Parse(bytes.NewReader(text), "")
	if file == nil || err != nil && len(file.Stmts) == 0 {
		return nil
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		value := false // the word is the value of the option before it
		for i, w := range call.Args {
			word := w.Lit()
			if i > 0 && (word == "" || value || strings.HasPrefix(word, "-") || strings.Contains(word, "=")) {
				value = len(word) == 2 && strings.Contains("ugnpskICDdhs", word[1:])
				continue
			}
			out = append(out, word)
			if !slices.Contains(wrappers, path.Base(word)) && !(i > 0 && numeric(word)) {
				break
			}
		}
		return true
	})
	return out
}

const maxRecovered = 20

// wrappers run the program that is named behind them.
var wrappers = []string{"sudo", "doas", "env", "nice", "ionice", "timeout", "nohup", "xargs", "exec", "command", "time", "setsid", "stdbuf", "watch", "flock"}

func numeric(s string) bool { return strings.Trim(s, "0123456789.smhd") == "" }

// known maps a program, service or folder name to the technology that it belongs to, or "".
func known(name string) string {
	name = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".service"), ".conf")
	return technologyOf[name]
}

var technologyOf = map[string]string{
	"nginx": "nginx", "apache2": "apache", "httpd": "apache", "haproxy": "haproxy", "caddy": "caddy",
	"nft": "nftables", "nftables": "nftables", "iptables": "nftables", "ip6tables": "nftables", "firewalld": "nftables", "firewall-cmd": "nftables", "ufw": "nftables",
	"iptables-restore": "nftables", "ip6tables-restore": "nftables", "psql": "postgresql", "pg_dump": "postgresql", "pg_restore": "postgresql", "pg_ctl": "postgresql", "pg_ctlcluster": "postgresql", "postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "mysqld": "mysql", "redis": "redis", "redis-cli": "redis", "redis-server": "redis", "mongo": "mongodb", "mongod": "mongodb",
	"mysqldump": "mysql", "mysqladmin": "mysql", "mongosh": "mongodb", "docker": "docker", "docker-compose": "docker", "containerd": "docker", "podman": "docker", "kubectl": "kubernetes", "kubelet": "kubernetes", "kubernetes": "kubernetes", "helm": "kubernetes",
	"systemd": "systemd", "sshd": "ssh", "ssh": "ssh", "named": "dns", "bind": "dns", "bind9": "dns", "unbound": "dns",
	"terraform": "terraform", "ansible": "ansible", "vault": "vault", "rabbitmq": "rabbitmq", "kafka": "kafka", "elasticsearch": "elasticsearch",
	"postfix": "mail", "dovecot": "mail", "selinux": "selinux", "auditd": "auditd", "audit": "auditd", "aws": "aws", "az": "azure", "gcloud": "gcp",
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return strings.TrimRight(word, ":")
}
