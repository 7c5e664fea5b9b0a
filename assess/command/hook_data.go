package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	// Kubernetes keeps its secrets below /registry; whoever asks for everything asks for them, too.
	hooks["etcdGet"] = func(e *eval) {
		if len(e.operands) == 0 || e.has("--keys-only", "--count-only") {
			return
		}
		if k := e.operands[0]; !k.Known() || k.HasPrefix("/registry") || e.has("--prefix", "--from-key") && (k.Is("/") || k.Empty()) {
			e.sources = append(e.sources, End{Secret, value.Concat(lit("etcd:"), k)})
		}
	}
	hooks["psql"] = func(e *eval) {
		db := "postgresql"
		if h, ok := e.value("-h"); ok && !h.Is("localhost") && !h.HasPrefix("/") && !h.Is("127.0.0.1") {
			if p, ok := e.value("-p"); ok {
				h = hostPort(h, p)
			}
			e.effect(sallyport.EffectConnect, h, "database")
		}
		for _, o := range append(append([]value.Str{}, e.operands...), e.values("-d")...) {
			if o.HasPrefix("postgres") && o.Contains("://") {
				e.effect(sallyport.EffectConnect, o, "database")
			}
		}
		e.statements(db, e.values("-c"), e.values("-f"), e.has("-l", "-V"))
	}
	hooks["mysql"] = func(e *eval) {
		if h, ok := e.value("-h"); ok && !h.Is("localhost") && !h.Is("127.0.0.1") {
			if p, ok := e.value("-P"); ok {
				h = hostPort(h, p)
			}
			e.effect(sallyport.EffectConnect, h, "database")
		}
		if p, ok := e.value("-p"); ok && !p.Empty() && p.Known() {
			e.hint("password-argument", sallyport.Low, "a password stands among the arguments, where other users can see it")
		}
		e.statements("mysql", append(e.values("-e"), e.values("--init-command")...), nil, e.has("-V"))
	}
	hooks["sqlite"] = func(e *eval) {
		if e.has("-version", "-help") {
			return
		}
		ops := e.operands
		if len(ops) > 0 && !ops[0].Is("/dev/null") && !ops[0].Is(":memory:") && !ops[0].Empty() {
			e.input(ops[0])
			e.may(sallyport.EffectWrite, ops[0], "database")
		}
		if len(ops) > 1 {
			e.statements("sqlite", ops[1:], nil, false)
		} else {
			e.statements("sqlite", nil, nil, len(e.values("-cmd")) > 0 && e.ctx.Stdin == nil)
		}
	}
	hooks["dump"] = dump
	hooks["dbTool"] = dbTool
	hooks["dataTool"] = dataTool
}

// statements records what is sent to a database: texts, files, or standard input.
func (e *eval) statements(lang string, texts, files []value.Str, nothing bool) {
	for _, t := range texts {
		e.run(Run{Script: &t, Lang: lang})
	}
	for _, f := range files {
		if f.Is("-") {
			e.run(Run{Stdin: true, Lang: lang})
			continue
		}
		e.effect(sallyport.EffectRead, f, "statements")
		e.run(Run{File: &f, Lang: lang})
	}
	e.sources = append(e.sources, End{Secret, lit("database")})
	if len(texts)+len(files) > 0 || nothing {
		return
	}
	e.prompt(lang)
	e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Program, lit(lang)}})
}

func dump(e *eval) {
	plain, opts := e.words()
	if e.grammar != nil { // knows which options have a value
		plain = append(e.grammar.values("-d"), e.grammar.operands...)
	}
	what := "databases"
	if len(plain) > 0 {
		what = plain[len(plain)-1].String()
	}
	for i, o := range e.operands {
		p := o.Prefix()
		for _, f := range []string{"--file=", "--result-file=", "--pgdata=", "--target-dir=", "-f", "-r", "-D"} {
			if !strings.HasPrefix(p, f) || strings.HasPrefix(f, "-") && !strings.HasPrefix(f, "--") && strings.HasPrefix(p, "--") {
				continue
			}
			v, _ := o.Drop(len(f))
			if v.Empty() && i+1 < len(e.operands) {
				v = e.operands[i+1]
			}
			if f == "-r" && strings.HasPrefix(e.name, "pg") {
				continue
			}
			e.output(sallyport.EffectWrite, v, "dump")
			e.noStdout = true
		}
	}
	for _, h := range []string{"-h", "--host"} {
		if v, ok := opts[h]; ok && !v.Empty() && !v.Is("localhost") && !v.HasPrefix("/") && !v.Is("127.0.0.1") {
			e.effect(sallyport.EffectConnect, v, "database")
		}
	}
	for _, o := range []string{"--defaults-file", "--defaults-extra-file"} {
		if v, ok := opts[o]; ok {
			e.effect(sallyport.EffectCredential, v, "used to sign in")
		}
	}
	e.effect(sallyport.EffectDatabase, lit(what), "reads everything: "+e.name)
	e.sources = append(e.sources, End{Secret, lit("database " + what)})
}

func dbTool(e *eval) {
	plain, opts := e.words()
	verb := first(plain)
	text := strings.TrimSpace(e.name + " " + value.Join(plain, " ").String())
	switch e.name {
	case "dropdb", "pg_dropcluster":
		e.effect(sallyport.EffectIrreversible, lit("database "+strings.Join(stringsOf(plain), " ")), "dropped")
		e.effect(sallyport.EffectDatabase, lit(strings.Join(stringsOf(plain), " ")), "dropped")
	case "createuser", "dropuser":
		e.effect(sallyport.EffectAccount, lit("database user "+strings.Join(stringsOf(plain), " ")), e.name)
	case "pg_isready", "pg_lsclusters", "pg_config", "pg_controldata", "mysqlshow", "mysqlbinlog":
		e.sources = append(e.sources, End{System, lit("database")})
	case "mysqladmin", "mariadb-admin":
		for _, p := range plain {
			c, _ := p.Const()
			switch c {
			case "ping", "status", "extended-status", "variables", "version", "processlist":
				return
			case "drop":
				e.effect(sallyport.EffectIrreversible, lit("database "+plain[len(plain)-1].String()), "dropped")
				return
			case "password":
				e.effect(sallyport.EffectAccount, lit("database password"), "changed")
				return
			case "shutdown", "create", "flush-privileges", "reload", "refresh", "flush-logs", "flush-hosts", "kill", "start-slave", "stop-slave":
				e.effect(sallyport.EffectDatabase, lit("mysql"), c)
				return
			}
		}
		e.unknown("the operation of %s is not known", e.name)
	case "pg_ctl", "pg_ctlcluster", "mysqld", "mysqld_safe", "mariadbd", "postgres", "redis-server", "mongod", "mongos", "influxd", "lsnrctl", "garbd", "galera_new_cluster":
		if e.hasWord("status", "--version", "-V", "--help", "--verbose") {
			return
		}
		for _, o := range []string{"-c", "--config", "--defaults-file", "-f"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.effect(sallyport.EffectRead, v, "configuration")
			}
		}
		e.effect(sallyport.EffectService, lit(e.name), text)
	default:
		e.effect(sallyport.EffectDatabase, lit("database"), text)
		if !oneOf(e.name, "createdb", "vacuumdb", "reindexdb", "clusterdb", "pg_createcluster", "mysqlcheck", "mysql_upgrade", "mysql_tzinfo_to_sql", "pg_restore", "initdb", "pg_conftool", "mysql_install_db", "mysql_secure_installation", "pgbench", "mysqlimport") {
			e.unknown("what %s does in detail is not modelled", strings.TrimSpace(e.name+" "+verb))
		}
		if e.name == "pg_restore" || e.name == "mysqlimport" {
			for _, p := range plain {
				if p.Contains("/") || p.Contains(".") {
					e.effect(sallyport.EffectRead, p, "")
				}
			}
		}
	}
}

func stringsOf(vs []value.Str) []string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.String()
	}
	return out
}

// dataTool is a client of some other store: what its words say is all that is known.
func dataTool(e *eval) {
	plain, opts := e.words()
	if len(e.operands) == 0 {
		e.prompt(e.name)
		return
	}
	for _, h := range []string{"-h", "--host", "-H", "--endpoints", "--address", "--uri"} {
		if v, ok := opts[h]; ok && !v.Empty() {
			e.effect(sallyport.EffectConnect, v, e.name)
		}
	}
	for _, o := range []string{"--eval", "-eval", "--execute"} {
		if v, ok := opts[o]; ok && !v.Empty() {
			e.run(Run{Script: &v, Lang: "javascript"})
			if v.Contains("dropDatabase(") {
				e.effect(sallyport.EffectIrreversible, lit("database that "+e.name+" is connected to"), "drop")
			}
		}
	}
	for i := 0; i < len(plain); i++ {
		if c := strings.ToLower(plain[i].String()); oneOf(c, "get", "put", "set", "del", "delete", "flushall", "flushdb", "config", "ping", "info", "keys", "save", "slaveof", "replicaof", "module", "eval",
			"kv", "read", "write", "list", "snapshot", "member", "endpoint", "user", "role", "auth", "login", "token", "policy", "secrets", "operator", "status", "list_queues", "list_users", "list_vhosts",
			"add_user", "delete_user", "change_password", "set_permissions", "set_user_tags", "add_vhost", "delete_vhost", "cluster_status", "stop_app", "start_app", "reset", "enable", "disable", "dfs", "fs", "alarm", "defrag", "compact", "watch", "lease", "txn", "version", "health") {
			rest := value.Join(plain[i+1:], " ").String()
			switch {
			case c == "flushall" || c == "flushdb":
				e.effect(sallyport.EffectIrreversible, lit(e.name+" data"), c)
			case oneOf(c, "config", "slaveof", "replicaof", "module", "eval"):
				e.effect(sallyport.EffectDatabase, lit(e.name), c+" "+rest)
				e.unknown("what %s %s leads to is not followed", e.name, c)
			case e.name == "vault" && oneOf(c, "read", "kv", "token", "secrets"):
				e.effect(sallyport.EffectCredential, lit("vault:"+rest), c)
				e.sources = append(e.sources, End{Secret, lit("vault:" + rest)})
			case oneOf(c, "add_user", "delete_user", "change_password", "set_permissions", "set_user_tags", "user", "role"):
				e.effect(sallyport.EffectAccount, lit(e.name+" "+rest), c)
			case oneOf(c, "put", "set", "del", "delete", "write", "add_vhost", "delete_vhost", "reset", "stop_app", "enable", "disable", "operator", "policy", "dfs", "fs"):
				e.effect(sallyport.EffectDatabase, lit(e.name+" "+rest), c)
				if (e.name == "hdfs" || e.name == "hadoop") && strings.Contains(rest, "-rm") {
					e.effect(sallyport.EffectDelete, lit("hdfs "+rest), "")
				}
			default:
				e.sources = append(e.sources, End{Secret, lit(e.name + " " + rest)})
			}
			return
		}
	}
	switch e.name {
	case "ldapsearch", "ldapwhoami", "slapcat", "slappasswd":
		e.sources = append(e.sources, End{Secret, lit("directory")})
		return
	case "ldapadd", "ldapmodify", "ldapdelete", "ldappasswd", "slapadd":
		e.effect(sallyport.EffectAccount, lit("directory"), e.name)
		if f, ok := opts["-f"]; ok && !f.Empty() {
			e.effect(sallyport.EffectRead, f, "")
		}
		return
	}
	e.coarse(sallyport.EffectDatabase, e.name)
}
