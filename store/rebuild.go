package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/ledger"
)

// Source is where a database is made from: another database, or tiles.
type Source interface {
	Entries(ctx context.Context, from, to int64) ([][]byte, error)
}

// piece is how many entries one transaction of a rebuild holds.
const piece = 1024

// Fill makes the tables of an empty database from the entries of a log of size: tree, view, and the checkpoint, which must be of exactly
// those entries and of root want.
func (db *DB) Fill(ctx context.Context, from Source, size int64, checkpoint []byte, want ledger.Hash) error {
	if have, _, err := db.Head(ctx); err != nil || have != 0 {
		return errors.Join(err, sallyport.Errorf(sallyport.Conflict, "the database has %d entries, want an empty one", have))
	}
	var tree ledger.Tree
	for tree.Size() < size {
		entries, err := from.Entries(ctx, tree.Size(), min(tree.Size()+piece, size))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return sallyport.Errorf(sallyport.Invalid, "entry %d of %d is missing", tree.Size(), size)
		}
		g := &ledger.Group{First: tree.Size()}
		for _, raw := range entries {
			e, body, err := sallyport.DecodeEntry(raw)
			if err != nil {
				return fmt.Errorf("entry %d: %w", tree.Size(), err)
			}
			g.Rows = append(g.Rows, ledger.Row{Entry: raw, Hashes: tree.Add(tlog.RecordHash(raw)), Subjects: ledger.Subjects(e, body)})
		}
		if tree.Size() == size {
			if tree.Root() != want {
				return sallyport.Errorf(sallyport.Invalid, "%d entries have root %v, their checkpoint says %v", size, tree.Root(), want)
			}
			g.Checkpoint = checkpoint
		}
		if err := db.Commit(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// Rebuilt says what a rebuild found.
type Rebuilt struct {
	Size    int64
	Differ  []string // tables that were not what the entries say
	OldName string   // where the database that was replaced lies now, "" if nothing was replaced
}

// Rebuild makes every table of the state folder again from its entries and compares. Where a table differs the new database takes
// the old one's place, which is kept beside it. open verifies the stored checkpoint.
func Rebuild(ctx context.Context, dir string, open func(signed []byte) (ledger.Checkpoint, error)) (*Rebuilt, error) {
	old, err := Open(ctx, dir, Options{})
	if err != nil {
		return nil, err
	}
	closed := false
	defer func() {
		if !closed {
			old.Close()
		}
	}()
	size, signed, err := old.Head(ctx)
	if err != nil {
		return nil, err
	}
	head, err := open(signed)
	if err != nil {
		return nil, err
	}
	if head.Size != size {
		return nil, sallyport.Errorf(sallyport.Invalid, "the database has %d entries, its checkpoint seals %d", size, head.Size)
	}
	scratch := filepath.Join(dir, "rebuild.tmp")
	if err := os.RemoveAll(scratch); err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	fresh, err := Open(ctx, scratch, Options{})
	if err != nil {
		return nil, err
	}
	out := &Rebuilt{Size: size}
	err = fresh.Fill(ctx, old, size, signed, head.Root)
	if err == nil {
		err = copyCosigned(ctx, old, fresh)
	}
	if err == nil {
		out.Differ, err = differ(ctx, old, fresh)
	}
	if err = errors.Join(err, fresh.Close()); err != nil || len(out.Differ) == 0 {
		return out, err
	}
	// The lock of the folder is held until the new database is in place.
	closed = true
	if err := errors.Join(old.commit.close(), old.reader.Close(), old.writer.Close()); err != nil {
		return out, err
	}
	defer old.lock.Close()
	out.OldName = filepath.Join(dir, DatabaseName+".before-rebuild-"+time.Now().UTC().Format("20060102T150405Z"))
	for _, suffix := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(filepath.Join(dir, DatabaseName+suffix), out.OldName+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return out, err
		}
	}
	return out, os.Rename(filepath.Join(scratch, DatabaseName), filepath.Join(dir, DatabaseName))
}

func copyCosigned(ctx context.Context, old, fresh *DB) error {
	rows, err := old.reader.QueryContext(ctx, `SELECT size, note FROM cosigned ORDER BY size`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var size int64
		var note []byte
		if err := rows.Scan(&size, &note); err != nil {
			return err
		}
		if err := fresh.AddCosigned(ctx, size, note); err != nil {
			return err
		}
	}
	return rows.Err()
}

// tables are compared row by row. Of entry the column sealed is left out: which entries shared a transaction is no part of the log.
var tables = []struct{ name, query string }{
	{"entry", `SELECT idx, hashes, bytes FROM entry ORDER BY idx`},
	{"subject", `SELECT kind, id, idx FROM subject ORDER BY kind, id, idx`},
}

// Digest gives the SHA-256 of a table's rows, in order, each column preceded by its length.
func (db *DB) Digest(ctx context.Context, table string) (string, error) {
	for _, t := range tables {
		if t.name == table {
			return db.digest(ctx, t.query)
		}
	}
	return "", sallyport.Errorf(sallyport.NotFound, "no table %q", table)
}

func (db *DB) digest(ctx context.Context, query string) (string, error) {
	rows, err := db.reader.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	row := make([][]byte, len(columns))
	into := make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	h := sha256.New()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for _, column := range row {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(column))))
			h.Write(column)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), rows.Err()
}

func differ(ctx context.Context, a, b *DB) ([]string, error) {
	var out []string
	for _, t := range tables {
		x, err := a.digest(ctx, t.query)
		if err != nil {
			return nil, err
		}
		y, err := b.digest(ctx, t.query)
		if err != nil {
			return nil, err
		}
		if x != y {
			out = append(out, t.name)
		}
	}
	return out, nil
}
