package git

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"sallyport"
	"sallyport/codeaudit/gittest"
)

func shadowOf(t *testing.T, dir string) *Repo {
	t.Helper()
	l, err := Locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := Shadow(l, filepath.Join(t.TempDir(), "shadow"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(repo.Close)
	return repo
}

// TestChildrenAreBounded holds a running child to its limits: of memory, of files, and that it writes none.
func TestChildrenAreBounded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("limits of another process take prlimit(2)")
	}
	r := gittest.New(t)
	r.Put("f", "a\n", "one")
	s, err := shadowOf(t, r.Dir).DiffTree(t.Context(), "--raw")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]string{}
	for line := range strings.Lines(string(limits)) {
		if len(line) > 46 {
			is[strings.TrimSpace(line[:26])] = strings.TrimSpace(line[26:46])
		}
	}
	for what, want := range map[string]string{"Max address space": "17179869184", "Max file size": "0", "Max core file size": "0"} {
		if is[what] != want {
			t.Errorf("%s is %q, want %s", what, is[what], want)
		}
	}
}

// TestASilentChildIsGivenUp waits for an answer to nothing.
func TestASilentChildIsGivenUp(t *testing.T) {
	was := stall
	stall = 50 * time.Millisecond
	defer func() { stall = was }()
	r := gittest.New(t)
	r.Put("f", "a\n", "one")
	s, err := shadowOf(t, r.Dir).DiffTree(t.Context(), "--raw")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Out.ReadByte(); sallyport.CodeOf(err) != sallyport.Limited {
		t.Errorf("%v", err)
	}
}
