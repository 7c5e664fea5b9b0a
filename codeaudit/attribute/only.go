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
	touched := make([][]touch, len(h.Nodes))
	feed := newFeed(ctx, repo, h, all, runtime.GOMAXPROCS(0), distiller{names: true}, func(failure) {})
	defer feed.close()
	for _, i := range all {
		r, err := feed.next()
		if err != nil {
			return nil, err
		}
		for k := range r.Entries {
			touched[i] = append(touched[i], touch{id(r.Entries[k].Path), r.Entries[k].Status == 'A'})
		}
	}
	start, ok := ids[path]
	if !ok {
		return &only{}, nil
	}
	from := map[int32][]int32{} // new name -> old names
	asked := map[int32]bool{}   // commits whose renames are known
	note := func(to, old string) { from[id(to)] = append(from[id(to)], id(old)) }
	for {
		o, added := closure(h, ids, touched, from, start)
		// Only a commit that made a name can have renamed something to it; a merge may have done so in any path it touched.
		var plain, merges []int32
		for i := range o.commits {
			if asked[i] {
				continue
			}
			if len(h.Nodes[i].Parents) > 1 {
				merges = append(merges, i)
			} else if added[i] {
				plain = append(plain, i)
			} else {
				continue
			}
			asked[i] = true
		}
		if len(plain)+len(merges) == 0 {
			return o, nil
		}
		slices.Sort(plain)
		slices.Sort(merges)
		if err := oldNames(ctx, repo, h, plain, distiller{renames: true}, note); err != nil {
			return nil, err
		}
		if err := oldNames(ctx, repo, h, merges, distiller{}, note); err != nil {
			return nil, err
		}
	}
}

// touch is a path that a commit changed, and whether it made it.
type touch struct {
	name  int32
	added bool
}

// closure follows the names back from start and finds the commits that touched one, and those that made one.
func closure(h *git.History, ids map[string]int32, touched [][]touch, from map[int32][]int32, start int32) (o *only, added map[int32]bool) {
	o = &only{paths: map[string]bool{}, commits: map[int32]bool{}}
	added = map[int32]bool{}
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
		for _, t := range list {
			if wanted[t.name] {
				o.commits[int32(i)] = true
				added[int32(i)] = added[int32(i)] || t.added
			}
		}
	}
	return o, added
}

// oldNames calls f with the names that the paths of commits had before, in one parent or another.
func oldNames(ctx context.Context, repo *git.Repo, h *git.History, commits []int32, d distiller, f func(to, old string)) error {
	feed := newFeed(ctx, repo, h, commits, runtime.GOMAXPROCS(0), d, func(failure) {})
	defer feed.close()
	for range commits {
		r, err := feed.next()
		if err != nil {
			return err
		}
		for k := range r.Entries {
			if e := &r.Entries[k]; e.OldPath != "" {
				f(e.Path, e.OldPath)
			}
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
