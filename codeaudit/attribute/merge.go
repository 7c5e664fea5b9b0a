package attribute

// merge applies a merge the way git blame looks at one: a path whose content is a parent's is that parent's (the first
// parent that has it); otherwise each line is the first parent's that has it, and lines of no parent are the merge's own.
func (r *replay) merge(i int32, parents []int32, record *Record) *tree {
	others := make([]*tree, len(parents)) // others[0] stays nil: t began as the first parent's
	for k := 1; k < len(parents); k++ {
		others[k] = r.states[parents[k]]
	}
	t := r.state(parents[0])
	combined := map[string]*Combined{}
	for k := range record.Combined {
		combined[record.Combined[k].Path] = &record.Combined[k]
	}
	var out []written
	gone, come := r.gone[:0], r.come[:0] // lines of the parents' files that are replaced, and of the files that replace them
	for k := range record.Entries {
		e := &record.Entries[k]
		if r.options.only != nil && !r.options.only.paths[e.Path] {
			continue
		}
		path := r.path(e.Path)
		first := t.get(path)
		if first != nil {
			gone = append(gone, first.runs...)
			first.settled = true
		}
		if e.Status == 'D' {
			out = append(out, written{path, nil})
			continue
		}
		f := taken(path, e, first, others)
		if f == nil {
			f = r.resolve(i, path, e, combined[e.Path], t, others)
		}
		f.settled = false
		come = append(come, f.runs...)
		out = append(out, written{path, f})
	}
	// What the other parents have and the result has not: lines that only they held are removed by this merge. A file whose
	// lines all passed on, or were removed by others, was settled before and is skipped; one that lines pass to is not
	// settled any more, since what it had passed on may be what is replaced here.
	write(t, out)
	for k := 1; k < len(parents) && r.options.only == nil; k++ {
		differing(others[k], t, func(path uint32, in, result *file) {
			if in.settled {
				return
			}
			in.settled = true
			gone = append(gone, in.runs...)
			if result != nil {
				result.settled = false
				come = append(come, result.runs...)
			}
		})
	}
	minus(gone, come, &r.marked, func(x run) { r.kill(x, i) })
	r.gone, r.come = gone, come
	for _, p := range parents {
		r.release(p)
	}
	return t
}

// taken returns the file of the first parent whose content at the path is the merge's.
func taken(path uint32, e *Entry, first *file, others []*tree) *file {
	same := func(f *file) bool {
		return f != nil && f.blob == e.NewBlob && (f.mode == 0o160000) == (e.NewMode == 0o160000)
	}
	if same(first) {
		return withMode(first, e.NewMode)
	}
	for _, t := range others[1:] {
		if f := t.get(path); same(f) {
			return withMode(f, e.NewMode)
		}
	}
	return nil
}

func withMode(f *file, mode uint32) *file {
	if f.mode == mode {
		return f
	}
	return &file{blob: f.blob, mode: mode, opaque: f.opaque, runs: f.runs}
}

// resolve builds a path that no parent has as it is.
func (r *replay) resolve(i int32, path uint32, e *Entry, c *Combined, t *tree, others []*tree) *file {
	f := &file{blob: e.NewBlob, mode: e.NewMode}
	if c == nil {
		return r.own(i, f, path, e)
	}
	sides := make([]*file, len(others))
	for k, s := range c.Parents {
		if s.Path == "" {
			continue
		}
		from := t
		if k > 0 {
			from = others[k]
		}
		sides[k] = from.get(r.path(s.Path))
		if sides[k] == nil || sides[k].blob != s.Blob {
			if c.Opaque == textual {
				return r.own(i, f, path, e)
			}
			continue
		}
		if s.Blob == e.NewBlob { // renamed by this parent, and otherwise untouched
			f.opaque, f.runs = sides[k].opaque, sides[k].runs
			return f // not the very file: that one is settled with the parent's path
		}
		if sides[k].opaque != textual && c.Opaque == textual {
			return r.own(i, f, path, e)
		}
	}
	if c.Opaque != textual {
		f.opaque = c.Opaque
		r.begin(i, path, c.Opaque)
		f.runs = []run{r.insert(1, 1)}
		r.markEvil(i)
		return f
	}
	if len(c.Segs) == 0 || !r.segments(i, f, path, c, sides) {
		return r.own(i, f, path, e)
	}
	return f
}

// segments lays out the lines of a merged file. It reports false, having changed nothing, if they do not fit.
func (r *replay) segments(i int32, f *file, path uint32, c *Combined, sides []*file) bool {
	build := r.scratch[:0]
	defer func() { r.scratch = build }()
	cursors := make([]cursor, len(sides))
	for k, s := range sides {
		cursors[k].line = 1
		if s != nil {
			cursors[k].runs = s.runs
		}
	}
	fit := true
	var own []Seg
	for _, s := range c.Segs {
		if s.Parent == 0 {
			own = append(own, s)
			build = append(build, run{0, s.N}) // numbered below
			continue
		}
		cur := &cursors[s.Parent-1]
		if s.Line < cur.line || !cur.take(s.Line-cur.line, nil) {
			// A merge without lines behind its last hunk asks for the rest of a parent that has none.
			fit = fit && s.N == rest
			continue
		}
		keep := func(x run) { build = append(build, x) }
		if s.N == rest {
			cur.all(keep)
		} else if !cur.take(s.N, keep) {
			fit = false
		}
	}
	if !fit {
		return false
	}
	if len(own) > 0 {
		r.begin(i, path, textual)
		r.markEvil(i)
	}
	f.runs = make([]run, 0, len(build))
	for _, x := range build {
		if x.first == 0 {
			x = r.insert(own[0].Line, x.n)
			own = own[1:]
		}
		f.runs = join(f.runs, x)
	}
	return true
}

// own gives a whole file to the merge: no parent explains it in a way that fits.
func (r *replay) own(i int32, f *file, path uint32, e *Entry) *file {
	r.markEvil(i)
	if e.NewMode == 0o160000 {
		f.opaque = isSubmodule
		r.begin(i, path, isSubmodule)
		f.runs = []run{r.insert(1, 1)}
		return f
	}
	e.Fresh = true
	return r.restart(i, path, path, nil, e)
}

func (r *replay) markEvil(i int32) {
	r.evil[i], r.inScope[i] = true, true
}
