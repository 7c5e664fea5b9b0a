//go:build !linux

package sandbox

import (
	"context"
	"errors"
	"net"
	"runtime"
)

// Main does nothing here.
func Main() {}

func launch(context.Context, *net.TCPListener, plan) (*Sandbox, error) {
	return nil, refuse("namespaces", errors.New("they are Linux's, this is "+runtime.GOOS))
}
