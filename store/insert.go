package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// wide is how many rows the wide statement of an inserter takes.
const wide = 16

// inserter inserts rows into one table, many with one statement: a call into SQLite costs more than a row.
type inserter struct {
	columns   int
	one, many *sql.Stmt
	args      []any
}

func newInserter(ctx context.Context, conn *sql.Conn, table string, columns ...string) (*inserter, error) {
	row := "(" + strings.Repeat("?, ", len(columns)-1) + "?)"
	into := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES "
	one, err := conn.PrepareContext(ctx, into+row)
	if err != nil {
		return nil, err
	}
	many, err := conn.PrepareContext(ctx, into+strings.Repeat(row+", ", wide-1)+row)
	if err != nil {
		return nil, errors.Join(err, one.Close())
	}
	return &inserter{columns: len(columns), one: one, many: many}, nil
}

// add takes one row. It is written at the latest by flush.
func (i *inserter) add(ctx context.Context, values ...any) error {
	i.args = append(i.args, values...)
	if len(i.args) < wide*i.columns {
		return nil
	}
	_, err := i.many.ExecContext(ctx, i.args...)
	i.args = i.args[:0]
	return err
}

// flush writes what was added.
func (i *inserter) flush(ctx context.Context) error {
	defer func() { i.args = i.args[:0] }()
	for at := 0; at < len(i.args); at += i.columns {
		if _, err := i.one.ExecContext(ctx, i.args[at:at+i.columns]...); err != nil {
			return err
		}
	}
	return nil
}

func (i *inserter) close() error {
	if i == nil {
		return nil
	}
	return errors.Join(i.one.Close(), i.many.Close())
}
