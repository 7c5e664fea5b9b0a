package command

import (
	"regexp"
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// exiftoolValue are the options of exiftool that take the next word; a word with a dash that is no option is a tag.
var (
	exiftoolValue = wordSet(`-tagsFromFile -tagsfromfile -addTagsFromFile -addtagsfromfile -x -exclude -c -coordFormat -coordformat -csvDelim -csvdelim -d -dateFormat -dateformat -listItem -listitem -p -printFormat -printformat -sep -separator
		-w -w+ -w! -textOut -textout -W -W+ -W! -tagOut -tagout -Wext -wext -tagOutExt -tagoutext --Wext -ext -ext+ -extension -extension+ --ext -fileOrder -fileorder -i -ignore -if -if1 -if2 -if3 -if4 -if5 -o -out -password -wm -writeMode -writemode -@ -geotag -globalTimeShift -globaltimeshift
		-use -api -config -echo -echo1 -echo2 -echo3 -echo4 -efile -efile! -efile1 -efile2 -srcfile -stay_open -userParam -userparam`)
	exiftoolFlag = regexp.MustCompile(`^-(args|argFormat|argformat|b|binary|-b|-binary|charset.*|csv|D|decimal|E|ex|ec|escape(HTML|XML|C)|f|forcePrint|forceprint|g\d*(:\d+)*|G\d*(:\d+)*|group(Headings|headings|Names|names)\d*(:\d+)*|h|htmlFormat|htmlformat|H|hex|htmlDump\d*|htmldump\d*|j|json|l|long|L|latin|lang|n|-printConv|-n|` +
		`php|s\d*|short|S|veryShort|veryshort|sort|-sort|struct|-struct|t|tab|T|table|v\d*|verbose\d*|X|xmlFormat|xmlformat|a|-a|duplicates|-duplicates|e|-composite|-e|ee\d*|extractEmbedded\d*|F-?\d*|fixBase|fast\d*|m|ignoreMinorErrors|ignoreminorerrors|overwrite_original|overwrite_original_in_place|P|preserve|` +
		`progress.*|q|quiet|r\.?|recurse\.?|scanForXMP|scanforxmp|u|unknown2?|U|wm|z|zip|k|pause|list(w|f|r|wf|g\d*|d|x)?|ver|delete_original!?|restore_original|common_args|execute\d*|list_dir|all|ALL)$`)
	exiftoolTag = regexp.MustCompile(`^-{1,2}(([A-Za-z0-9]+|\*):){0,3}[A-Za-z][A-Za-z0-9_*?]*#?$`)
	exiftoolSet = regexp.MustCompile(`^-(([A-Za-z0-9]+|\*):){0,3}([A-Za-z*?][A-Za-z0-9_*?]*)?#?([-+^]?<?=|\+?<|[-+]<)`)
)

// exiftool shows what files say of themselves, or changes it: then the files are written (a copy of each is kept as FILE_original).
func exiftool(e *eval) {
	var files []value.Str
	writes, renames := false, false
	var moved, into value.Str // the new name and folder that tags give the files
	at := map[string]value.Str{}
	args := e.argv[1:]
	for n := 0; n < len(args); n++ {
		a := args[n]
		p := a.Prefix()
		c, known := a.Const()
		switch {
		case len(p) < 2 || p[0] != '-':
			files = append(files, a)
		case known && exiftoolValue[c]:
			if n++; n < len(args) {
				at[strings.ToLower(strings.TrimRight(c, "+!"))] = args[n]
				e.given = append(e.given, given{&option{name: c, takes: '='}, args[n], true})
				e.exiftoolOption(strings.ToLower(c), args[n])
			}
			writes = writes || strings.HasSuffix(strings.ToLower(c), "tagsfromfile") || c == "-geotag"
		case known && exiftoolFlag.MatchString(c):
			writes = writes || c == "-delete_original" || c == "-delete_original!" || c == "-restore_original"
		case exiftoolSet.MatchString(p) || strings.HasPrefix(p, "-csv=") || strings.HasPrefix(p, "-csv+=") || strings.HasPrefix(p, "-j=") || strings.HasPrefix(p, "-json=") || strings.HasPrefix(p, "-j+="):
			tag, v, _ := a.CutAny("=")
			name := strings.ToLower(strings.TrimRight(tag.String(), "+^-<"))
			switch {
			case strings.HasSuffix(tag.Prefix(), "<"), oneOf(name, "-csv", "-j", "-json"):
				e.effect(sallyport.EffectRead, v, "")
			case strings.HasSuffix(name, "filename") || strings.HasSuffix(name, "directory") || strings.HasPrefix(strings.ToLower(p), "-filename<") || strings.HasPrefix(strings.ToLower(p), "-directory<"):
				renames = true
				if strings.HasSuffix(name, "filename") {
					moved = v
				} else {
					into = v
				}
			}
			writes = true
		case known && exiftoolTag.MatchString(c) && len(c) > 3:
		default:
			e.unknown("option %q of %s is not understood", a, e.name)
		}
	}
	for _, f := range files {
		e.input(f)
		switch {
		case writes && at["-o"].Empty() && at["-out"].Empty() && renames:
			to := moved
			if to.Empty() {
				to = f.Base()
			}
			if !into.Empty() {
				to = value.Path(into, to)
			}
			e.effect(sallyport.EffectDelete, f, "moved away")
			e.effect(sallyport.EffectWrite, to, "renamed")
			e.res.Flows = append(e.res.Flows, Flow{From: fileEnd(f), To: fileEnd(to)})
		case writes && at["-o"].Empty() && at["-out"].Empty():
			e.effect(sallyport.EffectWrite, f, "changed in place")
		}
	}
}

func (e *eval) exiftoolOption(name string, v value.Str) {
	switch name {
	case "-o", "-out", "-efile", "-efile!", "-efile1", "-efile2":
		e.effect(sallyport.EffectWrite, v, "")
	case "-w", "-w+", "-w!", "-textout", "-tagout":
		switch {
		case v.Contains("/"), v.Contains("%") && !v.Is("%0f"):
			e.effect(sallyport.EffectWrite, v, "one file for each")
		case !v.Is("%0f"):
			e.effect(sallyport.EffectWrite, value.Concat(lit("*."), v), "one file for each")
		}
	case "-tagsfromfile", "-addtagsfromfile":
		if !v.Is("@") {
			e.effect(sallyport.EffectRead, v, "")
		}
	case "-geotag", "-srcfile":
		e.effect(sallyport.EffectRead, v, "")
	case "-p", "-printformat":
		if v.Contains("/") && !v.Contains("$") {
			e.effect(sallyport.EffectRead, v, "")
		}
	case "-password":
		e.effect(sallyport.EffectCredential, lit("a password"), "given")
	case "-@", "-config", "-use", "-stay_open":
		e.effect(sallyport.EffectRead, v, "")
		e.unknown("what %s is told by %q is not followed", e.name, v)
	case "-if", "-if1", "-if2", "-if3", "-if4", "-if5":
		e.run(Run{Script: &v, Lang: "perl"})
	case "-d", "-dateformat", "-c", "-coordformat":
	}
}
