package evidence

import (
	"archive/zip"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"sallyport"
	"sallyport/ledger"
	"sallyport/ledger/tiles"
	"sallyport/recording"
	"sallyport/store/blob"
)

// Export is one bundle to be made.
type Export struct {
	Ledger    Ledger
	Blobs     Blobs
	Keyring   *recording.Keyring // nil: recordings go out locked
	LogKey    string             // the log's verifier key
	Witnesses []string           // keys of the witnesses that the operator uses
	Filter    Filter
	Software  string
	Verifier  []byte                         // docs/spec/verify.py, shipped along; nil leaves it out
	Now       func() time.Time               // nil is time.Now
	Progress  func(what string, n, of int64) // called often; must be quick. nil is none
}

// Why a blob is not in a bundle.
const (
	outsideFilter = "outside of what this bundle discloses"
	gone          = "not in the store: deleted when its time was over, or lost"
)

// Write makes the bundle. It streams: memory does not grow with contents, only by about a hundred bytes for each blob that is named.
func (x *Export) Write(ctx context.Context, w io.Writer) (*Manifest, error) {
	if err := x.Filter.Valid(); err != nil {
		return nil, err
	}
	if x.Now == nil {
		x.Now = time.Now
	}
	if x.Progress == nil {
		x.Progress = func(string, int64, int64) {}
	}
	size, signed, err := x.Ledger.Head(ctx)
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, sallyport.Errorf(sallyport.NotFound, "the ledger is empty")
	}
	chosen, err := choose(ctx, x.Ledger, x.Blobs, size, &x.Filter)
	if err != nil {
		return nil, err
	}
	head, err := ledger.ParseSigned(signed)
	if err != nil {
		return nil, err
	}
	b := &bundle{x: x, zip: zip.NewWriter(w), now: x.Now().UTC(), size: size, signed: signed, chosen: chosen,
		manifest: &Manifest{Version: Version, Origin: head.Origin, Size: size, Software: x.Software, Filter: x.Filter.String(), Sessions: chosen.chosen, Withheld: map[string]int64{}}}
	b.manifest.Created = b.now.Format(time.RFC3339)
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, step := range []func(context.Context) error{b.readme, b.log, b.keys, b.blobs, b.finish} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return b.manifest, b.zip.Close()
}

// bundle is a bundle being written. Used by one goroutine.
type bundle struct {
	x        *Export
	zip      *zip.Writer
	now      time.Time
	size     int64
	signed   []byte // the checkpoint of exactly size entries, though the log may grow meanwhile
	chosen   *choice
	manifest *Manifest
	withheld []withheldLine
}

func (b *bundle) file(name string, method uint16, parts ...[]byte) error {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: b.now})
	if err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

func (b *bundle) readme(context.Context) error {
	if err := b.file(readmeName, zip.Deflate, fmt.Appendf(nil, readme, b.manifest.Origin, b.size, b.manifest.Created, b.manifest.Filter, b.x.LogKey)); err != nil {
		return err
	}
	if b.x.Verifier == nil {
		return nil
	}
	return b.file("verify.py", zip.Deflate, b.x.Verifier)
}

// log writes every entry, the tree over them, and the checkpoints.
func (b *bundle) log(ctx context.Context) error {
	err := tiles.Generate(ctx, b.x.Ledger, 0, b.size, false, func(path string, content []byte, _, _ bool) error {
		return b.file(logName+"/"+path, zip.Deflate, content)
	})
	if err != nil {
		return err
	}
	if err := b.file(logName+"/"+tiles.CheckpointName, zip.Deflate, b.signed); err != nil {
		return err
	}
	size, cosigned, err := b.x.Ledger.Cosigned(ctx, 0)
	if err != nil || size == 0 || size > b.size {
		return err
	}
	return b.file(logName+"/"+tiles.CosignedName, zip.Deflate, cosigned)
}

func (b *bundle) keys(context.Context) error {
	if err := b.file(logKeyName, zip.Deflate, []byte(b.x.LogKey+"\n")); err != nil {
		return err
	}
	if len(b.x.Witnesses) > 0 {
		var lines []byte
		for _, w := range b.x.Witnesses {
			lines = append(lines, w+"\n"...)
		}
		if err := b.file(witnessName, zip.Deflate, lines); err != nil {
			return err
		}
	}
	if b.x.Keyring == nil || slices.Contains(b.x.Filter.Without, Recordings) {
		return nil
	}
	for id, s := range b.chosen.sessions {
		if !s.chosen {
			continue
		}
		key, err := b.x.Keyring.Identity(id)
		if err != nil {
			return err
		}
		if err := b.file(sessionKeys+"/"+string(id)+".txt", zip.Deflate, []byte(key.String()+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// blobs writes what is disclosed and notes what is not.
func (b *bundle) blobs(ctx context.Context) error {
	seen := map[sallyport.Digest]bool{}
	// A blob that two entries name is disclosed if one of them is; so those that are disclosed go first.
	for _, disclosing := range []bool{true, false} {
		if !disclosing && b.chosen.all && len(b.x.Filter.Without) == 0 {
			break // nothing is withheld
		}
		err := eachEntry(ctx, b.x.Ledger, b.size, func(index int64, e sallyport.Entry, body sallyport.Body) error {
			if index%1024 == 0 {
				b.x.Progress("contents", index, b.size)
			}
			for _, ref := range Refs(body) {
				without := slices.Contains(b.x.Filter.Without, ref.Class)
				disclosed := b.chosen.discloses(e, body) && !without
				if seen[ref.Digest] || disclosed != disclosing {
					continue
				}
				seen[ref.Digest] = true
				switch {
				case disclosed:
					if err := b.blob(ctx, ref); err != nil {
						return err
					}
				case without && b.chosen.discloses(e, body):
					b.withhold(ref, fmt.Sprintf("%s left out: %s", ref.Class, b.x.Filter.Reason))
				default:
					b.withhold(ref, outsideFilter)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bundle) blob(ctx context.Context, ref Ref) error {
	content, salt, err := b.x.Blobs.Get(ctx, ref.Digest)
	if sallyport.CodeOf(err) == sallyport.NotFound {
		b.withhold(ref, gone)
		return nil
	}
	if err != nil {
		return err
	}
	method := zip.Deflate
	if ref.Class == Recordings { // encrypted: does not compress
		method = zip.Store
	}
	b.manifest.Blobs++
	return b.file(blobsName+"/"+blob.Path(ref.Digest), method, salt, content)
}

func (b *bundle) withhold(ref Ref, reason string) {
	b.manifest.Withheld[reason]++
	b.withheld = append(b.withheld, withheldLine{ref.Digest, reason})
}

func (b *bundle) finish(context.Context) error {
	if len(b.withheld) > 0 {
		w, err := b.zip.CreateHeader(&zip.FileHeader{Name: withheldName, Method: zip.Deflate, Modified: b.now})
		if err != nil {
			return err
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, l := range b.withheld {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
	}
	manifest, err := json.MarshalIndent(b.manifest, "", "  ")
	if err != nil {
		return err
	}
	return b.file(manifestName, zip.Deflate, manifest)
}

const readme = `WHAT THIS IS

This file is evidence from Sallyport, a gate through which people work on systems
that they may not touch themselves: one person proposes, another decides, the
gate carries out exactly what was decided, and writes down everything.

  Log          %s
  Entries      %d
  Made         %s
  It discloses %s

WHAT IT PROVES

Every act is one entry of a log. The log can only grow: each entry is part of a
tree of digests whose root is signed, and, where witnesses are used, was seen and
signed by others. Changing, dropping or moving a single entry changes the root.

All entries are here, from the first to the last, whatever this bundle was asked
to disclose; so nobody can leave out a whole session without it showing. Texts,
outputs, recordings and personal facts are separate files that entries name by
digest. Those that are not disclosed are listed in withheld.jsonl with the reason.

HOW TO CHECK IT

You need sallyport-verify, or python3 with verify.py, and the public key of the
log, obtained from somewhere else than this file. A machine without network will
do:

  sallyport-verify --key log.vkey THIS-FILE.zip

It computes everything again from the entries: the tree, the chain of every
session, whether each decision followed from the rules and facts of its moment,
whether what ran is what was approved, whether what the engineer saw is the
recording minus what is listed as struck out. It says what it could not check.

The key that lies in this file is the following. It is worth nothing until you
have compared it with what you were given by other means:

  %s

WHAT IS IN IT

  manifest.json      what was asked for, how much is here and how much is not
  log/               the entries and the tree, in the layout of C2SP tlog-tiles
  log/checkpoint     the signed root; log/cosigned: with signatures of witnesses
  blobs/             contents: each file is 32 random bytes, then the content; its
                     name is the SHA-256 of the whole (sha256sum shows it)
  keys/              public keys, and the keys of the recordings disclosed
  withheld.jsonl     what is not here, and why

WHAT IT DOES NOT PROVE

That the people who acted are who the operator says they are, and that facts about
them are true: the evidence shows who verified them, on what, and when. That
nothing was done past the gate: compare the target's own login records (sallyport
reconcile does). That the operator's machine showed a decider what the log says,
unless the decision carries that person's own signature.
`
