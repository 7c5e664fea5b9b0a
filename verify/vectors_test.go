package verify_test

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/signature"
	"sallyport/signature/signaturetest"
	"sallyport/verify/verifycmd"
)

var update = flag.Bool("update", false, "write testdata/vectors anew")

const vectorDir = "../testdata/vectors"

// vector is one line of testdata/vectors/vectors.json.
type vector struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Says    string   `json:"says"` // what is right or wrong with it
	Key     string   `json:"key"`
	Witness []string `json:"witness,omitempty"`
	Kept    []string `json:"kept,omitempty"` // files beside
	Expect  string   `json:"expect"`         // good, wrong, unchecked, or refused: not evidence at all
	Check   string   `json:"check"`          // by which check of sallyport-verify it shows
}

var exits = map[string]int{"good": 0, "wrong": 1, "unchecked": 2, "refused": 66}

// Every vector has its outcome, by sallyport-verify and by the Python verifier, which share no code.
func TestVectors(t *testing.T) {
	if *update {
		writeVectors(t)
	}
	b, err := os.ReadFile(filepath.Join(vectorDir, "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Fatalf("only %d vectors", len(list))
	}
	for _, v := range list {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--key", v.Key}
			for _, w := range v.Witness {
				args = append(args, "--witness", w)
			}
			for _, k := range v.Kept {
				args = append(args, "--kept", filepath.Join(vectorDir, k))
			}
			args = append(args, filepath.Join(vectorDir, v.File))
			var out bytes.Buffer
			if code := verifycmd.Main(t.Context(), "verify", append([]string{"--json"}, args...), &out, &out); code != exits[v.Expect] {
				t.Errorf("%s: exit %d, want %s\n%s", v.Says, code, v.Expect, &out)
			}
			if v.Expect == "wrong" {
				var report struct {
					Checks []struct{ Name, Result string }
				}
				if err := json.Unmarshal(out.Bytes(), &report); err != nil {
					t.Fatal(err)
				}
				found := false
				for _, c := range report.Checks {
					found = found || c.Name == v.Check && c.Result == "wrong"
				}
				if !found {
					t.Errorf("%s: check %q did not find it\n%s", v.Says, v.Check, &out)
				}
			}
			if code, out := python(t, args...); code != exits[v.Expect] {
				t.Errorf("verify.py: %s: exit %d, want %s\n%s", v.Says, code, v.Expect, out)
			}
		})
	}
}

// press makes vectors of one story.
type press struct {
	*library
	t      *testing.T
	signer note.Signer
	list   []vector
	bundle map[string][]byte // files of the good bundle
}

func (p *press) sign(c ledger.Checkpoint) []byte {
	signed, err := ledger.SignCheckpoint(c, p.signer)
	if err != nil {
		p.t.Fatal(err)
	}
	return signed
}

// put writes a vector: the good bundle with files changed; nil removes one. order lists names that are written twice or at all.
func (p *press) put(v vector, change map[string][]byte, extra ...string) {
	p.t.Helper()
	files := map[string][]byte{}
	for name, b := range p.bundle {
		files[name] = b
	}
	for name, b := range change {
		files[name] = b
	}
	var names []string
	for name, b := range files {
		if b != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range append(names, extra...) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Unix(1750000000, 0).UTC()})
		if err != nil {
			p.t.Fatal(err)
		}
		w.Write(files[name])
	}
	if err := z.Close(); err != nil {
		p.t.Fatal(err)
	}
	if v.File == "" {
		v.File = v.Name + ".zip"
	}
	if v.Key == "" {
		v.Key = p.vkey
	}
	if err := os.WriteFile(filepath.Join(vectorDir, v.File), out.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.list = append(p.list, v)
}

// resealed gives the bundle's files for other entries, signed by the log's own key: what an insider can do.
func (p *press) resealed(entries [][]byte) map[string][]byte {
	change := map[string][]byte{}
	for name := range p.bundle {
		if strings.HasPrefix(name, "log/") {
			change[name] = nil
		}
	}
	var size int64
	for name, b := range p.rewrite(p.t, entries, p.sign) {
		if rest, ok := strings.CutPrefix(name, "tiles/"); ok && b != nil {
			change["log/"+rest] = b
			if rest == tiles.CheckpointName {
				c, _ := ledger.ParseSigned(b)
				size = c.Size
			}
		}
	}
	m := p.manifest()
	m.Size = size
	b, _ := json.Marshal(m)
	change["manifest.json"] = b
	return change
}

func (p *press) manifest() *evidence.Manifest {
	var m evidence.Manifest
	if err := json.Unmarshal(p.bundle["manifest.json"], &m); err != nil {
		p.t.Fatal(err)
	}
	return &m
}

// edit changes entries by their decoded form and links the chains of sessions again. f gives false to drop an entry.
func edit(t *testing.T, entries [][]byte, f func(i int, e *sallyport.Entry, body sallyport.Body) bool) [][]byte {
	t.Helper()
	type link struct {
		next int
		last sallyport.Digest
	}
	chains := map[sallyport.SessionID]*link{}
	var out [][]byte
	for i, raw := range entries {
		e, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		if !f(i, &e, body) {
			continue
		}
		if e.Body, err = sallyport.EncodeJSON(body); err != nil {
			t.Fatal(err)
		}
		if e.Session != "" {
			c := chains[e.Session]
			if c == nil {
				c = &link{}
				chains[e.Session] = c
			}
			e.Seq, e.Prev = c.next, c.last
			if ended, ok := body.(*sallyport.SessionEnded); ok && ended.Count != 999 {
				ended.Count = c.next + 1
				e.Body, _ = sallyport.EncodeJSON(body)
			}
		}
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if e.Session != "" {
			sum := sha256.Sum256(b)
			chains[e.Session].next++
			chains[e.Session].last = sallyport.Digest(hex.EncodeToString(sum[:]))
		}
		out = append(out, b)
	}
	return out
}

// index finds the n-th entry of a kind.
func (p *press) index(kind sallyport.Kind, n int) int {
	for i, raw := range p.entries {
		if e, _, _ := sallyport.DecodeEntry(raw); e.Kind == kind {
			if n == 0 {
				return i
			}
			n--
		}
	}
	p.t.Fatalf("no %q in the story", kind)
	return 0
}

func writeVectors(t *testing.T) {
	dir, vkey, signer := storyWithKey(t, nil)
	if err := os.RemoveAll(vectorDir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(vectorDir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := &press{library: load(t, dir, vkey), t: t, signer: signer, bundle: map[string][]byte{}}
	name, _ := export(t, dir, vkey, evidence.Filter{})
	p.bundle = unzip(t, name)
	p.content()
	p.outsider()
	p.insider()
	p.kept()
	p.signatures()
	p.passkeys()
	b, err := json.MarshalIndent(p.list, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(vectorDir, "vectors.json"), append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func unzip(t *testing.T, name string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// flipped gives b with one bit changed in the middle.
func flipped(b []byte) []byte {
	c := slices.Clone(b)
	c[len(c)/2] ^= 1
	return c
}

// blobOf gives the file of the first blob of an entry.
func (p *press) blobOf(kind sallyport.Kind, n int) string {
	_, body, _ := sallyport.DecodeEntry(p.entries[p.index(kind, n)])
	d := evidence.Refs(body)[0].Digest
	return "blobs/" + string(d[:2]) + "/" + string(d[2:])
}

func (p *press) content() {
	p.put(vector{Name: "good", Says: "nothing is wrong", Expect: "good"}, nil)
	spec := p.blobOf("action.proposed", 0)
	p.put(vector{Name: "absent", Says: "the text of an action is not there, and nothing says why", Expect: "unchecked"}, map[string][]byte{spec: nil})
	digest := strings.ReplaceAll(strings.TrimPrefix(spec, "blobs/"), "/", "")
	p.put(vector{Name: "withheld", Says: "the text of an action is withheld, with a reason", Expect: "unchecked"},
		map[string][]byte{spec: nil, "withheld.jsonl": []byte(`{"digest":"` + digest + `","reason":"privileged"}` + "\n")})
	p.put(vector{Name: "changed-text", Says: "one bit of an action's text is changed", Expect: "wrong", Check: "contents"}, map[string][]byte{spec: flipped(p.bundle[spec])})
	chunk := p.blobOf("recording.chunk", 0)
	p.put(vector{Name: "changed-recording", Says: "one bit of a recording is changed", Expect: "wrong", Check: "contents"}, map[string][]byte{chunk: flipped(p.bundle[chunk])})
}

func (p *press) outsider() {
	size := p.manifest().Size
	bundle := "log/" + tiles.BundlePath(0, int(size))
	tile := "log/" + tiles.Path(0, 0, int(size))
	p.put(vector{Name: "changed-entry", Says: "one bit of an entry is changed", Expect: "wrong", Check: "tree"}, map[string][]byte{bundle: flipped(p.bundle[bundle])})
	p.put(vector{Name: "changed-tile", Says: "one bit of a hash tile is changed", Expect: "wrong", Check: "tree"}, map[string][]byte{tile: flipped(p.bundle[tile])})
	var swapped []byte
	for i := range p.entries {
		j := i
		if i == 40 || i == 41 {
			j = 81 - i
		}
		swapped = tiles.AppendBundle(swapped, p.entries[j])
	}
	p.put(vector{Name: "swapped-entries", Says: "two entries changed places", Expect: "wrong", Check: "tree"}, map[string][]byte{bundle: swapped})
	p.put(vector{Name: "other-manifest", Says: "the manifest claims fewer entries", Expect: "wrong", Check: "checkpoint"},
		map[string][]byte{"manifest.json": bytes.Replace(p.bundle["manifest.json"], []byte(`"v": 1`), []byte(`"v": 1, "x": 0`), 1), "README.txt": nil, "log/checkpoint": p.resized(size - 1)})
	_, otherKey, _ := note.GenerateKey(nil, "sallyport.test/log")
	p.put(vector{Name: "other-key", File: "good.zip", Says: "the checkpoint is signed by another key than the auditor has", Key: otherKey, Expect: "wrong", Check: "checkpoint"}, nil)
	p.put(vector{Name: "two-of-a-name", Says: "the archive has two files of one name", Expect: "refused"}, nil, "log/checkpoint")
	p.put(vector{Name: "climbing-name", Says: "the archive has a name that climbs out", Expect: "refused"}, map[string][]byte{"log/../../x": []byte("x")})
	p.put(vector{Name: "no-checkpoint", Says: "there is no checkpoint", Expect: "refused"}, map[string][]byte{"log/checkpoint": nil})
}

// resized is the checkpoint with another size and the old signature.
func (p *press) resized(size int64) []byte {
	c, _ := ledger.ParseSigned(p.bundle["log/checkpoint"])
	c.Size = size
	_, sigs, _ := strings.Cut(string(p.bundle["log/checkpoint"]), "\n\n")
	return []byte(c.Body() + "\n" + sigs)
}

// insider: entries are changed, every hash is computed again, and the log's own key signs.
func (p *press) insider() {
	p.put(vector{Name: "sealed-drop", Says: "the insider dropped an entry of a session", Expect: "wrong", Check: "sessions"},
		p.resealed(slices.Delete(slices.Clone(p.entries), p.index("action.decided", 0), p.index("action.decided", 0)+1)))
	change := func(name, says, check string, f func(i int, e *sallyport.Entry, body sallyport.Body) bool) {
		p.put(vector{Name: name, Says: says, Expect: "wrong", Check: check}, p.resealed(edit(p.t, p.entries, f)))
	}
	all := func(int, *sallyport.Entry, sallyport.Body) bool { return true }
	if entries := edit(p.t, p.entries, all); !slices.EqualFunc(entries, p.entries, bytes.Equal) {
		p.t.Fatal("linking the chains again changes them")
	}
	change("sealed-binding", "the insider made an approval bind something else", "approved = executed", func(i int, _ *sallyport.Entry, b sallyport.Body) bool {
		if d, ok := b.(*sallyport.ActionDecided); ok {
			d.Binding = sallyport.Digest(strings.Repeat("0", 64))
		}
		return true
	})
	change("sealed-no-approval", "the insider took an approval out and linked the chain again", "rules", func(i int, e *sallyport.Entry, _ sallyport.Body) bool {
		return i != p.index("action.decided", 0)
	})
	change("sealed-shown", "the insider made a decider have seen another assessment", "deciders", func(i int, _ *sallyport.Entry, b sallyport.Body) bool {
		if d, ok := b.(*sallyport.ActionDecided); ok {
			d.Shown.Assessment = d.Shown.Spec
		}
		return true
	})
	change("sealed-clock", "the insider set the clock back", "clock", func(i int, e *sallyport.Entry, _ sallyport.Body) bool {
		if i == 50 {
			e.Time = e.Time.Add(-time.Hour)
		}
		return true
	})
	change("sealed-count", "the insider made a session's end count other entries", "sessions", func(_ int, _ *sallyport.Entry, b sallyport.Body) bool {
		if d, ok := b.(*sallyport.SessionEnded); ok {
			d.Count = 999
		}
		return true
	})
	at := p.index("action.started", 1)
	spaced := slices.Clone(p.entries)
	spaced[at] = bytes.Replace(spaced[at], []byte(`{"v":1,`), []byte(`{"v": 1,`), 1)
	p.put(vector{Name: "sealed-space", Says: "an entry is not in the one form that there is: a space", Expect: "wrong", Check: "entries"}, p.resealed(spaced))
	twice := slices.Clone(p.entries)
	twice[at] = bytes.Replace(twice[at], []byte(`{"v":1,`), []byte(`{"v":1,"v":1,`), 1)
	p.put(vector{Name: "sealed-twin-key", Says: "an entry has a key twice", Expect: "wrong", Check: "entries"}, p.resealed(twice))
	more := slices.Clone(p.entries)
	more[at] = bytes.Replace(more[at], []byte(`{"v":1,`), []byte(`{"v":1,"x":1,`), 1)
	p.put(vector{Name: "sealed-strange-key", Says: "an entry has a key that entries do not have", Expect: "wrong", Check: "entries"}, p.resealed(more))
}

// kept: what an auditor has from elsewhere.
func (p *press) kept() {
	write := func(name string, b []byte) string {
		if err := os.WriteFile(filepath.Join(vectorDir, name), b, 0o644); err != nil {
			p.t.Fatal(err)
		}
		return name
	}
	at := p.index("session.ended", 0)
	mem := ledger.NewMemory()
	var tree ledger.Tree
	g := &ledger.Group{Checkpoint: p.bundle["log/checkpoint"]}
	for _, raw := range p.entries {
		g.Rows = append(g.Rows, ledger.Row{Entry: raw, Hashes: tree.Add(tlog.RecordHash(raw))})
	}
	if err := mem.Commit(p.t.Context(), g); err != nil {
		p.t.Fatal(err)
	}
	receipt, err := ledger.MakeReceipt(p.t.Context(), mem, int64(at))
	if err != nil {
		p.t.Fatal(err)
	}
	file := write("session.receipt", receipt.Encode())
	p.put(vector{Name: "receipt", File: "good.zip", Says: "a party's receipt agrees", Kept: []string{file}, Expect: "good"}, nil)
	short := p.resealed(p.entries[:at-2])
	p.put(vector{Name: "truncated", Says: "the end of the log is missing: a receipt shows it", Kept: []string{file}, Expect: "wrong", Check: "kept checkpoints"}, short)
	fork := edit(p.t, p.entries, func(_ int, _ *sallyport.Entry, b sallyport.Body) bool {
		if d, ok := b.(*sallyport.Heartbeat); ok && d.Started {
			d.Every++
		}
		return true
	})
	p.put(vector{Name: "forked", Says: "another history, lawful in itself: a receipt shows it", Kept: []string{file}, Expect: "wrong", Check: "kept checkpoints"}, p.resealed(fork))
	w, err := ledger.NewWitnessSigner("witness.example/w1", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		p.t.Fatal(err)
	}
	cosign := func(signed []byte) []byte {
		c, n, err := ledger.OpenCheckpoint(signed, verifierOf(p.t, p.vkey))
		if err != nil {
			p.t.Fatal(err)
		}
		both, err := note.Sign(&note.Note{Text: c.Body(), Sigs: n.Sigs}, w.At(time.Unix(1750000000, 0)))
		if err != nil {
			p.t.Fatal(err)
		}
		return both
	}
	cosigned := map[string][]byte{"log/cosigned": cosign(p.bundle["log/checkpoint"])}
	p.put(vector{Name: "witnessed", Says: "a witness has cosigned the checkpoint", Witness: []string{w.String()}, Expect: "good"}, cosigned)
	p.put(vector{Name: "not-witnessed", File: "good.zip", Says: "the auditor asks for a witness, and none has cosigned", Witness: []string{w.String()}, Expect: "wrong", Check: "witnesses"}, nil)
	split := p.resealed(fork)
	split["log/cosigned"] = cosigned["log/cosigned"]
	p.put(vector{Name: "split-view", Says: "the witness has cosigned another history", Witness: []string{w.String()}, Expect: "wrong", Check: "witnesses"}, split)
	damaged := bytes.Clone(cosigned["log/cosigned"])
	lines := bytes.Split(damaged, []byte("\n"))
	last := lines[len(lines)-2]
	last[len(last)-20] ^= 1
	if last[len(last)-20] == '@' || last[len(last)-20] == '`' {
		last[len(last)-20] = 'A'
	}
	p.put(vector{Name: "false-cosignature", Says: "the cosignature does not verify", Witness: []string{w.String()}, Expect: "wrong", Check: "witnesses"}, map[string][]byte{"log/cosigned": bytes.Join(lines, []byte("\n"))})
}

func verifierOf(t *testing.T, vkey string) note.Verifier {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signatures: the escort's decisions carry their own signature.
func (p *press) signatures() {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, 32))
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		p.t.Fatal(err)
	}
	key := sallyport.KeyEnrolled{Person: "ed", Key: "k-ed", Form: "ssh", Public: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))), Use: []string{"sign"}}
	signed := func(sabotage func(*sallyport.ActionDecided)) map[string][]byte {
		// The key is enrolled before the session, by the administrator who vouches for it.
		before := p.index("session.requested", 0)
		e, _, _ := sallyport.DecodeEntry(p.entries[before])
		body, _ := sallyport.EncodeJSON(key)
		enrolled, err := sallyport.Entry{Version: 1, Kind: key.Kind(), Time: e.Time, By: "ada", Body: body}.Encode()
		if err != nil {
			p.t.Fatal(err)
		}
		entries := slices.Insert(slices.Clone(p.entries), before, enrolled)
		return p.resealed(edit(p.t, entries, func(_ int, e *sallyport.Entry, b sallyport.Body) bool {
			d, ok := b.(*sallyport.ActionDecided)
			if !ok {
				return true
			}
			if d.Signed, err = signature.Sign(signature.Decision(e.By, e.Session, d), key.Key, signer); err != nil {
				p.t.Fatal(err)
			}
			sabotage(d)
			return true
		}))
	}
	p.put(vector{Name: "signed", Says: "the escort's decisions carry their own signature", Expect: "good"}, signed(func(*sallyport.ActionDecided) {}))
	p.put(vector{Name: "false-signature", Says: "the insider put words into the escort's mouth after they signed", Expect: "wrong", Check: "signatures"}, signed(func(d *sallyport.ActionDecided) {
		if d.Answer == sallyport.Refuse {
			d.Words = nil
		}
	}))
	p.put(vector{Name: "unknown-signer", Says: "a decision is signed with a key that nobody enrolled", Expect: "wrong", Check: "signatures"}, signed(func(d *sallyport.ActionDecided) { d.Signed.Key = "k-other" }))
}

// passkeys: the escort decides with a passkey in the browser.
func (p *press) passkeys() {
	before := p.index("session.requested", 0)
	at, _, _ := sallyport.DecodeEntry(p.entries[before])
	signed := func(sabotage func(d *sallyport.ActionDecided, ed, sue *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed, vouch func(*sallyport.KeyEnrolled) sallyport.PersonID) map[string][]byte {
		ed, sue := signaturetest.New(p.t, 1), signaturetest.NewEd25519(p.t, 2)
		var more [][]byte
		say := func(by sallyport.PersonID, b sallyport.Body) {
			body, _ := sallyport.EncodeJSON(b)
			raw, err := sallyport.Entry{Version: 1, Kind: b.Kind(), Time: at.Time, By: by, Body: body}.Encode()
			if err != nil {
				p.t.Fatal(err)
			}
			more = append(more, raw)
		}
		for _, k := range []struct {
			who sallyport.PersonID
			key *signaturetest.Passkey
		}{{"ed", ed}, {"sue", sue}} {
			say(k.who, k.key.Offer(k.who))
			enrolled, by := k.key.Enrolled(k.who), sallyport.PersonID("ada")
			if vouch != nil && k.who == "ed" {
				by = vouch(enrolled)
			}
			say(by, enrolled)
		}
		entries := slices.Insert(slices.Clone(p.entries), before, more...)
		return p.resealed(edit(p.t, entries, func(_ int, e *sallyport.Entry, b sallyport.Body) bool {
			d, ok := b.(*sallyport.ActionDecided)
			if !ok {
				return true
			}
			sign := func() *sallyport.Signed { return ed.Sign(signature.Decision(e.By, e.Session, d)) }
			if sabotage != nil && d.Answer == sallyport.Refuse {
				d.Signed = sabotage(d, ed, sue, sign)
			} else {
				d.Signed = sign()
			}
			return true
		}))
	}
	type change = func(d *sallyport.ActionDecided, ed, sue *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed
	p.put(vector{Name: "passkey", Says: "the escort's decisions are signed with their passkey", Expect: "good"}, signed(nil, nil))
	for _, v := range []struct {
		name, says, check string
		change            change
	}{
		{"passkey-origin", "a passkey's assertion was made on another page", "signatures", func(_ *sallyport.ActionDecided, ed, _ *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed {
			ed.Origin = "https://evil.example"
			return sign()
		}},
		{"passkey-site", "a passkey's assertion was made for another site", "signatures", func(_ *sallyport.ActionDecided, ed, _ *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed {
			ed.RPID = "evil.example"
			return sign()
		}},
		{"passkey-challenge", "a passkey's assertion is over another challenge", "signatures", func(_ *sallyport.ActionDecided, ed, _ *signaturetest.Passkey, _ func() *sallyport.Signed) *sallyport.Signed {
			return ed.Over([]byte("another challenge"))
		}},
		{"passkey-unverified", "the passkey did not verify who used it", "signatures", func(_ *sallyport.ActionDecided, ed, _ *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed {
			ed.Flags = signaturetest.Present
			return sign()
		}},
		{"passkey-counter", "the passkey's counter goes back", "rules", func(_ *sallyport.ActionDecided, ed, _ *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed {
			ed.Counter = 1
			return sign()
		}},
		{"passkey-other-person", "the decision is signed with another person's passkey", "signatures", func(d *sallyport.ActionDecided, _, sue *signaturetest.Passkey, sign func() *sallyport.Signed) *sallyport.Signed {
			s := sign()
			var a signature.Assertion
			if sallyport.DecodeJSON(s.Sig, &a) != nil {
				p.t.Fatal("no assertion")
			}
			var client struct{ Challenge string }
			if json.Unmarshal(a.ClientData, &client) != nil {
				p.t.Fatal("no client data")
			}
			challenge, _ := base64.RawURLEncoding.DecodeString(client.Challenge)
			return sue.Over(challenge)
		}},
	} {
		p.put(vector{Name: v.name, Says: v.says, Expect: "wrong", Check: v.check}, signed(v.change, nil))
	}
	p.put(vector{Name: "passkey-self", Says: "a person vouches for their own passkey", Expect: "wrong", Check: "rules"}, signed(nil, func(*sallyport.KeyEnrolled) sallyport.PersonID { return "ed" }))
	p.put(vector{Name: "passkey-swapped", Says: "another passkey is enrolled than its person offered", Expect: "wrong", Check: "rules"}, signed(nil, func(k *sallyport.KeyEnrolled) sallyport.PersonID {
		k.Public = signaturetest.New(p.t, 9).Public
		return "ada"
	}))
}
