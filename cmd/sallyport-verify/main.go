// Command sallyport-verify is the auditor's program: it verifies evidence offline, and does nothing else. It links no server,
// network or database code; a test holds it to that.
package main

import (
	"context"
	"os"
	"os/signal"

	"sallyport/verify/verifycmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(verifycmd.Main(ctx, "sallyport-verify", os.Args[1:], os.Stdout, os.Stderr))
}
