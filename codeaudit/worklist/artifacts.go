package worklist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/codeaudit/artifact"
	"sallyport/codeaudit/change"
	"sallyport/codeaudit/git"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Release is an artifact that was added and compared. The artifact itself is not kept; its digest is.
type Release struct {
	ID     string           `json:"id"` // first 16 hex digits of SHA256
	File   string           `json:"file"`
	SHA256 string           `json:"sha256"`
	Size   int64            `json:"size"`
	Repo   string           `json:"repo"`
	Ref    string           `json:"ref"`    // the tag as given
	Commit string           `json:"commit"` // what it names
	Added  time.Time        `json:"added"`
	Result *artifact.Result `json:"result"`
	// Lines holds, by path, the lines of the artifact that the tag does not have.
	Lines map[string][]Line `json:"lines,omitempty"`
}

// Line is a line of an artifact.
type Line struct {
	Number int    `json:"number"`
	Text   []byte `json:"text"`
}

// maxReleaseLines bounds the lines that are kept of one file.
const maxReleaseLines = 20_000

// Tags is the part of a workspace that artifacts are compared with.
type Tags interface {
	Tag(repo, name string) (commit string, err error)
	Tree(ctx context.Context, repo, commit string) ([]git.Entry, error)
	Blob(ctx context.Context, repo, hash string, limit int64) ([]byte, error)
}

// CompareArtifact compares a file with the tag it claims to be.
func CompareArtifact(ctx context.Context, src Tags, file, repo, tag string, now time.Time) (*Release, error) {
	commit, err := src.Tag(repo, tag)
	if err != nil {
		return nil, err
	}
	entries, err := src.Tree(ctx, repo, commit)
	if err != nil {
		return nil, err
	}
	tree := make(map[string]artifact.Entry, len(entries))
	for _, e := range entries {
		if e.Mode != change.ModeSubmodule {
			tree[e.Path] = artifact.Entry{Blob: e.Hash, Executable: e.Mode == change.ModeExecutable, Symlink: e.Mode == change.ModeSymlink}
		}
	}
	read := func(blob string) ([]byte, error) { return src.Blob(ctx, repo, blob, artifact.KeepBytes) }
	sum := sha256.New()
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	size, err := io.Copy(sum, f)
	f.Close()
	if err != nil {
		return nil, err
	}
	result, err := artifact.Compare(file, tree, artifact.DefaultLimits, read)
	if err != nil {
		return nil, err
	}
	r := &Release{File: filepath.Base(file), SHA256: hex.EncodeToString(sum.Sum(nil)), Size: size, Repo: repo, Ref: tag, Commit: commit, Added: now.UTC().Truncate(time.Second), Result: result, Lines: map[string][]Line{}}
	r.ID = r.SHA256[:16]
	for i := range result.Differences {
		d := &result.Differences[i]
		if d.Kind != artifact.Only && d.Kind != artifact.Differs && d.Kind != artifact.Duplicate || bytes.ContainsRune(d.Content, 0) {
			continue
		}
		known := map[string]bool{}
		if d.TagBlob != "" {
			if tag, err := read(d.TagBlob); err == nil {
				for line := range bytes.SplitSeq(tag, []byte("\n")) {
					known[string(line)] = true
				}
			}
		}
		n := 0
		for line := range bytes.SplitSeq(d.Content, []byte("\n")) {
			if n++; !known[string(line)] && len(line) > 0 && len(r.Lines[d.Path]) < maxReleaseLines {
				r.Lines[d.Path] = append(r.Lines[d.Path], Line{n, line})
			}
		}
	}
	return r, nil
}

// Save keeps a comparison in the audit. The next rank puts the differences into the list.
func (r *Release) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return replace(filepath.Join(dir, r.ID+".json"), func(w io.Writer) error { return json.NewEncoder(w).Encode(r) })
}

// FirstRank counts the differences that become items.
func (r *Release) FirstRank() (n int) {
	for i := range r.Result.Differences {
		if firstRank(&r.Result.Differences[i]) {
			n++
		}
	}
	return n
}

func firstRank(d *artifact.Difference) bool {
	return d.Kind != artifact.Missing && d.Kind != artifact.LineEnds
}

// Releases reads the artifacts that were added, sorted by id.
func Releases(dir string) ([]Release, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Release
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		var r Release
		if err := json.Unmarshal(data, &r); err != nil || r.Result == nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "%q cannot be read", e.Name()).WithHint("remove it and add the artifact again")
		}
		out = append(out, r)
	}
	return out, nil
}

// ArtifactDir is where the comparisons are kept.
func ArtifactDir(src interface{ Path(...string) string }) string { return src.Path("artifacts") }

// addArtifacts turns differences into items of the first rank. What a difference holds is looked at like a commit that adds
// it, so that among a hundred generated files the one that decodes and runs something stands first.
func addArtifacts(src Source, h *rank.History) error {
	releases, err := Releases(ArtifactDir(src))
	if err != nil {
		return err
	}
	for i := range releases {
		r := &releases[i]
		for j := range r.Result.Differences {
			d := &r.Result.Differences[j]
			if !firstRank(d) {
				continue
			}
			it, in := itemOf(r, d)
			strength := 1.0
			id := "artifact.differs"
			if d.Kind == artifact.Only {
				id = "artifact.only"
			}
			first := signal.Signal{ID: id, Path: d.Path, Bytes: []byte(d.SHA256), Text: d.SHA256, Note: d.Note, Strength: strength}
			found := signal.Scan(in)
			found = slices.DeleteFunc(found, func(s signal.Signal) bool { return s.Path != d.Path || strings.HasPrefix(s.ID, "who.") })
			h.AddItem(it, append(found, first)...)
		}
	}
	return nil
}

// itemOf makes an item of a difference, and the change that would have made it.
func itemOf(r *Release, d *artifact.Difference) (rank.Item, signal.Input) {
	ch := change.Change{Path: d.Path, Kind: change.Added, NewMode: change.ModeFile, OldMode: change.ModeNone, NewBlob: d.SHA256}
	if d.TagBlob != "" {
		ch.Kind, ch.OldMode, ch.OldBlob = change.Modified, change.ModeFile, d.TagBlob
	}
	lines := r.Lines[d.Path]
	for k := 0; k < len(lines); {
		start := k
		var text [][]byte
		for k < len(lines) && (k == start || lines[k].Number == lines[k-1].Number+1) && k-start < 400 {
			text = append(text, lines[k].Text)
			k++
		}
		ch.Hunks = append(ch.Hunks, change.Hunk{OldLine: lines[start].Number - 1, NewLine: lines[start].Number, New: text})
	}
	if len(lines) == 0 && d.Kind != artifact.Mode && d.Kind != artifact.Hostile && d.Kind != artifact.Unread {
		ch.Opaque = "binary"
	}
	c := &change.Commit{Repo: r.Repo, Hash: r.Commit, Message: "artifact " + r.File}
	ch.Commit = c
	it := rank.Item{Kind: rank.Artifact, Repo: r.Repo, Commit: r.Commit, Title: fmt.Sprintf("%s against %s", r.File, r.Ref), Path: d.Path, Old: d.Name, Role: signal.AboutPath(d.Path).Role.String(), Blob: d.SHA256, Note: string(d.Kind) + ": " + d.Note, Hunks: ch.Hunks}
	for i := range it.Hunks {
		it.Added += len(it.Hunks[i].New)
	}
	return it, signal.Input{Commit: c, Changes: []change.Change{ch}, Blobs: map[string]signal.Blob{d.SHA256: {Head: d.Head, Size: d.Size}}}
}
