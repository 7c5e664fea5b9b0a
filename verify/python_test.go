package verify_test

import (
	"errors"
	"os/exec"
	"testing"

	"sallyport/evidence"
)

// python runs the independent verifier and returns its exit status and output.
func python(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", append([]string{"../docs/spec/verify.py"}, args...)...)
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		t.Fatalf("python3 is needed: %v", err)
	}
	return 0, string(out)
}

// The second implementation agrees: on a folder, on a bundle, on one that discloses less, and on the wrong key.
func TestPythonAgrees(t *testing.T) {
	dir, vkey := story(t, nil)
	if code, out := python(t, "--key", vkey, dir); code != 0 {
		t.Fatalf("folder: exit %d\n%s", code, out)
	}
	all, _ := export(t, dir, vkey, evidence.Filter{})
	if code, out := python(t, "--key", vkey, all); code != 0 {
		t.Fatalf("bundle: exit %d\n%s", code, out)
	}
	less, _ := export(t, dir, vkey, evidence.Filter{Sessions: []string{"s-other"}})
	if code, out := python(t, "--key", vkey, less); code != 2 {
		t.Fatalf("filtered bundle: exit %d\n%s", code, out)
	}
	const other = "sallyport.test/log+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	if code, out := python(t, "--key", other, dir); code != 66 && code != 1 {
		t.Fatalf("another key: exit %d\n%s", code, out)
	}
}
