package sallyport

import "time"

// PersonAdded makes a person known. Who they are is in the blob: a PersonDetails.
type PersonAdded struct {
	Person  PersonID `json:"person"`
	Details BlobRef  `json:"details"`
}

// PersonDetails is the blob of PersonAdded and PersonChanged. It holds what people call each other by and how to reach them, and
// nothing from which a fact is ever derived.
type PersonDetails struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

// PersonChanged replaces the details.
type PersonChanged struct {
	Person  PersonID `json:"person"`
	Details BlobRef  `json:"details"`
}

// FactRecorded records a verified fact (R6, R7, R10). The value and its evidence are in the blob: a Fact. A later entry of the same
// person and name replaces it from then on; nothing is overwritten, and "as of" any entry can be asked.
type FactRecorded struct {
	Person PersonID   `json:"person"`
	Name   string     `json:"name"`
	Fact   BlobRef    `json:"fact"`
	Until  *time.Time `json:"until,omitempty"` // expiry; the fact is Expired from this moment on
	// SelfAsserted marks what a lone administrator says of themselves: accepted only by profiles that say so.
	SelfAsserted bool `json:"selfAsserted,omitempty"`
}

// FactVouched adds a second person's word to a fact.
type FactVouched struct {
	Person PersonID `json:"person"`
	Name   string   `json:"name"`
	Fact   Digest   `json:"fact"` // digest of the fact's blob
}

// FactWithdrawn makes a fact unknown again.
type FactWithdrawn struct {
	Person PersonID `json:"person"`
	Name   string   `json:"name"`
	Reason string   `json:"reason"`
}

// KeyEnrolled binds a public key to a person; By is the voucher (R49). A passkey was offered before, by its person: see KeyOffered.
type KeyEnrolled struct {
	Person  PersonID   `json:"person"`
	Key     KeyID      `json:"key"`    // SHA256:... fingerprint for SSH, passkey-SHA256:... for passkeys
	Form    string     `json:"form"`   // "ssh" or "webauthn"
	Public  string     `json:"public"` // authorized_keys form, or base64 COSE key
	Use     []string   `json:"use"`    // "signin", "sign"
	Until   *time.Time `json:"until,omitempty"`
	Passkey *Passkey   `json:"passkey,omitempty"` // of form webauthn
}

// Passkey says which credential a passkey is and of which site: what every assertion by it must carry.
type Passkey struct {
	Credential []byte `json:"credential"` // as the authenticator named it, at most 1,023 bytes (WebAuthn 4)
	RPID       string `json:"rpId"`       // host name of the console
	Origin     string `json:"origin"`     // scheme, host and port of the console
}

// KeyOffered says that a person made a passkey in their browser, and proves that they hold it: the signature is the passkey's own. It is
// good for nothing until somebody else vouches for it with KeyEnrolled, within OfferLife.
type KeyOffered struct {
	Key       KeyID   `json:"key"`
	Public    string  `json:"public"` // base64 COSE key
	Passkey   Passkey `json:"passkey"`
	Signature *Signed `json:"signature,omitempty"`
}

// Limits of offers.
const (
	OfferLife = 24 * time.Hour
	MaxOffers = 8 // of one person at a time
)

// KeyRetired ends a key.
type KeyRetired struct {
	Key    KeyID  `json:"key"`
	Reason string `json:"reason"`
}

// RoleAssigned gives a role on a system, or on every system with "*".
type RoleAssigned struct {
	Person PersonID   `json:"person"`
	Role   Role       `json:"role"`
	System SystemID   `json:"system"`
	Until  *time.Time `json:"until,omitempty"`
}

// RoleWithdrawn takes it away.
type RoleWithdrawn struct {
	Person PersonID `json:"person"`
	Role   Role     `json:"role"`
	System SystemID `json:"system"`
}

// SignedIn says that a person came in through a door.
type SignedIn struct {
	Door string  `json:"door"` // "ssh" or "web"
	Key  KeyID   `json:"key,omitempty"`
	From BlobRef `json:"from"` // the network address, as text
}

func (PersonAdded) Kind() Kind   { return "person.added" }
func (PersonChanged) Kind() Kind { return "person.changed" }
func (FactRecorded) Kind() Kind  { return "fact.recorded" }
func (FactVouched) Kind() Kind   { return "fact.vouched" }
func (FactWithdrawn) Kind() Kind { return "fact.withdrawn" }
func (KeyEnrolled) Kind() Kind   { return "key.enrolled" }
func (KeyOffered) Kind() Kind    { return "key.offered" }
func (KeyRetired) Kind() Kind    { return "key.retired" }
func (RoleAssigned) Kind() Kind  { return "role.assigned" }
func (RoleWithdrawn) Kind() Kind { return "role.withdrawn" }
func (SignedIn) Kind() Kind      { return "person.signedin" }
