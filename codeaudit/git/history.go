package git

import (
	"bytes"
	"context"
	"sort"
	"strings"

	"sallyport/codeaudit/change"
)

// maxCommit bounds a commit or tag object; larger ones are findings.
const maxCommit = 16 << 20

// Node is a commit's place in the history.
type Node struct {
	Hash    string
	Tree    string
	Parents []int32  // positions in History.Nodes; parents that are missing are left out
	Missing []string // parents that are named but not there
	Time    int64    // committer's clock, seconds since 1970; a claim
}

// Tip is a commit that is audited in its own right, and what names it.
type Tip struct {
	Node int32
	Refs []string // sorted; empty for a commit that nothing reaches
}

// History is the graph of commits, parents before children. The order depends on the commits and references alone.
type History struct {
	Nodes []Node
	Index map[string]int32 // by hash
	Tips  []Tip            // by Node
	// Unreachable counts the commits that no reference leads to. They are part of Nodes.
	Unreachable int
	Findings    []change.Finding
}

// ReadHistory reads every commit of the repository. refs are the tips; if all is set, commits that no reference reaches are
// history too. each, if not nil, is called once for every commit that is kept, in order.
func (r *Repo) ReadHistory(ctx context.Context, refs []Ref, all bool, each func(*change.Commit)) (*History, error) {
	h := &History{Index: map[string]int32{}}
	raw, peel, err := r.readGraph(ctx, h)
	if err != nil {
		return nil, err
	}
	h.order(raw, refs, peel, all)
	if each == nil {
		return h, nil
	}
	ids := make([]string, len(h.Nodes))
	for i := range h.Nodes {
		ids[i] = h.Nodes[i].Hash
	}
	return h, r.Commits(ctx, ids, func(c *change.Commit) error {
		i := h.Index[c.Hash]
		c.Order, c.Missing = int(i), h.Nodes[i].Missing
		each(c)
		return nil
	})
}

// Commits reads commits in the order given. One that cannot be read is skipped: ReadHistory has named it.
func (r *Repo) Commits(ctx context.Context, ids []string, f func(*change.Commit) error) error {
	return r.Read(ctx, ids, maxCommit, func(o Object, content []byte) error {
		if content == nil {
			return nil
		}
		c, err := ParseCommit(o.Hash, content)
		if err != nil {
			return nil
		}
		return f(c)
	})
}

// ReadLine reads the history of one commit only, without times and trees, and faster. It fails where a parent is missing;
// ReadHistory does not.
func (r *Repo) ReadLine(ctx context.Context, commit string) (*History, error) {
	out, err := r.Output(ctx, 4<<30, nil, "rev-list", "--topo-order", "--reverse", "--parents", commit)
	if err != nil {
		return nil, err
	}
	h := &History{Index: map[string]int32{}}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		f := strings.Fields(line)
		n := Node{Hash: f[0]}
		for _, p := range f[1:] {
			n.Parents = append(n.Parents, h.Index[p])
		}
		h.Index[n.Hash] = int32(len(h.Nodes))
		h.Nodes = append(h.Nodes, n)
	}
	h.Tips = []Tip{{Node: int32(len(h.Nodes)) - 1, Refs: []string{"HEAD"}}}
	return h, nil
}

func (h *History) find(weight int, kind, object, text string) {
	h.Findings = append(h.Findings, change.Finding{Kind: kind, Object: object, Text: text, Weight: weight})
}

// rawNode is a commit before it has a position.
type rawNode struct {
	tree    string
	parents []string
	time    int64
}

// reading is how many commits are read at a time while git still lists more.
const reading = 10_000

// readGraph reads all commits and tags. One child lists while another reads.
func (r *Repo) readGraph(ctx context.Context, h *History) (raw map[string]rawNode, peel map[string]string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	raw = map[string]rawNode{}
	batches := make(chan []string, 100)
	done := make(chan struct{})
	var found History // the findings of the reader; h is the caller's
	go func() {
		defer close(done)
		for ids := range batches {
			if err := r.readNodes(ctx, ids, raw, &found); err != nil {
				cancel(err)
			}
		}
	}()
	var commits, tags []string
	flush := func() {
		if len(commits) > 0 {
			batches <- commits
			commits = nil
		}
	}
	complaints, err := r.named(ctx, func(hash string) {
		if commits = append(commits, hash); len(commits) == reading {
			flush()
		}
	}, func(hash string) { tags = append(tags, hash) })
	flush()
	close(batches)
	<-done
	if cause := context.Cause(ctx); cause != nil {
		return nil, nil, cause
	}
	if err != nil {
		return nil, nil, err
	}
	if complaints != "" {
		h.find(1, "corrupt", "", "git complained while it listed the objects: "+complaints)
	}
	// The listing has no order of its own, findings shall have one.
	sort.SliceStable(found.Findings, func(i, j int) bool { return found.Findings[i].Object < found.Findings[j].Object })
	h.Findings = append(h.Findings, found.Findings...)
	sort.Strings(tags)
	peel, err = r.readTags(ctx, tags, h)
	return raw, peel, err
}

func (r *Repo) readNodes(ctx context.Context, ids []string, raw map[string]rawNode, h *History) error {
	return r.Read(ctx, ids, maxCommit, func(o Object, content []byte) error {
		if content == nil {
			h.find(1, "unreadable-commit", o.Hash, "a commit that cannot be read; what it did is unknown")
			return nil
		}
		n, ok := parseNode(content)
		if !ok {
			h.find(1, "malformed-commit", o.Hash, "a commit that is not one; what it did is unknown")
			return nil
		}
		raw[o.Hash] = n
		return nil
	})
}

// parseNode reads as much of a commit as the graph needs.
func parseNode(content []byte) (rawNode, bool) {
	var n rawNode
	seen := false
	for len(content) > 0 && content[0] != '\n' {
		var line []byte
		line, content, _ = bytes.Cut(content, []byte{'\n'})
		if name, ok := bytes.CutPrefix(line, []byte("tree ")); ok && n.tree == "" {
			n.tree = string(name)
		} else if name, ok := bytes.CutPrefix(line, []byte("parent ")); ok && len(name) > 0 {
			parent := string(name)
			if !IsHash(parent) {
				return n, false
			}
			n.parents = append(n.parents, parent)
		} else if who, ok := bytes.CutPrefix(line, []byte("committer ")); ok && len(who) > 0 && !seen {
			seen = true
			if t := parsePerson(string(who)).Time; !t.IsZero() {
				n.time = t.Unix()
			}
		}
	}
	return n, IsHash(n.tree)
}

func (r *Repo) readTags(ctx context.Context, ids []string, h *History) (map[string]string, error) {
	peel := make(map[string]string, len(ids))
	err := r.Read(ctx, ids, maxCommit, func(o Object, content []byte) error {
		if content == nil {
			h.find(2, "unreadable-tag", o.Hash, "a tag that cannot be read")
			return nil
		}
		if object, _ := ParseTag(content); object != "" {
			peel[o.Hash] = object
		}
		return nil
	})
	return peel, err
}

// order gives every commit its position: depth first from HEAD, then the references by name, then what is left by hash;
// parents before children, the first parent's line first.
func (h *History) order(raw map[string]rawNode, refs []Ref, peel map[string]string, all bool) {
	names := map[string][]string{} // commit -> refs
	var starts []string
	sorted := append([]Ref(nil), refs...)
	sort.SliceStable(sorted, func(i, j int) bool {
		if (sorted[i].Name == "HEAD") != (sorted[j].Name == "HEAD") {
			return sorted[i].Name == "HEAD"
		}
		return sorted[i].Name < sorted[j].Name
	})
	for _, ref := range sorted {
		id := ref.Hash
		for range 20 { // a tag of a tag of a tag
			next, ok := peel[id]
			if !ok {
				break
			}
			id = next
		}
		if _, ok := raw[id]; !ok {
			h.find(1, "ref-without-commit", ref.Name, "leads to "+id+", which is no commit that can be read here")
			continue
		}
		if names[id] == nil {
			starts = append(starts, id)
		}
		names[id] = append(names[id], ref.Name)
	}
	for _, id := range starts {
		h.visit(raw, id)
	}
	reachable := len(h.Nodes)
	if all {
		rest := make([]string, 0)
		child := map[string]bool{}
		for id, n := range raw {
			if _, ok := h.Index[id]; !ok {
				rest = append(rest, id)
				for _, p := range n.parents {
					child[p] = true
				}
			}
		}
		sort.Strings(rest)
		for _, id := range rest {
			if !child[id] {
				h.visit(raw, id)
				names[id] = []string{}
			}
		}
		h.Unreachable = len(h.Nodes) - reachable
	}
	for id, refs := range names {
		h.Tips = append(h.Tips, Tip{Node: h.Index[id], Refs: refs})
	}
	sort.Slice(h.Tips, func(i, j int) bool { return h.Tips[i].Node < h.Tips[j].Node })
}

// visit appends what id leads to and is not there yet. It keeps its own stack: histories are deeper than any other.
func (h *History) visit(raw map[string]rawNode, start string) {
	type frame struct {
		id   string
		next int
	}
	if _, ok := h.Index[start]; ok {
		return
	}
	open := map[string]bool{start: true}
	stack := []frame{{start, 0}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		n := raw[top.id]
		if top.next < len(n.parents) {
			p := n.parents[top.next]
			top.next++
			if _, there := raw[p]; there && !open[p] {
				if _, done := h.Index[p]; !done {
					open[p] = true
					stack = append(stack, frame{p, 0})
				}
			}
			continue
		}
		node := Node{Hash: top.id, Tree: n.tree, Time: n.time}
		for _, p := range n.parents {
			if at, ok := h.Index[p]; ok {
				node.Parents = append(node.Parents, at)
			} else {
				node.Missing = append(node.Missing, p)
				h.find(2, "missing-commit", p, "a parent of "+top.id+" is not here; what came before counts as inserted by that commit")
			}
		}
		h.Index[top.id] = int32(len(h.Nodes))
		h.Nodes = append(h.Nodes, node)
		delete(open, top.id)
		stack = stack[:len(stack)-1]
	}
}
