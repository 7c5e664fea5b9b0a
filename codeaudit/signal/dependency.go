package signal

import (
	"bytes"
	"regexp"
	"strings"

	"sallyport/codeaudit/change"
)

// What a project takes from elsewhere.

var (
	dependencyName = regexp.MustCompile(`^\s*["']?([@A-Za-z0-9][@\w./-]*[A-Za-z0-9])["']?\s*(?:[:=]|[<>~^]=?|==|\sv?\d|\s*\{|;|$)`)
	host           = regexp.MustCompile(`(?:https?|git|ssh|git\+\w+)://(?:[^/@\s"']*@)?([A-Za-z0-9.-]+)`)
	versionText    = regexp.MustCompile(`[~^<>=v]*\d+(?:\.[\dx*]+)+[\w.+-]*`)
	digestText     = regexp.MustCompile(`(?:sha(?:1|256|384|512)[-:=]|h1:|[0-9a-f]{40,})[A-Za-z0-9+/=]*`)
	loose          = regexp.MustCompile(`["'\s:=](?:\*|latest|main|master|HEAD|x)["'\s,}]*$`)
	dependencyKeys = map[string]bool{"name": true, "version": true, "description": true, "main": true, "scripts": true, "test": true, "dependencies": true, "devDependencies": true, "license": true, "type": true, "module": true, "author": true, "repository": true, "url": true, "bugs": true, "homepage": true, "keywords": true, "files": true, "engines": true, "node": true, "npm": true, "edition": true, "authors": true, "require": true, "go": true, "toolchain": true, "package": true, "php": true, "build": true, "lint": true, "exports": true, "types": true, "bin": true, "private": true, "email": true, "python": true, "readme": true, "start": true, "format": true, "coverage": true, "path": true, "branch": true, "submodule": true, "optional": true, "features": true, "default": true, "contributors": true, "publishConfig": true, "browser": true, "prepublish": true, "prepare": true}
)

// scanDependencies looks at manifests and lock files.
func (s *scan) scanDependencies(f *file) {
	if !f.Deps {
		return
	}
	oldNames, newNames, oldHosts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, h := range f.Hunks {
		for _, text := range h.Old {
			if m := dependencyName.FindSubmatch(text); m != nil {
				oldNames[string(m[1])] = true
			}
			for _, m := range host.FindAllSubmatch(text, 4) {
				oldHosts[strings.ToLower(string(m[1]))] = true
			}
		}
	}
	for _, h := range f.Hunks {
		for _, text := range h.New {
			if m := dependencyName.FindSubmatch(text); m != nil {
				newNames[plainName(string(m[1]))] = true
			}
		}
	}
	manifest := f.Role != Lock
	if manifest {
		s.misspelt(f)
	}
	for _, h := range f.Hunks {
		for i, text := range h.New {
			line := h.NewLine + i
			if f.isComment(text) {
				continue
			}
			for _, m := range host.FindAllSubmatchIndex(text, 4) {
				name := strings.ToLower(string(text[m[2]:m[3]]))
				if oldHosts[name] || wellKnownHost(name) {
					continue
				}
				oldHosts[name] = true
				s.add("dep.host", f, line, false, text, m[0], m[1], ifElse(f.Role == Lock, 1, 0.6), name)
			}
			if f.Path == ".gitmodules" || strings.HasSuffix(f.Path, "/.gitmodules") {
				if bytes.Contains(text, []byte("url")) {
					s.add("dep.source", f, line, false, text, 0, len(text), 0.8, "where a submodule comes from")
				}
				continue
			}
			if !manifest {
				continue
			}
			if at := bytes.Index(text, []byte("git+")); at >= 0 || bytes.Contains(text, []byte("git = \"")) || bytes.Contains(text, []byte("git://")) || bytes.Contains(text, []byte("file:")) && f.Lang == JSON || bytes.Contains(text, []byte("replace ")) && strings.HasSuffix(f.Path, "go.mod") {
				s.add("dep.source", f, line, false, text, max(0, at), len(text), 0.8, "not from the usual registry")
			}
			m := dependencyName.FindSubmatchIndex(text)
			if m == nil {
				continue
			}
			name := string(text[m[2]:m[3]])
			if oldNames[name] || dependencyKeys[name] || !looksPinned(f, text) {
				continue
			}
			if old := lookAlikeName(name, oldNames, newNames); old != "" {
				s.add("dep.renamed", f, line, false, text, m[2], m[3], 1, "was "+old)
				continue
			}
			s.add("dep.added", f, line, false, text, m[2], m[3], 1, "")
			if loose.Match(text) {
				s.add("dep.unpinned", f, line, false, text, m[2], len(text), 0.6, "")
			}
		}
	}
	if f.Role == Lock {
		s.digestSwap(f)
	}
}

var quotedName = regexp.MustCompile(`["']([A-Za-z@][\w./-]{3,})`)

// misspelt finds a name within a line that gave way to nearly the same: several stand in one line in some manifests.
func (s *scan) misspelt(f *file) {
	for i := range f.Hunks {
		h := &f.Hunks[i]
		if len(h.Old) != len(h.New) || len(h.Old) > 8 {
			continue
		}
		for j := range h.Old {
			was, is := quotedName.FindAllSubmatch(h.Old[j], 20), quotedName.FindAllSubmatchIndex(h.New[j], 20)
			if len(was) != len(is) {
				continue
			}
			for k := range was {
				old, now := string(was[k][1]), string(h.New[j][is[k][2]:is[k][3]])
				if old != now && len(old) > 4 && plainName(old) != plainName(now) && !versionText.MatchString(old) && !versionText.MatchString(now) && !strings.Contains(now, "/") && distanceAtMost(old, now, 2) && bytes.ContainsAny(h.New[j], "<>=~^") {
					s.add("dep.renamed", f, h.NewLine+j, false, h.New[j], is[k][2], is[k][3], 1, "was "+old)
				}
			}
		}
	}
}

// digestSwap finds a digest that changed while the version beside it did not. Where a format keeps the two apart, any changed
// version of the file explains it.
func (s *scan) digestSwap(f *file) {
	moved := func(h *change.Hunk) bool {
		for i := range h.New {
			if digestText.Find(h.New[i]) == nil && versionText.Match(h.New[i]) {
				return true
			}
		}
		return false
	}
	apart := !strings.HasSuffix(f.Path, "package-lock.json") && !strings.HasSuffix(f.Path, "yarn.lock") && !strings.HasSuffix(f.Path, "go.sum")
	if apart {
		for i := range f.Hunks {
			if moved(&f.Hunks[i]) || len(f.Hunks[i].Old) != len(f.Hunks[i].New) {
				return
			}
		}
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		if len(h.Old) != len(h.New) || len(h.Old) > 6 || moved(h) {
			continue
		}
		for j := range h.Old {
			o, n := digestText.Find(h.Old[j]), digestText.Find(h.New[j])
			if o == nil || n == nil || bytes.Equal(o, n) || bytes.Contains(h.New[j], []byte("content-hash")) || bytes.Contains(h.New[j], []byte("Pipfile")) || bytes.Contains(h.New[j], []byte(`"sha256":`)) {
				continue
			}
			if bytes.Equal(bytes.Replace(h.Old[j], o, nil, 1), bytes.Replace(h.New[j], n, nil, 1)) {
				s.add("dep.digest", f, h.NewLine+j, false, h.New[j], 0, len(h.New[j]), 1, "the digest changed, the version did not")
				break
			}
		}
	}
}

// looksPinned tells a line of a manifest that gives a package and what version of it.
func looksPinned(f *file, text []byte) bool {
	base := f.Path[strings.LastIndexByte(f.Path, '/')+1:]
	switch {
	case strings.HasPrefix(base, "requirements"), base == "Gemfile":
		return true
	case base == "go.mod":
		return bytes.Contains(text, []byte(" v"))
	case base == "setup.py" || f.Lang&(Java|Ruby) != 0:
		return versionText.Match(text) || bytes.Contains(text, []byte(">="))
	case base == "pom.xml":
		return false
	}
	return versionText.Match(text) || loose.Match(text) || bytes.Contains(text, []byte("git"))
}

func wellKnownHost(name string) bool {
	for _, known := range []string{"registry.npmjs.org", "registry.yarnpkg.com", "github.com", "codeload.github.com", "pypi.org", "files.pythonhosted.org", "static.crates.io", "crates.io", "rubygems.org", "repo.maven.apache.org", "maven.apache.org", "packagist.org", "api.github.com", "proxy.golang.org", "opencollective.com", "json.schemastore.org", "www.w3.org", "gitlab.com", "getcomposer.org", "opensource.org", "www.apache.org", "plugins.gradle.org", "docs.rs", "mochajs.org"} {
		if name == known {
			return true
		}
	}
	return false
}

// lookAlikeName finds an old name that differs from name in one or two letters.
func lookAlikeName(name string, old, now map[string]bool) string {
	for o := range old {
		if now[plainName(o)] || plainName(o) == plainName(name) {
			continue
		}
		if len(o) > 4 && len(name) > 4 && o != name && len(o)-len(name) <= 1 && len(name)-len(o) <= 1 && distanceAtMost(o, name, 2) && strings.TrimRight(o, "0123456789") != strings.TrimRight(name, "0123456789") {
			return o
		}
	}
	return ""
}

// plainName folds what registries hold for the same name.
func plainName(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

// distanceAtMost tells whether the edit distance of two short strings is at most limit.
func distanceAtMost(a, b string, limit int) bool {
	if len(a) > 100 || len(b) > 100 {
		return false
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)] <= limit
}

func ifElse(condition bool, yes, no float64) float64 {
	if condition {
		return yes
	}
	return no
}
