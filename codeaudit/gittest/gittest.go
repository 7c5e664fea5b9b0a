// Package gittest builds git histories for tests, by script and with fixed names and clocks, so that the same script gives
// the same commit ids everywhere. It is for tests only and promises nothing about hostile content: it runs git as git is.
package gittest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repo is a repository with a working tree in a folder of the test.
type Repo struct {
	TB    testing.TB
	Dir   string
	Name  string // of author and committer
	Email string
	clock int // seconds since 2020-01-01; every commit moves it on
}

// New makes an empty repository whose branch is main.
func New(tb testing.TB, args ...string) *Repo {
	tb.Helper()
	r := &Repo{TB: tb, Dir: tb.TempDir(), Name: "A U Thor", Email: "author@example.org"}
	r.Git(append([]string{"init", "--quiet", "--initial-branch=main"}, args...)...)
	r.Git("config", "commit.gpgsign", "false")
	return r
}

// Git runs git in the repository and returns what it prints, without the last newline. A failure ends the test.
func (r *Repo) Git(args ...string) string {
	r.TB.Helper()
	out, err := r.Try(args...)
	if err != nil {
		r.TB.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// Try is Git for commands that may fail.
func (r *Repo) Try(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Dir
	when := fmt.Sprintf("%d +0000", 1577836800+r.clock)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME="+r.Name, "GIT_AUTHOR_EMAIL="+r.Email,
		"GIT_COMMITTER_NAME="+r.Name, "GIT_COMMITTER_EMAIL="+r.Email, "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when, "GIT_EDITOR=true", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return strings.TrimSuffix(string(out), "\n"), err
}

// As sets who commits next.
func (r *Repo) As(name, email string) *Repo {
	r.Name, r.Email = name, email
	return r
}

// Write makes a file with exactly this content, and its folders.
func (r *Repo) Write(path, content string) {
	r.TB.Helper()
	full := filepath.Join(r.Dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		r.TB.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		r.TB.Fatal(err)
	}
}

// Commit commits everything in the working tree, also nothing, and returns the id.
func (r *Repo) Commit(message string) string {
	r.TB.Helper()
	r.clock += 60
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--message", message)
	return r.Git("rev-parse", "HEAD")
}

// Put writes a file and commits it.
func (r *Repo) Put(path, content, message string) string {
	r.TB.Helper()
	r.Write(path, content)
	return r.Commit(message)
}

// Merge merges branches into the current one and returns the id. If resolve is not nil it is called with the merge
// prepared but not committed, with conflicts or without, and sets the working tree right.
func (r *Repo) Merge(resolve func(), branches ...string) string {
	r.TB.Helper()
	r.clock += 60
	out, err := r.Try(append([]string{"merge", "--quiet", "--no-ff", "--no-commit", "--allow-unrelated-histories"}, branches...)...)
	if err != nil && resolve == nil {
		r.TB.Fatalf("git merge: %v\n%s", err, out)
	}
	if resolve != nil {
		resolve()
	}
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "merge "+strings.Join(branches, " "))
	return r.Git("rev-parse", "HEAD")
}

// Lines is a text of n numbered lines.
func Lines(prefix string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s %d\n", prefix, i+1)
	}
	return b.String()
}
