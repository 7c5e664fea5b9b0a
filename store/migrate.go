package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"sallyport"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the database to the newest form. Each migration is recorded with its digest; a database that was made by
// another text of the same number, or by a newer program, is refused.
func migrate(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (
		number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT`); err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return err
	}
	var known int
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM migration`).Scan(&known); err != nil {
		return err
	}
	if known > len(names) {
		return sallyport.Errorf(sallyport.Invalid, "the database has %d migrations, this program knows %d", known, len(names)).
			WithHint("use the program that wrote it, or a newer one")
	}
	for i, path := range names {
		text, err := migrations.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		digest, name := hex.EncodeToString(sum[:]), strings.TrimPrefix(path, "migrations/")
		if i < known {
			var was string
			if err := conn.QueryRowContext(ctx, `SELECT sha256 FROM migration WHERE number = ?`, i+1).Scan(&was); err != nil {
				return err
			}
			if was != digest {
				return sallyport.Errorf(sallyport.Invalid, "migration %q was applied with digest %s, this program has %s", name, was, digest)
			}
			continue
		}
		err = inTx(ctx, conn, func() error {
			if _, err := conn.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := conn.ExecContext(ctx, `INSERT INTO migration (number, name, sha256) VALUES (?, ?, ?)`, i+1, name, digest)
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %q: %w", name, err)
		}
	}
	return nil
}

// inTx runs f in a transaction on conn.
func inTx(ctx context.Context, conn *sql.Conn, f func() error) error {
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err := f(); err != nil {
		if _, rollback := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`); rollback != nil {
			return fmt.Errorf("%w (and rollback: %w)", err, rollback)
		}
		return err
	}
	_, err := conn.ExecContext(ctx, `COMMIT`)
	return err
}
