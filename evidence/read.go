package evidence

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"

	"sallyport"
	"sallyport/store/blob"
)

// Version of the bundle layout of docs/spec/bundle.md.
const Version = 1

// Limits of a bundle.
const (
	maxFiles    = 8 << 20
	maxWithheld = 4 << 20
	maxReasons  = 256
)

// ReadBundle opens a bundle of size bytes. It refuses archives that are built to mislead or to exhaust: names that climb or repeat,
// unknown places, entries that overlap. Single files are bounded when they are read.
func ReadBundle(r io.ReaderAt, size int64) (*Source, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "not a zip file: %w", err)
	}
	if len(z.File) > maxFiles {
		return nil, sallyport.Errorf(sallyport.Limited, "bundle has %d files, more than %d", len(z.File), maxFiles)
	}
	names := make(map[string]bool, len(z.File))
	var packed uint64
	for _, f := range z.File {
		switch {
		case !fs.ValidPath(f.Name) || strings.Contains(f.Name, `\`):
			return nil, sallyport.Errorf(sallyport.Invalid, "bundle has a file named %q", f.Name)
		case names[f.Name]:
			return nil, sallyport.Errorf(sallyport.Invalid, "bundle has two files named %q", f.Name)
		case f.Mode()&fs.ModeType != 0:
			return nil, sallyport.Errorf(sallyport.Invalid, "%q in the bundle is no regular file", f.Name)
		case !known(f.Name):
			return nil, sallyport.Errorf(sallyport.Invalid, "bundle has a file %q that does not belong there", f.Name)
		}
		names[f.Name] = true
		packed += min(f.CompressedSize64, uint64(size)+1) // cannot wrap
		if packed > uint64(size) {
			return nil, sallyport.Errorf(sallyport.Invalid, "files of the bundle overlap: more bytes inside than it has")
		}
	}
	return openBundle(z)
}

// openBundle reads what a bundle, whose names are in order, says about itself.
func openBundle(files fs.FS) (*Source, error) {
	s := &Source{files: files, log: logName, withheld: map[sallyport.Digest]string{}, close: func() error { return nil }}
	if err := s.loadManifest(); err != nil {
		return nil, err
	}
	if err := s.loadWithheld(); err != nil {
		return nil, err
	}
	s.keys = s.sessionKey
	return s, nil
}

// known tells whether a name is one of those that docs/spec/bundle.md lists.
func known(name string) bool {
	switch name {
	case manifestName, readmeName, withheldName, logKeyName, witnessName, "verify.py":
		return true
	}
	return strings.HasPrefix(name, logName+"/") || strings.HasPrefix(name, blobsName+"/") || strings.HasPrefix(name, sessionKeys+"/")
}

// withheldLine is one line of withheld.jsonl.
type withheldLine struct {
	Digest sallyport.Digest `json:"digest"`
	Reason string           `json:"reason"`
}

func (s *Source) loadWithheld() error {
	f, err := s.files.Open(withheldName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	reasons := map[string]string{} // one copy of each
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l withheldLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || !blob.ValidDigest(l.Digest) || l.Reason == "" {
			return sallyport.Errorf(sallyport.Invalid, "%s line %d is %.200q", withheldName, len(s.withheld)+1, lines.Text())
		}
		reason, ok := reasons[l.Reason]
		if !ok {
			reason = l.Reason
			reasons[reason] = reason
		}
		s.withheld[l.Digest] = reason
		if len(s.withheld) > maxWithheld || len(reasons) > maxReasons {
			return sallyport.Errorf(sallyport.Limited, "%s has more than %d lines or %d reasons", withheldName, maxWithheld, maxReasons)
		}
	}
	if err := lines.Err(); err != nil {
		return sallyport.Errorf(sallyport.Invalid, "%s: %w", withheldName, err)
	}
	return nil
}

// sessionKey reads the disclosed key of one session's recording.
func (s *Source) sessionKey(session sallyport.SessionID) (age.Identity, error) {
	if !sallyport.ValidID(string(session)) {
		return nil, sallyport.Errorf(sallyport.Invalid, "%q is no session", session)
	}
	b, err := s.read(sessionKeys+"/"+string(session)+".txt", 4096)
	if err != nil {
		return nil, err
	}
	return age.ParseX25519Identity(strings.TrimSpace(string(b)))
}
