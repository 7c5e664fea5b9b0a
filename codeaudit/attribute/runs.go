package attribute

// cursor reads a file's runs from top to bottom.
type cursor struct {
	runs []run
	used uint32 // lines of runs[0] that were read
	line uint32 // 1-based line of the next one
}

// take passes the next n lines to f, stretch by stretch. It reports whether there were that many.
func (c *cursor) take(n uint32, f func(run)) bool {
	for n > 0 {
		if len(c.runs) == 0 {
			return false
		}
		r := run{c.runs[0].first + c.used, c.runs[0].n - c.used}
		if r.n > n {
			r.n = n
		}
		if c.used += r.n; c.used == c.runs[0].n {
			c.runs, c.used = c.runs[1:], 0
		}
		n -= r.n
		c.line += r.n
		if f != nil {
			f(r)
		}
	}
	return true
}

// all passes the lines that are left.
func (c *cursor) all(f func(run)) {
	for len(c.runs) > 0 {
		c.take(c.runs[0].n-c.used, f)
	}
}

// keep appends the next n lines to build. Within a file no two runs can be joined, so whole runs are copied as they are.
func (c *cursor) keep(build []run, n uint32) []run {
	if n == 0 {
		return build
	}
	c.take(c.split(n), func(r run) { build = join(build, r); n -= r.n })
	i, whole := 0, uint32(0)
	for i < len(c.runs) && c.runs[i].n <= n-whole {
		whole += c.runs[i].n
		i++
	}
	if i > 0 {
		build = append(join(build, c.runs[0]), c.runs[1:i]...)
		c.runs, c.line = c.runs[i:], c.line+whole
	}
	c.take(n-whole, func(r run) { build = join(build, r) })
	return build
}

// split is how many of the next n lines stand between here and the end of a run that was begun.
func (c *cursor) split(n uint32) uint32 {
	if c.used == 0 {
		return 0
	}
	return min(n, c.runs[0].n-c.used)
}

// join appends a run, growing the last one if the numbers continue.
func join(runs []run, r run) []run {
	if r.n == 0 {
		return runs
	}
	if k := len(runs) - 1; k >= 0 && runs[k].first+runs[k].n == r.first {
		runs[k].n += r.n
		return runs
	}
	return append(runs, r)
}

// minus calls f for the stretches of a that are not in b. marked must have no bit set, and has none afterwards.
func minus(a, b []run, marked *bitset, f func(run)) {
	for _, r := range b {
		marked.set(r.first, r.n)
	}
	for _, r := range a {
		for i := uint32(0); i < r.n; {
			if marked.has(r.first + i) {
				if (r.first+i)%64 == 0 && r.n-i >= 64 && (*marked)[(r.first+i)/64] == ^uint64(0) {
					i += 64
				} else {
					i++
				}
				continue
			}
			start := i
			for i < r.n && !marked.has(r.first+i) {
				i++
			}
			f(run{r.first + start, i - start})
		}
	}
	for _, r := range b {
		marked.clear(r.first, r.n)
	}
}
