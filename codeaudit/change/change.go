package change

// Kind says what happened to a path.
type Kind string

const (
	Added    Kind = "added"
	Modified Kind = "modified"
	Deleted  Kind = "deleted"
	Renamed  Kind = "renamed" // OldPath is gone, Path has its content, perhaps edited
	Copied   Kind = "copied"
	Typed    Kind = "type"  // regular file, symlink and submodule changed into one another
	Mode     Kind = "mode"  // same content, other permission
	Empty    Kind = "empty" // the commit changes no file; Path is ""
)

// Modes of a tree entry.
const (
	ModeNone       uint32 = 0
	ModeFile       uint32 = 0o100644
	ModeExecutable uint32 = 0o100755
	ModeSymlink    uint32 = 0o120000
	ModeSubmodule  uint32 = 0o160000
)

// Change is what one commit did to one path. For a merge it holds only what differs from all parents: lines of neither.
//
// A Change is complete: every line that the commit inserted or deleted in the path is in Hunks, unless Opaque says why not.
type Change struct {
	Commit  *Commit `json:"commit"` // shared by all changes of the commit; read only
	Path    string  `json:"path"`   // for Deleted the path that is gone
	OldPath string  `json:"oldPath,omitempty"`
	Kind    Kind    `json:"kind"`

	OldMode uint32 `json:"oldMode"`
	NewMode uint32 `json:"newMode"`
	OldBlob string `json:"oldBlob"` // full hex, "" if there is none; for a submodule the commit it points to
	NewBlob string `json:"newBlob"`

	Hunks []Hunk `json:"hunks,omitempty"`
	// Opaque says why there are no lines: "" (there are), "binary", "submodule", "unreadable".
	Opaque string `json:"opaque,omitempty"`
	// Survives says where an opaque content (the blob as a whole) still stands.
	Survives []Place `json:"survives,omitempty"`
}

// Binary reports whether git holds either side for binary.
func (c *Change) Binary() bool { return c.Opaque == "binary" }

// Symlink reports whether the new side is a symbolic link. Its target is the one line of the hunk.
func (c *Change) Symlink() bool { return c.NewMode == ModeSymlink }

// Submodule reports whether either side is a submodule.
func (c *Change) Submodule() bool { return c.OldMode == ModeSubmodule || c.NewMode == ModeSubmodule }

// Inserted counts the inserted lines.
func (c *Change) Inserted() (n int) {
	for i := range c.Hunks {
		n += len(c.Hunks[i].New)
	}
	return n
}

// Deleted counts the deleted lines.
func (c *Change) Deleted() (n int) {
	for i := range c.Hunks {
		n += len(c.Hunks[i].Old)
	}
	return n
}

// Hunk is one replaced stretch, without context: the Old lines gave way to the New lines. It is the cluster of insertions
// and deletions that a reviewer looks at. Lines hold no newline; a carriage return is part of the line.
type Hunk struct {
	OldLine int      `json:"oldLine"` // 1-based line of Old[0] in the old side; if Old is empty, the line after which it happened
	NewLine int      `json:"newLine"` // likewise in the new side
	Old     [][]byte `json:"old,omitempty"`
	New     [][]byte `json:"new,omitempty"`
	// Section is the line that git prints after the hunk's header, usually the enclosing function. A hint, not a fact.
	Section string `json:"section,omitempty"`
	// NoNewlineOld and NoNewlineNew: the side's last line is the last of its file and has no newline.
	NoNewlineOld bool `json:"noNewlineOld,omitempty"`
	NoNewlineNew bool `json:"noNewlineNew,omitempty"`

	// Fates say what became of New, in order, without gap: their N add up to len(New).
	Fates []Fate `json:"fates,omitempty"`
	// Owners say who had inserted Old, in order, without gap. Empty for merges.
	Owners []Owner `json:"owners,omitempty"`
}

// Surviving counts the inserted lines that some ref still has.
func (h *Hunk) Surviving() (n int) {
	for _, f := range h.Fates {
		if len(f.Places) > 0 {
			n += f.N
		}
	}
	return n
}

// Fate is what became of N consecutive inserted lines: either Places is not empty (they survive) or Killer is set.
type Fate struct {
	N      int     `json:"n"`
	Places []Place `json:"places,omitempty"`
	Killer string  `json:"killer,omitempty"` // the commit that removed them; a merge only if no other commit did
	// Tags says which tags have the lines; nil if none. Places names HEAD and branches, and a tag only if no branch has them.
	Tags *TagSpan `json:"tags,omitempty"`
}

// TagSpan is how many tags have something, and the first and last of them by the clock of their commits.
type TagSpan struct {
	Count  int    `json:"count"`
	Oldest string `json:"oldest"`
	Newest string `json:"newest"`
}

// Place is where content stands today.
type Place struct {
	Refs []string `json:"refs"` // full ref names, sorted; shared, read only
	Path string   `json:"path"`
	Line int      `json:"line"` // 1-based line of the first; 0 for opaque content
}

// Owner says which commit inserted N consecutive lines that are now deleted, and under which path.
type Owner struct {
	N      int    `json:"n"`
	Commit string `json:"commit"`
	Path   string `json:"path"`
	Line   int    `json:"line"` // 1-based line in that commit
}

// Touch is a commit with the paths it changed, without lines: the background against which a change is usual or not.
// For a merge, the paths that differ from all parents.
type Touch struct {
	Commit *Commit
	Paths  []PathTouch
}

// PathTouch counts what a commit did to a path.
type PathTouch struct {
	Path, OldPath     string
	Kind              Kind
	Inserted, Deleted int
	Opaque            bool
}
