package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"sallyport"
	"sallyport/ledger"
)

// committer holds the writer's connection and its prepared statements.
type committer struct {
	mu             sync.Mutex // protects the following
	conn           *sql.Conn
	entry, subject *inserter
	size           int64 // entries stored
}

func newCommitter(ctx context.Context, db *sql.DB) (*committer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &committer{conn: conn}
	if err = migrate(ctx, conn); err == nil {
		c.entry, err = newInserter(ctx, conn, "entry", "idx", "hashes", "sealed", "bytes")
	}
	if err == nil {
		c.subject, err = newInserter(ctx, conn, "subject", "kind", "id", "idx")
	}
	if err == nil {
		err = conn.QueryRowContext(ctx, sizeQuery).Scan(&c.size)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

const sizeQuery = `SELECT coalesce(max(idx) + 1, 0) FROM entry`

func (c *committer) close() error {
	return errors.Join(c.entry.close(), c.subject.close(), c.conn.Close())
}

// Commit implements ledger.Store.
func (db *DB) Commit(ctx context.Context, g *ledger.Group) error {
	if db.commit == nil {
		return sallyport.Errorf(sallyport.Unavailable, "state folder %q is open for reading only", db.dir)
	}
	c := db.commit
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.First != c.size {
		return sallyport.Errorf(sallyport.Conflict, "group begins at %d, database has %d entries", g.First, c.size)
	}
	err := inTx(ctx, c.conn, func() error {
		for i, row := range g.Rows {
			idx := g.First + int64(i)
			hashes := make([]byte, 0, len(row.Hashes)*len(ledger.Hash{}))
			for _, h := range row.Hashes {
				hashes = append(hashes, h[:]...)
			}
			var sealed []byte
			if i == len(g.Rows)-1 {
				sealed = g.Checkpoint
			}
			if err := c.entry.add(ctx, idx, hashes, sealed, row.Entry); err != nil {
				return err
			}
		}
		if err := c.entry.flush(ctx); err != nil {
			return err
		}
		for i, row := range g.Rows {
			for _, s := range row.Subjects {
				if err := c.subject.add(ctx, s.Kind, s.ID, g.First+int64(i)); err != nil {
					return err
				}
			}
		}
		return c.subject.flush(ctx)
	})
	if err != nil {
		return err
	}
	c.size += int64(len(g.Rows))
	return nil
}

// AddCosigned implements ledger.Store.
func (db *DB) AddCosigned(ctx context.Context, size int64, signed []byte) error {
	if db.commit == nil {
		return sallyport.Errorf(sallyport.Unavailable, "state folder %q is open for reading only", db.dir)
	}
	c := db.commit
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.conn.ExecContext(ctx, `INSERT OR REPLACE INTO cosigned (size, note) VALUES (?, ?)`, size, signed)
	return err
}
