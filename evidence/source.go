package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"filippo.io/age"

	"sallyport"
	"sallyport/ledger/tiles"
	"sallyport/recording"
	"sallyport/store/blob"
)

// Source is evidence to be verified: a bundle, packed or unpacked, or the state folder of a server. Nothing in it is believed.
type Source struct {
	Name     string    // of the file or folder
	Manifest *Manifest // nil for a state folder
	files    fs.FS
	log      string // folder of the tiles
	keys     func(sallyport.SessionID) (age.Identity, error)
	withheld map[sallyport.Digest]string
	close    func() error
}

const (
	maxSmall = 1 << 20 // checkpoint, manifest, keys
	// names inside a bundle
	manifestName = "manifest.json"
	readmeName   = "README.txt"
	logName      = "log"
	blobsName    = "blobs"
	withheldName = "withheld.jsonl"
	logKeyName   = "keys/log.vkey"
	witnessName  = "keys/witnesses.vkey"
	sessionKeys  = "keys/recordings"
)

// GuardPointer is the file of a state folder that says where its guard is, if that is not in the folder.
const GuardPointer = "guard.path"

// Open opens a bundle, the folder that one was unpacked into, or a state folder. A folder that has tiles/checkpoint is a state folder.
func Open(name string) (*Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "%q cannot be opened: %w", name, err)
	}
	if info.IsDir() {
		if files := os.DirFS(name); unpacked(files) {
			s, err := openBundle(files)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", name, err)
			}
			s.Name = name
			return s, nil
		}
		return OpenDir(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	s, err := ReadBundle(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	s.Name, s.close = name, f.Close
	return s, nil
}

// unpacked tells whether files are those of a bundle, and of no state folder.
func unpacked(files fs.FS) bool {
	has := func(name string) bool { _, err := fs.Stat(files, name); return err == nil }
	return !has("tiles/"+tiles.CheckpointName) && has(manifestName) && has(logName+"/"+tiles.CheckpointName)
}

// OpenDir reads a state folder without its database: tiles, blobs, and the key of recordings where it is there.
func OpenDir(dir string) (*Source, error) { return OpenFS(os.DirFS(dir), dir) }

// OpenFS is OpenDir for any file system.
func OpenFS(files fs.FS, dir string) (*Source, error) {
	if _, err := fs.Stat(files, "tiles/"+tiles.CheckpointName); err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "%q has no tiles/%s", dir, tiles.CheckpointName).
			WithHint("this is no state folder, or no server ever closed it: sallyport rebuild writes the tiles")
	}
	s := &Source{Name: dir, files: files, log: "tiles", close: func() error { return nil }}
	if master, err := s.read("keys/recording.key", maxSmall); err == nil {
		ring, err := recording.ParseKeyring(master)
		if err != nil {
			return nil, err
		}
		s.keys = func(id sallyport.SessionID) (age.Identity, error) { return ring.Identity(id) }
	}
	return s, nil
}

// Close closes the file.
func (s *Source) Close() error { return s.close() }

func (s *Source) read(name string, limit int64) ([]byte, error) {
	return tiles.Reader{FS: s.files}.File(name, limit)
}

// Tiles gives the entries and hashes.
func (s *Source) Tiles() (tiles.Reader, error) {
	sub, err := fs.Sub(s.files, s.log)
	return tiles.Reader{FS: sub}, err
}

// Checkpoint gives the signed checkpoint up to which there are entries.
func (s *Source) Checkpoint() ([]byte, error) {
	return s.read(s.log+"/"+tiles.CheckpointName, maxSmall)
}

// Cosigned gives the latest checkpoint with cosignatures, nil where there is none.
func (s *Source) Cosigned() []byte {
	b, err := s.read(s.log+"/"+tiles.CosignedName, maxSmall)
	if err != nil {
		return nil
	}
	return b
}

// LogKey gives the verifier key that the first entry of the source names, or "": good to say which log this claims to be, and no more.
func (s *Source) LogKey() string {
	reader, err := s.Tiles()
	if err != nil {
		return ""
	}
	for _, size := range []int64{tiles.Width, s.claimedSize()} {
		entries, err := reader.Bundle(0, size)
		if err != nil {
			continue
		}
		if _, body, err := sallyport.DecodeEntry(entries[0]); err == nil {
			if opened, ok := body.(*sallyport.LogOpened); ok {
				return opened.Key
			}
		}
	}
	return ""
}

// claimedSize is the size in the checkpoint, unverified.
func (s *Source) claimedSize() int64 {
	signed, err := s.Checkpoint()
	if err != nil {
		return 0
	}
	lines := strings.SplitN(string(signed), "\n", 3)
	if len(lines) < 3 {
		return 0
	}
	size, _ := strconv.ParseInt(lines[1], 10, 64) // 0 where it is none
	return size
}

// Blob gives the content of a blob, verified. An error of sallyport.NotFound means that it is not here, sallyport.Invalid that it was
// changed.
func (s *Source) Blob(_ context.Context, digest sallyport.Digest) ([]byte, error) {
	if !blob.ValidDigest(digest) {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is not a digest", digest)
	}
	f, err := s.files.Open(blobsName + "/" + blob.Path(digest))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "blob %q is not here", digest)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	stored, err := io.ReadAll(io.LimitReader(f, sallyport.SaltSize+blob.MaxContent+1))
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "blob %q cannot be read: %w", digest, err)
	}
	content, _, err := blob.Split(digest, stored)
	return content, err
}

// Withheld gives the declared reason why a blob is not here, or "".
func (s *Source) Withheld(digest sallyport.Digest) string { return s.withheld[digest] }

// RecordingKey gives the key of a session's recording, nil where it is not disclosed.
func (s *Source) RecordingKey(session sallyport.SessionID) age.Identity {
	if s.keys == nil {
		return nil
	}
	id, err := s.keys(session)
	if err != nil {
		return nil
	}
	return id
}

// Disclosed gives rules the blobs that are here.
func (s *Source) Disclosed(ctx context.Context) sallyport.Disclosed { return disclosed{ctx, s} }

type disclosed struct {
	ctx context.Context
	s   *Source
}

func (d disclosed) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	b, err := d.s.Blob(d.ctx, ref.Digest)
	return b, err == nil && int64(len(b)) == ref.Size
}

// Manifest says what a bundle is. It is a claim by whoever made the bundle: what can be verified is verified from the entries.
type Manifest struct {
	Version  int              `json:"v"`
	Origin   string           `json:"origin"`
	Size     int64            `json:"size"`
	Created  string           `json:"created"` // RFC 3339, UTC
	Software string           `json:"software"`
	Filter   string           `json:"filter"` // in the words of the command
	Sessions int              `json:"sessions"`
	Blobs    int64            `json:"blobs"`    // in this bundle
	Withheld map[string]int64 `json:"withheld"` // blobs left out, by reason
}

func (s *Source) loadManifest() error {
	b, err := s.read(manifestName, maxSmall)
	if err != nil {
		return sallyport.Errorf(sallyport.Invalid, "%s: %w", manifestName, err)
	}
	s.Manifest = &Manifest{}
	if err := json.Unmarshal(b, s.Manifest); err != nil {
		return sallyport.Errorf(sallyport.Invalid, "%s: %w", manifestName, err)
	}
	if s.Manifest.Version != Version {
		return sallyport.Errorf(sallyport.Invalid, "bundle version %d, want %d", s.Manifest.Version, Version)
	}
	return nil
}

// Guard gives the last acknowledged checkpoint of a state folder, nil where there is none.
func (s *Source) Guard() []byte {
	if s.Manifest != nil {
		return nil
	}
	b, err := s.read("guard", maxSmall)
	if err != nil {
		path, perr := s.read(GuardPointer, 4096)
		if perr != nil {
			return nil
		}
		if b, err = os.ReadFile(strings.TrimSpace(string(path))); err != nil {
			return nil
		}
	}
	return bytes.TrimRight(b, "\x00")
}
