package attribute

import (
	"sort"

	"sallyport/codeaudit/change"
)

// partOf finds what a commit inserted into a path.
func (l *Ledger) partOf(commit int32, path string) *part {
	id, ok := l.ids[path]
	if !ok {
		return nil
	}
	at := sort.Search(len(l.parts), func(i int) bool { return l.parts[i].commit >= commit })
	for ; at < len(l.parts) && l.parts[at].commit == commit; at++ {
		if l.parts[at].path == id {
			return &l.parts[at]
		}
	}
	return nil
}

// Fates says what became of n lines that a commit inserted into a path from line on (1-based; for opaque content one unit,
// line 1). Places are known for commits in scope only.
func (l *Ledger) Fates(commit int32, path string, line, n int) []change.Fate {
	p := l.partOf(commit, path)
	if p == nil {
		return nil
	}
	var fates []change.Fate
	at := sort.Search(len(l.ins), func(i int) bool { return l.ins[i].first >= p.first })
	for ; at < len(l.ins) && l.ins[at].first < p.first+p.n; at++ {
		in := &l.ins[at]
		end := p.first + p.n
		if at+1 < len(l.ins) && l.ins[at+1].first < end {
			end = l.ins[at+1].first
		}
		from := max(line, int(in.line))
		to := min(line+n, int(in.line)+int(end-in.first))
		if from < to {
			first := in.first + uint32(from) - in.line
			fates = l.fates(fates, run{first, uint32(to - from)})
		}
	}
	return fates
}

func (l *Ledger) fates(fates []change.Fate, r run) []change.Fate {
	for i := uint32(0); i < r.n; {
		start := i
		number := r.first + start
		if !l.alive.has(number) {
			killer := l.killer[number]
			for i < r.n && !l.alive.has(r.first+i) && l.killer[r.first+i] == killer {
				i++
			}
			f := change.Fate{N: int(i - start)}
			if killer > 0 {
				f.Killer = l.History.Nodes[killer-1].Hash
			}
			fates = append(fates, f)
			continue
		}
		places, n := l.placesOf(number, r.n-start)
		for k := uint32(1); k < n; k++ {
			if !l.alive.has(number+k) || !l.sameTags(number, number+k) {
				n = k
			}
		}
		i += n
		fates = append(fates, change.Fate{N: int(n), Places: places, Tags: l.tagsOf(number)})
	}
	return fates
}

// placesOf returns where a line stands and for how many of the following lines that goes on side by side, at most max.
func (l *Ledger) placesOf(number, max uint32) (places []change.Place, n uint32) {
	l.index()
	n = max
	o := l.places.ordered
	// Stretches overlap (a line stands on several branches), so look back as far as the longest one reaches.
	at := sort.Search(len(o), func(i int) bool { return o[i].first > number })
	if at < len(o) {
		n = min(n, o[at].first-number)
	}
	for at--; at >= 0 && o[at].first+longest > number; at-- {
		s := &o[at]
		if s.first+s.run.n <= number {
			continue
		}
		n = min(n, s.first+s.run.n-number)
		place := change.Place{Refs: s.refs, Path: l.paths[s.path], Line: int(s.line + number - s.first)}
		if l.parts[l.at(number).part].opaque != textual {
			place.Line = 0
		}
		places = append(places, place)
	}
	sort.Slice(places, func(i, j int) bool {
		a, b := places[i], places[j]
		if a.Path != b.Path {
			return a.Path < b.Path
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return len(a.Refs) > 0 && len(b.Refs) > 0 && a.Refs[0] < b.Refs[0]
	})
	return places, n
}

func (l *Ledger) tagsOf(number uint32) *change.TagSpan {
	part := l.at(number).part
	s := l.places.tags[part]
	if s == nil {
		return nil
	}
	i := number - l.parts[part].first
	if s.count[i] == 0 {
		return nil
	}
	return &change.TagSpan{Count: int(s.count[i]), Oldest: l.tagName(s.oldest[i]), Newest: l.tagName(s.last[i])}
}

// sameTags reports whether two lines of one part are in the same tags, as far as tagsOf tells.
func (l *Ledger) sameTags(a, b uint32) bool {
	part := l.at(a).part
	s := l.places.tags[part]
	if s == nil {
		return true
	}
	i, j := a-l.parts[part].first, b-l.parts[part].first
	return s.count[i] == s.count[j] && s.oldest[i] == s.oldest[j] && s.last[i] == s.last[j]
}

func (l *Ledger) tagName(tip int32) string {
	for _, r := range l.places.tips[tip].Refs {
		if len(r) > 10 && r[:10] == "refs/tags/" {
			return r
		}
	}
	return ""
}

// Owners says who had inserted n lines that a commit in scope deleted from a path, from line on in the parent.
func (l *Ledger) Owners(commit int32, path string, line, n int) []change.Owner {
	id, ok := l.ids[path]
	if !ok {
		return nil
	}
	var owners []change.Owner
	at := sort.Search(len(l.dels), func(i int) bool { return l.dels[i].commit >= commit })
	for ; at < len(l.dels) && l.dels[at].commit == commit; at++ {
		d := &l.dels[at]
		if d.path != id {
			continue
		}
		from, to := max(line, int(d.line)), min(line+n, int(d.line)+int(d.n))
		for from < to {
			number := d.first + uint32(from) - d.line
			o := l.origin(number)
			count := 1
			for from+count < to && l.origin(number+uint32(count)) == (Line{o.Commit, o.Path, o.Line + count}) {
				count++
			}
			owners = append(owners, change.Owner{N: count, Commit: o.Commit, Path: o.Path, Line: o.Line})
			from += count
		}
	}
	return owners
}
