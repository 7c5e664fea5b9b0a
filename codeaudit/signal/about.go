package signal

import (
	"bytes"
	"path"
	"strings"

	"sallyport/codeaudit/change"
)

// Lang is a set of languages; one bit each, so that a rule can name several.
type Lang uint32

const (
	C Lang = 1 << iota // C, C++, Objective-C
	Go
	Rust
	Python
	JS // JavaScript, TypeScript
	Java
	PHP
	Perl
	Ruby
	Shell
	CSharp
	Make
	M4
	CMake
	YAML
	JSON
	TOML
	Docker
	PowerShell
	Lua
	Swift
	Asm
	SQL
	Config      // ini, conf, properties, systemd units
	None   Lang = 0
	Any    Lang = 1<<31 - 1
)

// programming languages, as opposed to build descriptions and data.
const programs = C | Go | Rust | Python | JS | Java | PHP | Perl | Ruby | Shell | CSharp | PowerShell | Lua | Swift | Asm

// Role is what a file is for.
type Role uint8

const (
	Code Role = iota
	Test
	Build // describes or performs a build, an installation or a package
	CI    // runs on somebody's build service
	Doc
	Translation
	Data   // neither program nor prose
	Ignore // says what tools shall not see
	Lock   // pins dependencies
	Contact
)

func (r Role) String() string {
	return [...]string{"code", "test", "build", "ci", "doc", "translation", "data", "ignore", "lock", "contact"}[r]
}

// About is what a path says of its content.
type About struct {
	Lang Lang
	Role Role
	Deps bool // a manifest that names dependencies
}

var langs = map[string]Lang{
	".c": C, ".h": C, ".cc": C, ".cpp": C, ".cxx": C, ".hpp": C, ".hh": C, ".m": C, ".mm": C, ".inc": C, ".y": C, ".l": C, ".xs": C, ".ipp": C, ".cu": C,
	".go": Go, ".rs": Rust, ".py": Python, ".pyx": Python, ".pyi": Python, ".bzl": Python, ".bazel": Python, ".star": Python,
	".js": JS, ".ts": JS, ".jsx": JS, ".tsx": JS, ".mjs": JS, ".cjs": JS, ".vue": JS, ".svelte": JS,
	".java": Java, ".kt": Java, ".kts": Java, ".scala": Java, ".groovy": Java, ".gradle": Java,
	".php": PHP, ".phtml": PHP, ".php5": PHP, ".pl": Perl, ".pm": Perl, ".rb": Ruby, ".gemspec": Ruby, ".rake": Ruby,
	".sh": Shell, ".bash": Shell, ".zsh": Shell, ".ksh": Shell, ".cs": CSharp, ".vb": CSharp, ".fs": CSharp,
	".mk": Make, ".am": Make, ".mak": Make, ".m4": M4, ".ac": M4, ".cmake": CMake, ".yml": YAML, ".yaml": YAML,
	".json": JSON, ".toml": TOML, ".dockerfile": Docker, ".ps1": PowerShell, ".psm1": PowerShell, ".bat": PowerShell, ".cmd": PowerShell,
	".lua": Lua, ".swift": Swift, ".s": Asm, ".asm": Asm, ".sql": SQL, ".conf": Config, ".ini": Config, ".cfg": Config,
	".tf": TOML, ".hcl": TOML, ".nomad": TOML, ".tfvars": TOML,
	".properties": Config, ".service": Config, ".spec": Shell, ".ebuild": Shell,
}

var names = map[string]About{
	"makefile": {Make, Build, false}, "gnumakefile": {Make, Build, false}, "configure.ac": {M4, Build, false}, "configure.in": {M4, Build, false},
	"configure": {Shell, Build, false}, "cmakelists.txt": {CMake, Build, false}, "meson.build": {Python, Build, false}, "sconstruct": {Python, Build, false},
	"sconscript": {Python, Build, false}, "wscript": {Python, Build, false}, "build.rs": {Rust, Build, false}, "setup.py": {Python, Build, true},
	"build.gradle": {Java, Build, true}, "build.gradle.kts": {Java, Build, true}, "pom.xml": {None, Build, true}, "dockerfile": {Docker, Build, false},
	"containerfile": {Docker, Build, false}, "jenkinsfile": {Java, CI, false}, "rakefile": {Ruby, Build, false}, "gemfile": {Ruby, Build, true},
	"package.json": {JSON, Build, true}, "composer.json": {JSON, Build, true}, "cargo.toml": {TOML, Build, true}, "pyproject.toml": {TOML, Build, true},
	"setup.cfg": {Config, Build, true}, "pipfile": {TOML, Build, true}, "go.mod": {None, Build, true}, "build.xml": {None, Build, false}, "conanfile.txt": {None, Build, true}, "vcpkg.json": {JSON, Build, true},
	"package-lock.json": {JSON, Lock, true}, "npm-shrinkwrap.json": {JSON, Lock, true}, "yarn.lock": {None, Lock, true}, "pnpm-lock.yaml": {YAML, Lock, true},
	"cargo.lock": {TOML, Lock, true}, "go.sum": {None, Lock, true}, "composer.lock": {JSON, Lock, true}, "poetry.lock": {TOML, Lock, true},
	"gemfile.lock": {None, Lock, true}, "pipfile.lock": {JSON, Lock, true}, "uv.lock": {TOML, Lock, true}, ".gitmodules": {Config, Build, true},
	".npmrc": {Config, Build, false}, "pip.conf": {Config, Build, false}, "project.clj": {None, Build, true},
	".gitignore": {None, Ignore, false}, ".gitattributes": {None, Ignore, false}, ".dockerignore": {None, Ignore, false}, ".npmignore": {None, Ignore, false},
	".eslintignore": {None, Ignore, false}, ".semgrepignore": {None, Ignore, false}, ".gitleaksignore": {None, Ignore, false}, ".trivyignore": {None, Ignore, false},
	".hgignore": {None, Ignore, false}, ".cvsignore": {None, Ignore, false}, ".bazelignore": {None, Ignore, false}, ".git-blame-ignore-revs": {None, Ignore, false},
	"codeowners": {None, Contact, false}, "security.md": {None, Contact, false}, "security.txt": {None, Contact, false}, "maintainers": {None, Contact, false},
	"owners": {None, Contact, false}, ".mailmap": {None, Contact, false}, ".travis.yml": {YAML, CI, false}, "appveyor.yml": {YAML, CI, false}, ".appveyor.yml": {YAML, CI, false},
	".gitlab-ci.yml": {YAML, CI, false}, ".cirrus.yml": {YAML, CI, false}, "azure-pipelines.yml": {YAML, CI, false}, "cloudbuild.yaml": {YAML, CI, false},
	".drone.yml": {YAML, CI, false}, "changelog": {None, Doc, false}, "changes": {None, Doc, false}, "news": {None, Doc, false}, "authors": {None, Doc, false},
	"thanks": {None, Doc, false}, "copying": {None, Doc, false}, "license": {None, Doc, false}, "todo": {None, Doc, false}, "readme": {None, Doc, false}, "install": {None, Doc, false},
	"buildconf": {Shell, Build, false}, "autogen.sh": {Shell, Build, false}, "bootstrap": {Shell, Build, false}, "gradlew": {Shell, Build, false}, "vagrantfile": {Ruby, Build, false},
}

var docs = map[string]bool{".md": true, ".rst": true, ".txt": true, ".tex": true, ".adoc": true, ".texi": true, ".1": true, ".3": true, ".5": true, ".7": true, ".8": true, ".d": true,
	".html": true, ".htm": true, ".xhtml": true, ".pod": true, ".org": true, ".markdown": true, ".mdx": true, ".css": true, ".svg": true, ".log": true}

// AboutPath says what path is by its name alone.
func AboutPath(p string) About {
	lower := strings.ToLower(p)
	base := path.Base(lower)
	ext := path.Ext(base)
	if ext == ".in" { // a template of the file it generates: Makefile.in, config.h.in
		base = strings.TrimSuffix(base, ".in")
		if ext = path.Ext(base); ext == "" && names[base].Role == Code {
			ext = ".sh"
		}
	}
	if k, ok := names[base]; ok {
		if k.Role == Doc && langs[ext] != None {
			return About{Lang: langs[ext], Role: Code}
		}
		return k
	}
	dirs := "/" + lower
	k := About{Lang: langs[ext]}
	switch {
	case strings.HasPrefix(base, "makefile"), strings.HasPrefix(base, "gnumakefile"):
		k = About{Lang: Make, Role: Build}
	case strings.HasPrefix(base, "dockerfile"), strings.HasPrefix(base, "containerfile"):
		k = About{Lang: Docker, Role: Build}
	case strings.HasPrefix(base, "requirements") && ext == ".txt":
		k = About{Role: Build, Deps: true}
	case strings.Contains(dirs, "/.github/workflows/"), strings.Contains(dirs, "/.circleci/"), strings.Contains(dirs, "/.github/actions/"), strings.Contains(dirs, "/.buildkite/"),
		strings.Contains(dirs, "/ci/") && (k.Lang == Shell || k.Lang == YAML):
		k.Role = CI
	case strings.HasSuffix(base, "ignore") && strings.HasPrefix(base, "."):
		k = About{Role: Ignore}
	case ext == ".po" || ext == ".pot" || ext == ".gmo" || ext == ".mo" || ext == ".xlf" || strings.Contains(dirs, "/locale/") || strings.Contains(dirs, "/locales/") ||
		strings.Contains(dirs, "/translations/") || strings.Contains(dirs, "/i18n/") || strings.Contains(dirs, "/lang/") && k.Lang&programs == 0:
		k.Role = Translation
	case k.Lang == M4, k.Lang == CMake, k.Lang == Make:
		k.Role = Build
	case isTestPath(dirs, base):
		k.Role = Test
	case docs[ext], strings.HasPrefix(base, "readme"), strings.HasPrefix(base, "changelog"), strings.HasPrefix(base, "license"), strings.HasPrefix(base, "copying"):
		k = About{Role: Doc}
	case ext == ".gradle", ext == ".gemspec", ext == ".spec", ext == ".csproj", ext == ".vcxproj", ext == ".targets", ext == ".props", ext == ".pro", ext == ".nix", ext == ".service",
		strings.Contains(dirs, "/debian/"), base == "pkgbuild", strings.Contains(dirs, "/packaging/"), strings.HasPrefix(lower, "build-aux/"), strings.HasPrefix(lower, "m4/"):
		k.Role = Build
	case k.Lang == JSON || k.Lang == YAML || k.Lang == TOML || k.Lang == Config || ext == ".xml" || ext == ".csv" || ext == ".tsv":
		k.Role = Data
	}
	return k
}

func isTestPath(dirs, base string) bool {
	for _, dir := range []string{"/test/", "/tests/", "/t/", "/testing/", "/testdata/", "/spec/", "/specs/", "/__tests__/", "/regress/", "/fixtures/", "/unittest/", "/unittests/", "/unit/"} {
		if strings.Contains(dirs, dir) {
			return true
		}
	}
	stem := strings.TrimSuffix(base, path.Ext(base))
	return strings.HasSuffix(stem, "_test") || strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, ".test") || strings.HasSuffix(stem, ".spec") || strings.HasSuffix(stem, "test") && len(stem) > 4 && strings.HasSuffix(base, ".java")
}

// langOfShebang names the language of a file without a telling name, if its first line was added in this change.
func langOfShebang(c *change.Change) Lang {
	h := c.Hunks[0]
	if h.NewLine > 1 || len(h.New) == 0 || !bytes.HasPrefix(h.New[0], []byte("#!")) {
		return None
	}
	first := h.New[0]
	for word, lang := range map[string]Lang{"python": Python, "perl": Perl, "ruby": Ruby, "node": JS, "php": PHP, "lua": Lua} {
		if bytes.Contains(first, []byte(word)) {
			return lang
		}
	}
	if bytes.Contains(first, []byte("sh")) {
		return Shell
	}
	return None
}

// commentStart gives the markers after which a line of the language is prose.
func (k About) comments() []string {
	switch {
	case k.Lang&(C|Go|Rust|JS|Java|CSharp|Swift) != 0:
		return []string{"//", "/*", "* ", "*/"}
	case k.Lang&PHP != 0:
		return []string{"//", "/*", "* ", "*/", "#"}
	case k.Lang&(Python|Perl|Ruby|Shell|Make|CMake|YAML|TOML|Docker) != 0:
		return []string{"# ", "##"}
	case k.Lang&M4 != 0:
		return []string{"dnl", "# ", "##"}
	case k.Lang&(Lua|SQL) != 0:
		return []string{"--"}
	case k.Lang&PowerShell != 0:
		return []string{"#", "::", "rem ", "REM "}
	case k.Lang&Asm != 0:
		return []string{"#", ";", "//", "/*"}
	case k.Lang&Config != 0:
		return []string{"#", ";"}
	}
	return nil
}

// isComment tells a line that is prose only. A block comment's inner lines are known only by their leading star.
func (k About) isComment(text []byte) bool {
	text = bytes.TrimLeft(text, " \t")
	if len(text) == 1 && (text[0] == '*' || text[0] == '#') {
		return true
	}
	for _, mark := range k.comments() {
		if bytes.HasPrefix(text, []byte(mark)) {
			return k.Lang&Shell == 0 || !bytes.HasPrefix(text, []byte("#!"))
		}
	}
	return false
}
