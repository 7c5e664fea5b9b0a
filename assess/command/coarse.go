package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// verbs are words that say, for most tools with sub-commands, that they only look.
var lookingVerbs = wordSet(`status list ls show get info describe view version --version -V help --help -h check test validate verify search find query
	inspect stat stats logs log history diff print cat count top ps config-view whoami which doctor env explain size lint tail watch -v -l --list --status`)

// words divides the operands of a tool whose options are not described one by one: what does not begin with a dash, and
// the values of options written as --name=value. Nothing is known about which options take the next word.
func (e *eval) words() (plain []value.Str, options map[string]value.Str) {
	options = map[string]value.Str{}
	e.undescribedAll()
	for i, o := range e.operands {
		if !o.HasPrefix("-") {
			plain = append(plain, o)
			continue
		}
		name, v, ok := o.CutAny("=")
		if n, known := name.Const(); known {
			if !ok && i+1 < len(e.operands) && !e.operands[i+1].HasPrefix("-") {
				v = e.operands[i+1]
			}
			options[n] = v
		}
	}
	return plain, options
}

// coarse describes a tool by the look of its operands: addresses are connected to, paths are used. It says that this is all it knows,
// unless the first word is a verb that only looks.
func (e *eval) coarse(kind sallyport.EffectKind, label string) {
	plain, _ := e.words()
	verb := ""
	if len(e.operands) > 0 {
		verb, _ = e.operands[0].Const()
	}
	if len(plain) > 0 && !lookingVerbs[verb] {
		verb, _ = plain[0].Const()
	}
	if lookingVerbs[verb] {
		e.sources = append(e.sources, End{System, lit(label)})
		return
	}
	for _, o := range plain {
		if o.Contains("://") {
			e.effect(sallyport.EffectConnect, o, e.name)
		}
	}
	e.effect(kind, lit(label), strings.TrimSpace(e.name+" "+value.Join(e.operands, " ").String()))
	e.unknown("what %s does in detail is not modelled", strings.TrimSpace(e.name+" "+verb))
}
