package codeaudit

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"sallyport"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
	"sallyport/codeaudit/scope"
)

// ScopeOptions are what a person decides about a scope.
type ScopeOptions struct {
	NoMailmap   bool `json:"noMailmap"`   // do not believe the repositories' own .mailmap
	WithinDates bool `json:"withinDates"` // leave out what the commit's clocks place outside the dates of a member
}

// Scope is which commits count, in short; the decisions themselves are in the file scope/scope.jsonl.
type Scope struct {
	Version    int                         `json:"version"`
	Set        string                      `json:"set"` // digest
	Signer     string                      `json:"signer,omitempty"`
	Options    ScopeOptions                `json:"options"`
	Size       int64                       `json:"size"` // decisions
	Root       string                      `json:"root"` // Merkle root over the decisions, base64
	In         int                         `json:"in"`
	Out        int                         `json:"out"`
	ByRole     map[string]int              `json:"byRole"`    // commits in which a member has the role
	AuthorOut  int                         `json:"authorOut"` // commits in scope whose author is no member: what an audit by author would miss
	Repos      []RepoScope                 `json:"repos"`
	Resolution map[string]scope.Resolution `json:"resolution"` // by repository
}

// RepoScope is the share of one repository.
type RepoScope struct {
	Name    string         `json:"name"`
	Commits int            `json:"commits"`
	InScope int            `json:"inScope"`
	ByRole  map[string]int `json:"byRole"`
}

// scopeVersion is the form of scope.json and scope.jsonl.
const scopeVersion = 1

// FindScope decides about every commit of every repository and writes the decisions. Whether a merge has lines of its own
// takes a pass over the history; what it distils is kept for Attribute.
func (w *Workspace) FindScope(ctx context.Context, o ScopeOptions) (*Scope, error) {
	unlock, err := w.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	set, err := w.Set()
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(w.Path("scope")); err != nil { // an old scope must not survive a failure
		return nil, err
	}
	s := &Scope{Version: scopeVersion, Set: set.Digest, Signer: set.Signer, Options: o, ByRole: map[string]int{}, Resolution: map[string]scope.Resolution{}}
	tree := &scope.Tree{}
	var file strings.Builder
	repos := slices.Clone(w.config.Repos)
	slices.SortFunc(repos, func(a, b Repo) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range repos {
		decisions, err := w.decide(ctx, r.Name, set, o, s)
		if err != nil {
			return nil, err
		}
		for _, d := range decisions {
			leaf := d.Leaf()
			tree.Add(leaf)
			file.Write(leaf)
			file.WriteByte('\n')
		}
	}
	s.Size, s.Root = tree.Size(), tree.Root().String()
	if err := writeFile(w.Path("scope", "scope.jsonl"), []byte(file.String())); err != nil {
		return nil, err
	}
	return s, writeJSON(w.Path("scope", "scope.json"), s)
}

// decide matches the commits of one repository and returns the decisions, by commit's name.
func (w *Workspace) decide(ctx context.Context, name string, set *scope.Set, o ScopeOptions, s *Scope) ([]scope.Decision, error) {
	op, err := w.historyOf(ctx, name)
	if err != nil {
		return nil, err
	}
	mappings, err := w.mappings(ctx, op, name, o)
	if err != nil {
		return nil, err
	}
	pushers, err := w.pushers(op.history, name)
	if err != nil {
		return nil, err
	}
	m := scope.NewMatcher(set, scope.Options{Mappings: mappings, WithinDates: o.WithinDates})
	roles := make([][]change.Role, len(op.history.Nodes))
	outside := map[int32]bool{}
	err = op.repo.Commits(ctx, hashes(op.history), func(c *change.Commit) error {
		at := op.history.Index[c.Hash]
		c.Repo, c.Pusher = name, pushers[c.Hash]
		if m.Match(c) {
			outside[at] = true
		}
		m.Note(c)
		roles[at] = c.Roles
		return nil
	})
	if err != nil {
		return nil, err
	}
	op.ledger = &ledger{roles: roles}
	if err := w.attribute(ctx, op, name); err != nil {
		return nil, err
	}
	share := RepoScope{Name: name, Commits: len(op.history.Nodes), ByRole: map[string]int{}}
	decisions := make([]scope.Decision, 0, len(op.history.Nodes))
	for i := range op.history.Nodes {
		c := &change.Commit{Repo: name, Hash: op.history.Nodes[i].Hash, Roles: roles[i], InScope: len(roles[i]) > 0}
		d := scope.Decide(c, outside[int32(i)], op.ledger.Evil(int32(i)))
		decisions = append(decisions, d)
		if !d.In {
			s.Out++
			continue
		}
		s.In++
		share.InScope++
		kinds := map[string]bool{}
		for _, why := range d.Why {
			kinds[why.Kind] = true
		}
		for k := range kinds {
			s.ByRole[k]++
			share.ByRole[k]++
		}
		if !kinds["author"] && len(roles[i]) > 0 {
			s.AuthorOut++
		}
	}
	s.Repos = append(s.Repos, share)
	s.Resolution[name] = m.Resolution()
	slices.SortFunc(decisions, func(a, b scope.Decision) int { return strings.Compare(a.Commit, b.Commit) })
	return decisions, nil
}

func hashes(h *git.History) []string {
	ids := make([]string, len(h.Nodes))
	for i := range h.Nodes {
		ids[i] = h.Nodes[i].Hash
	}
	return ids
}

// mappings are the approved aliases and the .mailmap of HEAD.
func (w *Workspace) mappings(ctx context.Context, op *opened, name string, o ScopeOptions) ([]scope.Mapping, error) {
	text, err := w.optional(aliasesFile)
	if err != nil {
		return nil, err
	}
	list, err := scope.ParseAliases(text)
	if err != nil || o.NoMailmap {
		return list, err
	}
	for _, ref := range op.refs {
		if ref.Name != "HEAD" {
			continue
		}
		entries, err := op.repo.Tree(ctx, ref.Hash)
		if err != nil {
			break // the history says what is wrong with it
		}
		for _, e := range entries {
			if e.Path == ".mailmap" && e.Mode&0o170000 == 0o100000 {
				if text, err := op.repo.Blob(ctx, e.Hash, 16<<20); err == nil {
					list = append(list, scope.ParseMailmap(name+"/.mailmap", text)...)
				}
			}
		}
	}
	return list, nil
}

func (w *Workspace) pushers(h *git.History, name string) (map[string]string, error) {
	text, err := w.optional(pushLogFile)
	if err != nil || text == nil {
		return map[string]string{}, err
	}
	log, err := scope.ParsePushLog(text)
	if err != nil {
		return nil, err
	}
	return scope.Pushers(h, name, log), nil
}

// Scope is the outcome of FindScope.
func (w *Workspace) Scope() (*Scope, error) {
	data, err := os.ReadFile(w.Path("scope", "scope.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "the scope is not decided yet").WithHint("sallyport codeaudit scope")
	}
	if err != nil {
		return nil, err
	}
	s := &Scope{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "scope.json cannot be read: %v", err)
	}
	return s, nil
}

// Decisions calls f with every decision and returns an error if they are not those that scope.json counts and seals.
func (w *Workspace) Decisions(f func(scope.Decision) error) error {
	s, err := w.Scope()
	if err != nil {
		return err
	}
	file, err := os.Open(w.Path("scope", "scope.jsonl"))
	if err != nil {
		return err
	}
	defer file.Close()
	tree, err := scope.ReadDecisions(bufio.NewReaderSize(file, 1<<20), f)
	if err != nil {
		return err
	}
	if tree.Size() != s.Size || tree.Root().String() != s.Root {
		return sallyport.Errorf(sallyport.Conflict, "scope.jsonl has %d decisions with root %s, scope.json says %d with root %s", tree.Size(), tree.Root(), s.Size, s.Root).
			WithHint("one of them was changed; decide again: sallyport codeaudit scope")
	}
	return nil
}

// ledger is an attributed history with what the scope says about it.
type ledger struct {
	*attribute.Ledger
	roles [][]change.Role // by commit
}
