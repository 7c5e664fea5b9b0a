//go:build !linux

package git

import "io"

func widen(io.Reader) {}

// bound does nothing where there is no prlimit(2): run the audit as a user with limits of its own.
func bound(int) {}
