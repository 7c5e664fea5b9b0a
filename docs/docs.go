// Package docs carries the parts of the documentation that the program hands out: the independent verifier that lies in every bundle.
// It holds no code.
package docs

import _ "embed"

// Verifier is docs/spec/verify.py: a second implementation of the checks, in Python with its standard library, written from the
// specification.
//
//go:embed spec/verify.py
var Verifier []byte
