package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"sallyport"
)

// Object is an object's header.
type Object struct {
	Hash string
	Type string // commit, tree, blob, tag; "missing" if it is not there or cannot be read
	Size int64
}

// Objects calls f for every object in the repository, reachable or not, in no particular order. What git complained about
// while listing (a broken pack, a loose object that is none) comes back as text.
func (r *Repo) Objects(ctx context.Context, f func(Object)) (complaints string, err error) {
	return r.list(ctx, "%(objectname) %(objecttype) %(objectsize)", func(line []byte) {
		if o, ok := parseHeader(line); ok {
			f(o)
		}
	})
}

// named calls f with the name of every commit and every tag, reachable or not, in no particular order. Without sizes git need
// not look into the objects, which halves the time.
func (r *Repo) named(ctx context.Context, commit, tag func(hash string)) (complaints string, err error) {
	return r.list(ctx, "%(objectname) %(objecttype)", func(line []byte) {
		hash, kind, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		switch {
		case string(kind) == "commit" && IsHash(string(hash)):
			commit(string(hash))
		case string(kind) == "tag" && IsHash(string(hash)):
			tag(string(hash))
		}
	})
}

// list calls f with a line for every object.
func (r *Repo) list(ctx context.Context, format string, f func(line []byte)) (complaints string, err error) {
	cmd := r.command(ctx, "cat-file", "--batch-all-objects", "--unordered", "--batch-check="+format)
	var talk tail
	cmd.Stderr = &talk
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	widen(out)
	if err := start(cmd); err != nil {
		return "", failed(ctx, "cat-file", err, &talk)
	}
	lines := bufio.NewReaderSize(out, 256<<10)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			break
		}
		f(line)
	}
	if err := cmd.Wait(); err != nil {
		return talk.String(), failed(ctx, "cat-file", err, &talk)
	}
	return talk.String(), nil
}

// parseHeader reads "hash type size" or "hash missing".
func parseHeader(line []byte) (Object, bool) {
	hash, rest, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
	if !ok || !IsHash(hash) {
		return Object{}, false
	}
	kind, size, ok := strings.Cut(rest, " ")
	if !ok {
		return Object{Hash: hash, Type: "missing"}, true
	}
	n, err := strconv.ParseInt(size, 10, 64)
	return Object{Hash: hash, Type: kind, Size: n}, err == nil && n >= 0
}

// Read calls f with the content of each of ids, in order; content is nil and the type "missing" for one that is not there
// or cannot be read, and nil with its true type for one larger than limit. The content is f's only until it returns.
func (r *Repo) Read(ctx context.Context, ids []string, limit int64, f func(o Object, content []byte) error) error {
	for len(ids) > 0 {
		done, err := r.readSome(ctx, ids, limit, f)
		if err != nil {
			return err
		}
		ids = ids[done:]
		if len(ids) == 0 {
			return nil
		}
		// git died at ids[0]: a corrupt object. Name it and go on behind it.
		if err := f(Object{Hash: ids[0], Type: "missing"}, nil); err != nil {
			return err
		}
		ids = ids[1:]
	}
	return nil
}

func (r *Repo) readSome(ctx context.Context, ids []string, limit int64, f func(o Object, content []byte) error) (done int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := r.command(ctx, "cat-file", "--batch", "--buffer")
	var in bytes.Buffer
	for _, id := range ids {
		in.WriteString(id)
		in.WriteByte('\n')
	}
	cmd.Stdin = &in
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	widen(out)
	var talk tail
	cmd.Stderr = &talk
	if err := start(cmd); err != nil {
		return 0, failed(ctx, "cat-file", err, &talk)
	}
	defer cmd.Wait()
	defer cancel()
	br := bufio.NewReaderSize(out, 1<<20)
	var buf []byte
	for done < len(ids) {
		line, err := br.ReadSlice('\n')
		if err != nil {
			return done, ctx.Err()
		}
		o, ok := parseHeader(line)
		if !ok {
			return done, sallyport.Errorf(sallyport.Invalid, "git cat-file answered %q for %q", line, ids[done])
		}
		var content []byte
		if o.Type != "missing" {
			if o.Size > limit {
				_, err = io.CopyN(io.Discard, br, o.Size+1)
			} else {
				if int64(cap(buf)) < o.Size+1 {
					buf = make([]byte, o.Size+1+o.Size/4)
				}
				content = buf[:o.Size+1]
				_, err = io.ReadFull(br, content)
				content = content[:max(0, len(content)-1)]
			}
			if err != nil {
				return done, ctx.Err() // cut off inside: the caller names this object
			}
		}
		done++
		if err := f(o, content); err != nil {
			return done, err
		}
	}
	return done, nil
}

// catFile is a git cat-file child that answers one question at a time.
type catFile struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Info returns the header of an object. One that is missing or unreadable is NotFound.
func (r *Repo) Info(ctx context.Context, id string) (o Object, err error) {
	err = r.withCat(ctx, id, func(c *catFile) (err error) {
		o, err = c.ask("info", id)
		return err
	})
	if err == nil && o.Type == "missing" {
		err = sallyport.Errorf(sallyport.NotFound, "object %s is not in the repository", id)
	}
	return o, err
}

// Blob returns the content of an object of at most limit bytes. A missing or unreadable one is NotFound, a larger one Limited.
func (r *Repo) Blob(ctx context.Context, id string, limit int64) (content []byte, err error) {
	err = r.withCat(ctx, id, func(c *catFile) (err error) {
		content, err = c.get(id, limit)
		return err
	})
	return content, err
}

// withCat asks the reader one question, starting it if need be.
func (r *Repo) withCat(ctx context.Context, id string, f func(*catFile) error) error {
	if !IsHash(id) {
		return sallyport.Errorf(sallyport.Invalid, "%q is not an object name", id)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.cat == nil {
		cat, err := r.startCat()
		if err != nil {
			return err
		}
		r.cat = cat
	}
	err := f(r.cat)
	if err == errCatDied {
		r.stopCat()
		return sallyport.Errorf(sallyport.NotFound, "object %s cannot be read", id)
	}
	return err
}

var errCatDied = fmt.Errorf("git cat-file ended")

func (r *Repo) startCat() (*catFile, error) {
	cmd := r.command(context.Background(), "cat-file", "--batch-command")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := start(cmd); err != nil {
		return nil, failed(context.Background(), "cat-file", err, &tail{})
	}
	return &catFile{cmd, in, bufio.NewReaderSize(out, 64<<10)}, nil
}

func (c *catFile) get(id string, limit int64) ([]byte, error) {
	o, err := c.ask("info", id)
	if err != nil {
		return nil, err
	}
	if o.Type == "missing" {
		return nil, sallyport.Errorf(sallyport.NotFound, "object %s is not in the repository", id)
	}
	if o.Size > limit {
		return nil, sallyport.Errorf(sallyport.Limited, "object %s has %d bytes, more than %d", id, o.Size, limit)
	}
	if o, err = c.ask("contents", id); err != nil || o.Type == "missing" {
		return nil, errCatDied
	}
	content := make([]byte, o.Size+1)
	if _, err := io.ReadFull(c.out, content); err != nil {
		return nil, errCatDied
	}
	return content[:o.Size], nil
}

func (c *catFile) ask(verb, id string) (Object, error) {
	if _, err := fmt.Fprintf(c.in, "%s %s\n", verb, id); err != nil {
		return Object{}, errCatDied
	}
	line, err := c.out.ReadSlice('\n')
	if err != nil {
		return Object{}, errCatDied
	}
	o, ok := parseHeader(line)
	if !ok {
		return Object{}, errCatDied
	}
	return o, nil
}

func (r *Repo) stopCat() {
	if r.cat != nil {
		r.cat.in.Close()
		_ = r.cat.cmd.Cancel()
		_ = r.cat.cmd.Wait()
		r.cat = nil
	}
}

// Close ends the children. The Repo can be used again afterwards.
func (r *Repo) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopCat()
}

// Entry is a file of a tree.
type Entry struct {
	Mode uint32
	Hash string
	Path string // as stored; may hold anything but NUL
}

// Tree lists all files below a tree or commit.
func (r *Repo) Tree(ctx context.Context, id string) ([]Entry, error) {
	if !IsHash(id) {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is not an object name", id)
	}
	out, err := r.Output(ctx, 1<<30, nil, "ls-tree", "-r", "-z", "--full-tree", id)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for len(out) > 0 {
		line, rest, _ := bytes.Cut(out, []byte{0})
		out = rest
		head, path, ok := strings.Cut(string(line), "\t")
		f := strings.Fields(head)
		if !ok || len(f) != 3 {
			return nil, sallyport.Errorf(sallyport.Invalid, "git ls-tree answered %q", line)
		}
		mode, err := strconv.ParseUint(f[0], 8, 32)
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "git ls-tree answered mode %q", f[0])
		}
		list = append(list, Entry{Mode: uint32(mode), Hash: f[2], Path: path})
	}
	return list, nil
}
