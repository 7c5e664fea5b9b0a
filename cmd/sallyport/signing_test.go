package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"flag"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"sallyport"
	"sallyport/assess"
	"sallyport/evidence"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/policy"
	"sallyport/signature"
	"sallyport/store"
	"sallyport/verify"
	"sallyport/web/wire"
)

var update = flag.Bool("update", false, "write golden files anew")

// realAgent starts ssh-agent and names it in the environment.
func realAgent(t *testing.T) agent.ExtendedAgent {
	t.Helper()
	path, err := exec.LookPath("ssh-agent")
	if err != nil {
		t.Fatalf("this test needs ssh-agent (Debian: openssh-client): %v", err)
	}
	dir, err := os.MkdirTemp("", "agent") // a socket's path is at most 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(path, "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); _ = os.RemoveAll(dir) })
	t.Setenv("SSH_AUTH_SOCK", socket)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return agent.NewClient(conn)
		}
		if time.Now().After(end) {
			t.Fatalf("ssh-agent does not answer: %v", err)
		}
	}
}

// holds puts a fresh key into the agent and gives the file of its public half.
func (o *office) holds(a agent.ExtendedAgent, name string) (file, id string) {
	o.t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := a.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		o.t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.file(name+".pub", string(ssh.MarshalAuthorizedKey(key))), ssh.FingerprintSHA256(key)
}

// as runs a command as somebody else than the administrator.
func (o *office) as(p sallyport.PersonID, stdin string, args ...string) (string, error) {
	o.t.Helper()
	token := filepath.Join(o.dir, string(p)+".token")
	if _, err := os.Stat(token); err != nil {
		if err := writeToken(o.tokens, p, token, time.Now().Add(time.Hour)); err != nil {
			o.t.Fatal(err)
		}
	}
	connect := append([]string{}, o.connect...)
	connect[3] = token
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs(append(append(args[:1:1], connect...), args[1:]...))
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&out)
	ctx, cancel := context.WithTimeout(o.t.Context(), 60*time.Second)
	defer cancel()
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

// demandSignatures puts a policy set in force that is open but for asking for signatures.
func demandSignatures(t *testing.T, w *gatewaytest.World, acts ...string) {
	t.Helper()
	files := fstest.MapFS{}
	dir := os.DirFS("../../policy/profiles/open")
	if err := fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dir, path)
		text := string(b)
		for _, act := range acts {
			text = strings.ReplaceAll(text, "sign_"+act+" = false", "sign_"+act+" = true")
		}
		files[path] = &fstest.MapFile{Data: []byte(text)}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	set, err := policy.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if set.Profile().SignDecisions != slices.Contains(acts, "decisions") || set.Profile().SignProposals != slices.Contains(acts, "proposals") {
		t.Fatalf("the profile does not ask for signatures of %q", acts)
	}
	if err := w.Record(t.Context(), gatewaytest.As(gatewaytest.Ada), &sallyport.PolicySet{Profile: set.Name()}, set.Archive()); err != nil {
		t.Fatal(err)
	}
}

// TestProposeAndDecideWithAnAgent is the whole way: a real ssh-agent, the commands, a server over TLS, a target, and a verifier afterwards.
func TestProposeAndDecideWithAnAgent(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := officeOf(t, gatewaytest.Options{Quiet: true, Store: db, Blobs: db.Blobs(), Guard: ledger.NewFileGuard(db.GuardPath()),
		Change: func(c *gateway.Config) { c.LinkLost = 2 * time.Second }})
	demandSignatures(t, o.world, "proposals", "decisions")
	a := realAgent(t)

	if _, err := o.as("ana", "", "propose", "T-1", "echo", "signed"); err == nil || !strings.Contains(err.Error(), "none of the 0 keys") {
		t.Fatalf("an empty agent: %v", err)
	}
	anaKey, anaID := o.holds(a, "ana")
	if _, err := o.as("ana", "", "propose", "T-1", "echo", "signed"); err == nil || !strings.Contains(err.Error(), "none of the 1 keys") {
		t.Fatalf("a key that nobody vouched for: %v", err)
	}
	for _, p := range []sallyport.PersonID{"ana", "ada"} { // nobody vouches for themselves
		if _, err := o.as(p, "", "key", "enrol", string(p), anaKey, "--use", "sign"); sallyport.CodeOf(err) != sallyport.Forbidden {
			t.Errorf("%s enrolled a key of their own: %v", p, err)
		}
	}
	edKey, edID := o.holds(a, "ed")
	o.run("key", "enrol", "ana", anaKey, "--use", "sign")
	o.run("key", "enrol", "ed", edKey, "--use", "sign")

	// The profile refuses work without a signature.
	v, err := o.world.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), gatewaytest.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.world.Propose(t.Context(), gatewaytest.As(gatewaytest.Ana), gateway.Proposal{Session: v.ID, Text: []byte("id")}); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an unsigned proposal: %v", err)
	}

	said, err := o.as("ana", "", "propose", "T-1", "echo", "signed")
	if err != nil {
		t.Fatalf("%v (%s)\n%s", err, sallyport.Hint(err), said)
	}
	o.sees(said, "You sign: 11 bytes", anaID)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	id := lines[len(lines)-1]
	deadline := time.Now().Add(20 * time.Second)
	for {
		out, err := o.as("ed", "", "decide")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, id) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("action %s does not reach the escort:\n%s", id, out)
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, err = o.as("ed", "approve\nprints one word\n", "decide", id, "--claim")
	if err != nil {
		t.Fatalf("%v (%s)\n%s", err, sallyport.Hint(err), said)
	}
	o.sees(said, "     1 | echo signed", "which this program makes too: LOW", "holds until", "Signed with "+edID, "finished")
	if out, _, last := o.world.Collect(sallyport.ActionID(id)); out != "signed\n" || last.Exit != 0 {
		t.Fatalf("stdout %q, last %+v", out, last)
	}
	if _, err := o.as("sue", "", "decide", id, "--answer", "approve"); err == nil {
		t.Error("somebody without a key decided")
	}
	if err := o.world.End(t.Context(), gatewaytest.As(gatewaytest.Ed), v.ID, "done"); err != nil {
		t.Fatal(err)
	}

	report := o.audit(dir, db)
	var page bytes.Buffer
	if err := report.Print(&page); err != nil {
		t.Fatal(err)
	}
	if report.Exit() != 0 || !strings.Contains(page.String(), "2 acts carry their person's own signature") {
		t.Fatalf("exit %d\n%s", report.Exit(), page.String())
	}
}

// audit closes the server and verifies its state folder as an outsider does.
func (o *office) audit(dir string, db *store.DB) *verify.Report {
	o.t.Helper()
	first, err := o.world.Log.Read(o.t.Context(), 0, 1)
	if err != nil {
		o.t.Fatal(err)
	}
	_, body, err := sallyport.DecodeEntry(first[0])
	if err != nil {
		o.t.Fatal(err)
	}
	must := func(err error) {
		o.t.Helper()
		if err != nil {
			o.t.Fatal(err)
		}
	}
	must(o.world.Gateway.Close())
	must(o.world.Log.Close())
	tiler, err := ledger.StartTiles(context.Background(), o.world.Log, db.TilesDir(), time.Hour)
	must(err)
	must(tiler.Close())
	must(db.Close())
	must(os.MkdirAll(filepath.Join(dir, "keys"), 0o700))
	must(os.WriteFile(filepath.Join(dir, "keys", "recording.key"), []byte(strings.Repeat("00", 32)), 0o600))
	src, err := evidence.Open(dir)
	must(err)
	defer src.Close()
	report, err := verify.Run(o.t.Context(), src, verify.Options{LogKey: body.(*sallyport.LogOpened).Key})
	must(err)
	return report
}

// A server that shows one thing and wants a signature over another gets none.
func TestNothingElseIsSigned(t *testing.T) {
	seal := func(v any) gateway.Sealed {
		b, err := sallyport.EncodeJSON(v)
		if err != nil {
			t.Fatal(err)
		}
		return gateway.Sealed{Salt: bytes.Repeat([]byte{7}, sallyport.SaltSize), Content: b}
	}
	spec := sallyport.Spec{Action: "A-1", Session: "S-1", Text: []byte("true"), Target: "web-01", Login: "ops", Interpreter: "/bin/sh"}
	m := gateway.Material{Spec: seal(spec), Assessment: seal(sallyport.Assessment{Verdict: sallyport.Low})}
	shown := sallyport.Shown{Spec: m.Spec.Ref().Digest, Assessment: m.Assessment.Ref().Digest}
	held, err := hold("A-1", m, shown)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hold("A-2", m, shown); err == nil {
		t.Error("the material of another action was taken")
	}
	if _, err := hold("A-1", m, sallyport.Shown{Spec: "x", Assessment: shown.Assessment}); err == nil {
		t.Error("a page of another text was taken")
	}
	me, answer := wire.Me{Person: "ed"}, wire.Decision{Seat: sallyport.SeatEscort, Answer: sallyport.Approve, Words: "nothing", Shown: shown}
	salt := bytes.Repeat([]byte{9}, sallyport.SaltSize)
	words := sallyport.RefOf(salt, []byte("nothing"))
	expires := time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	body := sallyport.ActionDecided{Action: "A-1", Seat: answer.Seat, Answer: answer.Answer, Words: &words, Shown: shown, Policy: "p", Expires: expires}
	body.Binding = sallyport.Binding{Action: "A-1", Session: "S-1", Spec: shown.Spec, Assessment: shown.Assessment, Policy: "p", Expires: expires}.Digest()
	good := gateway.DecisionChallenge{By: "ed", Session: "S-1", Body: body, Salt: salt}
	if err := held.checkDecision(good, me, answer); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*gateway.DecisionChallenge){
		"another person":      func(c *gateway.DecisionChallenge) { c.By = "eva" },
		"another session":     func(c *gateway.DecisionChallenge) { c.Session = "S-2" },
		"another action":      func(c *gateway.DecisionChallenge) { c.Body.Action = "A-2" },
		"another seat":        func(c *gateway.DecisionChallenge) { c.Body.Seat = sallyport.SeatSecond },
		"another answer":      func(c *gateway.DecisionChallenge) { c.Body.Answer = sallyport.Refuse },
		"another text":        func(c *gateway.DecisionChallenge) { c.Body.Shown.Spec = "x" },
		"pins from nowhere":   func(c *gateway.DecisionChallenge) { c.Body.Shown.Pins = "x" },
		"another assessment":  func(c *gateway.DecisionChallenge) { c.Body.Shown.Assessment = "x" },
		"opened before":       func(c *gateway.DecisionChallenge) { c.Body.Shown.Opened = expires.Add(-24 * time.Hour) },
		"other words":         func(c *gateway.DecisionChallenge) { c.Body.Words = &sallyport.BlobRef{Digest: "x", Size: 7} },
		"no words":            func(c *gateway.DecisionChallenge) { c.Body.Words = nil },
		"another salt":        func(c *gateway.DecisionChallenge) { c.Salt = []byte("x") },
		"another binding":     func(c *gateway.DecisionChallenge) { c.Body.Binding = "x" },
		"expiry not bound":    func(c *gateway.DecisionChallenge) { c.Body.Expires = expires.Add(time.Hour) },
		"policy not in bound": func(c *gateway.DecisionChallenge) { c.Body.Policy = "q" },
	} {
		c := good
		change(&c)
		if err := held.checkDecision(c, me, answer); err == nil {
			t.Errorf("%s: would be signed", name)
		}
	}

	p := wire.Proposal{Text: []byte("true")}
	sealed := seal(spec)
	offer := gateway.ProposalChallenge{By: "ana", Session: "S-1", Spec: sealed, Body: sallyport.ActionProposed{Action: "A-1", Spec: sealed.Ref(), Target: "web-01"}}
	if _, err := checkProposal(offer, "ana", "S-1", p); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*gateway.ProposalChallenge, *sallyport.Spec){
		"another text":    func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Text = []byte("reboot") },
		"standard input":  func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Stdin = []byte("x") },
		"a variable":      func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Env = []sallyport.EnvVar{{Name: "A"}} },
		"a directory":     func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Dir = "/" },
		"another target":  func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Target = "db-01" },
		"another session": func(_ *gateway.ProposalChallenge, s *sallyport.Spec) { s.Session = "S-2" },
		"another person":  func(c *gateway.ProposalChallenge, _ *sallyport.Spec) { c.By = "eva" },
		"a runbook":       func(c *gateway.ProposalChallenge, _ *sallyport.Spec) { c.Body.Runbook = "rb" },
	} {
		c, s := offer, spec
		change(&c, &s)
		c.Spec = seal(s)
		c.Body.Spec = c.Spec.Ref()
		if _, err := checkProposal(c, "ana", "S-1", p); err == nil {
			t.Errorf("%s: would be signed", name)
		}
	}
	offer.Body.Spec.Digest = "x"
	if _, err := checkProposal(offer, "ana", "S-1", p); err == nil {
		t.Error("another digest: would be signed")
	}
}

func TestDecidePageIsWhole(t *testing.T) {
	long := "printf '%s' " + strings.Repeat("x", 500) + " ; id"
	h := &heldMaterial{
		spec: sallyport.Spec{Action: "A-1", Session: "S-1", Text: []byte("ls /srv\r\ncp \u0430.txt b\u202etxt.exe\x1b[2J\n" + long), Target: "web-01", Address: "10.0.4.11:22", HostKey: "ssh-ed25519 AAAA", Login: "ops", Interpreter: "/bin/sh",
			Dir: "/srv", Env: []sallyport.EnvVar{{Name: "LANG", Value: "C\u200b"}}, Stdin: []byte("in\xff\n"), Limits: sallyport.ActionLimits{Timeout: time.Minute, Output: 1 << 20}},
		pins: []sallyport.Pin{{Path: "/srv/fix.sh", Word: "./fix.sh", Content: []byte("#!/bin/sh\nreboot\n")}},
		assessment: sallyport.Assessment{Verdict: sallyport.High, Summary: "Copies a file and restarts.", Effects: []sallyport.Effect{{Text: "restarts the machine", Certainty: sallyport.May, Level: sallyport.High, Lines: sallyport.Span{1, 2}, Outside: true}},
			Findings: []sallyport.Finding{{Level: sallyport.High, Message: "A character turns the direction of the text.", Lines: sallyport.Span{2, 2}}}, Unknown: []sallyport.Unknown{{Why: "what id is", Lines: sallyport.Span{3, 3}}}, Engine: "theirs/1"},
		own: sallyport.Assessment{Verdict: sallyport.Critical, Summary: "Restarts the machine.", Findings: []sallyport.Finding{{Level: sallyport.Critical, Message: "The machine goes down.", Lines: sallyport.Span{1, 1}}}, Engine: "ours/2"},
	}
	var got bytes.Buffer
	h.print(&got)
	for _, r := range got.String() {
		if r != '\n' && r < ' ' || r == '\u202e' || r == '\u200b' {
			t.Errorf("character %U reaches the terminal", r)
		}
	}
	if !strings.Contains(got.String(), long) {
		t.Error("a long line is cut")
	}
	const golden = "testdata/decide.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the page is\n%s\nwant\n%s", got.String(), want)
	}
}

// A server that plays an action down is found out by the decider's own program, which then signs nothing that was answered beforehand.
func TestDecideJudgesByItself(t *testing.T) {
	seal := func(v any) gateway.Sealed {
		b, err := sallyport.EncodeJSON(v)
		if err != nil {
			t.Fatal(err)
		}
		return gateway.Sealed{Salt: bytes.Repeat([]byte{7}, sallyport.SaltSize), Content: b}
	}
	spec := sallyport.Spec{Action: "A-1", Session: "S-1", Text: []byte("rm -rf /srv/data"), Target: "web-01", Login: "ops", Interpreter: "/bin/sh"}
	page := gateway.ActionPage{}
	honest := assess.Action(t.Context(), assess.RequestFor(spec, nil, page.SessionView.Ticket.Scope), nil)
	for name, c := range map[string]struct {
		says   sallyport.Assessment
		graver bool
		sees   string
	}{
		"honest":      {honest, false, "which this program makes too: " + strings.ToUpper(string(honest.Verdict))},
		"played down": {sallyport.Assessment{Verdict: sallyport.Low, Summary: "Reads a file.", Engine: assess.Engine}, true, "!! This program judges it " + strings.ToUpper(string(honest.Verdict)) + ", the server said LOW"},
		"played up":   {sallyport.Assessment{Verdict: sallyport.Critical, Summary: "Ends the world.", Engine: "sallyport-assess/9"}, false, "own assessment, which is another"},
	} {
		m := gateway.Material{Spec: seal(spec), Assessment: seal(c.says)}
		held, err := hold("A-1", m, sallyport.Shown{Spec: m.Spec.Ref().Digest, Assessment: m.Assessment.Ref().Digest})
		if err != nil {
			t.Fatal(err)
		}
		held.judge(t.Context(), page)
		var out bytes.Buffer
		held.print(&out)
		if !strings.Contains(out.String(), c.sees) {
			t.Errorf("%s: %q is not on the page:\n%s", name, c.sees, out.String())
		}
		if (held.answered(sallyport.Approve) != nil) != c.graver || held.answered(sallyport.Refuse) != nil || held.answered("") != nil {
			t.Errorf("%s: approve %v, refuse %v, not yet %v", name, held.answered(sallyport.Approve), held.answered(sallyport.Refuse), held.answered(""))
		}
	}
}

// Every kind of key that an agent holds signs, and the person chooses where several fit.
func TestAgentKeys(t *testing.T) {
	a := realAgent(t)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	me := wire.Me{Person: "ed"}
	for _, private := range []any{&edKey, ecKey, rsaKey} {
		if err := a.Add(agent.AddedKey{PrivateKey: private}); err != nil {
			t.Fatal(err)
		}
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			t.Fatal(err)
		}
		me.Keys = append(me.Keys, gateway.KeyView{Key: sallyport.KeyID(ssh.FingerprintSHA256(signer.PublicKey())), Form: "ssh", Use: []string{"sign"}, Public: string(ssh.MarshalAuthorizedKey(signer.PublicKey()))})
	}
	if _, err := openKey(t.Context(), me, ""); err == nil || !strings.Contains(sallyport.Hint(err), string(me.Keys[2].Key)) {
		t.Errorf("three keys fit: %v", err)
	}
	statement := signature.Decision("ed", "S-1", &sallyport.ActionDecided{Action: "A-1"})
	for _, k := range me.Keys {
		key, err := openKey(t.Context(), me, string(k.Key))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := key.sign(statement)
		if err != nil {
			t.Fatalf("%s: %v", k.Public, err)
		}
		if err := signature.Check(statement, signed, &sallyport.KeyEnrolled{Form: "ssh", Public: k.Public}); err != nil {
			t.Errorf("%s: %v", k.Public, err)
		}
		key.close()
	}
	me.Keys[0].Use = []string{"signin"}
	if _, err := openKey(t.Context(), me, string(me.Keys[0].Key)); err == nil {
		t.Error("a key for signing in was taken for signing")
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	if _, err := openKey(t.Context(), me, ""); err == nil || !strings.Contains(err.Error(), "no SSH agent") {
		t.Errorf("no agent: %v", err)
	}
}

// What is proposed with variables and standard input is signed with them, and the program stays until it is over and ends as it ended.
func TestProposeAndFollow(t *testing.T) {
	o := newOffice(t)
	a := realAgent(t)
	anaKey, _ := o.holds(a, "ana")
	o.run("key", "enrol", "ana", anaKey, "--use", "sign")
	rows := o.file("rows.csv", "one\ntwo\n")
	escort := func(answer string) {
		o.world.Session()
		go func() {
			for t.Context().Err() == nil {
				time.Sleep(10 * time.Millisecond)
				q, err := o.world.Queue(t.Context(), gatewaytest.As(gatewaytest.Ed))
				for _, w := range q.Actions {
					if err == nil && w.State == "waiting" {
						if page, err := o.world.Action(t.Context(), gatewaytest.As(gatewaytest.Ed), w.ID); err == nil {
							_ = o.world.Decide(t.Context(), gatewaytest.As(gatewaytest.Ed), gateway.DecisionRequest{Action: w.ID, Seat: page.Seat, Answer: answer, Words: "seen", Shown: page.Shown})
							return
						}
					}
				}
			}
		}()
	}
	escort(sallyport.Approve)
	said, err := o.as("ana", "", "propose", "--env", "DB=orders", "--stdin", rows, "--follow", "T-1", `echo "$DB has $(wc -l) rows"; exit 7`)
	if code, ok := errors.AsType[*exitError](err); !ok || code.Code != 7 || !strings.Contains(said, "orders has 2 rows\n") {
		t.Fatalf("%v\n%s", err, said)
	}
	escort(sallyport.Refuse)
	said, err = o.as("ana", "", "propose", "--follow", "T-1", "reboot")
	if code, ok := errors.AsType[*exitError](err); !ok || code.Code != gateway.ExitRefused || !strings.Contains(said, "a decider said no") {
		t.Fatalf("refused: %v\n%s", err, said)
	}
	for name, args := range map[string][]string{
		"a variable without a name": {"propose", "--env", "=x", "T-1", "true"},
		"a runbook and a command":   {"propose", "--runbook", "rb", "T-1", "true"},
	} {
		if _, err := o.as("ana", "", args...); err == nil || statusOf(err) != exitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.as("ana", "", "propose", "--stdin", rows+".none", "T-1", "true"); err == nil {
		t.Error("a file that is not there")
	}
	if _, err := o.as("ed", "", "follow", "A-none"); err == nil || statusOf(err) != gateway.ExitUnavailable {
		t.Errorf("an action that is not there: %v", err)
	}
}

// statusOf gives the status that an error stands for.
func statusOf(err error) int {
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.Code
	}
	return 1
}

// The escort passes the decision on, and the second person takes it: each with their own signature.
func TestSecondPersonSigns(t *testing.T) {
	o := newOffice(t)
	a := realAgent(t)
	for _, p := range []string{"ed", "sue"} {
		file, _ := o.holds(a, p)
		o.run("key", "enrol", p, file, "--use", "sign")
	}
	id := o.world.Proposed(o.world.Session(), "echo ran")
	for _, step := range []struct {
		who          sallyport.PersonID
		answer, want string
	}{{"ed", "escalate", "escalate"}, {"sue", "approve", "holds until"}, {"ed", "approve", "finished"}} {
		said, err := o.as(step.who, "", "decide", string(id), "--answer", step.answer, "--words", "prints a word")
		if err != nil {
			t.Fatalf("%s: %v (%s)\n%s", step.who, err, sallyport.Hint(err), said)
		}
		o.sees(said, step.want)
	}
	if out, _, _ := o.world.Collect(id); out != "ran\n" {
		t.Fatalf("stdout %q", out)
	}
}

// Saying no needs no agent, also under a profile that asks for signed decisions, and also of who has yet to claim the session. Approving does.
func TestRefusingNeedsNoAgent(t *testing.T) {
	o := newOffice(t)
	v, err := o.world.OpenSession(t.Context(), gatewaytest.As(gatewaytest.Ana), gatewaytest.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	id := o.world.Proposed(v.ID, "echo ran")
	demandSignatures(t, o.world, "decisions")
	t.Setenv("SSH_AUTH_SOCK", "")
	for _, args := range [][]string{
		{"decide", string(id), "--claim", "--answer", "approve", "--words", "prints"},
		{"decide", string(id), "--answer", "refuse", "--words", "no", "--key", "SHA256:x"},
	} {
		if said, err := o.as("ed", "", args...); err == nil || !strings.Contains(err.Error(), "no SSH agent") {
			t.Errorf("%q: %v\n%s", args, err, said)
		}
	}
	if said, err := o.as("ed", "approve\nprints\n", "decide", string(id)); err == nil || !strings.Contains(err.Error(), "no SSH agent") {
		t.Errorf("approved when asked: %v\n%s", err, said)
	}
	for _, step := range []struct{ who, answer string }{{"ed", "escalate"}, {"sue", "refuse"}} {
		said, err := o.as(sallyport.PersonID(step.who), "", "decide", string(id), "--answer", step.answer, "--words", "not now")
		if err != nil {
			t.Fatalf("%s: %v (%s)\n%s", step.who, err, sallyport.Hint(err), said)
		}
		o.sees(said, "     1 | echo ran", "Not signed (no SSH agent", ": "+step.answer+".")
	}
	id = o.world.Proposed(v.ID, "echo again")
	demandSignatures(t, o.world) // a profile that asks for none
	said, err := o.as("ed", "", "decide", string(id), "--answer", "approve", "--words", "prints", "--leave")
	if err != nil {
		t.Fatalf("%v (%s)\n%s", err, sallyport.Hint(err), said)
	}
	o.sees(said, "Not signed (no SSH agent", ": approve.")
}

// A script of the target that the text runs is shown, and its digest is part of what is signed.
func TestDecideShowsWhatTheTextRuns(t *testing.T) {
	o := newOffice(t)
	a := realAgent(t)
	edKey, _ := o.holds(a, "ed")
	o.run("key", "enrol", "ed", edKey, "--use", "sign")
	script := filepath.Join(t.TempDir(), "fix.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho from the script\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	id := o.world.Proposed(o.world.Session(), "sh "+script)
	demandSignatures(t, o.world, "decisions") // from here on
	if err := o.world.Decided(gatewaytest.Ed, id, sallyport.Approve, "prints"); sallyport.CodeOf(err) != sallyport.Forbidden {
		t.Errorf("an unsigned approval: %v", err)
	}
	if _, err := o.as("ed", "", "decide", string(id)); err == nil || !strings.Contains(err.Error(), "nothing was decided") {
		t.Errorf("no answer at all: %v", err)
	}
	if _, err := o.as("ed", "", "decide", string(id), "--answer", "refuse"); err == nil {
		t.Error("refused without a reason")
	}
	if _, err := o.as("ed", "", "decide", string(id), "--answer", "perhaps"); err == nil || !strings.Contains(err.Error(), "perhaps") {
		t.Errorf("an answer that is none: %v", err)
	}
	said, err := o.as("ed", "", "decide", string(id), "--answer", "approve", "--words", "runs fix.sh", "--leave")
	if err != nil {
		t.Fatalf("%v (%s)\n%s", err, sallyport.Hint(err), said)
	}
	o.sees(said, "which this program makes too", "Read on the target: "+script, "     2 | echo from the script")
	if out, _, _ := o.world.Collect(id); out != "from the script\n" {
		t.Fatalf("stdout %q", out)
	}
	page, err := o.world.Action(t.Context(), gatewaytest.As(gatewaytest.Ed), id)
	if err != nil || len(page.Decisions) != 1 || page.Decisions[0].Shown.Pins == "" || !strings.HasPrefix(page.Decisions[0].Shown.Page, "decide:") {
		t.Fatalf("decisions %+v, err %v", page.Decisions, err)
	}
}
