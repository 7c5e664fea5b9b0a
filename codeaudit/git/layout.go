package git

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sallyport"
	"sallyport/codeaudit/change"
)

// Layout is where the parts of a repository lie. It is found by looking, not by asking git, which would obey what it finds.
type Layout struct {
	GitDir string // HEAD and, for a linked worktree, its own refs
	Common string // objects, packed-refs, refs, config: the same as GitDir but for a linked worktree
	Linked bool   // GitDir was reached through a .git file
}

// Locate finds the repository at path: a bare one, one with a .git folder, or a worktree with a .git file. It does not
// look in parent folders.
func Locate(path string) (Layout, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Layout{}, err
	}
	for _, dir := range []string{filepath.Join(abs, ".git"), abs} {
		info, err := os.Stat(dir)
		if err != nil {
			continue
		}
		if info.Mode().IsRegular() && filepath.Base(dir) == ".git" {
			return locateLink(dir)
		}
		if isGitDir(dir) {
			return Layout{GitDir: dir, Common: dir}, nil
		}
	}
	return Layout{}, sallyport.Errorf(sallyport.NotFound, "%q is not a git repository", path).
		WithHint("give the folder that holds .git, or a bare repository")
}

func isGitDir(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, "objects"))
	return err == nil && info.IsDir()
}

// locateLink follows a .git file (gitrepository-layout(5)) and the commondir file of a linked worktree, once.
func locateLink(file string) (Layout, error) {
	text, err := readSmall(file, 4096)
	if err != nil {
		return Layout{}, err
	}
	target, ok := strings.CutPrefix(strings.TrimRight(string(text), "\r\n"), "gitdir: ")
	if !ok {
		return Layout{}, sallyport.Errorf(sallyport.Invalid, "%q does not say where its git directory is", file)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(file), target)
	}
	l := Layout{GitDir: target, Common: target, Linked: true}
	if text, err := readSmall(filepath.Join(target, "commondir"), 4096); err == nil {
		common := strings.TrimRight(string(text), "\r\n")
		if !filepath.IsAbs(common) {
			common = filepath.Join(target, common)
		}
		l.Common = common
	}
	if !isGitDir(l.Common) {
		return Layout{}, sallyport.Errorf(sallyport.NotFound, "%q points to %q, which is not a git directory", file, target)
	}
	return l, nil
}

// readSmall reads a regular file of at most limit bytes, following no symbolic link at its end.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is not a regular file", path)
	}
	if info.Size() > limit {
		return nil, sallyport.Errorf(sallyport.Limited, "%q has %d bytes, more than %d", path, info.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// dangerous are the settings of a repository that make git run something, or read from elsewhere. They are only named.
var dangerous = []string{
	"core.fsmonitor", "core.sshcommand", "core.gitproxy", "core.hookspath", "core.pager", "core.editor", "core.askpass",
	"core.alternaterefscommand", "core.attributesfile", "core.worktree", "diff.external", "gpg.program", "gpg.ssh.program",
	"gpg.x509.program", "sequence.editor", "uploadpack.packobjectshook", "credential.helper", "include.path",
	"extensions.partialclone", "extensions.worktreeconfig",
}

// Inspect reports what in the repository would have made git run a program, look elsewhere or see another history. None of it takes effect here.
func (l Layout) Inspect() []change.Finding {
	var found []change.Finding
	add := func(weight int, kind, object, text string) {
		found = append(found, change.Finding{Kind: kind, Object: object, Text: text, Weight: weight})
	}
	if l.Linked {
		add(3, "linked", l.GitDir, "the folder's .git is a file; the repository it points to was read")
	}
	for _, name := range []string{"config", "config.worktree"} {
		for _, key := range configKeys(filepath.Join(l.Common, name)) {
			add(2, "config", key, "the repository's configuration sets a program or a place to read from; it was not obeyed")
		}
	}
	if entries, err := os.ReadDir(filepath.Join(l.Common, "hooks")); err == nil {
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".sample") {
				add(3, "hook", e.Name(), "the repository has a hook; it was not run")
			}
		}
	}
	if text, err := readSmall(filepath.Join(l.Common, "info", "attributes"), 1<<20); err == nil && len(bytes.TrimSpace(text)) > 0 {
		add(3, "attributes", "info/attributes", "the repository has private attributes, which can hide differences; they were not obeyed")
	}
	if _, err := os.Lstat(filepath.Join(l.Common, "info", "grafts")); err == nil {
		add(1, "graft", "info/grafts", "grafts pretend another history; the true parents were used")
	}
	for _, name := range []string{"objects/info/alternates", "objects/info/http-alternates"} {
		if text, err := readSmall(filepath.Join(l.Common, name), 1<<20); err == nil {
			for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				add(2, "alternate", line, "objects are borrowed from another place, which was not read; what is missing is listed")
			}
		}
	}
	if _, err := os.Lstat(filepath.Join(l.Common, "reftable")); err == nil {
		add(1, "reftable", "reftable", "references are kept as reftable, which is not read; the repository's references are unknown")
	}
	if m, _ := filepath.Glob(filepath.Join(l.Common, "objects", "pack", "*.promisor")); len(m) > 0 {
		add(2, "promisor", filepath.Base(m[0]), "a partial clone: objects were left at its origin and were not fetched; what is missing is listed")
	}
	if ids, _ := shallow(l); len(ids) > 0 {
		add(2, "shallow", ids[0], "a shallow clone: history was cut off; lines older than the cut count as inserted by it")
	}
	return found
}

// configKeys returns the dangerous keys of a configuration file. It reads section and key names only, which is enough to
// name them; a line it does not understand is skipped, since nothing here depends on it.
func configKeys(path string) []string {
	text, err := readSmall(path, 1<<20)
	if err != nil {
		return nil
	}
	var keys []string
	section := ""
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if rest, ok := strings.CutPrefix(line, "["); ok {
			name, after, _ := strings.Cut(rest, "]")
			section, line = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(after)
		}
		key, _, _ := strings.Cut(line, "=")
		kind, _, _ := strings.Cut(section, " ")
		full := section + "." + strings.ToLower(strings.TrimSpace(key))
		short := kind + "." + strings.ToLower(strings.TrimSpace(key))
		if isDangerous(kind, short) && key != "" {
			keys = append(keys, full)
		}
	}
	return keys
}

func isDangerous(section, key string) bool {
	for _, d := range dangerous {
		if key == d {
			return true
		}
	}
	switch section {
	case "filter", "includeif", "alias", "url":
		return true
	case "diff", "merge", "remote", "submodule":
		for _, end := range []string{".textconv", ".command", ".driver", ".uploadpack", ".receivepack", ".vcs", ".proxy", ".promisor", ".update"} {
			if strings.HasSuffix(key, end) {
				return true
			}
		}
	}
	return false
}

// shallow returns the commits at which a shallow clone was cut.
func shallow(l Layout) ([]string, error) {
	text, err := readSmall(filepath.Join(l.Common, "shallow"), 64<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, line := range strings.Fields(string(text)) {
		if IsHash(line) {
			ids = append(ids, line)
		}
	}
	return ids, nil
}
