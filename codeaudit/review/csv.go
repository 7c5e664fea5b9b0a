package review

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sallyport"
	"sallyport/codeaudit/rank"
)

// header names the columns. Reading finds them by name, so that a spreadsheet may move or add others.
var header = []string{"rank", "item", "score", "tier", "repo", "commit", "path", "line", "title", "signals", "standing", "disposition", "note"}

// WriteCSV writes items for a spreadsheet, one a row, with empty columns to fill in. Cells that a spreadsheet would take for
// a formula begin with an apostrophe.
func WriteCSV(w io.Writer, items []rank.Item, states map[string]*State) error {
	c := csv.NewWriter(w)
	if err := c.Write(header); err != nil {
		return err
	}
	for i := range items {
		it := &items[i]
		line := ""
		if len(it.Hunks) > 0 {
			line = strconv.Itoa(it.Hunks[0].NewLine)
		}
		var signals []string
		for _, s := range it.Signals {
			signals = append(signals, s.ID)
		}
		standing := Open
		if s := states[it.ID]; s != nil {
			standing = s.Standing
		}
		row := []string{strconv.Itoa(it.Rank), it.ID, fmt.Sprintf("%.1f", it.Score), strconv.Itoa(int(it.Tier)), it.Repo, it.Commit, inert(it.Path), line, inert(it.Title), strings.Join(signals, " "), string(standing), "", ""}
		for j := range row {
			row[j] = disarm(row[j])
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func disarm(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Filled is a row that somebody filled in.
type Filled struct {
	Row         int
	Item        string
	Disposition Disposition
	Note        string
}

// maxRows bounds a file that is read.
const maxRows = 5_000_000

// ReadCSV returns the rows that have a disposition.
func ReadCSV(r io.Reader) ([]Filled, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	names, err := c.Read()
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "the file has no first line with the names of columns")
	}
	at := map[string]int{"item": -1, "disposition": -1, "note": -1}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if _, wanted := at[name]; wanted {
			at[name] = i
		}
	}
	if at["item"] < 0 || at["disposition"] < 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "the file has no columns item and disposition").WithHint("begin with: sallyport codeaudit review --csv out.csv")
	}
	cell := func(row []string, name string) string {
		if i := at[name]; i >= 0 && i < len(row) {
			return strings.TrimPrefix(strings.TrimSpace(row[i]), "'")
		}
		return ""
	}
	var filled []Filled
	for n := 2; ; n++ {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return filled, nil
		}
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "row %d cannot be read: %v", n, err)
		}
		if n > maxRows {
			return nil, sallyport.Errorf(sallyport.Limited, "more than %d rows", maxRows)
		}
		disposition := strings.ReplaceAll(strings.ToLower(cell(row, "disposition")), " ", "-")
		if disposition == "" {
			continue
		}
		filled = append(filled, Filled{n, cell(row, "item"), Disposition(disposition), cell(row, "note")})
	}
}

// Import decides for every filled row. It first checks all of them, and writes nothing if one is wrong: a half-imported
// spreadsheet is worse than none. Rows that say what the reviewer's last decision about the item already says are skipped.
func (r *Record) Import(rows []Filled, items []rank.Item, reviewer string, members []string) (written int, err error) {
	byID := make(map[string]*rank.Item, len(items))
	for i := range items {
		byID[items[i].ID] = &items[i]
	}
	last := map[string]Decision{}
	for _, d := range r.decisions {
		if Address(d.Reviewer) == Address(reviewer) {
			last[d.Item] = d
		}
	}
	for _, row := range rows {
		it := byID[row.Item]
		if it == nil {
			return 0, sallyport.Errorf(sallyport.NotFound, "row %d: no item %q", row.Row, row.Item).WithHint("was the file made from this audit?")
		}
		d := Decision{Item: row.Item, Disposition: row.Disposition, Note: row.Note}
		if err := d.check(); err != nil {
			return 0, sallyport.Errorf(sallyport.CodeOf(err), "row %d: %v", row.Row, err)
		}
		if err := May(it, reviewer, members); err != nil {
			return 0, sallyport.Errorf(sallyport.CodeOf(err), "row %d: %v", row.Row, err)
		}
	}
	for _, row := range rows {
		if l, ok := last[row.Item]; ok && l.Disposition == row.Disposition && l.Note == row.Note {
			continue
		}
		if err := r.Decide(byID[row.Item], Decision{Disposition: row.Disposition, Note: row.Note, Reviewer: reviewer, Via: "csv"}, members); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}
