package codeaudit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/gittest"
)

// hostile is a repository that does what it can: programs in its configuration, hooks and attributes; paths that look like
// options or climb; a submodule that is the repository itself; a file too large to compare; a tree too deep to list by hand.
func hostile(t *testing.T) (r *gittest.Repo, mark string) {
	mark = filepath.Join(t.TempDir(), "mark")
	trap := filepath.Join(t.TempDir(), "trap")
	if err := os.WriteFile(trap, []byte("#!/bin/sh\necho \"$0 $*\" >>"+mark+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	r = gittest.New(t)
	r.As("Member", "m@x.example")
	r.Put("f", "one\n", "one")
	r.Write("--output="+mark, "an option\n")
	r.Write("-rf", "another\n")
	r.Write(":(exclude)f", "a pathspec\n")
	r.Write("a\nb", "two lines in a name\n")
	r.Write(strings.Repeat("d/", 400)+"f", "deep\n")
	r.Write("big", strings.Repeat(strings.Repeat("x", 1023)+"\n", 51<<10))
	r.Commit("names and sizes")
	r.Put("big", strings.Repeat(strings.Repeat("y", 1023)+"\n", 51<<10), "another big one")
	r.Write(".gitmodules", "[submodule \"self\"]\n\tpath = self\n\turl = ./.\n[submodule \"-x\"]\n\tpath = self/self\n\turl = --upload-pack="+trap+"\n")
	r.Git("add", "--all")
	r.Git("update-index", "--add", "--cacheinfo", "160000,"+r.Git("rev-parse", "HEAD")+",self")
	r.Git("commit", "--quiet", "-m", "a submodule that is this repository")
	r.Write(".gitattributes", "* filter=trap diff=trap merge=trap\n")
	r.Git("update-index", "--add", "--cacheinfo", "100644,"+r.Git("hash-object", "-w", "--no-filters", filepath.Join(r.Dir, ".gitattributes"))+",.gitattributes")
	r.Git("commit", "--quiet", "-m", "attributes")
	for _, setting := range []string{"filter.trap.smudge", "filter.trap.clean", "filter.trap.process", "diff.trap.textconv", "diff.trap.command", "diff.external", "merge.trap.driver",
		"core.fsmonitor", "core.pager", "core.sshCommand", "uploadpack.packObjectsHook", "gpg.program", "alias.diff-tree"} {
		r.Git("config", setting, trap)
	}
	for _, hook := range []string{"pre-commit", "post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc"} {
		if err := os.WriteFile(filepath.Join(r.Dir, ".git", "hooks", hook), []byte("#!/bin/sh\necho hook >>"+mark+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return r, mark
}

// TestHostileRepository takes a hostile repository through every step: nothing runs, everything balances, and what it tried is a finding.
func TestHostileRepository(t *testing.T) {
	t.Parallel()
	r, mark := hostile(t)
	w := workspace(t, "m@x.example\n", "r="+r.Dir)
	ctx := t.Context()
	if _, err := w.Capture(ctx, false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FindScope(ctx, ScopeOptions{}); err != nil {
		t.Fatal(err)
	}
	list, err := w.Attribute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if all := list[0].All; len(all.Unbalanced) > 0 || all.Inserted != all.Surviving+all.Deleted {
		t.Errorf("%+v", all)
	}
	var paths, opaque []string
	for c, err := range w.Changes(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, c.Path)
		if c.Opaque != "" {
			opaque = append(opaque, c.Path+" "+c.Opaque)
		}
	}
	for _, want := range []string{"--output=" + mark, "-rf", ":(exclude)f", "a\nb", strings.Repeat("d/", 400) + "f", ".gitattributes"} {
		if !slices.Contains(paths, want) {
			t.Errorf("no change of %.60q", want)
		}
	}
	if !slices.Equal(opaque, []string{"big binary", "big binary", "self submodule"}) {
		t.Errorf("without lines are %q", opaque)
	}
	found := map[string]bool{}
	findings, err := w.Findings()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		found[f.Kind] = true
	}
	for _, want := range []string{"config", "hook", "submodule", "hostile-path"} {
		if !found[want] {
			t.Errorf("no finding %q in %v", want, kinds(findings))
		}
	}
	if lines, err := Blame(ctx, r.Dir, "-rf"); err != nil || len(lines) != 1 {
		t.Errorf("blame of a file named like an option: %v %v", lines, err)
	}
	if said, err := os.ReadFile(mark); err == nil {
		t.Errorf("something ran: %q", said)
	}
}

func kinds(list []change.Finding) (out []string) {
	for _, f := range list {
		out = append(out, f.Kind)
	}
	return out
}
