package attribute

import "slices"

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

// minus calls f for the stretches of a that are not in b. It sorts both.
func minus(a, b []run, f func(run)) {
	byFirst := func(x, y run) int { return int(int64(x.first) - int64(y.first)) }
	slices.SortFunc(a, byFirst)
	slices.SortFunc(b, byFirst)
	for _, r := range a {
		for len(b) > 0 && b[0].first+b[0].n <= r.first {
			b = b[1:]
		}
		for _, s := range b {
			if s.first >= r.first+r.n || r.n == 0 {
				break
			}
			if s.first > r.first {
				f(run{r.first, s.first - r.first})
			}
			if end := s.first + s.n; end >= r.first+r.n {
				r.n = 0
			} else if end > r.first {
				r.n -= end - r.first
				r.first = end
			}
		}
		if r.n > 0 {
			f(r)
		}
	}
}
