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
	e.familiarAll()
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
			if e.grammar == nil && pathLike(v) && !readingOptions[n] && !plainFlags[n] && !strings.HasPrefix(n, "--no-") {
				e.loose = append(e.loose, looseOption{n, v})
			}
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

// looseOption is an option of a tool whose options are not described one by one, and the path that may be its value.
type looseOption struct {
	name  string
	value value.Str
}

// readingOptions name what is read, whatever the tool.
var readingOptions = wordSet(`-i --input --input-file --in --infile --from -c --config --config-file --conf --include --exclude --exclude-from --ignore --env-file --schema --theme --style --stylesheet --font --cert --cacert --key --ca`)

// plainFlags take no value, whatever the tool.
var plainFlags = wordSet(`-- -q --quiet -s --silent -v --verbose -r -R --recursive --recurse --color --colour --colors --debug --json --check --diff --watch --dry-run --interactive --force --all --list --stdout --fullscreen
	--text --test --loop --random --shuffle --values --graph --tree --total --new-window --new-instance --batch --persist --help --version`)

func pathLike(v value.Str) bool {
	c, known := v.Const()
	if !known {
		return !v.Empty()
	}
	dot := strings.LastIndexByte(c, '.')
	return strings.Contains(c, "/") && !strings.Contains(c, "://") || dot > 0 && dot < len(c)-1 && !isNumber(strings.ReplaceAll(c, ".", ""))
}

// settle says of each loose option that it may name what is written or run, unless the hook has said what becomes of it.
func (e *eval) settle() {
	for _, o := range e.loose {
		if !e.accounts(o.value) {
			e.unknown("what option %q of %s does with %q is not modelled", o.name, e.name, o.value)
		}
	}
}

// accounts reports whether something is said of a value besides that it is looked at.
func (e *eval) accounts(v value.Str) bool {
	text := v.String()
	for _, f := range e.res.Effects {
		if (f.Kind != sallyport.EffectRead || f.Detail != "") && strings.Contains(f.Target.String(), text) {
			return true
		}
	}
	for _, r := range e.res.Runs {
		if r.File != nil && r.File.String() == text || r.Script != nil && strings.Contains(r.Script.String(), text) || len(r.Argv) > 0 && strings.Contains(value.Join(r.Argv, " ").String(), text) {
			return true
		}
	}
	return false
}
