package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sallyport-verify": main})
}

// TestScripts runs the program as auditors do.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(env *testscript.Env) error {
		bundle, err := os.ReadFile("../../codeaudit/bundle/testdata/audit.zip")
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(env.WorkDir, "audit.zip"), bundle, 0o600)
	}})
}
