package rank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/signal"
)

// Kind says what an item is.
type Kind string

const (
	Lines     Kind = "lines"     // a cluster of inserted and deleted lines
	Binary    Kind = "binary"    // a content without lines
	ModeOnly  Kind = "mode"      // a permission
	Symlink   Kind = "symlink"   // where a link points
	Submodule Kind = "submodule" // another repository, or another state of it
	Moved     Kind = "moved"     // a path, not a line
	Whole     Kind = "commit"    // a commit that changes no file
	Artifact  Kind = "artifact"  // a difference between a release and its tag
	Repeated  Kind = "repeated"  // lines of the set that stand under somebody else's commit
)

// Item is what a reviewer decides about.
type Item struct {
	ID     string        `json:"id"` // 16 hex digits; depends on what the item is, not on its rank
	Rank   int           `json:"rank"`
	Score  float64       `json:"score"`
	Tier   Tier          `json:"tier"`
	Kind   Kind          `json:"kind"`
	Repo   string        `json:"repo"`
	Commit string        `json:"commit"`
	Author change.Person `json:"author"`
	By     []string      `json:"by,omitempty"` // members of the set named in the commit
	// Involved are the addresses of everybody whom the commit names, folded: they do not review it.
	Involved []string       `json:"involved,omitempty"`
	Title    string         `json:"title"` // the message's subject, made inert
	Role     string         `json:"role"`  // what the file is for
	Path     string         `json:"path,omitempty"`
	Old      string         `json:"oldPath,omitempty"`
	Hunks    []change.Hunk  `json:"hunks,omitempty"`
	Blob     string         `json:"blob,omitempty"` // the new content's hash, for items without lines
	Places   []change.Place `json:"places,omitempty"`
	Note     string         `json:"note,omitempty"`

	Added     int `json:"added"`
	Deleted   int `json:"deleted"`
	Surviving int `json:"surviving"` // of the added lines, those that some ref still has

	Signals []Scored `json:"signals,omitempty"` // of this place, strongest first
	Around  []Scored `json:"around,omitempty"`  // of the commit as a whole
	// CommitScore is the score of all signals of the commit together; Share is what the item has of it.
	CommitScore float64 `json:"commitScore"`
	Because     string  `json:"because"`
}

// clusterGap is how many untouched lines may lie between two hunks of one item.
const clusterGap = 30

// maxCluster bounds the lines of an item, so that a decision is about what one can keep in mind. A single larger hunk stays whole.
const maxCluster = 150

// clusters cuts the changes of a commit into items, without score.
func clusters(in signal.Input) []Item {
	c := in.Commit
	var items []Item
	involved := Involved(c)
	var members []string
	for _, r := range c.Roles {
		if !slices.Contains(members, r.Member) {
			members = append(members, r.Member)
		}
	}
	start := func(ch *change.Change, kind Kind) Item {
		it := Item{Kind: kind, Repo: c.Repo, Commit: c.Hash, Author: c.Author, Title: signal.Visible([]byte(c.Subject())), Path: ch.Path, Old: ch.OldPath, Role: signal.AboutPath(ch.Path).Role.String(), Blob: ch.NewBlob}
		it.By, it.Involved = members, involved
		return it
	}
	for i := range in.Changes {
		ch := &in.Changes[i]
		switch {
		case ch.Kind == change.Empty:
			items = append(items, start(ch, Whole))
		case ch.Submodule():
			items = append(items, start(ch, Submodule))
		case ch.Opaque != "":
			it := start(ch, Binary)
			it.Places, it.Note = ch.Survives, ch.Opaque
			items = append(items, it)
		case ch.Symlink() || ch.OldMode == change.ModeSymlink:
			it := start(ch, Symlink)
			it.Hunks = ch.Hunks
			items = append(items, it)
		case len(ch.Hunks) == 0 && (ch.OldMode != ch.NewMode && ch.OldMode != 0 && ch.NewMode != 0):
			it := start(ch, ModeOnly)
			it.Note = fmt.Sprintf("%06o became %06o", ch.OldMode, ch.NewMode)
			items = append(items, it)
		case len(ch.Hunks) == 0:
			items = append(items, start(ch, Moved))
		default:
			items = append(items, cut(ch, func() Item { return start(ch, Lines) })...)
		}
	}
	if len(in.Changes) == 0 {
		items = append(items, start(&change.Change{}, Whole))
	}
	for i := range items {
		it := &items[i]
		for j := range it.Hunks {
			h := &it.Hunks[j]
			it.Added += len(h.New)
			it.Deleted += len(h.Old)
			it.Surviving += h.Surviving()
		}
		it.ID = identify(it)
	}
	return items
}

// Involved are the addresses of everybody whom commits name, folded and sorted.
func Involved(commits ...*change.Commit) []string {
	var list []string
	for _, c := range commits {
		list = append(list, fold(c.Author.Email), fold(c.Committer.Email))
		for _, t := range c.Trailers {
			list = append(list, fold(t.Email))
		}
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(mail string) bool { return mail == "" })
}

func cut(ch *change.Change, start func() Item) []Item {
	var items []Item
	end, size := 0, 0
	for _, h := range ch.Hunks {
		n := len(h.New) + len(h.Old)
		if len(items) == 0 || h.NewLine-end > clusterGap || size+n > maxCluster {
			items, size = append(items, start()), 0
		}
		it := &items[len(items)-1]
		it.Hunks = append(it.Hunks, h)
		end, size = h.NewLine+len(h.New), size+n
	}
	return items
}

// blank stands for lines that are counted and not kept. Never written to.
var blank = make([][]byte, 1<<12)

// outline forgets the lines of an item, not their places and numbers.
func outline(it *Item) {
	short := func(lines [][]byte) [][]byte {
		if len(lines) > len(blank) {
			return make([][]byte, len(lines))
		}
		return blank[:len(lines):len(lines)]
	}
	hunks := make([]change.Hunk, len(it.Hunks))
	for i := range it.Hunks {
		h := &it.Hunks[i]
		hunks[i] = change.Hunk{OldLine: h.OldLine, NewLine: h.NewLine, Old: short(h.Old), New: short(h.New)}
	}
	it.Hunks, it.Places = hunks, nil
}

// identify makes an id of what the item is: kind, repository, commit, path and the place of its first hunk; for a
// difference of an artifact also which artifact, and its content.
func identify(it *Item) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "sallyport codeaudit item\n%s\x00%s\x00%s\x00%s\x00%s\x00", it.Kind, it.Repo, it.Commit, it.Path, it.Old)
	if it.Kind == Artifact {
		fmt.Fprintf(sum, "%s\x00%s\x00", it.Title, it.Blob)
	}
	if len(it.Hunks) > 0 {
		fmt.Fprintf(sum, "%d %d", it.Hunks[0].OldLine, it.Hunks[0].NewLine)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// covers tells whether a signal belongs to the item.
func (it *Item) covers(s *signal.Signal) bool {
	if s.Path != it.Path {
		return false
	}
	if s.Line == 0 || len(it.Hunks) == 0 {
		return true
	}
	for i := range it.Hunks {
		h := &it.Hunks[i]
		if s.Removed && s.Line >= h.OldLine && s.Line < h.OldLine+max(1, len(h.Old)) || !s.Removed && s.Line >= h.NewLine && s.Line < h.NewLine+max(1, len(h.New)) {
			return true
		}
	}
	return false
}
