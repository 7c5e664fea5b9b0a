// Command sallyport-verify is the auditor's program: it verifies evidence offline, and does nothing else. It links no server,
// network or database code; a test holds it to that. Only `codeaudit --repo`, which derives an audit again from the auditor's own
// copy of a repository, runs another program: git.
package main

import (
	"context"
	"os"
	"os/signal"

	codeaudit "sallyport/codeaudit/verifycmd"
	"sallyport/verify/verifycmd"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	const name = "sallyport-verify"
	if args := os.Args[1:]; len(args) > 0 && args[0] == "codeaudit" {
		os.Exit(codeaudit.Main(ctx, name+" codeaudit", args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(verifycmd.Main(ctx, name, os.Args[1:], os.Stdout, os.Stderr))
}
