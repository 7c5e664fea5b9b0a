package gateway

import (
	"path"
	"slices"
	"strings"

	"sallyport"
)

// technologies names what an action touches, from its effects: what an escort must be qualified for (R12). Words are those of the
// qualification facts. An effect that names none adds none: the ticket's own technologies are asked for in any case.
func technologies(a sallyport.Assessment) []string {
	var out []string
	add := func(word string) {
		if word != "" && !slices.Contains(out, word) {
			out = append(out, word)
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
		case sallyport.EffectAccount, sallyport.EffectPrivilege:
			add("linux-accounts")
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

// known maps a program, service or folder name to the technology that it belongs to, or "".
func known(name string) string {
	name = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".service"), ".conf")
	return technologyOf[name]
}

var technologyOf = map[string]string{
	"nginx": "nginx", "apache2": "apache", "httpd": "apache", "haproxy": "haproxy", "caddy": "caddy",
	"nft": "nftables", "nftables": "nftables", "iptables": "nftables", "ip6tables": "nftables", "firewalld": "nftables", "firewall-cmd": "nftables", "ufw": "nftables",
	"psql": "postgresql", "postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "mysqld": "mysql", "redis": "redis", "redis-cli": "redis", "redis-server": "redis", "mongo": "mongodb", "mongod": "mongodb",
	"docker": "docker", "containerd": "docker", "podman": "docker", "kubectl": "kubernetes", "kubelet": "kubernetes", "kubernetes": "kubernetes", "helm": "kubernetes",
	"systemd": "systemd", "sshd": "ssh", "ssh": "ssh", "named": "dns", "bind": "dns", "bind9": "dns", "unbound": "dns",
	"terraform": "terraform", "ansible": "ansible", "vault": "vault", "rabbitmq": "rabbitmq", "kafka": "kafka", "elasticsearch": "elasticsearch",
	"postfix": "mail", "dovecot": "mail", "selinux": "selinux", "auditd": "auditd", "audit": "auditd", "aws": "aws", "az": "azure", "gcloud": "gcp",
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return strings.TrimRight(word, ":")
}
