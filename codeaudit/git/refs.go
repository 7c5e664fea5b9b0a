package git

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"sallyport"
	"sallyport/codeaudit/change"
)

// Ref is a name for an object.
type Ref struct {
	Name   string `json:"name"`             // full, such as refs/heads/main, or HEAD
	Hash   string `json:"hash"`             // of the object it names: for an annotated tag, the tag
	Target string `json:"target,omitempty"` // for a symbolic reference
}

const (
	maxRefs    = 2_000_000
	maxSymbols = 5 // links from symbolic reference to symbolic reference
)

// IsHash reports whether s is a full object name in lowercase hex, of SHA-1 or SHA-256.
func IsHash(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// Refs reads HEAD, the loose and the packed references, sorted by name. Files that are not references are findings, never errors.
func (l Layout) Refs() ([]Ref, []change.Finding, error) {
	refs := map[string]Ref{}
	var found []change.Finding
	bad := func(name, why string) {
		found = append(found, change.Finding{Kind: "bad-ref", Object: name, Text: why, Weight: 2})
	}
	if err := l.packed(refs, bad); err != nil {
		return nil, nil, err
	}
	roots := []string{l.Common}
	if l.GitDir != l.Common {
		roots = append(roots, l.GitDir)
	}
	for _, root := range roots {
		if err := loose(root, refs, bad); err != nil {
			return nil, nil, err
		}
	}
	if text, err := readSmall(filepath.Join(l.GitDir, "HEAD"), 4096); err != nil {
		bad("HEAD", "HEAD cannot be read")
	} else {
		addRef(refs, bad, "HEAD", string(text))
	}
	list := make([]Ref, 0, len(refs))
	for _, ref := range refs {
		if ref.Hash = resolve(refs, ref); ref.Hash == "" {
			if ref.Name != "HEAD" {
				bad(ref.Name, "a symbolic reference that leads nowhere")
			}
			continue
		}
		list = append(list, ref)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list, found, nil
}

func resolve(refs map[string]Ref, ref Ref) string {
	for range maxSymbols {
		if ref.Target == "" {
			return ref.Hash
		}
		ref = refs[ref.Target]
	}
	return ""
}

func (l Layout) packed(refs map[string]Ref, bad func(name, why string)) error {
	f, err := os.Open(filepath.Join(l.Common, "packed-refs"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 64<<10), 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' || line[0] == '^' {
			continue // a header, or the peeled value of a tag, which we work out ourselves
		}
		hash, name, _ := strings.Cut(line, " ")
		addRef(refs, bad, name, hash)
		if len(refs) > maxRefs {
			return sallyport.Errorf(sallyport.Limited, "more than %d references", maxRefs)
		}
	}
	return lines.Err()
}

func loose(root string, refs map[string]Ref, bad func(name, why string)) error {
	return filepath.WalkDir(filepath.Join(root, "refs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		if d.IsDir() {
			return nil
		}
		name, _ := filepath.Rel(root, path)
		if strings.HasSuffix(name, ".lock") {
			return nil
		}
		if len(refs) > maxRefs {
			return sallyport.Errorf(sallyport.Limited, "more than %d references", maxRefs)
		}
		text, err := readSmall(path, 4096) // refuses symbolic links: git once wrote HEAD as one, never references
		if err != nil {
			bad(name, "not a regular small file; not followed")
			return nil
		}
		addRef(refs, bad, name, string(text))
		return nil
	})
}

func addRef(refs map[string]Ref, bad func(name, why string), name, value string) {
	value = strings.TrimRight(value, " \t\r\n")
	if !validRefName(name) {
		bad(name, "a name that git does not allow for a reference; left out")
		return
	}
	if target, ok := strings.CutPrefix(value, "ref:"); ok {
		target = strings.TrimSpace(target)
		if !validRefName(target) {
			bad(name, "a symbolic reference to a name that git does not allow; left out")
			return
		}
		refs[name] = Ref{Name: name, Target: target}
		return
	}
	if !IsHash(value) {
		bad(name, "does not name an object; left out")
		return
	}
	refs[name] = Ref{Name: name, Hash: value}
}

// validRefName applies the rules of git-check-ref-format(1), which also keep a name from climbing out of its folder.
func validRefName(name string) bool {
	if name == "HEAD" {
		return true
	}
	if !strings.HasPrefix(name, "refs/") || len(name) > 1000 || strings.HasSuffix(name, ".") ||
		strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.Contains(name, "//") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return bytes.IndexFunc([]byte(name), func(c rune) bool { return c <= ' ' || c == 0x7f || strings.ContainsRune("~^:?*[\\", c) }) < 0
}

// Reflogs returns the objects that the reference logs name, which references may no longer reach. Lines that are not
// log lines are skipped.
func (l Layout) Reflogs() map[string][]string {
	logs := map[string][]string{}
	for _, root := range []string{l.Common, l.GitDir} {
		base := filepath.Join(root, "logs")
		_ = filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			text, err := readSmall(path, 64<<20)
			if err != nil {
				return nil
			}
			name, _ := filepath.Rel(base, path)
			seen := map[string]bool{}
			for line := range strings.SplitSeq(string(text), "\n") {
				fields := strings.SplitN(line, " ", 3)
				for _, id := range fields[:min(2, len(fields))] {
					if IsHash(id) && strings.Trim(id, "0") != "" && !seen[id] {
						seen[id] = true
						logs[name] = append(logs[name], id)
					}
				}
			}
			return nil
		})
	}
	return logs
}
