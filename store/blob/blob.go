// Package blob keeps the texts, outputs, recordings and personal details that entries refer to by digest: each a random
// salt followed by the content, named by the SHA-256 of both. Deleting a blob takes what was said and leaves the proof that
// something was.
//
// It promises that what Get returns is what the digest names, and that a blob whose Put returned is durable. It knows nothing
// of entries and imports no database, so that a verifier can link it.
package blob

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"

	"sallyport"
)

// MaxContent bounds the content of one blob in bytes. Recordings and long outputs are cut into chunks far below it.
const MaxContent = 256 << 20

// Blobs is a place for blobs. Implementations: [Dir], [Memory].
type Blobs interface {
	// Put stores content under a fresh random salt.
	Put(ctx context.Context, content []byte) (sallyport.BlobRef, error)
	// PutSalted stores content under a given salt: for restoring and importing. Storing the same blob again is no error.
	PutSalted(ctx context.Context, salt, content []byte) (sallyport.BlobRef, error)
	// Get gives content and salt, verified. sallyport.NotFound where the blob is withheld or was deleted;
	// sallyport.Invalid where the stored bytes are not what the digest names.
	Get(ctx context.Context, digest sallyport.Digest) (content, salt []byte, err error)
	// Has tells whether the blob is there, without reading it.
	Has(ctx context.Context, digest sallyport.Digest) (bool, error)
	// Delete removes a blob; removing one that is not there is no error.
	Delete(ctx context.Context, digest sallyport.Digest) error
}

// NewSalt makes a random salt.
func NewSalt() []byte {
	salt := make([]byte, sallyport.SaltSize)
	rand.Read(salt) // never fails: see crypto/rand
	return salt
}

// ValidDigest tells whether d is 64 lower-case hexadecimal digits, and so safe in a file name.
func ValidDigest(d sallyport.Digest) bool {
	if len(d) != 64 {
		return false
	}
	for _, c := range []byte(d) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func check(salt, content []byte) error {
	if len(salt) != sallyport.SaltSize {
		return sallyport.Errorf(sallyport.Invalid, "salt is %d bytes, want %d", len(salt), sallyport.SaltSize)
	}
	if len(content) > MaxContent {
		return sallyport.Errorf(sallyport.Limited, "blob is %d bytes, more than %d", len(content), MaxContent)
	}
	return nil
}

// Split takes stored bytes apart and verifies them.
func Split(digest sallyport.Digest, stored []byte) (content, salt []byte, err error) {
	if len(stored) < sallyport.SaltSize {
		return nil, nil, sallyport.Errorf(sallyport.Invalid, "blob %s is %d bytes, less than its salt", digest, len(stored))
	}
	salt, content = stored[:sallyport.SaltSize], stored[sallyport.SaltSize:]
	if got := sallyport.RefOf(salt, content).Digest; got != digest {
		return nil, nil, sallyport.Errorf(sallyport.Invalid, "blob %s holds bytes of %s: it was changed or damaged", digest, got)
	}
	return content, salt, nil
}

// Memory keeps blobs in memory. For tests.
type Memory struct {
	mu    sync.RWMutex // protects the following
	blobs map[sallyport.Digest][]byte
}

// NewMemory makes an empty place.
func NewMemory() *Memory { return &Memory{blobs: map[sallyport.Digest][]byte{}} }

func (m *Memory) Put(ctx context.Context, content []byte) (sallyport.BlobRef, error) {
	return m.PutSalted(ctx, NewSalt(), content)
}

func (m *Memory) PutSalted(_ context.Context, salt, content []byte) (sallyport.BlobRef, error) {
	if err := check(salt, content); err != nil {
		return sallyport.BlobRef{}, err
	}
	ref := sallyport.RefOf(salt, content)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blobs[ref.Digest] = slices.Concat(salt, content)
	return ref, nil
}

func (m *Memory) Get(_ context.Context, digest sallyport.Digest) ([]byte, []byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	stored, ok := m.blobs[digest]
	if !ok {
		return nil, nil, notFound(digest)
	}
	return Split(digest, stored)
}

func (m *Memory) Has(_ context.Context, digest sallyport.Digest) (bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, ok := m.blobs[digest]
	return ok, nil
}

func (m *Memory) Delete(_ context.Context, digest sallyport.Digest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, digest)
	return nil
}

func notFound(digest sallyport.Digest) error {
	return sallyport.Errorf(sallyport.NotFound, "blob %q is not here", digest)
}

// Disclosed gives rules and verifiers the blobs of a place.
type Disclosed struct {
	Context context.Context
	Blobs   Blobs
}

// Blob implements sallyport.Disclosed. A blob that is damaged is not disclosed: whoever needs the difference asks Get.
func (d Disclosed) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	content, _, err := d.Blobs.Get(d.Context, ref.Digest)
	if err != nil || int64(len(content)) != ref.Size {
		return nil, false
	}
	return content, true
}
