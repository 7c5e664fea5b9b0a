package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/attribute"
	"sallyport/codeaudit/git"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/report"
	"sallyport/codeaudit/review"
	"sallyport/codeaudit/scope"
	"sallyport/codeaudit/worklist"
)

// Options of a verification.
type Options struct {
	// Repos are the verifier's own copies, by the name that the audit gave the repository. Without them nothing is compared with git.
	Repos map[string]string
	// Blame is how many surviving lines are compared with git blame, at places chosen by Seed.
	Blame int
	Seed  string
	// Artifacts are the verifier's own copies of releases that the audit compared with their tags.
	Artifacts []string
	Talk      func(format string, args ...any)
}

// Bounds of what is read of a bundle.
const (
	maxMembers = 10_000
	maxMember  = 2 << 30
	maxBundle  = 4 << 30 // it is held in memory
)

// contents of a bundle that was opened.
type contents struct {
	files  map[string][]byte
	result *Result
}

// Verify checks the bundle in path. An error means that it is no bundle, or that it could not be read; a bundle that lies gives a result.
func Verify(ctx context.Context, path string, o Options) (*Result, error) {
	if o.Talk == nil {
		o.Talk = func(string, ...any) {}
	}
	c, err := open(path)
	if err != nil {
		return nil, err
	}
	c.set()
	decisions := c.scope()
	leaves := c.lines()
	items := c.items()
	c.complete(decisions, leaves, items)
	c.record(items)
	c.counted(items)
	if len(o.Repos) == 0 {
		c.result.unchecked("no repository was given: the scope, the ledger of lines and the lines themselves were not derived again from git")
		c.releases(ctx, o, nil)
		return c.result, nil
	}
	if err := c.rederive(ctx, o); err != nil {
		return nil, err
	}
	return c.result, c.blame(ctx, o, items)
}

// open reads the members and holds them against the manifest.
func open(path string) (*contents, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is not a bundle: %v", path, err)
	}
	defer z.Close()
	if len(z.File) == 0 || z.File[0].Name != manifestName || len(z.File) > maxMembers {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is not a bundle: its first member is not %s", path, manifestName)
	}
	var m Manifest
	data, err := read(z.File[0], 64<<20)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &m); err != nil || m.Format != Format {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q has format %q, this program reads %q", path, m.Format, Format)
	}
	c := &contents{files: map[string][]byte{}, result: &Result{}}
	listed := map[string]File{}
	for _, f := range m.Files {
		listed[f.Name] = f
	}
	var wrong []string
	total := int64(0)
	for _, f := range z.File[1:] {
		want, ok := listed[f.Name]
		if _, twice := c.files[f.Name]; !ok || twice {
			wrong = append(wrong, fmt.Sprintf("%q is not listed, or there twice", f.Name))
			continue
		}
		if total += int64(f.UncompressedSize64); f.UncompressedSize64 > maxMember || total > maxBundle || total < 0 {
			return nil, sallyport.Errorf(sallyport.Limited, "%q holds more than %d bytes", path, int64(maxBundle))
		}
		content, err := read(f, want.Size)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%q: %v", f.Name, err))
			continue
		}
		c.files[f.Name] = content
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want.SHA256 {
			wrong = append(wrong, fmt.Sprintf("%q has digest %x, listed is %s", f.Name, sum[:6], want.SHA256[:min(12, len(want.SHA256))]))
		}
	}
	for name := range listed {
		if _, ok := c.files[name]; !ok {
			wrong = append(wrong, fmt.Sprintf("%q is listed and missing", name))
		}
	}
	c.result.check("the members are those that the manifest lists", len(wrong) == 0, "%s", some(wrong, fmt.Sprintf("%d members", len(m.Files))))
	return c, nil
}

func read(f *zip.File, limit int64) ([]byte, error) {
	if limit < 0 || f.UncompressedSize64 > uint64(limit) {
		return nil, sallyport.Errorf(sallyport.Limited, "member %q has %d bytes, at most %d were expected", f.Name, f.UncompressedSize64, limit)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, limit+1))
}

// some joins the first few of a list of faults, or says what is well.
func some(faults []string, well string) string {
	if len(faults) == 0 {
		return well
	}
	text := strings.Join(faults[:min(len(faults), 3)], "; ")
	if len(faults) > 3 {
		text += fmt.Sprintf("; and %d more", len(faults)-3)
	}
	return text
}

func (c *contents) json(name string, v any) bool {
	if err := json.Unmarshal(c.files[name], v); err != nil {
		c.result.check("the bundle holds "+name, false, "%v", err)
		return false
	}
	return true
}

// set reads the people again: a signature that does not verify, or another set than the scope speaks of, is found here.
func (c *contents) set() {
	var s codeaudit.Scope
	if !c.json("scope/scope.json", &s) {
		return
	}
	set, err := scope.Parse(c.files["set/set"], c.files["set/set.sig"])
	if err != nil {
		c.result.check("the set of people", false, "%v", err)
		return
	}
	c.result.check("the set of people is the one that the scope speaks of", set.Digest == s.Set && set.Signer == s.Signer, "%s; the scope says %s, signer %q", set.Summary(), s.Set, s.Signer)
}

// scope recomputes the root over the decisions.
func (c *contents) scope() []scope.Decision {
	var s codeaudit.Scope
	if !c.json("scope/scope.json", &s) {
		return nil
	}
	var all []scope.Decision
	in, out := 0, 0
	tree, err := scope.ReadDecisions(bytes.NewReader(c.files["scope/scope.jsonl"]), func(d scope.Decision) error {
		if d.In {
			in++
		} else {
			out++
		}
		all = append(all, d)
		return nil
	})
	if err != nil {
		c.result.check("the root of the scope", false, "%v", err)
		return nil
	}
	c.result.check("the root of the scope", tree.Root().String() == s.Root && tree.Size() == s.Size && in == s.In && out == s.Out,
		"%s over %d decisions, %d in and %d out; the audit says %s over %d, %d and %d", tree.Root(), tree.Size(), in, out, s.Root, s.Size, s.In, s.Out)
	return all
}

// lines recomputes the roots of the ledgers of lines, and their balance.
func (c *contents) lines() map[string]map[string][]attribute.Leaf {
	leaves := map[string]map[string][]attribute.Leaf{} // by repository and commit
	var config codeaudit.Config
	if !c.json("codeaudit.json", &config) {
		return leaves
	}
	for _, repo := range config.Repos {
		var a codeaudit.Attribution
		if !c.json("attribute/"+repo.Name+".json", &a) {
			continue
		}
		leaves[repo.Name] = map[string][]attribute.Leaf{}
		tree := &scope.Tree{}
		inserted, surviving, deleted := 0, 0, 0
		var wrong []string
		for line := range bytes.Lines(c.files["attribute/"+repo.Name+".jsonl"]) {
			line = bytes.TrimSuffix(line, []byte("\n"))
			tree.Add(line)
			var l attribute.Leaf
			if err := json.Unmarshal(line, &l); err != nil {
				wrong = append(wrong, err.Error())
				continue
			}
			s, d := 0, 0
			for _, x := range l.Surviving {
				s += x.N
			}
			for _, x := range l.Deleted {
				d += x.N
			}
			if s+d != l.Inserted {
				wrong = append(wrong, fmt.Sprintf("%.12s %s: %d inserted, %d surviving, %d deleted", l.Commit, l.Path, l.Inserted, s, d))
			}
			inserted, surviving, deleted = inserted+l.Inserted, surviving+s, deleted+d
			leaves[repo.Name][l.Commit] = append(leaves[repo.Name][l.Commit], l)
		}
		c.result.check("the root of the ledger of lines of "+repo.Name, tree.Root().String() == a.Root && tree.Size() == a.Size, "%s over %d entries; the audit says %s over %d", tree.Root(), tree.Size(), a.Root, a.Size)
		known := len(a.InScope.Unbalanced)
		c.result.check("the ledger of lines of "+repo.Name+" balances", len(wrong) <= known, "%s", some(wrong, fmt.Sprintf("%d inserted = %d surviving + %d deleted", inserted, surviving, deleted)))
	}
	return leaves
}

func (c *contents) items() []rank.Item {
	var s worklist.Summary
	if !c.json("review/summary.json", &s) {
		return nil
	}
	data := c.files["review/items.jsonl"]
	items, err := worklist.ReadItems(bytes.NewReader(data))
	if err != nil {
		c.result.check("the list of items", false, "%v", err)
		return nil
	}
	sum := sha256.Sum256(data)
	seen := map[string]bool{}
	var wrong []string
	for i := range items {
		if seen[items[i].ID] {
			wrong = append(wrong, "item "+items[i].ID+" is there twice")
		}
		seen[items[i].ID] = true
		if items[i].Rank != i+1 || i > 0 && items[i].Score > items[i-1].Score {
			wrong = append(wrong, fmt.Sprintf("item %s does not stand where its score says", items[i].ID))
		}
	}
	if got := hex.EncodeToString(sum[:]); got != s.Digest || s.Items != len(items) {
		wrong = append(wrong, fmt.Sprintf("%d items with digest %.12s; the audit says %d with %.12s", len(items), got, s.Items, s.Digest))
	}
	c.result.check("the list of items is whole and in order", len(wrong) == 0, "%s", some(wrong, fmt.Sprintf("%d items", len(items))))
	return items
}

// complete holds the list against the scope and the ledger: every commit in scope, and every line it inserted or removed, is in an item.
func (c *contents) complete(decisions []scope.Decision, leaves map[string]map[string][]attribute.Leaf, items []rank.Item) {
	type place struct{ repo, commit, path string }
	added, removed, commits := map[place]int{}, map[place]int{}, map[[2]string]bool{}
	for i := range items {
		it := &items[i]
		if it.Kind == rank.Artifact || it.Kind == rank.Repeated { // besides the commits in scope
			continue
		}
		p := place{it.Repo, it.Commit, git.Quote(it.Path)}
		for j := range it.Hunks { // the lines themselves: what the item says of their number proves nothing
			added[p] += len(it.Hunks[j].New)
			removed[p] += len(it.Hunks[j].Old)
		}
		if it.Kind != rank.Lines && it.Kind != rank.Symlink {
			added[p]++ // a content without lines is one unit
		}
		commits[[2]string{it.Repo, it.Commit}] = true
	}
	var missing []string
	in := 0
	for _, d := range decisions {
		if !d.In {
			continue
		}
		in++
		if !commits[[2]string{d.Repo, d.Commit}] {
			missing = append(missing, fmt.Sprintf("commit %.12s of %s", d.Commit, d.Repo))
		}
	}
	c.result.check("every commit in scope is in the list", len(missing) == 0 && in > 0, "%s", some(missing, fmt.Sprintf("%d commits", in)))
	missing = nil
	lines := 0
	for repo, byCommit := range leaves {
		for commit, list := range byCommit {
			for _, l := range list {
				p := place{repo, commit, l.Path}
				gone := 0
				for _, t := range l.Removed {
					gone += t.N
				}
				lines += l.Inserted + gone
				if added[p] < l.Inserted || l.Opaque == "" && removed[p] < gone {
					missing = append(missing, fmt.Sprintf("%.12s %s: %d inserted and %d removed, in the list %d and %d", commit, l.Path, l.Inserted, gone, added[p], removed[p]))
				}
			}
		}
	}
	c.result.check("every line of the ledger is in an item", len(missing) == 0, "%s", some(missing, fmt.Sprintf("%d lines inserted or removed", lines)))
}

// record checks the chain of decisions and the rules of review.
func (c *contents) record(items []rank.Item) {
	decisions, err := review.ReadRecord(c.files["review/"+worklist.DecisionsName])
	if err != nil {
		c.result.check("the record of decisions", false, "%v", err)
		return
	}
	all := map[string]*rank.Item{}
	for i := range items {
		all[items[i].ID] = &items[i]
	}
	planted := c.planted()
	for i := range planted {
		all[planted[i].Item.ID] = &planted[i].Item
	}
	var wrong []string
	stale := 0
	for _, d := range decisions {
		it := all[d.Item]
		if it == nil {
			stale++
			continue
		}
		if review.DigestItem(it) != d.Digest {
			stale++
		}
		if err := review.May(it, d.Reviewer, nil); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	c.result.check("the record of decisions is a whole chain, and nobody decided about their own", len(wrong) == 0, "%s", some(wrong, fmt.Sprintf("%d decisions, %d of them about an item as it was before", len(decisions), stale)))
}

func (c *contents) planted() []review.Planted {
	var planted []review.Planted
	if data, ok := c.files["review/canaries.json"]; ok {
		_ = json.Unmarshal(data, &planted) // what cannot be read is no canary; the recall is then counted without and does not match
	}
	return planted
}

// counted counts again what the report says.
func (c *contents) counted(items []rank.Item) {
	var said, is report.Report
	if !c.json("report.json", &said) {
		return
	}
	decisions, err := review.ReadRecord(c.files["review/"+worklist.DecisionsName])
	if err != nil || said.Format != report.Format {
		c.result.check("the report", false, "format %q, record: %v", said.Format, err)
		return
	}
	is.Fill(items, said.List, c.planted(), decisions, deadlineOf(&said), said.Created)
	a, b := &said.Progress, &is.Progress
	same := a.Items == b.Items && a.Done == b.Done && a.Lines == b.Lines && a.LinesDone == b.LinesDone && a.Missing == b.Missing && len(said.Alarms) == len(is.Alarms) && len(said.Unclear) == len(is.Unclear)
	for i := range is.Outcomes {
		same = same && i < len(said.Outcomes) && said.Outcomes[i] == is.Outcomes[i]
	}
	for i := range is.Alarms {
		same = same && said.Alarms[i].Item == is.Alarms[i].Item && said.Alarms[i].Standing == is.Alarms[i].Standing
	}
	c.result.check("the report's coverage and outcomes", same, "counted %d of %d items done, %d alarms; the report says %d of %d, %d alarms", b.Done, b.Items, len(is.Alarms), a.Done, a.Items, len(said.Alarms))
	c.result.check("the report's recall", said.Recall == is.Recall, "counted %d of %d found; the report says %d of %d", is.Recall.Found, is.Recall.Decided, said.Recall.Found, said.Recall.Decided)
	var s codeaudit.Scope
	if json.Unmarshal(c.files["scope/scope.json"], &s) == nil {
		c.result.check("the report speaks of this scope", said.Scope.Root == s.Root && said.Scope.In == s.In, "%s and %s", said.Scope.Root, s.Root)
	}
}
