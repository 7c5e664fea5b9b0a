package attribute

import (
	"context"
	"sort"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
)

// why names what makes a content opaque, for people.
var why = map[byte]string{isBinary: "binary", isSubmodule: "submodule", isUnreadable: "unreadable"}

// Changes turns a commit's record, distilled with its text, into changes with the fate of every line. A merge yields only
// what none of its parents has.
func (l *Ledger) Changes(ctx context.Context, repo *git.Repo, i int32, c *change.Commit, r *Record) []change.Change {
	var out []change.Change
	if len(l.History.Nodes[i].Parents) > 1 {
		out = l.ownChanges(ctx, repo, i, c, r)
	} else {
		for k := range r.Entries {
			out = append(out, l.entryChange(ctx, repo, i, c, &r.Entries[k]))
		}
	}
	if r.Failed {
		out = append(out, change.Change{Commit: c, Kind: change.Modified, Opaque: why[isUnreadable]})
	}
	if len(out) == 0 {
		out = append(out, change.Change{Commit: c, Kind: change.Empty})
	}
	return out
}

var kinds = map[byte]change.Kind{'A': change.Added, 'M': change.Modified, 'D': change.Deleted, 'R': change.Renamed, 'C': change.Copied, 'T': change.Typed}

func (l *Ledger) entryChange(ctx context.Context, repo *git.Repo, i int32, c *change.Commit, e *Entry) change.Change {
	x := change.Change{Commit: c, Path: e.Path, OldPath: e.OldPath, Kind: kinds[e.Status], OldMode: e.OldMode, NewMode: e.NewMode,
		OldBlob: name(repo, e.OldBlob), NewBlob: name(repo, e.NewBlob), Opaque: why[e.Opaque]}
	if e.Status == 'M' && e.OldBlob == e.NewBlob {
		x.Kind = change.Mode
	}
	from := e.Path
	if e.OldPath != "" {
		from = e.OldPath
	}
	if e.Fresh && !e.OldBlob.zero() && e.OldMode != 0o160000 {
		if old, err := repo.Blob(ctx, x.OldBlob, maxText); err == nil && HasLines(old) { // the old content goes as a whole
			h := change.Hunk{OldLine: 1}
			h.Old, h.NoNewlineOld = SplitLines(old)
			h.Owners = l.Owners(i, from, 1, len(h.Old))
			x.Hunks = append(x.Hunks, h)
		}
	}
	for k := range e.Text {
		t, at := &e.Text[k], &e.Hunks[k]
		h := change.Hunk{OldLine: int(at.OldLine), NewLine: int(at.NewLine), Old: t.Old, New: t.New, Section: t.Section,
			NoNewlineOld: t.OldNoEnd, NoNewlineNew: t.NewNoEnd}
		if len(h.New) > 0 {
			h.Fates = l.Fates(i, e.Path, h.NewLine, len(h.New))
		}
		if len(h.Old) > 0 {
			h.Owners = l.Owners(i, from, h.OldLine, len(h.Old))
		}
		x.Hunks = append(x.Hunks, h)
	}
	if x.Opaque != "" {
		x.Survives = l.standing(i, e.Path)
	}
	return x
}

// standing says where an opaque content stands.
func (l *Ledger) standing(i int32, path string) []change.Place {
	var places []change.Place
	for _, f := range l.Fates(i, path, 1, 1) {
		places = append(places, f.Places...)
	}
	return places
}

func name(repo *git.Repo, id ID) string {
	if id.zero() {
		return ""
	}
	return id.Hex(repo.HashLen())
}

// ownChanges are the lines of a merge that no parent has, from what the ledger holds as the merge's own.
func (l *Ledger) ownChanges(ctx context.Context, repo *git.Repo, i int32, c *change.Commit, r *Record) []change.Change {
	entries := map[string]*Entry{}
	for k := range r.Entries {
		entries[r.Entries[k].Path] = &r.Entries[k]
	}
	combined := map[string]*Combined{}
	for k := range r.Combined {
		combined[r.Combined[k].Path] = &r.Combined[k]
	}
	var out []change.Change
	for _, path := range l.ownPaths(i) {
		x := change.Change{Commit: c, Path: path, Kind: change.Modified}
		if e := entries[path]; e != nil {
			x.Kind, x.OldMode, x.NewMode, x.OldBlob, x.NewBlob = kinds[e.Status], e.OldMode, e.NewMode, name(repo, e.OldBlob), name(repo, e.NewBlob)
		}
		p := l.partOf(i, path)
		x.Opaque = why[p.opaque]
		if p.opaque != textual {
			x.Survives = l.standing(i, path)
			out = append(out, x)
			continue
		}
		if cb := combined[path]; cb != nil && len(cb.Own) == int(p.n) {
			own := cb.Own
			for _, s := range cb.Segs {
				if s.Parent == 0 {
					x.Hunks = append(x.Hunks, change.Hunk{NewLine: int(s.Line), New: own[:s.N], Fates: l.Fates(i, path, int(s.Line), int(s.N))})
					own = own[s.N:]
				}
			}
		} else if text, err := repo.Blob(ctx, x.NewBlob, maxText); err == nil {
			h := change.Hunk{NewLine: 1}
			h.New, h.NoNewlineNew = SplitLines(text)
			h.Fates = l.Fates(i, path, 1, len(h.New))
			x.Hunks = append(x.Hunks, h)
		} else {
			x.Opaque = why[isUnreadable]
		}
		out = append(out, x)
	}
	return out
}

// ownPaths are the paths into which a commit inserted something, in the order of the replay.
func (l *Ledger) ownPaths(commit int32) []string {
	var paths []string
	at := sort.Search(len(l.parts), func(i int) bool { return l.parts[i].commit >= commit })
	for ; at < len(l.parts) && l.parts[at].commit == commit; at++ {
		paths = append(paths, l.paths[l.parts[at].path])
	}
	return paths
}

// Touch summarises a record: the paths and how many lines.
func Touch(c *change.Commit, r *Record) change.Touch {
	t := change.Touch{Commit: c}
	if len(c.Parents) > 1 {
		for k := range r.Combined {
			cb := &r.Combined[k]
			p := change.PathTouch{Path: cb.Path, Kind: change.Modified, Opaque: cb.Opaque != textual}
			for _, s := range cb.Segs {
				if s.Parent == 0 {
					p.Inserted += int(s.N)
				}
			}
			t.Paths = append(t.Paths, p)
		}
		return t
	}
	for k := range r.Entries {
		e := &r.Entries[k]
		p := change.PathTouch{Path: e.Path, OldPath: e.OldPath, Kind: kinds[e.Status], Opaque: e.Opaque != textual}
		for _, h := range e.Hunks {
			p.Inserted += int(h.NewN)
			p.Deleted += int(h.OldN)
		}
		t.Paths = append(t.Paths, p)
	}
	return t
}

// Get returns the record of a commit that was kept.
func (k *Kept) Get(hash string) (*Record, error) { return k.get(hash) }
