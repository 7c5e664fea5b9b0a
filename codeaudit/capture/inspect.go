package capture

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"sallyport/codeaudit/git"
)

// named is how many findings of a kind are listed one by one; the rest are counted.
const named = 200

func cutReplace(ref string) (string, bool) { return strings.CutPrefix(ref, "refs/replace/") }

// connected asks git what is missing, broken or unreachable.
func (inv *Inventory) connected(ctx context.Context, repo *git.Repo) error {
	missing := 0
	inv.Unreachable = map[string]int{}
	err := repo.Check(ctx, func(line string) {
		f := strings.Fields(line)
		switch {
		case len(f) == 3 && f[0] == "unreachable":
			inv.Unreachable[f[1]]++
		case len(f) == 3 && f[0] == "missing":
			if missing++; missing <= named {
				inv.add(1, "missing-object", f[2], "a "+f[1]+" that something refers to is not here; what it held is unknown")
			}
		case strings.HasPrefix(line, "error") && !strings.Contains(line, "broken link"):
			if missing++; missing <= named {
				inv.add(1, "corrupt", "", "git says: "+line)
			}
		}
	})
	if missing > named {
		inv.add(1, "missing-object", "", fmt.Sprintf("%d more objects are missing or broken", missing-named))
	}
	return err
}

// pointers finds blobs that stand for files kept elsewhere (git-lfs, specification of pointer files).
func (inv *Inventory) pointers(ctx context.Context, repo *git.Repo, small []string) error {
	n := 0
	err := repo.Read(ctx, small, 1024, func(o git.Object, content []byte) error {
		if bytes.HasPrefix(content, []byte("version https://git-lfs.github.com/spec/")) {
			if n++; n <= named {
				inv.add(2, "lfs-pointer", o.Hash, "the content is kept by git-lfs, outside the repository, and was not captured")
			}
		}
		return nil
	})
	if n > named {
		inv.add(2, "lfs-pointer", "", fmt.Sprintf("%d more contents are kept by git-lfs", n-named))
	}
	return err
}

// trees looks at the files of HEAD and the branches for submodules and for names that are meant to do harm.
func (inv *Inventory) trees(ctx context.Context, repo *git.Repo) error {
	seen := map[string]bool{}
	told := map[string]bool{}
	for _, ref := range inv.Refs {
		if ref.Name != "HEAD" && !strings.HasPrefix(ref.Name, "refs/heads/") || seen[ref.Hash] {
			continue
		}
		seen[ref.Hash] = true
		if len(seen) > 50 { // more branches than that share their trees; the pass over the history sees every path anyway
			break
		}
		entries, err := repo.Tree(ctx, ref.Hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			inv.add(1, "unreadable-tree", ref.Name, "its files cannot be listed: "+err.Error())
			continue
		}
		for _, e := range entries {
			if told[e.Path] {
				continue
			}
			if e.Mode == 0o160000 {
				told[e.Path] = true
				inv.add(2, "submodule", e.Path, "a submodule at commit "+e.Hash+"; its repository was not followed")
			}
			if why := hostile(e.Path); why != "" {
				told[e.Path] = true
				inv.add(1, "hostile-path", git.Quote(e.Path), why)
			}
		}
	}
	return nil
}

// hostile says what is wrong with a path that a checkout would put on a disk.
func hostile(path string) string {
	if len(path) > 4096 {
		return "a path longer than systems allow"
	}
	if strings.HasPrefix(path, "/") || strings.HasPrefix(path, "-") {
		return "a path that begins like an absolute path or an option"
	}
	for part := range strings.SplitSeq(path, "/") {
		switch folded := strings.ToLower(strings.TrimRight(part, " .")); {
		case part == ".." || part == "." || part == "":
			return "a path that climbs out of its folder"
		case folded == ".git" || folded == "git~1" || strings.HasPrefix(folded, ".git:"):
			return "a path that a checkout would take for git's own folder"
		}
	}
	if strings.ContainsAny(path, "\x00\n\r\x1b\\") {
		return "a path with control characters or backslashes"
	}
	return ""
}
