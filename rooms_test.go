package sallyport_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says what each room must not import, and why. The map's values are the reasons: they are printed when a rule breaks.
var rooms = []struct {
	room   string   // import path below the module, "" is the root; everything below it counts
	only   []string // of our own packages it may import these (and below) only; nil: no such limit
	never  []string // and it must not import these, ours or others'
	reason string
}{
	{"", []string{}, []string{"golang.org", "github.com", "net", "os", "os/exec"}, "the root holds the nouns: standard library only, and no I/O"},
	{"workflow", []string{""}, []string{"os", "net", "database/sql", "math/rand", "crypto/rand"}, "workflow is pure: what may follow what, and the auditor runs the same code"},
	{"policy", []string{"", "policy"}, []string{"net", "database/sql", "math/rand", "crypto/rand"}, "policy is pure: who may do what, from facts alone"},
	{"rules", []string{"", "workflow", "policy", "signature"}, []string{"os", "net", "database/sql", "math/rand", "crypto/rand"}, "rules is pure: the server and the auditor ask the same Check; to check a signature is a pure function of bytes and key"},
	{"assess", []string{"", "assess"}, []string{"os", "os/exec", "net", "database/sql", "math/rand", "crypto/rand"}, "assess explains and never executes: no process, no file, no network"},
	{"ledger", []string{"", "ledger"}, []string{"net/http"}, "the ledger's formats are read by the auditor's program too: no server, no database driver"},
	{"recording", []string{"", "recording"}, []string{"net/http"}, "recordings are read by the auditor's program too"},
	{"evidence", []string{"", "ledger", "recording", "store/blob", "workflow", "evidence"}, []string{"net", "net/http", "database/sql"}, "bundles are read by the auditor's program"},
	{"signature", []string{""}, []string{"net", "net/http", "os"}, "signatures are checked by the auditor's program, from bytes alone"},
	{"witness", []string{"", "ledger", "witness"}, []string{"database/sql"}, "a witness sees checkpoints and nothing else"},
	{"reconcile", []string{""}, []string{"net", "os", "database/sql"}, "reconciliation compares what it is given"},
	{"verify", []string{"", "workflow", "policy", "rules", "ledger", "recording", "evidence", "signature", "assess", "verify", "store/blob", "codeaudit"}, []string{"net/http", "database/sql"}, "verify runs offline on a stranger's machine"},
	{"target", []string{"", "target"}, nil, "a target runs what it is given; it knows nothing of the gateway"},
	{"store", []string{"", "store", "ledger"}, nil, "storage knows entries and blobs, and no rule"},
	{"sshd", []string{"", "sshd", "gateway", "recording"}, nil, "doors translate: everything they do goes through the gateway"},
	{"web", []string{"", "web", "gateway", "recording", "policy", "signature", "evidence", "docs"}, nil, "doors translate: everything they do goes through the gateway"},
	{"gateway", []string{"", "gateway", "rules", "workflow", "policy", "assess", "ledger", "target", "recording", "store", "signature", "evidence"}, nil, "the gateway knows no door"},
	{"codeaudit", []string{"", "codeaudit", "assess", "signature"}, []string{"database/sql"}, "the code audit needs no server"},
}

type listed struct {
	ImportPath string
	Imports    []string
	Doc        string
	GoFiles    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Doc,GoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 20 {
		t.Fatalf("go list gives %d packages: this test sees too little", len(all))
	}
	return all
}

func below(path, room string) bool {
	if room == "" {
		return path == "sallyport"
	}
	return path == "sallyport/"+room || strings.HasPrefix(path, "sallyport/"+room+"/")
}

func TestRoomsImportDownwards(t *testing.T) {
	all := packages(t)
	for _, rule := range rooms {
		found := false
		for _, p := range all {
			if !below(p.ImportPath, rule.room) || strings.HasSuffix(p.ImportPath, "test") {
				continue
			}
			found = true
			for _, i := range p.Imports {
				ours := i == "sallyport" || strings.HasPrefix(i, "sallyport/")
				if ours && rule.only != nil && !slices.ContainsFunc(rule.only, func(room string) bool { return below(i, room) }) {
					t.Errorf("%s imports %s: %s", p.ImportPath, i, rule.reason)
				}
				for _, n := range rule.never {
					if i == n || n != "net" && n != "os" && strings.HasPrefix(i, n+"/") {
						t.Errorf("%s imports %s: %s", p.ImportPath, i, rule.reason)
					}
				}
			}
		}
		if !found {
			t.Errorf("no package in room %q: the rule checks nothing", rule.room)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func TestModuleIsPinned(t *testing.T) {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "replace") {
			t.Errorf("go.mod has %q: a replaced module is not what its checksum says", line)
		}
	}
	// modernc.org/sqlite works with exactly the libc that it was made with.
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "modernc.org/libc").Output()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := exec.Command("go", "mod", "download", "-json", "modernc.org/sqlite").Output()
	if err != nil {
		t.Fatal(err)
	}
	var sqlite struct{ GoMod string }
	if err := json.Unmarshal(mod, &sqlite); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(sqlite.GoMod)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(want), "modernc.org/libc "+strings.TrimSpace(string(out))) {
		t.Errorf("modernc.org/libc is %s, and modernc.org/sqlite was made with another", strings.TrimSpace(string(out)))
	}
}
