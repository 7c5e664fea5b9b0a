package capture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"sallyport"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// Inventory is what was captured. Its digests depend on the content alone, so that two captures of the same repository agree.
type Inventory struct {
	Repo     string              `json:"repo"`
	Source   string              `json:"source"`
	Captured time.Time           `json:"captured"`
	HashLen  int                 `json:"hashLen"` // hex digits of an object name
	Refs     []git.Ref           `json:"refs"`
	Reflogs  map[string][]string `json:"reflogs,omitempty"` // objects named by each log
	Objects  map[string]int      `json:"objects"`           // by type
	// ObjectsDigest is the SHA-256 over the sorted lines "hash type size\n" of all objects, RefsDigest over "hash name\n".
	ObjectsDigest string `json:"objectsDigest"`
	RefsDigest    string `json:"refsDigest"`
	// Unreachable counts, by type, the objects that no reference leads to.
	Unreachable map[string]int   `json:"unreachable,omitempty"`
	Findings    []change.Finding `json:"findings"`
}

// Take captures source, a path or a URL, into dir, which must not exist; it appears there whole or not at all.
func Take(ctx context.Context, name, source, dir string, now time.Time) (*Inventory, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), ".capture-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	path := git.LocalPath(source)
	if git.IsURL(source) {
		path = filepath.Join(work, "clone")
		if err := git.Clone(ctx, source, path); err != nil {
			return nil, err
		}
	}
	layout, err := git.Locate(path)
	if err != nil {
		return nil, err
	}
	frozen := filepath.Join(work, "frozen")
	repo, err := git.Freeze(layout, frozen)
	if err != nil {
		return nil, err
	}
	inv, err := inspect(ctx, layout, repo)
	if err != nil {
		return nil, err
	}
	inv.Repo, inv.Source, inv.Captured = name, source, now.UTC().Truncate(time.Second)
	if git.IsURL(source) {
		inv.add(3, "remote", source, "captured over a network: reflogs and objects that the server does not offer are not part of it")
	}
	for i := range inv.Findings {
		inv.Findings[i].Repo = name
	}
	repo.Close()
	if err := os.Rename(frozen, dir); err != nil {
		return nil, sallyport.Errorf(sallyport.Conflict, "%q cannot be put in its place: %v", dir, err)
	}
	return inv, nil
}

func (inv *Inventory) add(weight int, kind, object, text string) {
	inv.Findings = append(inv.Findings, change.Finding{Repo: inv.Repo, Kind: kind, Object: object, Text: text, Weight: weight})
}

// inspect takes the inventory of a frozen repository.
func inspect(ctx context.Context, layout git.Layout, repo *git.Repo) (*Inventory, error) {
	inv := &Inventory{HashLen: repo.HashLen(), Objects: map[string]int{}, Findings: layout.Inspect()}
	refs, found, err := layout.Refs()
	if err != nil {
		return nil, err
	}
	inv.Refs, inv.Reflogs = refs, layout.Reflogs()
	inv.Findings = append(inv.Findings, found...)
	if err := repo.WriteRefs(refs); err != nil {
		return nil, err
	}
	small, err := inv.count(ctx, repo)
	if err != nil {
		return nil, err
	}
	inv.refs()
	if err := inv.connected(ctx, repo); err != nil {
		return nil, err
	}
	if err := inv.pointers(ctx, repo, small); err != nil {
		return nil, err
	}
	return inv, inv.trees(ctx, repo)
}

// count lists the objects and returns the names of the small blobs, among which LFS pointers are.
func (inv *Inventory) count(ctx context.Context, repo *git.Repo) (small []string, err error) {
	var all []string
	complaints, err := repo.Objects(ctx, func(o git.Object) {
		inv.Objects[o.Type]++
		all = append(all, fmt.Sprintf("%s %s %d\n", o.Hash, o.Type, o.Size))
		if o.Type == "blob" && o.Size >= 100 && o.Size <= 1024 {
			small = append(small, o.Hash)
		}
	})
	if err != nil {
		return nil, err
	}
	if complaints != "" {
		inv.add(1, "corrupt", "", "git complained while it listed the objects: "+complaints)
	}
	sort.Strings(all)
	sum := sha256.New()
	for i, line := range all {
		if i == 0 || line != all[i-1] { // an object may be stored twice
			sum.Write([]byte(line))
		}
	}
	inv.ObjectsDigest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	sort.Strings(small)
	return small, nil
}

func (inv *Inventory) refs() {
	sum := sha256.New()
	for _, r := range inv.Refs {
		fmt.Fprintf(sum, "%s %s\n", r.Hash, r.Name)
		if original, ok := cutReplace(r.Name); ok {
			inv.add(1, "replace-ref", original, "a replacement pretends that this object is "+r.Hash+"; the true object was used")
		}
	}
	inv.RefsDigest = "sha256:" + hex.EncodeToString(sum.Sum(nil))
	if len(inv.Refs) == 0 {
		inv.add(2, "no-refs", "", "the repository has no references: all its commits count as unreachable")
	}
}
