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
	"sallyport/codeaudit":        "another job",
}

func TestImports(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", `{{.ImportPath}}{{if .Module}}{{if eq .Module.Path "sallyport"}}{{range .Imports}}{{if eq . "os/exec" "net"}} {{$.ImportPath}}:{{.}}{{end}}{{end}}{{end}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 20 {
		t.Fatalf("only %d packages are listed", len(deps))
	}
	for _, dep := range deps {
		if strings.Contains(dep, ":") {
			t.Errorf("our own code in sallyport-verify runs programs or opens connections: %s", dep)
		}
		for bad, why := range forbidden {
			if dep == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(dep, bad) {
				t.Errorf("sallyport-verify links %s: %s", dep, why)
			}
		}
	}
}
