package verify_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/evidence"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/verify"
)

// library is a state folder as files in memory, so that thousands of mutants can be verified.
type library struct {
	files   map[string][]byte
	entries [][]byte
	vkey    string
}

func load(t *testing.T, dir, vkey string) *library {
	t.Helper()
	l := &library{files: map[string][]byte{}, vkey: vkey}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "ledger.db") || strings.HasSuffix(path, "/lock") {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		b, err := os.ReadFile(path)
		l.files[filepath.ToSlash(name)] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	src, err := evidence.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := src.Tiles()
	if err != nil {
		t.Fatal(err)
	}
	signed, _ := src.Checkpoint()
	head, err := ledger.ParseSigned(signed)
	if err != nil {
		t.Fatal(err)
	}
	for n := int64(0); n*tiles.Width < head.Size; n++ {
		b, err := reader.Bundle(n, head.Size)
		if err != nil {
			t.Fatal(err)
		}
		l.entries = append(l.entries, b...)
	}
	return l
}

// with gives a verdict on the library with some files replaced; nil content removes one.
func (l *library) verdict(t *testing.T, change map[string][]byte, opts verify.Options) *verify.Report {
	t.Helper()
	files := fstest.MapFS{}
	for name, b := range l.files {
		files[name] = &fstest.MapFile{Data: b}
	}
	for name, b := range change {
		if b == nil {
			delete(files, name)
		} else {
			files[name] = &fstest.MapFile{Data: b}
		}
	}
	src, err := evidence.OpenFS(files, "mutant")
	if err != nil {
		return &verify.Report{Result: verify.Wrong}
	}
	opts.LogKey = l.vkey
	r, err := verify.Run(context.Background(), src, opts)
	if err != nil { // there is nothing to verify: that is noticed too
		return &verify.Report{Result: verify.Wrong}
	}
	return r
}

// rewrite gives the files of a log with other entries, tiles included. checkpoint says what to put under it: the old one for
// an outsider, a fresh one for whoever holds the key.
func (l *library) rewrite(t *testing.T, entries [][]byte, checkpoint func(ledger.Checkpoint) []byte) map[string][]byte {
	t.Helper()
	change := map[string][]byte{}
	for name := range l.files {
		if strings.HasPrefix(name, "tiles/") || name == "guard" {
			change[name] = nil
		}
	}
	mem := ledger.NewMemory()
	var tree ledger.Tree
	g := &ledger.Group{}
	for _, raw := range entries {
		g.Rows = append(g.Rows, ledger.Row{Entry: raw, Hashes: tree.Add(tlog.RecordHash(raw))})
	}
	if err := mem.Commit(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	err := tiles.Generate(t.Context(), mem, 0, tree.Size(), false, func(path string, b []byte, _, _ bool) error {
		change["tiles/"+path] = slices.Clone(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	signed := checkpoint(ledger.Checkpoint{Origin: "sallyport.test/log", Size: tree.Size(), Root: tree.Root()})
	change["tiles/checkpoint"], change["guard"] = signed, signed
	return change
}

// mutants gives every mutation of a list of entries: drop, swap, duplicate, reorder, truncate, and a change of every field.
func mutants(entries [][]byte) map[string][][]byte {
	out := map[string][][]byte{}
	for i, raw := range entries {
		e, _, err := sallyport.DecodeEntry(raw)
		if err != nil {
			panic(err)
		}
		name := func(what string) string { return fmt.Sprintf("entry %d %s: %s", i, e.Kind, what) }
		out[name("drop")] = slices.Concat(entries[:i], entries[i+1:])
		out[name("duplicate")] = slices.Concat(entries[:i+1], entries[i:])
		if i > 0 {
			swapped := slices.Clone(entries)
			swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
			out[name("swap with the one before")] = swapped
			out[name("truncate here")] = slices.Clone(entries[:i])
			if i < len(entries)-1 {
				out[name("move to the end")] = append(slices.Concat(entries[:i], entries[i+1:]), raw)
			}
		}
		for field, changed := range fields(raw) {
			list := slices.Clone(entries)
			list[i] = changed
			out[name("change "+field)] = list
		}
	}
	return out
}

// fields gives the entry once for each of its fields, with that field changed.
func fields(raw []byte) map[string][]byte {
	out := map[string][]byte{}
	var walk func(path string, at json.RawMessage, rebuild func(json.RawMessage) []byte)
	walk = func(path string, at json.RawMessage, rebuild func(json.RawMessage) []byte) {
		dec := json.NewDecoder(strings.NewReader(string(at)))
		tok, err := dec.Token()
		if err != nil {
			panic(err)
		}
		if tok != json.Delim('{') {
			out[path] = rebuild(otherValue(at))
			return
		}
		for dec.More() {
			key, _ := dec.Token()
			start := dec.InputOffset()
			var v json.RawMessage
			if err := dec.Decode(&v); err != nil {
				panic(err)
			}
			end := dec.InputOffset()
			skip := strings.IndexFunc(string(at[start:]), func(r rune) bool { return r != ':' && r != ' ' })
			from := start + int64(skip)
			walk(path+"."+key.(string), v, func(n json.RawMessage) []byte {
				return rebuild(json.RawMessage(slices.Concat(at[:from], n, at[end:])))
			})
		}
	}
	walk("", raw, func(n json.RawMessage) []byte { return n })
	return out
}

// otherValue gives another value of the same type.
func otherValue(v json.RawMessage) json.RawMessage {
	switch s := string(v); {
	case s == "true":
		return json.RawMessage("false")
	case s == "false":
		return json.RawMessage("true")
	case s == "null":
		return json.RawMessage("0")
	case s[0] == '[':
		if s == "[]" {
			return json.RawMessage(`["x"]`)
		}
		return json.RawMessage(`[]`)
	case s[0] != '"':
		return json.RawMessage("1" + s)
	case len(s) > 20 && strings.HasSuffix(s, `Z"`): // a time
		return json.RawMessage(`"2031` + s[5:])
	case len(s) == 66: // a digest
		c := byte('0')
		if s[1] == '0' {
			c = '1'
		}
		return json.RawMessage(`"` + string(c) + s[2:])
	default:
		return json.RawMessage(s[:len(s)-1] + `x"`)
	}
}

var mutateAll = flag.Bool("mutate-all", false, "try every mutant, not a selection")

// stride says which part of the mutants is tried: every n-th, or fewer under the race detector, which has nothing to find here.
func stride(n, race int) int {
	switch {
	case *mutateAll:
		return 1
	case raceEnabled:
		return race
	}
	return n
}

// Outsider: someone who can change every byte and has no key. Everything must be noticed.
func TestOutsider(t *testing.T) {
	dir, vkey := story(t, nil)
	l := load(t, dir, vkey)
	if r := l.verdict(t, nil, verify.Options{}); r.Exit() != 0 {
		t.Fatalf("the library itself: exit %d\n%s", r.Exit(), page(r))
	}
	tried, noticed := 0, 0
	try := func(name string, change map[string][]byte) {
		tried++
		if r := l.verdict(t, change, verify.Options{}); r.Exit() == 0 {
			t.Errorf("not noticed: %s", name)
		} else {
			noticed++
		}
	}
	checkpoint := l.files["tiles/checkpoint"]
	// Entries, with a tree and tiles made to fit, under the old checkpoint: a root that differs is all that can be seen.
	all := mutants(l.entries)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	stride := stride(7, 61)
	for i := 0; i < len(names); i += stride {
		try(names[i], l.rewrite(t, all[names[i]], func(ledger.Checkpoint) []byte { return checkpoint }))
	}
	// Files: each flipped, emptied, cut, removed, and exchanged with another.
	var files []string
	for name := range l.files {
		if !strings.HasPrefix(name, "keys/") && name != "guard" {
			files = append(files, name)
		}
	}
	slices.Sort(files)
	for i, name := range files {
		if i%min(stride, 4) != 0 {
			continue
		}
		b := l.files[name]
		for _, at := range []int{0, len(b) / 2, len(b) - 1} {
			flipped := slices.Clone(b)
			flipped[at] ^= 1
			try(fmt.Sprintf("%s: flip byte %d", name, at), map[string][]byte{name: flipped})
		}
		try(name+": cut", map[string][]byte{name: b[:len(b)/2]})
		try(name+": empty", map[string][]byte{name: {}})
		try(name+": remove", map[string][]byte{name: nil})
		try(name+": longer", map[string][]byte{name: append(slices.Clone(b), 'x')})
		if other := files[(i+1)%len(files)]; string(l.files[other]) != string(b) {
			try(name+": exchange with "+other, map[string][]byte{name: l.files[other]})
		}
	}
	t.Logf("outsider: %d of %d mutants noticed", noticed, tried)
}

// Insider: the same mutations by someone who holds the log's key, computes every hash again and signs. What rules, chains and digests hold is
// noticed anyway; what is not is counted here and listed in docs/evidence.md. With a checkpoint that someone kept outside, everything is.
func TestInsider(t *testing.T) {
	dir, vkey, signer := storyWithKey(t, nil)
	l := load(t, dir, vkey)
	sign := func(c ledger.Checkpoint) []byte {
		signed, err := ledger.SignCheckpoint(c, signer)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	all := mutants(l.entries)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	stride := stride(13, 97)
	kept := l.files["tiles/checkpoint"]
	tried, alone, withKept := 0, 0, 0
	missed := map[string]int{}
	for i := 0; i < len(names); i += stride {
		tried++
		change := l.rewrite(t, all[names[i]], sign)
		if r := l.verdict(t, change, verify.Options{}); r.Exit() != 0 {
			alone++
		} else {
			_, what, _ := strings.Cut(names[i], " ")
			_, what, _ = strings.Cut(what, " ")
			missed[what]++
		}
		if r := l.verdict(t, change, verify.Options{Kept: [][]byte{kept}}); r.Exit() != 0 {
			withKept++
		} else if list := all[names[i]]; len(list) != len(l.entries)+1 || string(list[len(list)-2]) != string(l.entries[len(l.entries)-1]) {
			t.Errorf("not noticed with a kept checkpoint: %s", names[i])
		} else { // the last entry twice: something was appended, and the past is what it was
			withKept++
		}
	}
	var list []string
	for what, n := range missed {
		list = append(list, fmt.Sprintf("%s (%d)", what, n))
	}
	slices.Sort(list)
	t.Logf("insider: %d of %d mutants noticed from the log alone, %d with a kept checkpoint; not noticed alone:\n  %s", alone, tried, withKept, strings.Join(list, "\n  "))
	if alone*2 < tried {
		t.Errorf("only %d of %d are noticed from the log alone", alone, tried)
	}
}
