package attribute

import (
	"context"
	"runtime"
	"slices"

	"sallyport"
	"sallyport/codeaudit/git"
)

// only limits a pass to what can matter for one file: the names it may have had, and the commits that touched these names.
type only struct {
	paths   map[string]bool
	commits map[int32]bool
}

// BlameFile says for every line of path at the last commit of h where it came from. It is the pass of Run, limited to the
// commits that touched a name that the file may have had: the same answer, much sooner. Content without lines is left to
// git blame, which has another idea of a line.
func BlameFile(ctx context.Context, repo *git.Repo, h *git.History, path string) ([]Line, error) {
	head := h.Nodes[h.Tips[0].Node].Hash
	o, err := relevant(ctx, repo, h, path)
	if err != nil {
		return nil, err
	}
	l, err := Run(ctx, repo, h, Options{Keep: func(git.Tip) bool { return true }, only: o})
	if err != nil {
		return nil, err
	}
	lines, opaque, ok := l.Blame(head, path)
	if !ok {
		return nil, sallyport.Errorf(sallyport.NotFound, "%s is not a file of commit %s", git.Quote(path), head)
	}
	if opaque {
		return nil, ErrOpaque
	}
	return lines, nil
}

// ErrOpaque says that a content has no lines.
var ErrOpaque = sallyport.Errorf(sallyport.Invalid, "the content is binary, a submodule or unreadable: it has no lines")

// relevant finds the names that path may have had, over all branches and times, and the commits that touched one of them.
func relevant(ctx context.Context, repo *git.Repo, h *git.History, path string) (*only, error) {
	all := make([]int32, len(h.Nodes))
	for i := range all {
		all[i] = int32(i)
	}
	ids := map[string]int32{}
	id := func(name string) int32 {
		n, ok := ids[name]
		if !ok {
			n = int32(len(ids))
			ids[name] = n
		}
		return n
	}
	touched := make([][]int32, len(h.Nodes))
	from := map[int32][]int32{} // new name -> old names
	feed := newFeed(ctx, repo, h, all, runtime.GOMAXPROCS(0), distiller{names: true}, func(failure) {})
	defer feed.close()
	for _, i := range all {
		r, err := feed.next()
		if err != nil {
			return nil, err
		}
		for k := range r.Entries {
			e := &r.Entries[k]
			n := id(e.Path)
			touched[i] = append(touched[i], n)
			if e.OldPath != "" {
				old := id(e.OldPath)
				touched[i] = append(touched[i], old)
				from[n] = append(from[n], old)
			}
		}
	}
	start, ok := ids[path]
	if !ok {
		return &only{}, nil
	}
	asked := map[int32]bool{} // merges whose renames are known
	for {
		o := closure(h, ids, touched, from, start)
		var merges []int32
		for i := range o.commits {
			if len(h.Nodes[i].Parents) > 1 && !asked[i] {
				asked[i] = true
				merges = append(merges, i)
			}
		}
		if len(merges) == 0 {
			return o, nil
		}
		slices.Sort(merges)
		if err := mergedNames(ctx, repo, h, merges, func(to, old string) { from[id(to)] = append(from[id(to)], id(old)) }); err != nil {
			return nil, err
		}
	}
}

// closure follows the names back from start and finds the commits that touched one.
func closure(h *git.History, ids map[string]int32, touched [][]int32, from map[int32][]int32, start int32) *only {
	o := &only{paths: map[string]bool{}, commits: map[int32]bool{}}
	wanted := map[int32]bool{start: true}
	for queue := []int32{start}; len(queue) > 0; queue = queue[1:] {
		for _, old := range from[queue[0]] {
			if !wanted[old] {
				wanted[old] = true
				queue = append(queue, old)
			}
		}
	}
	for name, n := range ids {
		if wanted[n] {
			o.paths[name] = true
		}
	}
	for i, list := range touched {
		for _, n := range list {
			if wanted[n] {
				o.commits[int32(i)] = true
				break
			}
		}
	}
	return o
}

// mergedNames calls f with the names that parents of merges have for paths that no parent has as they are.
func mergedNames(ctx context.Context, repo *git.Repo, h *git.History, merges []int32, f func(to, old string)) error {
	feed := newFeed(ctx, repo, h, merges, runtime.GOMAXPROCS(0), distiller{}, func(failure) {})
	defer feed.close()
	for range merges {
		r, err := feed.next()
		if err != nil {
			return err
		}
		for k := range r.Combined {
			for _, side := range r.Combined[k].Parents {
				if side.Path != "" && side.Path != r.Combined[k].Path {
					f(r.Combined[k].Path, side.Path)
				}
			}
		}
	}
	return nil
}
