package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sallyport/target/sandbox"
)

// reexec in the environment makes the test binary be the program: crash tests kill it.
const reexec = "SALLYPORT_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(reexec) != "" {
		main()
	}
	sandbox.Main() // this binary is also the demo's target
	testscript.Main(m, map[string]func(){"sallyport": main})
}

// TestScripts runs the commands as users do: one txtar file per behaviour, named after its command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: officeCommands(t)})
}
