package scope

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"sallyport"
	"sallyport/codeaudit/git"
)

// Set is the people an audit covers, as identities.
type Set struct {
	Members []Member `json:"members"`
	// Digest is the SHA-256 of the file, "sha256:..." .
	Digest string `json:"digest"`
	// Signer is the fingerprint of the key that signed the file, or "" if it is unsigned. Whose key it is, is for the reader to know.
	Signer string `json:"signer,omitempty"`
}

// Member is one person of the set, or whatever the organisation counts as one.
type Member struct {
	Label      string     `json:"person"` // shown, never matched
	Identities []Identity `json:"identities"`
	Facts      []Fact     `json:"facts,omitempty"`
}

// Identity is something by which a member appears in a repository.
type Identity struct {
	Kind  string `json:"kind"`  // email, account, key, session
	Value string `json:"value"` // folded: what is compared
}

func (i Identity) String() string { return i.Kind + ":" + i.Value }

// Fact is why a member is on the set. Empty fields were not given.
type Fact struct {
	Fact     string `json:"fact,omitempty"` // such as "employed by X"
	Reason   string `json:"reason,omitempty"`
	Evidence string `json:"evidence,omitempty"` // where it is recorded
	Verifier string `json:"verifier,omitempty"`
	From     string `json:"from,omitempty"` // RFC 3339 date or time; "" is open
	To       string `json:"to,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Limits of a set file.
const (
	maxSetFile = 32 << 20
	maxMembers = 200_000
	maxField   = 4096
)

// Parse reads a set from a CSV or JSON file. sig is the content of a detached OpenSSH signature of the file (namespace
// "sallyport-set"), or nil for an unsigned set; a signature that does not verify is an error.
func Parse(data, sig []byte) (*Set, error) {
	if len(data) > maxSetFile {
		return nil, sallyport.Errorf(sallyport.Limited, "the set has %d bytes, more than %d", len(data), maxSetFile)
	}
	sum := sha256.Sum256(data)
	set := &Set{Digest: "sha256:" + hex.EncodeToString(sum[:])}
	if sig != nil {
		signer, err := git.VerifySSH(sig, data, "sallyport-set")
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "the signature of the set is not good: %v", err).
				WithHint("sign it anew with: ssh-keygen -Y sign -n sallyport-set -f KEY FILE; or remove the signature to use it unsigned")
		}
		set.Signer = signer
	}
	text := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		return nil, sallyport.Errorf(sallyport.Invalid, "the set is not UTF-8").WithHint("save it as UTF-8")
	}
	var err error
	b := builder{index: map[string]int{}}
	if t := bytes.TrimSpace(text); len(t) > 0 && (t[0] == '{' || t[0] == '[') {
		err = b.json(t)
	} else {
		err = b.csv(text)
	}
	if err != nil {
		return nil, err
	}
	set.Members = b.members
	if len(set.Members) == 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "the set names nobody")
	}
	return set, nil
}

// builder gathers rows into members.
type builder struct {
	members []Member
	index   map[string]int // by label
}

// add adds a row: identities and fact of a member. where names the row in errors.
func (b *builder) add(where, label string, ids []Identity, fact Fact) error {
	if len(ids) == 0 {
		return sallyport.Errorf(sallyport.Invalid, "%s has no identity", where).
			WithHint("give an e-mail, account, key or session id; a person's name is no identity")
	}
	for _, d := range []string{fact.From, fact.To} {
		if _, err := parseDate(d); err != nil {
			return sallyport.Errorf(sallyport.Invalid, "%s: %q is not a date", where, d).WithHint("write 2024-03-29 or 2024-03-29T16:00:00Z")
		}
	}
	if label == "" {
		label = ids[0].String()
	}
	at, ok := b.index[label]
	if !ok {
		if len(b.members) == maxMembers {
			return sallyport.Errorf(sallyport.Limited, "more than %d people", maxMembers)
		}
		at = len(b.members)
		b.index[label] = at
		b.members = append(b.members, Member{Label: label})
	}
	m := &b.members[at]
	for _, id := range ids {
		if !m.has(id) {
			m.Identities = append(m.Identities, id)
		}
	}
	if fact != (Fact{}) {
		m.Facts = append(m.Facts, fact)
	}
	return nil
}

func (m *Member) has(id Identity) bool {
	for _, have := range m.Identities {
		if have == id {
			return true
		}
	}
	return false
}

// identity folds a value of a kind; kind "" is worked out from the value's form.
func identity(kind, value string) (Identity, error) {
	v := strings.TrimSpace(value)
	if left, right := strings.IndexByte(v, '<'), strings.LastIndexByte(v, '>'); left >= 0 && right > left {
		v = strings.TrimSpace(v[left+1 : right]) // "Name <mail>"
	}
	bad := func(why string) (Identity, error) {
		return Identity{}, sallyport.Errorf(sallyport.Invalid, "%q is not an identity: %s", value, why).
			WithHint("write an e-mail, account:NAME, key:SHA256:... or session:ID")
	}
	if kind == "" {
		kind, v = kindOf(v)
	}
	switch strings.ToLower(kind) {
	case "email", "e-mail", "mail":
		v = FoldEmail(v)
		if at := strings.IndexByte(v, '@'); at < 1 || at == len(v)-1 || strings.ContainsAny(v, " \t,;") {
			return bad("no e-mail address")
		}
		return Identity{"email", v}, nil
	case "account", "login", "username":
		v = strings.ToLower(v)
		for _, forge := range []string{"github:", "gitlab:", "@"} {
			v = strings.TrimPrefix(v, forge)
		}
		if v == "" || strings.ContainsAny(v, " \t@:,") {
			return bad("no account; a person's name does not identify them")
		}
		return Identity{"account", v}, nil
	case "key", "fingerprint":
		if strings.HasPrefix(v, "SHA256:") {
			return Identity{"key", v}, nil
		}
		v = strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(v), "0x"), " ", ""))
		if len(v) < 16 || strings.Trim(v, "0123456789ABCDEF") != "" {
			return bad("no key: SHA256:... of an SSH key, or at least 16 hex digits of an OpenPGP one")
		}
		return Identity{"key", v}, nil
	case "session":
		if len(v) < 6 || strings.ContainsAny(v, " \t") {
			return bad("no session id: at least six characters without spaces")
		}
		return Identity{"session", v}, nil
	}
	return Identity{}, sallyport.Errorf(sallyport.Invalid, "%q is not a kind of identity", kind).WithHint("email, account, key or session")
}

// kindOf tells the kind of an identity from a prefix or its form.
func kindOf(v string) (kind, value string) {
	for _, k := range []string{"email", "account", "key", "session"} {
		if rest, ok := strings.CutPrefix(v, k+":"); ok {
			return k, strings.TrimSpace(rest)
		}
	}
	switch {
	case strings.HasPrefix(v, "SHA256:"):
		return "key", v
	case strings.IndexByte(v, '@') > 0:
		return "email", v
	case (len(v) == 16 || len(v) == 40) && strings.Trim(strings.ToUpper(v), "0123456789ABCDEF") == "":
		return "key", v
	}
	return "account", v
}

// FoldEmail is the form in which addresses are compared: ASCII letters lowered, spaces and angle brackets around it removed.
// Nothing else: dots and plus signs make other addresses.
func FoldEmail(s string) string {
	s = strings.Trim(s, " \t\r\n<>")
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

func parseDate(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, s)
}

// Summary is one line about the set.
func (s *Set) Summary() string {
	kinds := map[string]int{}
	for _, m := range s.Members {
		for _, id := range m.Identities {
			kinds[id.Kind]++
		}
	}
	var parts []string
	for k, n := range kinds {
		parts = append(parts, fmt.Sprintf("%d %s", n, k))
	}
	sort.Strings(parts)
	signed := "UNSIGNED"
	if s.Signer != "" {
		signed = "signed by " + s.Signer
	}
	return fmt.Sprintf("%d people (%s), %s, %s", len(s.Members), strings.Join(parts, ", "), signed, s.Digest)
}
