package command

import (
	"strings"

	"sallyport"
)

func init() { hooks["bwrap"] = bwrap }

// bwrapOptions are the options of bwrap by how many values they take.
var bwrapOptions = map[string]int{}

func init() {
	for n, words := range []string{
		`--help --version --level-prefix --unshare-all --share-net --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net --unshare-uts
		--unshare-cgroup --unshare-cgroup-try --disable-userns --assert-userns-disabled --clearenv --new-session --die-with-parent --as-pid-1`,
		`--args --argv0 --userns --userns2 --pidns --uid --gid --hostname --chdir --unsetenv --lock-file --sync-fd --remount-ro --overlay-src --tmp-overlay --ro-overlay
		--exec-label --file-label --proc --dev --tmpfs --mqueue --dir --seccomp --add-seccomp-fd --block-fd --userns-block-fd --info-fd --json-status-fd --cap-add --cap-drop --perms --size`,
		`--setenv --bind --bind-try --dev-bind --dev-bind-try --ro-bind --ro-bind-try --bind-fd --ro-bind-fd --file --bind-data --ro-bind-data --symlink --chmod`,
		`--overlay`,
	} {
		for _, w := range strings.Fields(words) {
			bwrapOptions[w] = n
		}
	}
}

// bwrap runs a command in a sandbox. What is bound into it writable is reached from inside.
func bwrap(e *eval) {
	ops := e.operands
	for len(ops) > 0 && ops[0].HasPrefix("-") && !ops[0].Is("--") {
		name, ok := ops[0].Const()
		n, known := bwrapOptions[name]
		if !ok || !known {
			e.unknown("option %q of bwrap is not understood", ops[0])
		}
		if n++; n > len(ops) {
			n = len(ops)
		}
		if oneOf(name, "--bind", "--bind-try", "--dev-bind", "--dev-bind-try") && n == 3 {
			e.may(sallyport.EffectMount, ops[1], "reached from the sandbox as "+ops[2].String())
		}
		ops = ops[n:]
	}
	if len(ops) > 0 && ops[0].Is("--") {
		ops = ops[1:]
	}
	if len(ops) > 0 {
		e.wrapped(ops, Run{Where: Other, Principal: "a sandbox"})
	}
}
