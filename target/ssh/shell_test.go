package ssh_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/target"
	"sallyport/target/sshtest"
)

// TestStartupFilesChangeNothing: what earlier work left in the login's home has no part in an approved action.
func TestStartupFilesChangeNothing(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		const evil = "df() { echo evil; }\ncommand() { echo evil; }\nexec() { echo evil; }\nalias df='echo evil'\nexport -f df 2>/dev/null\nexport BASH_ENV=$HOME/.bashrc ENV=$HOME/.bashrc PATH=$HOME/bin:$PATH\n"
		setup := "mkdir -p bin .ssh; printf '#!/bin/sh\\necho evil\\n' >bin/df; chmod +x bin/df; for f in .bashrc .profile .bash_profile .shrc .ssh/rc .ssh/environment .pam_environment; do cat >$f; done <<'X'\n" + evil + "X\n"
		setup = strings.Replace(setup, "cat >$f", "printf %s \"$e\" >$f", 1)
		setup = "e=" + sallyport.ShellQuote(evil) + "\n" + strings.Replace(setup, " <<'X'\n"+evil+"X\n", "\n", 1)
		if _, _, errOut, err := run(t, h, h.Spec(setup)); err != nil || errOut != "" {
			t.Fatal(errOut, err)
		}
		for _, interpreter := range []string{"/bin/sh", "/bin/bash"} {
			spec := h.Spec("df / | head -1 | cut -c1-10; bash -c 'type -t df'; echo $0 \"$BASH_ENV$ENV\"")
			spec.Interpreter = interpreter
			_, out, _, err := run(t, h, spec)
			if err != nil || out != "Filesystem\nfile\n"+interpreter+" \n" {
				t.Errorf("%s: got %q, %v", interpreter, out, err)
			}
		}
	})
}

// TestBashAsSh: bash is a good /bin/sh: under that name it reads nothing, also when sshd starts it.
func TestBashAsSh(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("as an ordinary user only one account can be made; TestRenderInShells runs the supervisor in bash")
		return
	}
	sh := filepath.Join(t.TempDir(), "sh")
	if err := os.Symlink("/bin/bash", sh); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(sh)), 0o755); err != nil {
		t.Fatal(err)
	}
	h := sshtest.OpenSSH(t, sshtest.Options{Accounts: map[string]string{"opssh": sh}})
	home := filepath.Join(filepath.Dir(h.Home), "opssh")
	for _, f := range []string{".bashrc", ".profile", ".bash_profile", ".shrc"} {
		if err := os.WriteFile(filepath.Join(home, f), []byte("touch $HOME/read; df() { echo evil; }; exec() { echo evil; }\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	spec := h.Spec("df / | head -n 1 | cut -c1-10")
	spec.Login = "opssh"
	_, out, errOut, err := run(t, h, spec)
	if err != nil || out != "Filesystem\n" {
		t.Errorf("got %q, %q, %v", out, errOut, err)
	}
	if _, err := os.Stat(filepath.Join(home, "read")); err == nil {
		t.Error("a start-up file was read")
	}
}

// TestOtherLoginShellsAreRefused: a bash that sshd starts reads ~/.bashrc before the rendering can do anything about it.
func TestOtherLoginShellsAreRefused(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("as an ordinary user only one account can be made, which has /bin/sh; the shells are tried directly in TestRenderRefusesOtherShells")
		return
	}
	h := sshtest.OpenSSH(t, sshtest.Options{Accounts: shells(t)})
	for login, want := range map[string]string{"opsbash": "login shell is not /bin/sh: bash", "opsno": "not available"} {
		spec := h.Spec("touch ran")
		spec.Login = login
		_, _, _, err := run(t, h, spec)
		if !target.NothingRan(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", login, err, want)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(h.Home), login, "ran")); err == nil {
			t.Errorf("%s: it ran", login)
		}
	}
}

// TestSizes: around the boundary between inline and shipped, and up to the limit.
func TestSizes(t *testing.T) {
	places(t, func(t *testing.T, h *sshtest.Host) {
		for _, tt := range []struct {
			name string
			size int
			fill string
		}{
			{"just inline", sallyport.MaxInline, "#"},
			{"just shipped", sallyport.MaxInline + 1, "#"},
			{"quotes that swell", sallyport.MaxInline - 1, "'"},
			{"10 MB", sallyport.MaxText, "#"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				head, foot := "cat <<'END' | md5sum\n", "\nEND\necho end"
				text := head + strings.Repeat(tt.fill, tt.size-len(head)-len(foot)) + foot
				_, out, errOut, err := run(t, h, h.Spec(text))
				if err != nil || errOut != "" || !strings.HasSuffix(out, "  -\nend\n") {
					t.Errorf("got %q, %q, %v", out, errOut, err)
				}
			})
		}
		t.Run("too large", func(t *testing.T) {
			if _, _, _, err := run(t, h, h.Spec(strings.Repeat("#", sallyport.MaxText)+"\n")); !target.NothingRan(err) || sallyport.CodeOf(err) != sallyport.Limited {
				t.Errorf("got %v", err)
			}
		})
		t.Run("input", func(t *testing.T) {
			spec := h.Spec("sha256sum; echo end")
			spec.Stdin = []byte(strings.Repeat("\x00\xff\nTERM\nRUN\n", 100000))
			_, out, _, err := run(t, h, spec)
			if want := fmt.Sprintf("%x  -\nend\n", sha256.Sum256(spec.Stdin)); err != nil || out != want {
				t.Errorf("got %q, %v", out, err)
			}
			if left, _ := filepath.Glob("/tmp/sallyport-" + string(spec.Action)); left != nil {
				t.Errorf("left behind: %q", left)
			}
		})
	})
}

// TestPinnedScriptSwapped: the file on the target changes a thousand times between check and run. What runs is what was
// read and approved, every time; the path is not read again.
func TestPinnedScriptSwapped(t *testing.T) {
	h := sshtest.OpenSSH(t, sshtest.Options{})
	home, login := h.Home, h.Login()
	r := runner(t, h)
	file := filepath.Join(home, "fix it.sh")
	write := func(s string) {
		t.Helper()
		tmp := file + ".new"
		if err := os.WriteFile(tmp, []byte(s), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(tmp, file); err != nil {
			t.Fatal(err)
		}
	}
	const good = "#!/bin/bash -u\necho \"good $1 ${0##*/}\"\n"
	const rounds, parallel = 20, 50 // a thousand swaps; each batch of them between one check and one run
	swap := 0
	for range rounds {
		write(good)
		got, err := r.Read(context.Background(), target.Permit{Action: "a-read"}, h.Target, login, home, []string{"./fix it.sh"}, target.ReadLimits{})
		if err != nil || string(got[0].Content) != good || got[0].Path != file {
			t.Fatalf("got %+v, %v", got, err)
		}
		spec := h.Spec(`'./fix it.sh' arg; . "fix it.sh" again`)
		pins := []sallyport.Pin{
			{Path: got[0].Path, Word: "./fix it.sh", Offset: 0, Length: 13, Command: true, Content: got[0].Content},
			{Path: got[0].Path, Word: "fix it.sh", Offset: 21, Length: 11, Content: got[0].Content},
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range parallel {
				swap++
				write(fmt.Sprintf("#!/bin/sh\necho evil %d\n", swap))
			}
		}()
		o, out, errOut, err := run(t, h, spec, pins...)
		<-done
		if err != nil || out != "good arg fix it.sh\ngood again bash\n" || o.Exit != 0 {
			t.Fatalf("got %q, %q, %+v, %v", out, errOut, o, err)
		}
		if left, _ := filepath.Glob("/tmp/sallyport-" + string(spec.Action)); left != nil {
			t.Errorf("left behind: %q", left)
		}
	}
	if swap != 1000 {
		t.Errorf("%d swaps", swap)
	}
}
