package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/codeaudit"
	"sallyport/codeaudit/git"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/report"
	"sallyport/codeaudit/worklist"
)

func deadlineOf(r *report.Report) time.Time {
	if r.Progress.Deadline == nil {
		return time.Time{}
	}
	return *r.Progress.Deadline
}

// rederive captures, scopes and attributes the verifier's own copies and compares the roots.
func (c *contents) rederive(ctx context.Context, o Options) error {
	var config codeaudit.Config
	var said codeaudit.Scope
	if json.Unmarshal(c.files["codeaudit.json"], &config) != nil || json.Unmarshal(c.files["scope/scope.json"], &said) != nil {
		return nil // said already
	}
	for _, r := range config.Repos {
		if o.Repos[r.Name] == "" {
			c.result.unchecked("repository %q was not given: the root of the scope covers all, so nothing was derived again", r.Name)
			c.releases(ctx, o, nil)
			return nil
		}
	}
	dir, err := os.MkdirTemp("", "sallyport-codeaudit-verify-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w, err := codeaudit.Init(filepath.Join(dir, "audit"))
	if err != nil {
		return err
	}
	w.Talk = o.Talk
	defer w.Close()
	for _, r := range config.Repos {
		if _, err := w.Add(r.Name, o.Repos[r.Name]); err != nil {
			return err
		}
	}
	use := func(name string, set func(string) error) error {
		data, ok := c.files["set/"+name]
		if !ok {
			return nil
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
		if sig, ok := c.files["set/"+name+".sig"]; ok {
			if err := os.WriteFile(path+".sig", sig, 0o600); err != nil {
				return err
			}
		}
		return set(path)
	}
	if err := use("set", func(p string) error { _, err := w.UseSet(p); return err }); err != nil {
		return err
	}
	if err := use("aliases", w.UseAliases); err != nil {
		return err
	}
	if err := use("pushlog", w.UsePushLog); err != nil {
		return err
	}
	if _, err := w.Capture(ctx, false); err != nil {
		return err
	}
	s, err := w.FindScope(ctx, said.Options)
	if err != nil {
		return err
	}
	hint := ""
	if s.Root != said.Root {
		hint = "; a copy that has other commits than were captured gives another root: compare the captured objects"
	}
	c.result.check("git gives the same scope", s.Root == said.Root, "%s over %d decisions; the audit says %s over %d%s", s.Root, s.Size, said.Root, said.Size, hint)
	attributed, err := w.Attribute(ctx)
	if err != nil {
		return err
	}
	for _, a := range attributed {
		var was codeaudit.Attribution
		if json.Unmarshal(c.files["attribute/"+a.Repo+".json"], &was) == nil {
			c.result.check("git gives the same ledger of lines of "+a.Repo, a.Root == was.Root, "%s over %d entries; the audit says %s over %d", a.Root, a.Size, was.Root, was.Size)
		}
	}
	c.releases(ctx, o, w)
	return ctx.Err()
}

// releases compares the verifier's own copies of artifacts with their tags, in the verifier's own copies of the repositories. w is nil
// if there are none.
func (c *contents) releases(ctx context.Context, o Options, w *codeaudit.Workspace) {
	said := map[string]*worklist.Release{}
	for name, data := range c.files {
		if !strings.HasPrefix(name, "artifacts/") {
			continue
		}
		r := &worklist.Release{}
		if err := json.Unmarshal(data, r); err != nil || r.Result == nil {
			c.result.check("the comparison "+name, false, "%v", err)
			continue
		}
		said[r.SHA256] = r
	}
	for _, file := range o.Artifacts {
		if w == nil {
			c.result.unchecked("the release %q: its repository was not given", file)
			continue
		}
		digest, err := digestFile(file, file)
		was := said[digest.SHA256]
		if err != nil || was == nil {
			c.result.check("the release "+filepath.Base(file), false, "no artifact with digest %.12s was compared in this audit (%v)", digest.SHA256, err)
			continue
		}
		delete(said, digest.SHA256)
		is, err := worklist.CompareArtifact(ctx, w, file, was.Repo, was.Ref, was.Added)
		if err != nil {
			c.result.check("the release "+was.File, false, "%v", err)
			continue
		}
		is.File = was.File // the verifier may call the file otherwise
		a, _ := json.Marshal(was)
		b, _ := json.Marshal(is)
		c.result.check("the release "+was.File+" differs from its tag as the audit says", bytes.Equal(a, b), "%d differences of the first rank in %d members; the audit says %d in %d",
			is.FirstRank(), is.Result.Compared, was.FirstRank(), was.Result.Compared)
	}
	for _, digest := range slices.Sorted(maps.Keys(said)) {
		c.result.unchecked("the release %q against %q: no copy with digest %.12s was given (--artifact)", said[digest].File, said[digest].Ref, digest)
	}
}

// spot is a line that the audit says stands somewhere.
type spot struct {
	repo, ref, path string
	line            int
	commit          string
	text            []byte // as the reviewers saw it
}

// blame asks git itself about lines chosen by the verifier's seed.
func (c *contents) blame(ctx context.Context, o Options, items []rank.Item) error {
	if o.Blame <= 0 {
		c.result.unchecked("no line was compared with git blame")
		return nil
	}
	var spots []spot
	for i := range items {
		it := &items[i]
		if it.Kind != rank.Lines || o.Repos[it.Repo] == "" {
			continue
		}
		for j := range it.Hunks {
			at, texts := 0, it.Hunks[j].New
			for _, f := range it.Hunks[j].Fates {
				for _, p := range f.Places {
					if len(p.Refs) == 0 || strings.HasPrefix(p.Refs[0], "unreachable:") || p.Line <= 0 {
						continue
					}
					for k := 0; k < f.N && at+k < len(texts); k++ {
						spots = append(spots, spot{it.Repo, p.Refs[0], p.Path, p.Line + k, it.Commit, texts[at+k]})
					}
				}
				at += max(0, f.N)
			}
		}
	}
	seed := sha256.Sum256([]byte("sallyport codeaudit blame\n" + o.Seed))
	r := rand.New(rand.NewChaCha8(seed))
	r.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	spots = spots[:min(len(spots), o.Blame)]
	dir, err := os.MkdirTemp("", "sallyport-blame-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	shadows := map[string]*shadow{}
	for name, source := range o.Repos {
		if shadows[name], err = openShadow(source, filepath.Join(dir, fmt.Sprint(len(shadows)))); err != nil {
			return err
		}
		defer shadows[name].repo.Close()
	}
	same := 0
	var other, altered []string
	for _, s := range spots {
		got, text, err := shadows[s.repo].blame(ctx, s)
		if err == nil && !bytes.Equal(text, s.text) {
			altered = append(altered, fmt.Sprintf("%s %s:%d: reviewers were shown %q, git has %q", s.ref, s.path, s.line, clip(s.text), clip(text)))
		}
		switch {
		case err != nil:
			other = append(other, fmt.Sprintf("%s %s:%d: %v", s.ref, s.path, s.line, err))
		case got == s.commit:
			same++
		default:
			other = append(other, fmt.Sprintf("%s %s:%d: the audit says %.12s, git blame %.12s", s.ref, s.path, s.line, s.commit, got))
		}
	}
	// git blame breaks ties between equal lines in its own way: one in a hundred may differ.
	allowed := (len(spots) + 99) / 100
	if len(spots) < 20 {
		allowed = 0
	}
	ok := len(spots) > 0 && len(other) <= allowed
	c.result.check("git blame names the same commits", ok, "%d of %d lines, seed %q; %s", same, len(spots), o.Seed, some(other, "none differs"))
	if len(spots) > 0 {
		c.result.check("reviewers were shown the text that git has", len(altered) == 0, "%s", some(altered, fmt.Sprintf("%d lines", len(spots))))
	}
	return nil
}

// shadow is a verifier's copy as git blame is run on it: nothing of its own configuration is obeyed.
type shadow struct {
	repo *git.Repo
	refs map[string]string
}

func openShadow(source, dir string) (*shadow, error) {
	layout, err := git.Locate(source)
	if err != nil {
		return nil, err
	}
	refs, _, err := layout.Refs()
	if err != nil {
		return nil, err
	}
	s := &shadow{refs: map[string]string{}}
	for _, r := range refs {
		s.refs[r.Name] = r.Hash
	}
	s.repo, err = git.Shadow(layout, dir)
	return s, err
}

func clip(text []byte) []byte { return text[:min(len(text), 80)] }

// blame returns the commit that git names for a line, and the line.
func (x *shadow) blame(ctx context.Context, s spot) (string, []byte, error) {
	at := x.refs[s.ref]
	if at == "" {
		return "", nil, sallyport.Errorf(sallyport.NotFound, "this copy has no reference %q", s.ref)
	}
	out, err := x.repo.Output(ctx, maxLine, nil, "blame", "--porcelain", "-L", fmt.Sprintf("%d,%d", s.line, s.line), at, "--", s.path)
	if err != nil {
		return "", nil, err
	}
	first, rest, _ := bytes.Cut(out, []byte("\n"))
	hash, _, _ := strings.Cut(string(first), " ")
	if !git.IsHash(hash) {
		return "", nil, sallyport.Errorf(sallyport.Invalid, "git blame answered %q", first)
	}
	for line := range bytes.Lines(rest) { // headers, then the line behind a tab
		if text, ok := bytes.CutPrefix(line, []byte("\t")); ok {
			return hash, bytes.TrimSuffix(text, []byte("\n")), nil
		}
	}
	return hash, nil, nil
}

// maxLine bounds what git blame says about one line: minified files have long ones.
const maxLine = 64 << 20
