//go:build !linux

package sshtest

import "testing"

// Options change a host that OpenSSH starts.
type Options struct {
	Config   string
	Accounts map[string]string
	Plain    bool
}

// NeedOpenSSH stops the test: mount namespaces are Linux's.
func NeedOpenSSH(t testing.TB) { t.Skip("tests against OpenSSH need Linux") }

// OpenSSH is for Linux.
func OpenSSH(t testing.TB, _ Options) *Host {
	NeedOpenSSH(t)
	return nil
}
