package policy

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/shipped.txt anew")

// The digests of what is shipped are pinned: whoever changes a profile or a list sees it here, and decides whether its
// version changes with it. Decisions on record name versions and digests.
func TestShippedDigests(t *testing.T) {
	var b strings.Builder
	for _, name := range Names() {
		set := open(t, name)
		fmt.Fprintf(&b, "profile %s %s %s\n", name, set.Version(), set.Digest())
	}
	lists, err := ShippedLists()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range lists.Names() {
		fmt.Fprintf(&b, "list %s %s %s\n", name, lists[name].Version, lists[name].Digest())
	}
	const golden = "testdata/shipped.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != b.String() {
		t.Errorf("what is shipped changed; if that is meant, run go test ./policy -run ShippedDigests -update\ngot:\n%swant:\n%s", b.String(), want)
	}
}
