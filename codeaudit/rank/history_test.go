package rank

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/script"
	"sallyport/codeaudit/signal"
)

// readHistory gives every commit of a repository (merges left out) to each, oldest first. It is a small reader of git's own
// output for tests and benchmarks; the product reads histories through package attribute.
//
// It begins at a commit or range; commits of more are read too, should that not lead to them. Binaries come with their first bytes.
func readHistory(tb testing.TB, dir, from string, limit int, each func(signal.Input), more ...string) {
	tb.Helper()
	args := []string{"-c", "core.quotePath=false", "-C", dir, "log", "--topo-order", "--no-merges", "--no-color", "--no-ext-diff", "--no-textconv", "--root", "-r", "-M", "-U0", "--raw", "--no-abbrev", "-p",
		"--format=%x01%H%x00%an%x00%ae%x00%cn%x00%ce%x00%B%x02"}
	if limit > 0 {
		args = append(args, "-n", strconv.Itoa(limit))
	}
	cmd := exec.Command("git", append(append(args, "--reverse", from), more...)...)
	blobs := newHeads(tb, dir)
	defer blobs.close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	r := bufio.NewReaderSize(out, 1<<20)
	order := 0
	var in *signal.Input
	var byPath map[string]int
	var current *change.Change
	flush := func() {
		if in != nil {
			for i := range in.Changes {
				if c := &in.Changes[i]; c.Opaque != "" && c.Kind != change.Deleted && c.NewMode != change.ModeSubmodule {
					if in.Blobs == nil {
						in.Blobs = map[string]signal.Blob{}
					}
					in.Blobs[c.NewBlob] = blobs.head(c.NewBlob)
				}
			}
			in.Shell = script.Assess
			each(*in)
		}
		in = nil
	}
	for {
		line, err := r.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		if line[0] == 1 {
			flush()
			head := line[1:]
			for !bytes.ContainsRune(head, 2) {
				more, err := r.ReadBytes('\n')
				if err == io.EOF {
					break
				}
				head = append(head, more...)
			}
			head, _, _ = bytes.Cut(head, []byte{2})
			part := strings.SplitN(string(head), "\x00", 6)
			c := &change.Commit{Hash: part[0], Author: change.Person{Name: part[1], Email: part[2]}, Committer: change.Person{Name: part[3], Email: part[4]}, Message: strings.TrimRight(part[5], "\n"), Order: order}
			order++
			in, byPath, current = &signal.Input{Commit: c}, map[string]int{}, nil
			continue
		}
		if in == nil {
			continue
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		switch {
		case len(line) > 80 && line[0] == ':' && current == nil:
			meta, paths, _ := strings.Cut(string(line), "\t")
			f := strings.Fields(meta[1:])
			was, _ := strconv.ParseUint(f[0], 8, 32)
			is, _ := strconv.ParseUint(f[1], 8, 32)
			ch := change.Change{Commit: in.Commit, OldMode: uint32(was), NewMode: uint32(is), OldBlob: f[2], NewBlob: f[3]}
			ch.Path = paths
			switch f[4][0] {
			case 'A':
				ch.Kind = change.Added
			case 'D':
				ch.Kind = change.Deleted
			case 'R', 'C':
				ch.Kind = change.Renamed
				ch.OldPath, ch.Path, _ = strings.Cut(paths, "\t")
			case 'T':
				ch.Kind = change.Typed
			default:
				ch.Kind = change.Modified
				if ch.OldBlob == ch.NewBlob {
					ch.Kind = change.Mode
				}
			}
			in.Changes = append(in.Changes, ch)
			byPath[ch.Path] = len(in.Changes) - 1
		case bytes.HasPrefix(line, []byte("diff --git ")):
			current = nil
			if i := bytes.LastIndex(line, []byte(" b/")); i >= 0 {
				if n, ok := byPath[string(line[i+3:])]; ok {
					current = &in.Changes[n]
				} else {
					current = &change.Change{}
				}
			}
		case current == nil:
		case bytes.HasPrefix(line, []byte("Binary files ")), bytes.HasPrefix(line, []byte("GIT binary")):
			current.Opaque = "binary"
		case bytes.HasPrefix(line, []byte("@@ ")):
			f := strings.Fields(string(line[3:]))
			h := change.Hunk{OldLine: first(f[0]), NewLine: first(f[1])}
			current.Hunks = append(current.Hunks, h)
		case len(current.Hunks) > 0 && (line[0:1][0] == '+' || line[0] == '-'):
			h := &current.Hunks[len(current.Hunks)-1]
			text := bytes.Clone(line[1:])
			if line[0] == '+' {
				h.New = append(h.New, text)
			} else {
				h.Old = append(h.Old, text)
			}
		}
	}
	flush()
	if err := cmd.Wait(); err != nil {
		tb.Errorf("%s: git log ended early, after %d commits: %v", dir, order, err)
	}
}

// heads reads the beginnings of contents.
type heads struct {
	tb   testing.TB
	in   io.WriteCloser
	out  *bufio.Reader
	wait func() error
}

func newHeads(tb testing.TB, dir string) *heads {
	cmd := exec.Command("git", "-C", dir, "cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return &heads{tb: tb, in: in, out: bufio.NewReader(out), wait: cmd.Wait}
}

func (h *heads) close() {
	h.in.Close()
	h.wait()
}

func (h *heads) head(hash string) signal.Blob {
	if _, err := io.WriteString(h.in, hash+"\n"); err != nil {
		h.tb.Fatal(err)
	}
	line, err := h.out.ReadString('\n')
	if err != nil {
		h.tb.Fatal(err)
	}
	f := strings.Fields(line)
	if len(f) != 3 {
		return signal.Blob{} // missing
	}
	size, _ := strconv.ParseInt(f[2], 10, 64)
	b := signal.Blob{Head: make([]byte, min(size, 4096)), Size: size}
	if _, err := io.ReadFull(h.out, b.Head); err != nil {
		h.tb.Fatal(err)
	}
	if _, err := h.out.Discard(int(size-int64(len(b.Head))) + 1); err != nil {
		h.tb.Fatal(err)
	}
	return b
}

// first is the line number of "-12,3".
func first(span string) int {
	n, _, _ := strings.Cut(span[1:], ",")
	v, _ := strconv.Atoi(n)
	return v
}
