package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	// ogrinfo with SQL that changes something writes to its file.
	hooks["ogrinfo"] = func(e *eval) {
		if q, ok := e.value("-sql"); ok && len(e.operands) > 0 {
			word, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(q.Prefix())), " ")
			if word != "select" && word != "with" && word != "pragma" {
				e.effect(sallyport.EffectWrite, e.operands[0], "changed by SQL")
			}
		}
	}
	// ogr2ogr writes its first operand and reads the second; either may be a database ("PG:dbname=x").
	hooks["ogr2ogr"] = func(e *eval) {
		for i, o := range e.operands {
			switch {
			case i > 1: // a layer
			case database(o) && i == 0:
				e.effect(sallyport.EffectDatabase, o, "tables written")
			case database(o):
				e.effect(sallyport.EffectConnect, o, "a database")
			case i == 0:
				e.output(sallyport.EffectWrite, o, "")
				e.noStdout = !stdStream(o)
			default:
				uri(e, "", []value.Str{o})
			}
		}
	}
}

// database reports whether a word names a database to GDAL.
func database(v value.Str) bool {
	name, _, ok := strings.Cut(v.Prefix(), ":")
	return ok && oneOf(strings.ToUpper(name), "PG", "PGEO", "POSTGRESQL", "MYSQL", "MSSQL", "OCI", "MONGODBV3", "ODBC", "ES", "CARTO", "WFS", "HANA", "SDE")
}
