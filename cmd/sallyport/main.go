// Command sallyport is the one binary of Sallyport: the server, the administrator's tools, the linter for people who
// must decide about a script they did not write, and the code audit.
//
// Every command lives in a file of its own, registers itself, and documents its exit status.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sallyport"
	"sallyport/target/sandbox"
)

// makers holds one constructor per command; filled by register from each command's file before main runs.
var makers []func() *cobra.Command

// register adds a top-level command. Called from init functions only, so no lock is needed.
func register(make func() *cobra.Command) { makers = append(makers, make) }

// exitError carries an exit status through cobra. A nil Err means that everything worth saying was already printed.
type exitError struct {
	Code int
	Err  error
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Code)
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }

// exitUsage is the status for a command line that could not be understood (EX_USAGE of sysexits.h).
const exitUsage = 64

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "sallyport",
		Short:         "Escorted access: work proposed by one person, judged and decided by another, run exactly, and proved.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{Code: exitUsage, Err: err} })
	for _, make := range makers {
		root.AddCommand(make())
	}
	return root
}

func main() {
	sandbox.Main() // does not return in the process that is the demo's target
	os.Exit(run(newRoot()))
}

func run(root *cobra.Command) int {
	err := root.Execute()
	if err == nil {
		return 0
	}
	code := 1
	if exit, ok := errors.AsType[*exitError](err); ok {
		code = exit.Code
		if exit.Err == nil {
			return code
		}
	}
	fmt.Fprintf(os.Stderr, "sallyport: %v\n", err)
	if hint := sallyport.Hint(err); hint != "" {
		fmt.Fprintf(os.Stderr, "sallyport: hint: %s\n", hint)
	}
	return code
}
