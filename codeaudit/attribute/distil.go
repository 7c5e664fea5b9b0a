package attribute

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/codeaudit/git"
)

// job is one commit to compare.
type job struct {
	hash    string
	tree    string
	parents []string // those that are there
	cut     bool     // it has parents, none of which is there
}

// distiller turns commits into records. It owns its git children and belongs to one goroutine.
type distiller struct {
	ctx  context.Context
	repo *git.Repo

	plain, first, combined, renamed *git.Stream // by kind of question; started at first use

	keep     bool // keep the text of hunks
	names    bool // paths only: no renames, no hunks, no merged lines
	renames  bool // paths and where they come from: no hunks, and nothing about merges
	failures []failure
}

// failure is a commit, or a path of one, that could not be compared.
type failure struct{ hash, path, why string }

var (
	plainArgs    = []string{"-M", "-l5000", "-U0", "--raw", "-p"}
	namesArgs    = []string{"-M", "-l5000", "--raw"}
	firstArgs    = []string{"--raw"}
	combinedArgs = []string{"-c", "-U1", "--raw", "-p"}
	renamedArgs  = []string{"-c", "-U1", "--raw", "-p", "-M", "-l5000", "--combined-all-paths"}
)

func (d *distiller) close() {
	for _, s := range []*git.Stream{d.plain, d.first, d.combined, d.renamed} {
		if s != nil {
			s.Close()
		}
	}
	d.plain, d.first, d.combined, d.renamed = nil, nil, nil, nil
}

// question is the line that makes diff-tree compare a job with its parents as we know them.
func (j job) question(repo *git.Repo, parents int) string {
	if j.cut {
		return repo.EmptyTree() + " " + j.tree
	}
	return strings.Join(append([]string{j.hash}, j.parents[:min(parents, len(j.parents))]...), " ")
}

// run distils a chunk of commits, in order.
func (d *distiller) run(jobs []job) ([]Record, error) {
	records := make([]Record, len(jobs))
	var plain, merges []int
	for i, j := range jobs {
		if len(j.parents) > 1 {
			merges = append(merges, i)
		} else {
			plain = append(plain, i)
		}
	}
	args := plainArgs
	if d.names {
		args = firstArgs
	} else if d.renames {
		args = namesArgs
	}
	if err := d.ask(&d.plain, args, jobs, plain, 1, func(p *parser, i int) error {
		return p.plain(&records[i])
	}, records); err != nil {
		return nil, err
	}
	if err := d.ask(&d.first, firstArgs, jobs, merges, 1, func(p *parser, i int) error {
		return p.plain(&records[i])
	}, records); err != nil {
		return nil, err
	}
	if d.names || d.renames {
		for _, i := range plain {
			if len(jobs[i].parents) > 0 && d.renames {
				if err := d.claim(&records[i], jobs[i]); err != nil {
					return nil, err
				}
			}
		}
		return records, d.ctx.Err()
	}
	var all, again []int
	var err error
	for _, i := range merges {
		if len(records[i].Entries) > 0 && !records[i].Failed {
			all = append(all, i) // a merge that equals its first parent differs from it in nothing
		}
	}
	if err := d.ask(&d.combined, combinedArgs, jobs, all, 1<<15, func(p *parser, i int) error {
		added, err := p.combined(&records[i], len(jobs[i].parents), false)
		if added {
			again = append(again, i)
		}
		return err
	}, records); err != nil {
		return nil, err
	}
	if again, err = d.mayRename(again, jobs, records); err != nil {
		return nil, err
	}
	if err := d.ask(&d.renamed, renamedArgs, jobs, again, 1<<15, func(p *parser, i int) error {
		records[i].Combined = nil
		_, err := p.combined(&records[i], len(jobs[i].parents), true)
		return err
	}, records); err != nil {
		return nil, err
	}
	for i := range records {
		d.binaries(&records[i], jobs[i])
		if len(jobs[i].parents) > 0 {
			if err := d.claim(&records[i], jobs[i]); err != nil {
				return nil, err
			}
		}
	}
	return records, d.ctx.Err()
}

// ask puts the questions of the chosen jobs to a child and parses the answers. If the child dies, the questions that have no
// answer are put one by one to new children, so that one unreadable object costs one commit.
func (d *distiller) ask(s **git.Stream, args []string, jobs []job, chosen []int, parents int, parse func(*parser, int) error, records []Record) error {
	if len(chosen) == 0 {
		return nil
	}
	done, err := d.askBatch(s, args, jobs, chosen, parents, parse)
	if err == nil {
		return nil
	}
	for _, i := range chosen[done:] {
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		records[i] = Record{Entries: keepMergeEntries(records[i], parents)}
		if _, err := d.askBatch(s, args, jobs, []int{i}, parents, parse); err != nil {
			if d.ctx.Err() != nil {
				return d.ctx.Err()
			}
			d.salvage(&records[i], jobs[i], err)
		}
	}
	return nil
}

// keepMergeEntries keeps what the first-parent comparison of a merge found when its combined comparison is done again.
func keepMergeEntries(r Record, parents int) []Entry {
	if parents > 1 {
		return r.Entries
	}
	return nil
}

// askBatch returns how many of the chosen were answered whole.
func (d *distiller) askBatch(s **git.Stream, args []string, jobs []job, chosen []int, parents int, parse func(*parser, int) error) (done int, err error) {
	if *s == nil {
		if *s, err = d.repo.DiffTree(d.ctx, args...); err != nil {
			return 0, err
		}
	}
	questions := make([]string, len(chosen))
	for k, i := range chosen {
		questions[k] = jobs[i].question(d.repo, parents)
	}
	(*s).Ask(questions)
	p := &parser{in: (*s).Out, keep: d.keep}
	fail := func(err error) (int, error) {
		words := (*s).Close()
		*s = nil
		if words != "" {
			err = fmt.Errorf("%w: %s", err, words)
		}
		return max(0, done-1), err // the last answer may be cut off
	}
	if err := p.next(); err != nil {
		return fail(err)
	}
	for k, i := range chosen {
		want := questions[k]
		if !jobs[i].cut {
			want = jobs[i].hash
		}
		if string(p.line) != want {
			return fail(sallyport.Errorf(sallyport.Invalid, "git diff-tree answered %q for %q", p.line, want))
		}
		if err := p.next(); err != nil {
			return fail(err)
		}
		if err := parse(p, i); err != nil {
			return fail(err)
		}
		done++
	}
	if string(p.line) != git.EndMark {
		return fail(sallyport.Errorf(sallyport.Invalid, "git diff-tree answered %q at the end", p.line))
	}
	return done, nil
}

// salvage compares a commit again when some of its content is not there: first by its trees alone, which says what is not,
// then the rest by its text. What is not there becomes opaque, and a commit whose trees are not there a failed one.
func (d *distiller) salvage(r *Record, j job, cause error) {
	*r = Record{}
	fail := func(path string, err error) { d.failures = append(d.failures, failure{j.hash, path, err.Error()}) }
	if err := d.once(r, j, firstArgs...); err != nil {
		*r = Record{Failed: true}
		fail("", cause)
		return
	}
	var lost []Entry
	exclude := []string{"--", ":(top)"}
	for _, e := range r.Entries {
		if e.NewMode == 0o160000 || e.OldMode == 0o160000 || d.there(e.NewBlob) && d.there(e.OldBlob) {
			continue
		}
		e.Opaque = isUnreadable
		lost = append(lost, e)
		exclude = append(exclude, ":(top,exclude,literal)"+e.Path)
		fail(e.Path, cause)
	}
	if len(j.parents) > 1 {
		for _, e := range lost {
			r.Combined = append(r.Combined, Combined{Path: e.Path, NewMode: e.NewMode, NewBlob: e.NewBlob, Deleted: e.Status == 'D',
				Opaque: isUnreadable, Parents: make([]Side, len(j.parents))})
		}
		return // its other paths count as the merge's own where no parent has them as they are
	}
	whole := *r
	*r = Record{}
	if len(lost) == 0 || len(lost) > 1000 || d.once(r, j, append(append([]string{}, plainArgs...), exclude...)...) != nil {
		*r = whole
		for i := range r.Entries {
			r.Entries[i].Opaque = isUnreadable
		}
		fail("", cause)
		return
	}
	r.Entries = append(r.Entries, lost...)
}

// once puts one question to a child of its own.
func (d *distiller) once(r *Record, j job, args ...string) error {
	s, err := d.repo.DiffTree(d.ctx, args...)
	if err == nil {
		_, err = d.askBatch(&s, nil, []job{j}, []int{0}, 1, func(p *parser, _ int) error { return p.plain(r) })
	}
	if s != nil {
		s.Close()
	}
	return err
}

// there reports whether a content can be read, or there is none to read.
func (d *distiller) there(id ID) bool {
	if id.zero() {
		return true
	}
	_, err := d.repo.Blob(d.ctx, id.Hex(d.repo.HashLen()), maxReadable)
	return err == nil || sallyport.CodeOf(err) == sallyport.Limited
}

// maxReadable bounds what is read to see whether it can be.
const maxReadable = 64 << 20

// alone compares one path of a commit again, by itself, with further arguments.
func (d *distiller) alone(e *Entry, j job, args ...string) bool {
	var one Record
	args = append(append([]string{"-U0", "--raw", "-p", "--no-renames"}, args...), "--", ":(top,literal)"+e.Path)
	if d.once(&one, j, args...) != nil || len(one.Entries) != 1 || one.Entries[0].Path != e.Path {
		return false
	}
	*e = one.Entries[0]
	return true
}

func parseMode(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 8, 32)
	return uint32(n), err
}
