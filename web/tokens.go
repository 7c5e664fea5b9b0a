package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"sallyport"
)

// tokenPrefix makes a leaked token easy to recognise.
const tokenPrefix = "sallyport_"

// maxTokenFile bounds the file of tokens, in bytes.
const maxTokenFile = 1 << 20

// Tokens is the file of API tokens in the server's state folder: the SHA-256 of each token, whom it speaks for and until
// when. Whoever may write that folder may speak for anyone; nobody else can. The file is read again when it changes, so
// that a token made or removed beside a running server counts at once.
type Tokens struct {
	path string

	mu     sync.Mutex // guards what follows
	stamp  time.Time
	size   int64
	tokens []token
}

type token struct {
	Hash   string             `json:"hash"`
	Person sallyport.PersonID `json:"person"`
	Until  time.Time          `json:"until"`
}

// OpenTokens names the file. It need not exist yet.
func OpenTokens(path string) *Tokens { return &Tokens{path: path} }

// Add makes a token for person, good until until, and writes its hash to the file. The token itself is in the answer alone.
func (t *Tokens) Add(person sallyport.PersonID, until time.Time) (sallyport.Secret, error) {
	if !sallyport.ValidID(string(person)) {
		return sallyport.Secret{}, sallyport.Errorf(sallyport.Invalid, "person %q is not an identifier", person)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.read(); err != nil {
		return sallyport.Secret{}, err
	}
	var raw [32]byte
	rand.Read(raw[:])
	text := tokenPrefix + base64.RawURLEncoding.EncodeToString(raw[:])
	sum := sha256.Sum256([]byte(text))
	all := append(t.tokens[:len(t.tokens):len(t.tokens)], token{Hash: hex.EncodeToString(sum[:]), Person: person, Until: until.UTC()})
	if err := t.write(all); err != nil {
		return sallyport.Secret{}, err
	}
	return sallyport.NewSecret([]byte(text)), nil
}

// RemoveAll takes back every token of person and says how many there were.
func (t *Tokens) RemoveAll(person sallyport.PersonID) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.read(); err != nil {
		return 0, err
	}
	var keep []token
	for _, k := range t.tokens {
		if k.Person != person {
			keep = append(keep, k)
		}
	}
	n := len(t.tokens) - len(keep)
	if n == 0 {
		return 0, nil
	}
	return n, t.write(keep)
}

// Person finds whom a token speaks for.
func (t *Tokens) Person(text string, now time.Time) (sallyport.PersonID, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.read(); err != nil {
		return "", false, err
	}
	sum := sha256.Sum256([]byte(text))
	want := hex.EncodeToString(sum[:]) // a hash of 256 random bits: comparing it needs no constant time
	for _, k := range t.tokens {
		if k.Hash == want && now.Before(k.Until) {
			return k.Person, true, nil
		}
	}
	return "", false, nil
}

// read loads the file if it changed. The caller holds mu.
func (t *Tokens) read() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.tokens, t.stamp, t.size = nil, time.Time{}, 0
		return nil
	}
	if err != nil {
		return fmt.Errorf("API tokens: %w", err)
	}
	if info.ModTime().Equal(t.stamp) && info.Size() == t.size {
		return nil
	}
	if info.Size() > maxTokenFile {
		return sallyport.Errorf(sallyport.Limited, "file of API tokens %q is %d bytes, more than %d", t.path, info.Size(), maxTokenFile)
	}
	body, err := os.ReadFile(t.path)
	if err != nil {
		return fmt.Errorf("API tokens: %w", err)
	}
	var all []token
	if err := sallyport.DecodeJSON(body, &all); err != nil {
		return fmt.Errorf("API tokens %q: %w", t.path, err)
	}
	t.tokens, t.stamp, t.size = all, info.ModTime(), info.Size()
	return nil
}

// write replaces the file. The caller holds mu. Two programs that add at the same moment may lose one addition: this is
// an administrator's tool, used by hand.
func (t *Tokens) write(all []token) error {
	body, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(t.path), ".tokens-*") // mode 0600
	if err != nil {
		return fmt.Errorf("API tokens: %w", err)
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(append(body, '\n')); err == nil {
		err = tmp.Sync()
	}
	if err2 := tmp.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(tmp.Name(), t.path)
	}
	if err != nil {
		return fmt.Errorf("API tokens: %w", err)
	}
	t.tokens, t.stamp, t.size = all, time.Time{}, 0
	return nil
}
