package signal

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"sallyport/codeaudit/change"
)

// What stands between a change and its effect: steps of a pipeline that say no, fixed versions, owners who must agree. And what
// runs without anybody asking for it, on the machine of whoever opens or installs the source.

var pinHints = hints("sha", "integrity", "checksum", "@")

var (
	skips    = regexp.MustCompile(`(?:\bt\.Skip(?:f|Now)?\s*\(|@(?:unittest\.|pytest\.mark\.)?skip|\b(?:it|test|describe)\.skip\s*\(|\bx(?:it|test|describe)\s*\(|@(?:Ignore|Disabled)\b|#\[ignore|->markTestSkipped\s*\()`)
	gateLine = regexp.MustCompile(`^\s*-?\s*(?:permissions|persist-credentials|environment|if|needs|required|fail-fast|severity|exit-code)\s*:`)
	pinText  = regexp.MustCompile(`@sha256:[0-9a-f]{12,}|--hash=sha|"integrity"\s*:|\bintegrity\s+sha|\bchecksum\s*=|@[0-9a-f]{40}\b|\bsha256\s*[=:]\s*["']?[0-9a-f]{32,}|sha512-[A-Za-z0-9+/=]{20,}`)
	image    = regexp.MustCompile(`(?i)^\s*(?:FROM\s+(?:--\S+\s+)?|image\s*:\s*["']?)([\w./-]+)`)
	guards   = regexp.MustCompile(`(?i)auth|login|sign|verif|crypt|secur|permission|access|sanitiz|escape|overflow|bounds|sandbox|session|token|csrf|xss|inject|refus|reject|deny|invalid|bad`)
)

// scanGates looks at steps of pipelines and at tests that went away.
func (s *scan) scanGates(f *file) {
	switch {
	case f.Kind == change.Deleted && f.removed > 0 && (f.Role == CI || strings.Contains(strings.ToLower(f.Path), "dependabot") || strings.Contains(strings.ToLower(f.Path), "renovate")):
		strength := 0.4
		for _, h := range f.Hunks {
			for _, text := range h.Old {
				protecting(text, func(p *protection, _, _ int) {
					if p.group == "gate" {
						strength = 1
					}
				})
			}
		}
		if strings.Contains(strings.ToLower(f.Path), "dependabot") {
			strength = 0.8
		}
		s.addFile("ci.gate", f, []byte(f.Path), strength, "removed")
	case f.Kind == change.Deleted && f.Role == Test && f.removed > 0 && guards.MatchString(path.Base(f.Path)):
		s.addFile("test.guard", f, []byte(f.Path), 0.9, "a test of something that protects is removed")
	case f.Kind != change.Deleted && f.Role == CI:
		for _, h := range f.Hunks {
			for i, text := range h.Old {
				if len(h.Old) > 8 || !gateLine.Match(text) || bytes.Contains(bytes.Join(h.New, nil), firstWord(text)) {
					continue
				}
				strength := 0.9 * stretch(&h)
				if len(h.New) > 0 {
					strength *= 0.6
				}
				s.add("ci.gate", f, h.OldLine+i, true, text, 0, len(text), strength, "a condition or restriction of a step is gone")
				break
			}
		}
	}
	if f.Role == Test && f.Kind != change.Added && guards.MatchString(f.Path) {
		for _, h := range f.Hunks {
			for i, text := range h.New {
				if len(text) < 300 && skips.Match(text) && !contains(h.Old, bytes.TrimSpace(text)) {
					s.add("test.guard", f, h.NewLine+i, false, text, 0, len(text), 0.85, "a test of something that protects is skipped")
				}
			}
		}
	}
	if f.Role != Test || f.Kind == change.Deleted || f.Kind == change.Added || f.added+f.removed > 20 {
		return
	}
	for _, h := range f.Hunks {
		for i, text := range h.Old {
			if isAssertion(text) && guards.Match(text) && !matchesGuard(h.New) {
				s.add("test.guard", f, h.OldLine+i, true, text, 0, len(text), 0.95*stretch(&h), "a demand on something that protects is gone")
				return
			}
		}
	}
}

func matchesGuard(lines [][]byte) bool {
	for _, text := range lines {
		if isAssertion(text) {
			return true
		}
	}
	return false
}

func firstWord(text []byte) []byte {
	key, _, _ := bytes.Cut(bytes.TrimLeft(text, " \t-"), []byte(":"))
	return append(bytes.Clone(key), ':')
}

// scanPins finds fixed versions and digests that went away while what they fixed stayed.
func (s *scan) scanPins() {
	for _, f := range s.files {
		if f.Role == Doc || f.Role == Test || f.Kind == change.Deleted || f.removed == 0 || f.Lang&programs&^Python != 0 {
			continue
		}
		for i := range f.Hunks {
			h := &f.Hunks[i]
			if len(h.Old) > 4 || len(h.New) > len(h.Old)+2 {
				continue
			}
			for j, text := range h.Old {
				if len(text) > maxLine || !hasAny(text, pinHints) {
					continue
				}
				m := pinText.FindIndex(text)
				if m == nil || matchesAny(h.New, pinText) || len(h.New) == 0 && len(h.Old) > 2 {
					continue
				}
				s.add("dep.pin-removed", f, h.OldLine+j, true, text, m[0], m[1], ifElse(f.Role == Lock, 0.8, 1), "")
				break
			}
			if f.Lang&(Docker|YAML) == 0 || len(h.Old) != len(h.New) {
				continue
			}
			for j, text := range h.New {
				was, is := image.FindSubmatch(h.Old[j]), image.FindSubmatchIndex(text)
				if was != nil && is != nil && !bytes.Equal(was[1], text[is[2]:is[3]]) && !bytes.Contains(was[1], []byte("$")) {
					s.add("dep.source", f, h.NewLine+j, false, text, is[2], is[3], 0.7, "another image: was "+Visible(was[1]))
				}
			}
		}
	}
}

var (
	openTask     = regexp.MustCompile(`"runOn"\s*:\s*"folderOpen"`)
	startCommand = regexp.MustCompile(`"(?:initialize|onCreate|updateContent|postCreate|postStart|postAttach)Command"\s*:`)
	agentAct     = regexp.MustCompile(`(?i)(?:\b(?:always|first|before|must|silently|without (?:asking|telling|mention)|do not (?:mention|tell|ask)|never (?:mention|tell)|ignore (?:all|any|previous))\b.*(?:\brun\b|\bexecute\b|curl|wget|\bsh\b|\.sh\b|npx|pip install|\brm\b|https?://)|(?:\brun\b|\bexecute\b|curl|wget).*(?:without asking|do not mention|\|\s*(?:ba)?sh))`)
	agentAllow   = regexp.MustCompile(`(?i)dangerously[-_]?skip[-_]?permissions|bypass_?permissions|auto_?approve|yolo|--allow-?all|"?permission_?mode"?\s*[:=]|allowed_non_write_users\s*:|allowed_bots\s*:\s*["']?\*|alwaysAllow|trust_?all_?tools|--trust-all|--full-auto|allowed[-_]?tools.*\b(?:Bash|Write|Edit)\b|"allow"\s*:\s*\[.*Bash`)
	commandKey   = regexp.MustCompile(`"(?:command|args|hooks|mcpServers)"\s*:`)
	installRun   = regexp.MustCompile(`(?:\b(?:ba|da|z|k)?sh\b|\bpython\d?\b|\bnode\b|\bcurl\b|\bwget\b|\bchmod\b|\bsystemctl\b|\$\(|\x60|&\s*$)`)
	launcher     = regexp.MustCompile(`^\s*(?:rustc-wrapper|rustc-workspace-wrapper|runner|linker|script-shell|node-options|init-script|onload-script|git|shell|build\s*=|backend-path|org\.gradle\.jvmargs)\s*=`)
	agentFiles   = map[string]bool{"claude.md": true, "agents.md": true, "gemini.md": true, ".cursorrules": true, ".windsurfrules": true, "copilot-instructions.md": true, ".clinerules": true, "skill.md": true}
)

// scanAutostart looks at files that a program on somebody's machine reads and obeys.
func (s *scan) scanAutostart(f *file) {
	if f.Kind == change.Deleted || f.added == 0 {
		return
	}
	lower := "/" + strings.ToLower(f.Path)
	base := path.Base(lower)
	ext := path.Ext(base)
	fire := func(id string, strength float64, note string, ok func(text []byte) bool) {
		for _, h := range f.Hunks {
			for i, text := range h.New {
				if len(text) <= maxLine && len(bytes.TrimSpace(text)) > 2 && !bytes.HasPrefix(bytes.TrimSpace(text), []byte("#")) && ok(text) && !contains(h.Old, bytes.TrimSpace(text)) {
					s.add(id, f, h.NewLine+i, false, text, 0, len(text), strength, note)
				}
			}
		}
	}
	any := func([]byte) bool { return true }
	agent := agentFiles[base] || strings.Contains(lower, "/.cursor/rules") || strings.Contains(lower, "/.claude/") || strings.Contains(lower, "/.github/instructions/")
	switch {
	case strings.Contains(lower, "/.vscode/") && ext == ".json", ext == ".code-workspace":
		fire("hook.open", 1, "an editor runs it when the folder is opened", openTask.Match)
	case strings.Contains(lower, "devcontainer") && ext == ".json":
		fire("hook.open", 0.8, "runs when the container is made", startCommand.Match)
	case base == ".envrc":
		fire("hook.open", 0.9, "a shell reads it when somebody enters the folder", any)
	case strings.Contains(lower, "/.husky/"), strings.Contains(lower, "/.githooks/"), strings.Contains(lower, "/hooks/pre-"):
		fire("hook.open", 0.8, "git runs it", any)
	case base == ".gitpod.yml":
		fire("hook.open", 0.8, "runs when the workspace is made", regexp.MustCompile(`(?:init|command|before)\s*:\s*\S`).Match)
	case ext == ".pth":
		fire("hook.open", 1, "the interpreter runs it at every start", func(t []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(t), []byte("import")) })
	case base == "sitecustomize.py", base == "usercustomize.py":
		fire("hook.open", 1, "the interpreter runs it at every start", any)
	case base == "conftest.py":
		fire("hook.open", 0.8, "runs as soon as tests are collected", func(t []byte) bool {
			return t[0] != ' ' && t[0] != '\t' && bytes.ContainsRune(t, '(') && !bytes.HasPrefix(t, []byte("def ")) && !bytes.HasPrefix(t, []byte("@")) && !bytes.HasPrefix(t, []byte("class ")) && regexp.MustCompile(`system|subprocess|popen|exec|urlopen|requests|socket`).Match(t)
		})
	case agent:
		fire("hook.open", 0.9, "tells an automatic assistant what to run", func(t []byte) bool {
			return agentAct.Match(t) || agentAllow.Match(t) || ext == ".json" && commandKey.Match(t)
		})
	case strings.HasSuffix(base, "mcp.json"):
		fire("hook.open", 0.9, "an automatic assistant starts it", commandKey.Match)
	case f.Role == CI && hasAgentAllow(f):
		fire("hook.open", 0.9, "an automatic assistant may do more, or for more people", agentAllow.Match)
	case strings.Contains(lower, "/.cargo/config"), base == ".npmrc", base == "gradle.properties", base == "pyproject.toml", base == ".yarnrc.yml":
		fire("build.hook", 0.8, "another program runs in place of the usual one", func(t []byte) bool {
			return launcher.Match(t) && !bytes.HasSuffix(bytes.TrimSpace(t), []byte("=")) || bytes.Contains(t, []byte("-javaagent:"))
		})
	case strings.Contains(lower, "/.mvn/"), base == ".jvmopts", base == ".bazelrc":
		fire("build.hook", 0.9, "the build tool is started with it", func(t []byte) bool {
			return bytes.Contains(t, []byte("-javaagent")) || bytes.Contains(t, []byte("-agent")) || bytes.Contains(t, []byte("--workspace_status_command")) || bytes.Contains(t, []byte("extensions"))
		})
	case base == "binding.gyp", ext == ".gyp", ext == ".gypi":
		fire("build.hook", 0.9, "runs while the build is configured", func(t []byte) bool { return bytes.Contains(t, []byte("<!(")) || bytes.Contains(t, []byte("<!@(")) })
	case base == ".pre-commit-config.yaml":
		fire("dep.source", 0.75, "runs on everybody's machine at each commit", regexp.MustCompile(`repo\s*:\s*https?:`).Match)
	case strings.Contains(lower, "/debian/") && (base == "postinst" || base == "preinst" || base == "prerm" || base == "postrm" || base == "config"), base == "post_install", base == ".install":
		fire("build.hook", 0.7, "runs as root when the package is installed", installRun.Match)
	case base == "package.json":
		for i := range f.Hunks {
			h := &f.Hunks[i]
			for j, text := range h.New {
				if entryPoint.Match(text) && matchesAny(h.Old, entryPoint) && len(h.Old) == len(h.New) && !contains(h.Old, bytes.TrimSpace(text)) {
					s.add("build.hook", f, h.NewLine+j, false, text, 0, len(text), 0.75, "whoever uses the package loads another file")
				}
			}
		}
	}
}

var entryPoint = regexp.MustCompile(`^\s*"(?:main|module|browser|bin|exports)"\s*:\s*"`)

func hasAgentAllow(f *file) bool {
	for _, h := range f.Hunks {
		for _, text := range h.New {
			if len(text) <= maxLine && agentAllow.Match(text) {
				return true
			}
		}
	}
	return false
}
