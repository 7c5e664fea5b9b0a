package foreign

import (
	"strings"
	"testing"

	"sallyport/assess/command"
	"sallyport/assess/value"
)

func TestWrittenOutPrograms(t *testing.T) {
	for _, c := range []struct{ lang, program, want string }{
		{"java", "import java.net.Socket;\npublic class A { public static void main(String[] a) {\nString host = \"h.example\";\nint port = 99;\nSocket s = new Socket(host, port);\n} }", "connect h.example:99"},
		{"java", "var w = new FileWriter(\"/srv/a\");", "write /srv/a"},
		{"javascript", "var F = Java.type('java.io.FileReader'); var r = new FileReader('/srv/a');", "read /srv/a"},
		{"dart", "import 'dart:io';\nmain() { Socket.connect(\"h.example\", 99).then((s) { Process.start('/bin/sh', []); }); }", "connect h.example:99"},
		{"dart", "import 'dart:io';\nmain() { Process.run('/bin/id', []); }", "run /bin/id"},
		{"v", "import os\nfn main() { os.system(\"id > /srv/a\") }", "run sh: id > /srv/a"},
		{"crystal", "c = Socket.tcp(Socket::Family::INET); c.connect(\"h.example\", 99)", "connect h.example:99"},
		{"go", "ip := net.ParseIP(\"h.example\").To4()\nsyscall.Connect(fd, addr)", "connect h.example"},
		{"redis", "config set dir /srv\nconfig set dbfilename a\nbgsave", "write /srv/a"},
		{"redis", "flushall", "irreversible redis data"},
		{"redis", "replicaof h.example 99", "connect h.example:99"},
		{"redis", "frobnicate", "unknown the command frobnicate of redis is not understood"},
	} {
		got := show(Evaluate(c.lang, value.Lit(c.program), nil, command.Context{}))
		if !strings.Contains("; "+got+";", "; "+c.want+";") {
			t.Errorf("%s: %s\n got  %s\n want %s", c.lang, c.program, got, c.want)
		}
	}
}
