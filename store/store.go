// Package store is the durable state of one gateway: a folder with an SQLite database (the ledger and its views), a folder of blobs, and
// a lock.
//
//	state/
//	  ledger.db        entries, tree hashes, latest checkpoint, views (SQLite, WAL)
//	  guard            the last acknowledged checkpoint (see ledger.FileGuard); may be configured elsewhere
//	  blobs/ab/cd...   texts, outputs, recordings, personal details: salt and content
//	  tiles/           the log in C2SP tlog-tiles layout, written behind; verifiers read this
//	  keys/            private keys; never part of a backup that leaves the house
//	  lock             held by the process that writes
//
// It promises that a committed group is durable (synchronous=FULL) and whole. It does not interpret entries beyond the view of their
// subjects, and trusts nothing that it reads back: the ledger checks it.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"

	"sallyport"
	"sallyport/store/blob"
)

// Names inside a state folder.
const (
	DatabaseName = "ledger.db"
	GuardName    = "guard"
	BlobsName    = "blobs"
	TilesName    = "tiles"
	KeysName     = "keys"
	lockName     = "lock"
)

// DB is an open state folder. It implements ledger.Store.
type DB struct {
	dir    string
	blobs  *blob.Dir
	lock   *os.File // nil when read-only
	writer *sql.DB  // one connection; nil when read-only
	reader *sql.DB
	commit *committer // owned by whoever calls Commit: one goroutine
}

// Options of Open.
type Options struct {
	// ReadOnly opens a state that another process may be writing. Nothing is created.
	ReadOnly bool
}

// Open opens the state folder dir, making what is missing unless read-only. It refuses a folder that another process writes.
func Open(ctx context.Context, dir string, opts Options) (*DB, error) {
	db := &DB{dir: dir}
	path := filepath.Join(dir, DatabaseName)
	if opts.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, sallyport.Errorf(sallyport.NotFound, "%q is no state folder: %w", dir, err)
		}
		db.blobs = blob.ReadDir(filepath.Join(dir, BlobsName))
		db.reader = open(path, "mode=ro", 4)
		return db, db.reader.PingContext(ctx)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if db.lock, err = takeLock(filepath.Join(dir, lockName)); err != nil {
		return nil, err
	}
	if db.blobs, err = blob.OpenDir(filepath.Join(dir, BlobsName)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	db.writer = open(path, "mode=rwc", 1)
	if db.commit, err = newCommitter(ctx, db.writer); err != nil {
		return nil, errors.Join(fmt.Errorf("open %q: %w", path, err), db.Close())
	}
	db.reader = open(path, "mode=ro", 4)
	return db, nil
}

// open prepares a pool. WAL lets readers go on while the writer commits; FULL makes a commit wait for the disk.
func open(path, mode string, conns int) *sql.DB {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + mode +
		"&_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=trusted_schema(OFF)"
	if mode != "mode=ro" {
		dsn += "&_pragma=journal_mode(WAL)"
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil { // only an unknown driver
		panic(err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db
}

// Dir is the state folder.
func (db *DB) Dir() string { return db.dir }

// Blobs is the folder of blobs.
func (db *DB) Blobs() blob.Blobs { return db.blobs }

// TilesDir is where the tile layout belongs.
func (db *DB) TilesDir() string { return filepath.Join(db.dir, TilesName) }

// GuardPath is where the guard belongs unless it is configured elsewhere.
func (db *DB) GuardPath() string { return filepath.Join(db.dir, GuardName) }

// Close closes the database and gives the folder free.
func (db *DB) Close() error {
	var errs []error
	if db.commit != nil {
		errs = append(errs, db.commit.close())
	}
	for _, pool := range []*sql.DB{db.reader, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}
