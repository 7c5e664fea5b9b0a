package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() { hooks["httpItems"] = httpItems }

// httpItems reads [METHOD] URL [ITEM...] as HTTPie and its relatives do. An item whose separator ends in @ sends a file.
func httpItems(e *eval) {
	rest := e.operands
	if len(rest) > 1 && method(rest[0]) {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return
	}
	host := rest[0]
	if port, ok := host.Drop(1); ok && host.HasPrefix(":") {
		host = value.Concat(lit("localhost:"), port)
	}
	to := []value.Str{host}
	if e.has("--offline") {
		to = nil
	}
	for _, item := range rest[1:] {
		switch file, v, ok := requestItem(item); {
		case !ok:
			e.unknown("what %q asks %s for is not known", item, e.name)
		case file:
			e.sendTo(fileEnd(v), to)
		default:
			e.sendTo(End{Text, v}, to)
		}
	}
	for _, raw := range e.values("--raw") {
		e.sendTo(End{Text, raw}, to)
	}
	if !e.has("--ignore-stdin") {
		for _, h := range to {
			e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, h}})
		}
	}
	if to == nil {
		return
	}
	e.effect(sallyport.EffectConnect, host, "")
	e.sources = append(e.sources, End{Net, host})
	if e.has("--download") && !e.has("--output") {
		e.output(sallyport.EffectWrite, urlFile(host), "downloaded")
		e.noStdout = true
	}
}

// method reports whether a word is the method of a request rather than its address.
func method(v value.Str) bool {
	c, known := v.Const()
	return known && c != "" && strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" && c != "localhost"
}

// requestItem finds the first separator of an item, the longest where several begin. A separator after a backslash is none.
func requestItem(item value.Str) (file bool, v value.Str, ok bool) {
	if !item.Known() && item.Prefix() == "" {
		return false, item, false
	}
	prefix := item.Prefix()
	for i := 0; i < len(prefix); i++ {
		if prefix[i] == '\\' {
			i++
			continue
		}
		for _, sep := range []string{":=@", "==@", "=@", ":@", ":=", "==", "@", "=", ":"} {
			if strings.HasPrefix(prefix[i:], sep) {
				rest, _ := item.Drop(i + len(sep))
				if file = strings.HasSuffix(sep, "@"); file {
					if path, _, typed := rest.CutAny(";type="); typed {
						rest = path
					}
				}
				return file, rest, true
			}
		}
	}
	return false, item, false
}
