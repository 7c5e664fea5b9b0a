package main

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"sallyport"
	"sallyport/gateway/gatewaytest"
	"sallyport/web"
)

// officeCommands are what scripts need of a running server:
//
//	office [PROFILE]   starts one, and names it in the environment as a user would; the caller is its administrator, ada
//	as PERSON          from now on the caller is somebody else
//	escorted TEXT      an engineer (ana) proposes TEXT, an escort (ed) approves it, and it runs
func officeCommands(t *testing.T) map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	type place struct {
		world  *gatewaytest.World
		tokens *web.Tokens
	}
	var places sync.Map // working directory -> place; scripts run side by side
	at := func(ts *testscript.TestScript) place {
		p, ok := places.Load(ts.Getenv("WORK"))
		if !ok {
			ts.Fatalf("there is no office yet")
		}
		return p.(place)
	}
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"office": func(ts *testscript.TestScript, _ bool, args []string) {
			opts := gatewaytest.Options{Quiet: true}
			if len(args) > 0 {
				opts.Profile = args[0]
			}
			dir := ts.Getenv("WORK")
			p := place{gatewaytest.Start(t, opts), web.OpenTokens(filepath.Join(dir, "tokens.json"))}
			srv := web.New(p.world.Gateway, web.Options{Origin: "https://localhost", Tokens: p.tokens})
			door := httptest.NewTLSServer(srv)
			ts.Defer(door.Close)
			ts.Defer(srv.Close)
			roots := filepath.Join(dir, "roots.pem")
			ts.Check(os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: door.Certificate().Raw}), 0o600))
			ts.Setenv("SALLYPORT_SERVER", door.URL)
			ts.Setenv("SALLYPORT_ROOTS", roots)
			token := filepath.Join(dir, "ada.token")
			ts.Check(writeToken(p.tokens, gatewaytest.Ada, token, time.Now().Add(time.Hour)))
			ts.Setenv("SALLYPORT_TOKEN_FILE", token)
			places.Store(dir, p)
		},
		"as": func(ts *testscript.TestScript, _ bool, args []string) {
			dir := ts.Getenv("WORK")
			token := filepath.Join(dir, args[0]+".token")
			if _, err := os.Stat(token); err != nil {
				ts.Check(writeToken(at(ts).tokens, sallyport.PersonID(args[0]), token, time.Now().Add(time.Hour)))
			}
			ts.Setenv("SALLYPORT_TOKEN_FILE", token)
		},
		"escorted": func(ts *testscript.TestScript, _ bool, args []string) {
			w := at(ts).world
			a := w.Proposed(w.Session(), strings.Join(args, " "))
			ts.Check(w.Decided(gatewaytest.Ed, a, sallyport.Approve, "fine"))
			if _, _, last := w.Collect(a); last.Exit != 0 {
				ts.Fatalf("outcome %+v", last)
			}
			ts.Setenv("ACTION", string(a))
		},
	}
}
