package main

import (
	"fmt"
	"os"
	"syscall"
)

// failpointVar names a step of the life of an action, or of a ledger commit, at which the process kills itself: crash
// tests set it, nothing else does. See docs/operations.md.
const failpointVar = "SALLYPORT_TEST_CRASH_AT"

// failpoint gives the gateway's hook: at the named step the process is gone, as by a power cut.
func failpoint() func(string) {
	at := os.Getenv(failpointVar)
	if at == "" {
		return nil
	}
	return func(point string) {
		if point == at {
			fmt.Fprintf(os.Stderr, "sallyport: crashing at %q, as %s asks\n", at, failpointVar)
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}

// faults gives the ledger's hook.
func faults() func(string) error {
	crash := failpoint()
	if crash == nil {
		return nil
	}
	return func(point string) error { crash(point); return nil }
}
