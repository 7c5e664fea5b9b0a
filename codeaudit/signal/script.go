package signal

import (
	"bytes"
	"regexp"
	"strings"
)

// Script is a stretch of added text that a shell will run, wherever it stands: a script, a recipe, a pipeline's step.
type Script struct {
	Line  int // 1-based line of Lines[0] in the new side
	Lines [][]byte
}

// Bounds of what is given to an assessment: a change that adds more is cut, the rest is read by people.
const (
	maxScript  = 64 << 10 // bytes of one stretch
	maxScripts = 300      // stretches of one hunk
)

// scanScripts lets the assessment look at what a shell will run. A stretch says nothing that was removed by the same commit.
func (s *scan) scanScripts(f *file) {
	if f.Lang&(Shell|Make|YAML|Docker) != 0 && f.Role != Doc {
		for _, h := range f.Hunks {
			for j, text := range h.New {
				if bytes.Contains(text, []byte("()")) && len(text) < 500 && bomb.Match(text) {
					s.add("cap.hang", f, h.NewLine+j, false, text, 0, len(text), 1, "starts itself twice, for ever")
				}
			}
		}
	}
	if s.Shell == nil || f.Lang&(Shell|Docker|Make|YAML) == 0 || f.Role == Doc || f.Opaque != "" {
		return
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		for _, sc := range scriptsOf(f.About, h.New, h.NewLine) {
			for _, g := range s.Shell(sc.Lines) {
				g.Path, g.Line = f.Path, sc.Line+max(1, g.Line)-1
				if f.Role == Test {
					g.Strength *= 0.6
				}
				if key := g.ID + "\x00" + f.Path; s.perFile[key] < maxPerFile {
					s.perFile[key]++
					s.signals = append(s.signals, g)
				}
			}
		}
	}
}

var bomb = regexp.MustCompile(`\(\)\s*\{\s*\S+\s*\|\s*\S+\s*&\s*\}`)

// scriptsOf cuts the stretches that a shell will run out of added lines.
func scriptsOf(about About, lines [][]byte, first int) []Script {
	size := 0
	for _, text := range lines {
		size += len(text) + 1
	}
	if size == 0 || size > maxScript {
		return nil
	}
	var out []Script
	switch about.Lang {
	case Shell:
		return []Script{{Line: first, Lines: lines}}
	case Docker:
		out = dockerScripts(lines, first)
	case Make:
		out = makeScripts(lines, first)
	case YAML:
		out = yamlScripts(about, lines, first)
	}
	return out[:min(len(out), maxScripts)]
}

// continued returns how many lines from i on are one line for a shell.
func continued(lines [][]byte, i int) int {
	n := 1
	for i+n < len(lines) && bytes.HasSuffix(bytes.TrimRight(lines[i+n-1], " \t\r"), []byte(`\`)) {
		n++
	}
	return n
}

func dockerScripts(lines [][]byte, first int) (out []Script) {
	for i := 0; i < len(lines); i++ {
		t := bytes.TrimSpace(lines[i])
		if len(t) < 8 || !bytes.EqualFold(t[:4], []byte("RUN ")) || bytes.HasPrefix(bytes.TrimSpace(t[4:]), []byte("[")) {
			continue
		}
		body := bytes.TrimSpace(t[4:])
		for bytes.HasPrefix(body, []byte("--")) { // --mount and its relatives are not the shell's
			_, rest, _ := bytes.Cut(body, []byte(" "))
			body = bytes.TrimSpace(rest)
		}
		if mark, ok := bytes.CutPrefix(body, []byte("<<")); ok { // the lines of a here-document are the script
			mark = bytes.Trim(bytes.TrimPrefix(mark, []byte("-")), `"' `)
			end := i + 1
			for end < len(lines) && !bytes.Equal(bytes.TrimSpace(lines[end]), mark) {
				end++
			}
			out = append(out, Script{Line: first + i + 1, Lines: lines[i+1 : end]})
			i = end
			continue
		}
		n := continued(lines, i)
		script := [][]byte{body}
		for _, text := range lines[i+1 : i+n] {
			if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("#")) { // comments between continued lines are left out by the builder
				script = append(script, text)
			} else {
				script = append(script, []byte(`\`))
			}
		}
		out = append(out, Script{Line: first + i, Lines: script})
		i += n - 1
	}
	return out
}

func makeScripts(lines [][]byte, first int) (out []Script) {
	for i := 0; i < len(lines); i++ {
		if len(lines[i]) < 5 || lines[i][0] != '\t' {
			continue
		}
		n := continued(lines, i)
		script := append([][]byte{bytes.TrimLeft(bytes.TrimSpace(lines[i]), "@-+")}, lines[i+1:i+n]...)
		out = append(out, Script{Line: first + i, Lines: script})
		i += n - 1
	}
	return out
}

// shellKeys are keys of pipelines and playbooks whose value a shell runs: one line, a block, or a list of either.
var shellKeys = map[string]bool{"run": true, "script": true, "before_script": true, "after_script": true, "install": true, "before_install": true, "command": true, "commands": true, "shell": true, "bash": true, "sh": true,
	"inline": true, "inlineScript": true, "cmd": true, "cmds": true, "after_success": true, "before_deploy": true, "deploy": true, "test_script": true, "build_script": true, "install_script": true, "pre": true, "post": true, "args": true, "entrypoint": true}

// yamlScripts finds values of shellKeys. In a pipeline it also takes added lines that are no YAML of their own for lines within
// a block that was there before: what surrounds a hunk is not known here.
func yamlScripts(about About, lines [][]byte, first int) (out []Script) {
	inside := about.Role == CI
	for _, text := range lines {
		if t := bytes.TrimSpace(text); len(t) > 0 && t[0] != '#' {
			if _, _, ok := yamlPair(t); ok || bytes.HasPrefix(t, []byte("- ")) {
				inside = false
				break
			}
		}
	}
	if inside {
		return []Script{{Line: first, Lines: lines}}
	}
	for i := 0; i < len(lines); i++ {
		indent := leading(lines[i])
		t := bytes.TrimSpace(lines[i])
		dashes := 0
		for bytes.HasPrefix(t, []byte("- ")) {
			t, dashes = bytes.TrimSpace(t[2:]), dashes+1
		}
		key, value, ok := yamlPair(t)
		switch {
		case !ok && dashes > 0 && about.Role == CI && bytes.ContainsAny(t, " |&;$"):
			out = append(out, Script{Line: first + i, Lines: [][]byte{unquoted(t)}})
		case !ok || !shellKeys[key]:
		case len(value) > 0 && (value[0] == '|' || value[0] == '>'):
			end := i + 1
			for end < len(lines) && (len(bytes.TrimSpace(lines[end])) == 0 || leading(lines[end]) > indent) {
				end++
			}
			if end > i+1 {
				out = append(out, Script{Line: first + i + 1, Lines: lines[i+1 : end]})
			}
			i = end - 1
		case len(value) > 3 && value[0] != '[' && value[0] != '{':
			out = append(out, Script{Line: first + i, Lines: [][]byte{unquoted(value)}})
		case len(value) == 0:
			for i+1 < len(lines) && leading(lines[i+1]) >= indent && bytes.HasPrefix(bytes.TrimSpace(lines[i+1]), []byte("- ")) {
				i++
				item := bytes.TrimSpace(bytes.TrimSpace(lines[i])[2:])
				if _, _, pair := yamlPair(item); !pair && len(item) > 3 && item[0] != '|' {
					out = append(out, Script{Line: first + i, Lines: [][]byte{unquoted(item)}})
				}
			}
		}
	}
	return out
}

// yamlPair cuts "key: value". A key is a word; what a shell writes before a colon is none.
func yamlPair(t []byte) (key string, value []byte, ok bool) {
	k, v, found := bytes.Cut(t, []byte(":"))
	if !found || len(v) > 0 && v[0] != ' ' && v[0] != '\t' || len(k) == 0 || len(k) > 60 {
		return "", nil, false
	}
	name := strings.Trim(string(k), `"'`)
	for i := range len(name) {
		if !isWord(name[i]) && name[i] != '-' && name[i] != '.' && name[i] != '/' {
			return "", nil, false
		}
	}
	return name, bytes.TrimSpace(v), true
}

func unquoted(t []byte) []byte {
	if len(t) > 1 && (t[0] == '"' || t[0] == '\'') && t[len(t)-1] == t[0] {
		return t[1 : len(t)-1]
	}
	return t
}

func leading(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " \t")) }
