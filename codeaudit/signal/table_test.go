package signal

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the documented table again")

// The documented table is the one that counts.
func TestTheDocumentedTableIsTheTable(t *testing.T) {
	const path = "../../docs/codeaudit-signals.md"
	var b strings.Builder
	b.WriteString(`# Code audit: the signals and their weights

Made from the table in the program (codeaudit/signal/table.go) by its tests; sallyport codeaudit rank --explain prints the same.
How a score is made of them is in codeaudit-review.md. The weight is what a signal counts at full strength when it stands
alone: from 85 a commit is read at once by two people, from 45 early by two, from 20 before the ordinary. *Usual* is the share of commits of
ordinary histories in which it fires clearly; where it fires oftener it counts less. **A score orders work and clears nothing.**

| signal | weight | usual | what it means |
|---|---|---|---|
`)
	for _, id := range slices.Sorted(maps.Keys(Table)) {
		e := Table[id]
		fmt.Fprintf(&b, "| `%s` | %g | %.2f %% | %s |\n", id, e.Weight, 100*e.Usual, e.Why)
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("%s is not the table any more: go test ./codeaudit/signal -run Documented -update", path)
	}
}
