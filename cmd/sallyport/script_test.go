package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sallyport/target/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main() // this binary is also the demo's target
	testscript.Main(m, map[string]func(){"sallyport": main})
}

// TestScripts runs the commands as users do: one txtar file per behaviour, named after its command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
