// Package signal names what deserves a look in a change: a commit goes in, signals come out, each with a stable id, the
// place, the very bytes that fired it, and a sentence for a person who does not know the language.
//
// It is pure: no I/O, no clock, no state between commits (what needs the history of a repository is in package rank). It
// does not judge: a signal is a reason to read a line earlier, never a finding, and the absence of signals clears nothing.
// It looks at code and at what a change claims to be; it never looks at who a person might be, and it knows no time zones.
//
// It promises to terminate in time linear in the size of a change, to take any bytes without panicking, and to give the
// same signals for the same change.
package signal

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"sallyport/codeaudit/change"
)

// Input is one commit with all that it changed. For a merge, Changes hold the lines of neither parent.
type Input struct {
	Commit  *change.Commit
	Changes []change.Change
	// Blobs holds, by hash, the beginning of contents that have no lines. Without it binaries are judged by name and size only.
	Blobs map[string]Blob
	// Shell gives the signals of a stretch of shell text, lines counted from 1 within it, or is nil. It must be pure.
	Shell func(lines [][]byte) []Signal
}

// Blob is the beginning of a content.
type Blob struct {
	Head []byte // at most the first few kilobytes
	Size int64
}

// Signal is one reason to look at a place.
type Signal struct {
	ID       string  `json:"id"`             // family.name, see [Table]
	Path     string  `json:"path,omitempty"` // empty: it is about the commit as a whole
	Line     int     `json:"line,omitempty"` // 1-based; 0: about the file as a whole
	Removed  bool    `json:"removed,omitempty"`
	Bytes    []byte  `json:"bytes,omitempty"` // what fired, as it is, at most [MaxBytes]
	Text     string  `json:"text,omitempty"`  // the line around it with everything invisible made visible
	Note     string  `json:"note,omitempty"`  // what is particular about this one
	Strength float64 `json:"strength"`        // 0 < Strength <= 1: how clearly it fired
}

// MaxBytes bounds the bytes that a signal carries.
const MaxBytes = 200

// Family is the part of the id before the point.
func (s Signal) Family() string {
	family, _, _ := strings.Cut(s.ID, ".")
	return family
}

// Why says in plain language what this kind of signal means.
func (s Signal) Why() string { return Table[s.ID].Why }

// scan is the work on one commit. It lives in one goroutine.
type scan struct {
	Input
	subject string
	body    string
	files   []*file
	signals []Signal
	perFile map[string]int // signals by id and path, so that one file cannot flood the list
	added   map[Lang]map[string]bool
}

// file is a change together with what is known of its path.
type file struct {
	*change.Change
	About
	added, removed int // lines
}

// maxPerFile bounds how often one signal is reported for one file; the rest says nothing new.
const maxPerFile = 5

// Scan returns the signals of a commit in the order of files and lines.
func Scan(in Input) []Signal {
	s := &scan{Input: in, perFile: map[string]int{}, added: map[Lang]map[string]bool{}}
	s.subject, s.body, _ = strings.Cut(in.Commit.Message, "\n")
	for i := range in.Changes {
		c := &in.Changes[i]
		f := &file{Change: c, About: AboutPath(c.Path), added: c.Inserted(), removed: c.Deleted()}
		if f.Lang == None && f.Role == Code && len(c.Hunks) > 0 {
			f.Lang = langOfShebang(c)
		}
		s.files = append(s.files, f)
	}
	s.scanLines()
	s.scanProtections()
	for _, f := range s.files {
		s.scanText(f)
		s.scanPath(f)
		s.scanBlob(f)
		s.scanChecks(f)
		s.scanMemory(f)
		s.scanIgnore(f)
		s.scanTests(f)
		s.scanDependencies(f)
		s.scanLiterals(f)
		s.scanTokens(f)
		s.scanFeatureTest(f)
		s.scanScripts(f)
		s.scanSwitches(f)
		s.scanGates(f)
		s.scanAutostart(f)
		s.scanCrypto(f)
	}
	s.scanPins()
	s.scanBlobReferences()
	s.scanMessage()
	s.scanIdentity()
	slices.SortStableFunc(s.signals, func(a, b Signal) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.ID, b.ID))
	})
	return s.signals
}

// add records a signal of f at a line; at and end bound the bytes that fired within text.
func (s *scan) add(id string, f *file, line int, removed bool, text []byte, at, end int, strength float64, note string) {
	key := id + "\x00" + f.Path
	if s.perFile[key]++; s.perFile[key] > maxPerFile {
		return
	}
	at = max(0, min(at, len(text)))
	end = max(at, min(end, len(text)))
	fired := text[at:min(end, at+MaxBytes)]
	from := max(0, at-60)
	to := min(len(text), max(end, at+1)+80, from+MaxBytes)
	s.signals = append(s.signals, Signal{
		ID: id, Path: f.Path, Line: line, Removed: removed, Bytes: bytes.Clone(fired),
		Text: Visible(text[from:to]), Note: note, Strength: min(1, max(0.01, strength)),
	})
}

// addFile records a signal about a file as a whole.
func (s *scan) addFile(id string, f *file, fired []byte, strength float64, note string) {
	s.add(id, f, 0, false, fired, 0, len(fired), strength, note)
}

// addCommit records a signal about the commit as a whole.
func (s *scan) addCommit(id string, fired string, strength float64, note string) {
	fired = fired[:min(len(fired), MaxBytes)]
	s.signals = append(s.signals, Signal{ID: id, Bytes: []byte(fired), Text: Visible([]byte(fired)), Note: note, Strength: strength})
}

// has tells whether a signal of this id was already recorded for path ("" for any path).
func (s *scan) has(id, path string) bool {
	return slices.ContainsFunc(s.signals, func(g Signal) bool { return g.ID == id && (path == "" || g.Path == path) })
}
