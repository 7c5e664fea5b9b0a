package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// sql says what statements do, and what the client's own commands (\! and .shell) do. Tables are named as the statements spell them.
func sql(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "sql"}
	for _, line := range program.Split("\n") {
		sqlClient(r, trim(line))
	}
	for _, statement := range program.Split(";") {
		sqlStatement(r, trim(statement))
	}
}

// sqlClient is the commands of psql, mysql and sqlite3 themselves.
func sqlClient(r *recorder, l value.Str) {
	switch {
	case l.HasPrefix(`\!`):
		cmd, _ := l.Drop(2)
		r.shell(cmd)
	case l.HasPrefix(`\copy`), l.HasPrefix(`\COPY`):
		sqlCopy(r, l)
	case l.HasPrefix(`\o `), l.HasPrefix(`\w `), l.HasPrefix(`\T `), l.HasPrefix(`\g `):
		f, _ := l.Drop(3)
		if f = trim(f); f.HasPrefix("|") {
			f, _ = f.Drop(1)
			r.shell(f)
		} else {
			r.effect(sallyport.EffectWrite, f, "")
		}
	case l.HasPrefix(`\i `), l.HasPrefix(`\ir `), l.HasPrefix(`\. `), l.HasPrefix("source "), l.HasPrefix(".read "):
		_, f, _ := l.CutAny(" ")
		if f = trim(f); f.HasPrefix("|") {
			f, _ = f.Drop(1)
			r.shell(f)
			return
		}
		r.read(f)
		r.unknown("the statements in " + f.String() + " are not read")
	case l.HasPrefix("system "), l.HasPrefix(".shell "), l.HasPrefix(".system "):
		_, cmd, _ := l.CutAny(" ")
		r.shell(cmd)
	case l.HasPrefix(".output "), l.HasPrefix(".once "), l.HasPrefix(".backup "), l.HasPrefix(".save "), l.HasPrefix(".log "), l.HasPrefix("tee "):
		_, f, _ := l.CutAny(" ")
		if f = trim(f); f.HasPrefix("|") {
			f, _ = f.Drop(1)
			r.shell(f)
		} else if !f.Is("stdout") {
			r.effect(sallyport.EffectWrite, f, "")
		}
	case l.HasPrefix(".import "), l.HasPrefix(".load "), l.HasPrefix(".open "):
		if f, ok := l.Fields(); ok && len(f) > 1 {
			if f[1].HasPrefix("|") {
				cmd, _ := f[1].Drop(1)
				r.shell(cmd)
				return
			}
			r.read(f[1])
			if l.HasPrefix(".load ") {
				r.effect(sallyport.EffectExec, f[1], "code loaded into the database")
			}
		}
	case l.HasPrefix("pager "), l.HasPrefix(`\P `):
		_, cmd, _ := l.CutAny(" ")
		r.shell(cmd)
	case l.HasPrefix(`\e`), l.HasPrefix("edit"):
		if !l.HasPrefix(`\echo`) && !l.HasPrefix(`\encoding`) {
			r.unknown("what is typed into the editor is not known")
		}
	}
}

// sqlCopy is COPY ... TO or FROM a file or PROGRAM.
func sqlCopy(r *recorder, s value.Str) {
	c := s.String()
	upper := strings.ToUpper(c)
	quoted := func(from int) (string, bool) {
		i := strings.IndexAny(c[from:], "'$")
		if i < 0 {
			return "", false
		}
		rest := c[from+i:]
		if strings.HasPrefix(rest, "$$") {
			body, _, ok := strings.Cut(rest[2:], "$$")
			return body, ok
		}
		if rest[0] != '\'' {
			return "", false
		}
		body, _, ok := strings.Cut(rest[1:], "'")
		return body, ok
	}
	if i := strings.Index(upper, "PROGRAM"); i >= 0 {
		if p, ok := quoted(i); ok {
			r.shell(value.Lit(p))
		} else {
			r.unknown("the program that COPY runs is not known")
		}
		return
	}
	for _, dir := range []string{" TO ", " FROM "} {
		i := strings.LastIndex(upper, dir)
		if i < 0 {
			continue
		}
		p, ok := quoted(i)
		if !ok {
			if f := strings.Fields(c[i+len(dir):]); len(f) > 0 {
				p = f[0]
			}
		}
		if u := strings.ToUpper(p); u == "STDOUT" || u == "STDIN" || u == "PSTDIN" || p == "" {
			return
		}
		if dir == " TO " {
			r.effect(sallyport.EffectWrite, value.Lit(p), "rows of a table")
		} else {
			r.read(value.Lit(p))
		}
		return
	}
}

var sqlLooks = set(`SELECT SHOW EXPLAIN DESCRIBE DESC VALUES USE BEGIN COMMIT ROLLBACK START END SET RESET ANALYZE TABLE WITH FETCH CLOSE DECLARE SAVEPOINT RELEASE LISTEN NOTIFY PRAGMA HELP STATUS CHECKPOINT LOCK UNLOCK DISCARD PREPARE DEALLOCATE \Q \D \DT \L \C QUIT EXIT`)

func sqlStatement(r *recorder, s value.Str) {
	c := strings.TrimSpace(s.String())
	for strings.HasPrefix(c, "--") || strings.HasPrefix(c, "/*") {
		if strings.HasPrefix(c, "/*") {
			_, rest, _ := strings.Cut(c, "*/")
			c = strings.TrimSpace(rest)
			continue
		}
		_, rest, _ := strings.Cut(c, "\n")
		c = strings.TrimSpace(rest)
	}
	upper := strings.ToUpper(c)
	words := strings.Fields(upper)
	if len(words) == 0 || c[0] == '.' || c[0] == '\\' {
		return
	}
	original := strings.Fields(c)
	object := func(n int) value.Str {
		for n < len(words) && strings.Contains(" TABLE DATABASE SCHEMA KEYSPACE IF EXISTS NOT INTO FROM ONLY USER ROLE INDEX VIEW SEQUENCE CONCURRENTLY IGNORE ALL MATERIALIZED OR REPLACE TEMPORARY FUNCTION EXTENSION TRIGGER OWNED ", " "+words[n]+" ") {
			n++
		}
		if n >= len(words) {
			return value.Lit(strings.Join(original[:min(3, len(original))], " "))
		}
		name := strings.Trim(original[n], "`\"(),;")
		return value.Lit(name)
	}
	for _, f := range []string{"INTO OUTFILE", "INTO DUMPFILE"} {
		if i := strings.Index(upper, f); i >= 0 {
			if p := literalAfter(c[i:]); p != "" {
				r.effect(sallyport.EffectWrite, value.Lit(p), "by the database")
			}
		}
	}
	for _, f := range []string{"LOAD_FILE(", "PG_READ_FILE(", "PG_READ_BINARY_FILE(", "READFILE(", "LOAD DATA", "LO_IMPORT(", "PG_LS_DIR("} {
		if i := strings.Index(upper, f); i >= 0 {
			if p := literalAfter(c[i:]); p != "" {
				r.read(value.Lit(p))
			}
		}
	}
	for _, f := range []string{"WRITEFILE(", "LO_EXPORT("} {
		if i := strings.Index(upper, f); i >= 0 {
			if p := literalAfter(c[i:]); p != "" {
				r.effect(sallyport.EffectWrite, value.Lit(p), "by the database")
			}
		}
	}
	for _, f := range []string{"SYS_EXEC(", "SYS_EVAL(", "XP_CMDSHELL", "EDIT("} {
		if i := strings.Index(upper, f); i >= 0 {
			if p := literalAfter(c[i:]); p != "" {
				r.shell(value.Lit(p))
			}
		}
	}
	switch words[0] {
	case "COPY":
		sqlCopy(r, value.Lit(c))
	case "DROP", "TRUNCATE":
		r.effect(sallyport.EffectDatabase, object(1), strings.ToLower(words[0]))
		if words[0] == "TRUNCATE" || len(words) > 1 && strings.Contains(" TABLE DATABASE SCHEMA KEYSPACE TABLESPACE ", " "+words[1]+" ") {
			what := object(1)
			if words[0] == "DROP" && words[1] != "TABLE" && words[1] != "TABLESPACE" {
				what = value.Concat(value.Lit("database "), what)
			}
			r.effect(sallyport.EffectIrreversible, what, strings.ToLower(words[0]))
		}
		if len(words) > 1 && (words[1] == "USER" || words[1] == "ROLE") {
			r.effect(sallyport.EffectAccount, object(1), "database user dropped")
		}
	case "DELETE":
		r.effect(sallyport.EffectDatabase, object(1), "delete")
		if !strings.Contains(upper, "WHERE") {
			r.effect(sallyport.EffectIrreversible, object(1), "all rows deleted")
		}
	case "INSERT", "UPDATE", "REPLACE", "MERGE", "UPSERT":
		r.effect(sallyport.EffectDatabase, object(1), strings.ToLower(words[0]))
		if t := strings.ToUpper(object(1).String()); strings.HasPrefix(t, "MYSQL.") || strings.Contains(t, "PG_AUTHID") {
			r.effect(sallyport.EffectAccount, object(1), "accounts of the database")
		}
	case "CREATE", "ALTER":
		r.effect(sallyport.EffectDatabase, object(1), strings.ToLower(words[0]))
		if len(words) > 1 && (words[1] == "USER" || words[1] == "ROLE") {
			r.effect(sallyport.EffectAccount, object(1), "database user: "+strings.ToLower(words[0]))
		}
		if strings.Contains(upper, "LANGUAGE C") || strings.Contains(upper, "SONAME") || strings.Contains(upper, "PLPYTHONU") || strings.Contains(upper, "PLPERLU") || strings.Contains(upper, "PLPYTHON3U") {
			r.effect(sallyport.EffectExec, object(1), "code that runs inside the database server")
		}
	case "GRANT", "REVOKE":
		who := value.Lit(words[len(words)-1])
		for i, w := range words {
			if (w == "TO" || w == "FROM") && i+1 < len(words) {
				who = value.Lit(strings.Trim(original[i+1], "`\"',;"))
			}
		}
		r.effect(sallyport.EffectAccount, who, strings.ToLower(c))
	case "CALL", "DO", "EXECUTE", "EXEC":
		r.effect(sallyport.EffectDatabase, object(1), strings.ToLower(words[0]))
		r.unknown("what the database procedure " + object(1).String() + " does is not known")
	case "VACUUM", "REINDEX", "CLUSTER", "OPTIMIZE", "FLUSH", "KILL", "CHANGE", "STOP", "RENAME", "COMMENT", "ATTACH", "DETACH", "REFRESH", "RESTORE", "BACKUP", "SHUTDOWN", "PURGE", "INSTALL", "LOAD", "HANDLER", "REASSIGN", "IMPORT", "REPAIR", "CHECK", "SECURITY":
		r.effect(sallyport.EffectDatabase, object(1), strings.ToLower(words[0]))
		if words[0] == "ATTACH" {
			if p := literalAfter(c); p != "" {
				r.effect(sallyport.EffectWrite, value.Lit(p), "database")
			}
		}
	default:
		if !sqlLooks[words[0]] {
			r.unknown("the statement " + strings.Join(original[:min(4, len(original))], " ") + " is not understood")
		}
	}
}

func literalAfter(s string) string {
	i := strings.IndexAny(s, `'"`)
	if i < 0 {
		return ""
	}
	body, _, _ := strings.Cut(s[i+1:], s[i:i+1])
	return body
}
