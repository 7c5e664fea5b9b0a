package main

import (
	"os/exec"
	"strings"
	"testing"
)

// forbidden are packages that an auditor's program must not contain, with the reason. A trailing slash stands for everything below.
var forbidden = map[string]string{
	"net/http":                   "a verifier talks to nobody",
	"database/sql":               "evidence is read from files that anyone can read",
	"modernc.org/":               "evidence is read from files that anyone can read",
	"github.com/jackc/":          "evidence is read from files that anyone can read",
	"github.com/coder/websocket": "a verifier talks to nobody",
	"sallyport/gateway":          "what is verified must not verify itself",
	"sallyport/sshd":             "a front door",
	"sallyport/web":              "a front door",
	"sallyport/target":           "a verifier runs nothing",
	"sallyport/store":            "it links SQL; sallyport/store/blob does not",
}

// mayRun are our own packages that may run programs or open connections, with the reason.
var mayRun = map[string]string{
	"sallyport/codeaudit/git": "deriving an audit again from a repository takes git; only `codeaudit --repo` gets there, and runs it on a copy of the objects alone",
}

// deps lists what a package links, and our own packages that import os/exec or net as "package:import".
func deps(t *testing.T, pkg string) (linked, acting []string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}}{{if .Module}}{{if eq .Module.Path "sallyport"}}{{range .Imports}}{{if eq . "os/exec" "net"}} {{$.ImportPath}}:{{.}}{{end}}{{end}}{{end}}{{end}}`, pkg).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(out)) {
		if strings.Contains(word, ":") {
			acting = append(acting, word)
		} else {
			linked = append(linked, word)
		}
	}
	if len(linked) < 20 {
		t.Fatalf("only %d packages are listed", len(linked))
	}
	return linked, acting
}

func TestImports(t *testing.T) {
	linked, acting := deps(t, ".")
	for _, dep := range linked {
		for bad, why := range forbidden {
			if dep == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(dep, bad) {
				t.Errorf("sallyport-verify links %s: %s", dep, why)
			}
		}
	}
	for _, a := range acting {
		pkg, what, _ := strings.Cut(a, ":")
		if mayRun[pkg] == "" || what != "os/exec" {
			t.Errorf("our own code in sallyport-verify runs programs or opens connections: %s", a)
		}
	}
	if len(acting) != len(mayRun) {
		t.Errorf("%v run programs, allowed are %v: a package that no longer does must leave the list", acting, mayRun)
	}
}

// Verifying evidence runs nothing and talks to nobody, whatever else the program can do.
func TestVerifyingEvidenceRunsNothing(t *testing.T) {
	linked, acting := deps(t, "sallyport/verify/verifycmd")
	if len(acting) > 0 {
		t.Errorf("the path that verifies evidence runs programs or opens connections: %v", acting)
	}
	for _, dep := range linked {
		if strings.HasPrefix(dep, "sallyport/codeaudit") {
			t.Errorf("the path that verifies evidence links %s", dep)
		}
	}
}
