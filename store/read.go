package store

import (
	"context"
	"database/sql"
	"errors"

	"sallyport"
	"sallyport/ledger"
)

// Head implements ledger.Store.
func (db *DB) Head(ctx context.Context) (int64, []byte, error) {
	var last int64
	var sealed []byte
	err := db.reader.QueryRowContext(ctx, `SELECT idx, sealed FROM entry ORDER BY idx DESC LIMIT 1`).Scan(&last, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return last + 1, sealed, err
}

// Entries implements ledger.Store.
func (db *DB) Entries(ctx context.Context, from, to int64) ([][]byte, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT idx, bytes FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx`, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([][]byte, 0, max(0, min(to-from, 1024)))
	for rows.Next() {
		var idx int64
		var b []byte
		if err := rows.Scan(&idx, &b); err != nil {
			return nil, err
		}
		if idx != from+int64(len(out)) {
			return nil, sallyport.Errorf(sallyport.Internal, "entry %d is missing in the database", from+int64(len(out)))
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// Hashes implements ledger.Store.
func (db *DB) Hashes(ctx context.Context, indexes []int64) ([]ledger.Hash, error) {
	stmt, err := db.reader.PrepareContext(ctx, `SELECT substr(hashes, ?, 32) FROM entry WHERE idx = ?`)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	out := make([]ledger.Hash, len(indexes))
	for i, index := range indexes {
		entry, level := ledger.RowOfHash(index)
		var b []byte
		err := stmt.QueryRowContext(ctx, 32*level+1, entry).Scan(&b)
		if errors.Is(err, sql.ErrNoRows) || err == nil && len(b) != len(out[i]) {
			return nil, sallyport.Errorf(sallyport.NotFound, "tree hash %d (entry %d, level %d) is not in the database", index, entry, level)
		}
		if err != nil {
			return nil, err
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// About implements ledger.Store.
func (db *DB) About(ctx context.Context, s ledger.Subject, from int64, limit int) ([]int64, error) {
	rows, err := db.reader.QueryContext(ctx, `SELECT idx FROM subject WHERE kind = ? AND id = ? AND idx >= ? ORDER BY idx LIMIT ?`, s.Kind, s.ID, from, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var idx int64
		if err := rows.Scan(&idx); err != nil {
			return nil, err
		}
		out = append(out, idx)
	}
	return out, rows.Err()
}

// Cosigned implements ledger.Store.
func (db *DB) Cosigned(ctx context.Context, from int64) (int64, []byte, error) {
	var size int64
	var note []byte
	err := db.reader.QueryRowContext(ctx, `SELECT size, note FROM cosigned WHERE size >= ? ORDER BY size DESC LIMIT 1`, from).Scan(&size, &note)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return size, note, err
}
