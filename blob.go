package sallyport

import (
	"crypto/sha256"
	"encoding/hex"
)

// SaltSize is the length in bytes of the random salt that precedes the content of every blob.
const SaltSize = 32

// BlobRef names a blob from an entry: the SHA-256 of salt || content, and the content's size. The salt keeps a short
// text from being guessed out of a bundle that leaves its blob out.
type BlobRef struct {
	Digest Digest `json:"digest"`
	Size   int64  `json:"size"` // bytes of content, without the salt
}

// RefOf computes the reference of a blob from its salt and content.
func RefOf(salt, content []byte) BlobRef {
	h := sha256.New()
	h.Write(salt)
	h.Write(content)
	return BlobRef{Digest: Digest(hex.EncodeToString(h.Sum(nil))), Size: int64(len(content))}
}

// DigestOf is the SHA-256 of content, without salt: of what is known to others anyway, such as a list in force.
func DigestOf(content []byte) Digest {
	sum := sha256.Sum256(content)
	return Digest(hex.EncodeToString(sum[:]))
}

// Disclosed gives the blobs that whoever checks has at hand: all of them for the server, those of the bundle for an
// auditor. ok is false where a blob is withheld. The bytes are content without salt, already checked against the
// reference, and must not be changed.
type Disclosed interface {
	Blob(ref BlobRef) (content []byte, ok bool)
}
