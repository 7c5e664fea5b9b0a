package attribute

import "sort"

// git diff-tree gives each removed file to one new file at most. git blame asks for each new file by itself, so that one
// removed file can explain several (a file split in two, a vendored tree that is rearranged, a subtree that is merged).
// claim asks as blame does, for the new files that are left without an explanation in commits that also removed something.
func (d *distiller) claim(r *Record, j job) error {
	if len(j.parents) == 1 {
		return d.claimPlain(r, j)
	}
	for k := range j.parents {
		if err := d.claimMerge(r, j, k); err != nil {
			return err
		}
	}
	return nil
}

// maxClaims bounds the paths of one question; a commit with more is a rearrangement that no one file explains.
const maxClaims = 2000

func (d *distiller) claimPlain(r *Record, j job) error {
	if r.Failed {
		return nil
	}
	var added, removed []Entry
	at := map[string]int{}
	for i, e := range r.Entries {
		switch {
		case e.Status == 'A' && e.Opaque == textual && isFile(e.NewMode):
			added = append(added, e)
			at[e.Path] = i
		case e.Status == 'D' && isFile(e.OldMode):
			removed = append(removed, e)
		case e.Status == 'R' && isFile(e.OldMode):
			removed = append(removed, Entry{Path: e.OldPath, OldBlob: e.OldBlob})
		}
	}
	claims, err := d.explain(j, added, removed)
	for _, c := range claims {
		if i, ok := at[c.Path]; ok {
			r.Entries[i] = c
		}
	}
	return err
}

func isFile(mode uint32) bool { return mode&0o170000 == 0o100000 }

// explain asks which of the removed files each added one comes from.
func (d *distiller) explain(j job, added, removed []Entry) ([]Entry, error) {
	if len(added) == 0 || len(removed) == 0 || len(added)+len(removed) > maxClaims {
		return nil, nil
	}
	added, removed = d.alike(added, removed)
	if len(added) == 0 {
		return nil, nil
	}
	args := []string{"-C", "-l0", "-U0", "--raw", "-p", "--"}
	for _, list := range [][]Entry{added, removed} {
		for _, e := range list {
			args = append(args, ":(top,literal)"+e.Path)
		}
	}
	var one Record
	if err := d.once(&one, j, args...); err != nil {
		return nil, d.ctx.Err() // what cannot be read stays unexplained
	}
	var claims []Entry
	for _, e := range one.Entries {
		if (e.Status == 'R' || e.Status == 'C') && e.Opaque == textual {
			e.Status = 'C' // the removal has an entry of its own
			claims = append(claims, e)
		}
	}
	return claims, nil
}

// alike leaves out what is too small or too large to be half of anything on the other side: git asks for half.
func (d *distiller) alike(added, removed []Entry) (a, b []Entry) {
	type sized struct {
		Entry
		size int64
	}
	measure := func(list []Entry, id func(Entry) ID) []sized {
		var out []sized
		for _, e := range list {
			if o, err := d.repo.Info(d.ctx, id(e).Hex(d.repo.HashLen())); err == nil && o.Size > 0 {
				out = append(out, sized{e, o.Size})
			}
		}
		sort.Slice(out, func(i, k int) bool { return out[i].size < out[k].size })
		return out
	}
	keep := func(list, other []sized) (out []Entry) {
		for _, e := range list {
			i := sort.Search(len(other), func(i int) bool { return other[i].size*2 >= e.size })
			if i < len(other) && other[i].size <= e.size*2 {
				out = append(out, e.Entry)
			}
		}
		sort.Slice(out, func(i, k int) bool { return out[i].Path < out[k].Path })
		return out
	}
	x := measure(added, func(e Entry) ID { return e.NewBlob })
	y := measure(removed, func(e Entry) ID { return e.OldBlob })
	return keep(x, y), keep(y, x)
}

// claimMerge explains the merged paths that parent k does not have.
func (d *distiller) claimMerge(r *Record, j job, k int) error {
	var added []Entry
	at := map[string]*Combined{}
	for i := range r.Combined {
		c := &r.Combined[i]
		if c.Parents[k].Path == "" && !c.Deleted && c.Opaque == textual && len(c.Segs) > 0 && isFile(c.NewMode) {
			added = append(added, Entry{Path: c.Path, NewBlob: c.NewBlob})
			at[c.Path] = c
		}
	}
	if len(added) == 0 {
		return nil
	}
	removed, err := d.removed(j, k)
	if err != nil {
		return err
	}
	j.parents = j.parents[k : k+1]
	claims, err := d.explain(j, added, removed)
	for _, e := range claims {
		if c := at[e.Path]; c != nil {
			c.Parents[k] = Side{e.OldPath, e.OldBlob}
			c.Segs = overlay(c.Segs, uint16(k+1), e.Hunks)
			c.Own = nil // fewer lines are the merge's own now; who wants their text reads the content
		}
	}
	return err
}

// removed are the files of parent k that the merge does not have. What cannot be read removes nothing.
func (d *distiller) removed(j job, k int) (removed []Entry, err error) {
	j.parents = j.parents[k : k+1]
	var all Record
	if _, err := d.askBatch(&d.first, firstArgs, []job{j}, []int{0}, 1, func(p *parser, _ int) error { return p.plain(&all) }); err != nil {
		return nil, d.ctx.Err()
	}
	for _, e := range all.Entries {
		if e.Status == 'D' && e.OldMode != 0o160000 {
			removed = append(removed, e)
		}
	}
	return removed, nil
}

// mayRename keeps those merges in which a path that a parent lacks may come from another file of that parent: looking for renames
// costs more than all else that is asked about a merge.
func (d *distiller) mayRename(merges []int, jobs []job, records []Record) (kept []int, err error) {
	for _, i := range merges {
		for k := range jobs[i].parents {
			var added []Entry
			for _, c := range records[i].Combined {
				if c.Parents[k].Path == "" && !c.Deleted {
					added = append(added, Entry{Path: c.Path, NewBlob: c.NewBlob})
				}
			}
			if len(added) == 0 {
				continue
			}
			removed, err := d.removed(jobs[i], k)
			if err != nil {
				return nil, err
			}
			if added, _ = d.alike(added, removed); len(added) > 0 {
				kept = append(kept, i)
				break
			}
		}
	}
	return kept, nil
}

// overlay gives lines to a parent that was not asked before: those that are unchanged in it, and that no earlier parent has.
func overlay(segs []Seg, parent uint16, hunks []Hunk) []Seg {
	b := merged{}
	old, new, next := uint32(1), uint32(1), 0 // the parent's and the merge's line, and the hunk that comes next
	for _, s := range segs {
		if s.N == rest {
			if s.Parent != parent { // the first parent was missing: it has no rest
				b.segs = append(b.segs, s)
			}
			break
		}
		for i := range s.N {
			for next < len(hunks) && hunks[next].NewN == 0 && new > hunks[next].NewLine {
				old += hunks[next].OldN
				next++
			}
			if next < len(hunks) && hunks[next].NewN > 0 && new >= hunks[next].NewLine {
				if s.Parent == 0 {
					b.add(0, new, 1)
				} else {
					b.add(s.Parent, s.Line+i, 1)
				}
				if new++; new == hunks[next].NewLine+hunks[next].NewN {
					old += hunks[next].OldN
					next++
				}
				continue
			}
			switch {
			case s.Parent == 0 || s.Parent > parent:
				b.add(parent, old, 1)
			default:
				b.add(s.Parent, s.Line+i, 1)
			}
			old++
			new++
		}
	}
	return b.segs
}
