package change

import "time"

// Commit is one commit of one repository, with everybody it names.
type Commit struct {
	Repo    string   `json:"repo"` // the repository's name in the workspace
	Hash    string   `json:"hash"` // full lowercase hex
	Tree    string   `json:"tree"` // full lowercase hex
	Parents []string `json:"parents"`
	// Missing are the parents that are not in the captured repository (shallow boundary, lost object). They are also in Parents.
	Missing []string `json:"missing,omitempty"`

	Author    Person    `json:"author"`
	Committer Person    `json:"committer"`
	Trailers  []Trailer `json:"trailers,omitempty"` // in order of appearance; only those that name somebody
	Signature Signature `json:"signature"`
	Pusher    string    `json:"pusher,omitempty"` // from a push log, when one was given
	Message   string    `json:"message"`          // as stored, subject first; invalid UTF-8 is kept

	// Order is the position in a topological order of the repository, parents first, from 0.
	Order int `json:"order"`
	// Roles say in which ways members of the set are named. Empty: the commit is out of scope, or in scope by Evil only.
	Roles []Role `json:"roles,omitempty"`
	// InScope is true if a member has a role, or if the commit is a merge with lines of neither parent.
	InScope bool `json:"inScope"`
	// Evil is true for a merge that holds lines that none of its parents has.
	Evil bool `json:"evil,omitempty"`
}

// Merge reports whether c has more than one parent.
func (c *Commit) Merge() bool { return len(c.Parents) > 1 }

// Subject is the first line of the message.
func (c *Commit) Subject() string {
	for i := range len(c.Message) {
		if c.Message[i] == '\n' {
			return c.Message[:i]
		}
	}
	return c.Message
}

// Person is an identity as a commit states it. Nothing vouches for it.
type Person struct {
	Name  string    `json:"name"`
	Email string    `json:"email"` // as written; compare with scope's folding, never directly
	Time  time.Time `json:"time"`  // with the zone as written; zero if it cannot be read
}

// Trailer is a "Key: Name <mail>" line of a message.
type Trailer struct {
	Key   string `json:"key"` // as written, such as Co-authored-by
	Value string `json:"value"`
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
}

// SignatureState says what is known of a commit's signature.
type SignatureState string

const (
	Unsigned   SignatureState = "none"       // the commit carries no signature
	Verified   SignatureState = "verified"   // it verifies against the key that it names (whose key that is, is another question)
	Unverified SignatureState = "unverified" // it names a key that we do not have or a scheme we do not check
	Broken     SignatureState = "broken"     // it does not verify, or cannot be read
)

// Signature is the signature in a commit's header.
type Signature struct {
	State  SignatureState `json:"state"`
	Scheme string         `json:"scheme,omitempty"` // ssh, openpgp, x509
	Key    string         `json:"key,omitempty"`    // "SHA256:..." for ssh; upper-case hex fingerprint or key id for openpgp
}

// Role is one way in which a member of the set is named in a commit.
type Role struct {
	Kind   string `json:"role"`             // author, committer, co-author, trailer, signer, pusher
	Member string `json:"member,omitempty"` // the member's label in the set
	Via    string `json:"via,omitempty"`    // the identity that matched, as the set writes it: "email:a@b.example"
	// Detail says what was matched if it differs from Via: the trailer's key, or the mapping (mailmap, alias) that led there.
	Detail string `json:"detail,omitempty"`
}
