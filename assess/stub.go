// Package assess says what an action would do, before it runs.
package assess

import (
	"context"

	"sallyport"
)

// Interim door, to be replaced by the engine's own: same names, so that package gateway compiles against it. Delete this
// file when the real Assess, References, Request, Scope and Ref are here, and adapt gateway/prepare.go to them.

type Request struct {
	Text        []byte
	Interpreter string
	Cwd         string
	Env         []string
	Files       map[string][]byte
	Scope       Scope
}

type Scope struct {
	Purpose                string
	Paths, Services, Hosts []string
}

type Ref struct {
	Word           string
	Offset, Length int
	Command        bool
}

func References(r Request) []Ref { return nil }

func Assess(ctx context.Context, r Request) sallyport.Assessment {
	return sallyport.Assessment{Verdict: sallyport.Medium, Summary: "not assessed yet"}
}
