package worklist

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sallyport"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/signal"
)

// Names of files below the folder "review" of an audit.
const (
	folder        = "review"
	itemsName     = "items.jsonl"
	summaryName   = "summary.json"
	DecisionsName = "decisions.jsonl"
	canariesName  = "canaries.json"
)

// Summary says what the list holds and with which weights it was made.
type Summary struct {
	Version int            `json:"version"`
	Built   time.Time      `json:"built"`
	Commits int            `json:"commits"` // in scope
	Items   int            `json:"items"`
	Added   int            `json:"added"`   // lines
	Deleted int            `json:"deleted"` // lines
	Tiers   map[string]int `json:"tiers"`   // items by tier, "1" to "4"
	Fired   map[string]int `json:"fired"`   // commits by signal
	Table   string         `json:"table"`   // SHA-256 of the table of weights
	Digest  string         `json:"digest"`  // SHA-256 of items.jsonl
}

// summaryVersion is the layout that this program writes.
const summaryVersion = 1

func summarize(h *rank.History, items []rank.Item, now time.Time) Summary {
	s := Summary{Version: summaryVersion, Built: now.UTC().Truncate(time.Second), Commits: h.Commits(), Items: len(items), Tiers: map[string]int{}, Fired: maps.Clone(h.Fired()), Table: TableDigest()}
	for i := range items {
		s.Added += items[i].Added
		s.Deleted += items[i].Deleted
		s.Tiers[fmt.Sprint(int(items[i].Tier))]++
	}
	return s
}

// TableDigest is the digest of the weights that this program has.
func TableDigest() string {
	sum := sha256.New()
	for _, id := range slices.Sorted(maps.Keys(signal.Table)) {
		e := signal.Table[id]
		fmt.Fprintf(sum, "%s %g %g\n", id, e.Weight, e.Usual)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Dir is the folder of the list, its decisions and its canaries.
func Dir(src interface{ Path(...string) string }) string { return src.Path(folder) }

// Save replaces the list. The summary comes last: without it there is no list.
func Save(dir string, items []rank.Item, s Summary) (Summary, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return s, err
	}
	sum := sha256.New()
	err := replace(filepath.Join(dir, itemsName), func(w io.Writer) error {
		e := json.NewEncoder(io.MultiWriter(w, sum))
		e.SetEscapeHTML(false)
		for i := range items {
			if err := e.Encode(&items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	s.Digest = hex.EncodeToString(sum.Sum(nil))
	return s, replace(filepath.Join(dir, summaryName), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(s)
	})
}

// replace writes a file as a whole: an interrupted write leaves the old one.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err == nil {
		err = w.Flush()
	} else {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load reads the list without canaries.
func Load(dir string) ([]rank.Item, Summary, error) {
	var s Summary
	data, err := os.ReadFile(filepath.Join(dir, summaryName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s, sallyport.Errorf(sallyport.NotFound, "this audit has no list to review yet").WithHint("make it with: sallyport codeaudit rank")
	}
	if err != nil {
		return nil, s, err
	}
	if err := json.Unmarshal(data, &s); err != nil || s.Version != summaryVersion {
		return nil, s, sallyport.Errorf(sallyport.Invalid, "the summary of the list cannot be read (version %d, this program reads %d)", s.Version, summaryVersion).WithHint("make the list again: sallyport codeaudit rank")
	}
	f, err := os.Open(filepath.Join(dir, itemsName))
	if err != nil {
		return nil, s, err
	}
	defer f.Close()
	sum := sha256.New()
	items, err := ReadItems(io.TeeReader(f, sum))
	if err != nil {
		return nil, s, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != s.Digest {
		return nil, s, sallyport.Errorf(sallyport.Conflict, "the list has digest %.16s, its summary says %.16s: it was changed", got, s.Digest).WithHint("make it again: sallyport codeaudit rank")
	}
	return items, s, nil
}

// ReadItems reads the lines of a list.
func ReadItems(r io.Reader) ([]rank.Item, error) {
	var items []rank.Item
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	for {
		var it rank.Item
		err := d.Decode(&it)
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "item %d of the list cannot be read: %v", len(items)+1, err)
		}
		items = append(items, it)
	}
}
