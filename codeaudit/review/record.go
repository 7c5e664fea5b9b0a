package review

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"sallyport"
	"sallyport/codeaudit/rank"
)

// Record is the file of decisions. One goroutine; several processes may append, one at a time, by a lock on the file.
type Record struct {
	path      string
	decisions []Decision
	last      string // digest of the last line
	Now       func() time.Time
}

// OpenRecord reads the record in path, which need not exist, and checks its chain.
func OpenRecord(path string) (*Record, error) {
	r := &Record{path: path, Now: time.Now}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return r, r.load(data)
}

// ReadRecord checks and reads a record from bytes.
func ReadRecord(data []byte) ([]Decision, error) {
	var r Record
	err := r.load(data)
	return r.decisions, err
}

func (r *Record) load(data []byte) error {
	r.decisions, r.last = nil, ""
	lines := bufio.NewReader(bytes.NewReader(data))
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		var d Decision
		if err != nil || json.Unmarshal(line, &d) != nil {
			return sallyport.Errorf(sallyport.Invalid, "line %d of the review record cannot be read", n).
				WithHint("an interrupted write leaves a last line without an end: copy the file away, then remove that line")
		}
		if d.Previous != r.last {
			return sallyport.Errorf(sallyport.Conflict, "line %d of the review record follows %.12q, the line before is %.12q: a decision was changed or removed", n, d.Previous, r.last)
		}
		if err := d.check(); err != nil {
			return err
		}
		r.decisions = append(r.decisions, d)
		r.last = digest(line)
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// DigestItem is what a decision binds to: the item with its lines and signals, without rank and score, which may change
// when more is learnt, and without what became of the lines, which changes with every new commit.
func DigestItem(it *rank.Item) string {
	c := *it
	c.Rank, c.Score, c.Tier, c.CommitScore, c.Because, c.Around = 0, 0, 0, 0, "", nil
	c.Surviving, c.Places, c.Signals = 0, nil, nil
	c.Hunks = slices.Clone(it.Hunks)
	for i := range c.Hunks {
		c.Hunks[i].Fates, c.Hunks[i].Owners = nil, nil
	}
	for _, s := range it.Signals {
		s.Points, s.Because = 0, ""
		c.Signals = append(c.Signals, s)
	}
	data, err := json.Marshal(&c)
	if err != nil {
		panic(err) // an item is made of strings, numbers and slices of these
	}
	return digest(data)
}

// Decisions are all decisions in order.
func (r *Record) Decisions() []Decision { return r.decisions }

// RootOf is the digest of the last line of a record.
func RootOf(data []byte) string {
	data = bytes.TrimSuffix(data, []byte("\n"))
	if len(data) == 0 {
		return ""
	}
	return digest(append(bytes.Clone(data[bytes.LastIndexByte(data, '\n')+1:]), '\n'))
}

// Root is the digest of the last line, which covers all before it.
func (r *Record) Root() string { return r.last }

// Decide appends a decision about an item. It is on disk when Decide returns.
func (r *Record) Decide(it *rank.Item, d Decision, members []string) error {
	if err := May(it, d.Reviewer, members); err != nil {
		return err
	}
	d.Item, d.Digest, d.Rank = it.ID, DigestItem(it), it.Rank
	if d.Time.IsZero() {
		d.Time = r.Now()
	}
	d.Time = d.Time.UTC().Truncate(time.Second)
	if err := d.check(); err != nil {
		return err
	}
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	if err := r.load(data); err != nil { // somebody else may have decided meanwhile
		return err
	}
	d.Previous = r.last
	line, err := json.Marshal(&d)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := f.Write(line); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	r.decisions = append(r.decisions, d)
	r.last = digest(line)
	return nil
}
