package policy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"
	"github.com/pelletier/go-toml/v2"

	"sallyport"
)

//go:embed lists/*.toml
var shippedLists embed.FS

// List is a dated country list (R5): data with a source, never a constant. A list whose members nobody confirmed is
// empty and says so; a policy must ask for state "confirmed" before it relies on one.
type List struct {
	Name      string   `toml:"name"`
	Title     string   `toml:"title"`
	Version   string   `toml:"version"` // the date as of which the members hold
	Source    string   `toml:"source"`  // citation and address of the text
	Confirmed bool     `toml:"confirmed"`
	Note      string   `toml:"note"`
	Members   []string `toml:"members"` // ISO 3166-1 alpha-2, sorted

	digest  sallyport.Digest
	lowered cedar.Record // in Cedar's terms, where ready
	ready   bool
}

// Lists are the lists in force, by name.
type Lists map[string]*List

// Digest is the SHA-256 of the file.
func (l *List) Digest() sallyport.Digest { return l.digest }

// ParseList reads a list file. The digest is that of b.
func ParseList(b []byte) (*List, error) {
	var l List
	if len(b) > maxFile {
		return nil, sallyport.Errorf(sallyport.Limited, "list is %d bytes, more than %d", len(b), maxFile)
	}
	if err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(&l); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "list: %v", err)
	}
	sum := sha256.Sum256(b)
	l.digest = sallyport.Digest(hex.EncodeToString(sum[:]))
	if err := l.validate(); err != nil {
		return nil, err
	}
	l.lowered, l.ready = l.record(), true
	return &l, nil
}

func (l *List) validate() error {
	bad := func(format string, args ...any) error {
		return sallyport.Errorf(sallyport.Invalid, "list %q: "+format, append([]any{l.Name}, args...)...)
	}
	if !namePattern.MatchString(l.Name) {
		return bad("the name is not 1 to 40 lower-case letters, digits and dashes")
	}
	if !versionPattern.MatchString(l.Version) {
		return bad("version %q is not a date such as 2026-11-21", l.Version)
	}
	if _, err := time.Parse(time.DateOnly, l.Version[:10]); err != nil {
		return bad("version %q is not a date", l.Version)
	}
	if l.Title == "" || l.Source == "" {
		return bad("title or source is missing")
	}
	for i, c := range l.Members {
		if !sallyport.ValidCountry(c) {
			return bad("member %q is not an ISO 3166-1 alpha-2 code", c)
		}
		if i > 0 && c <= l.Members[i-1] {
			return bad("members are not sorted and unique: %q after %q", c, l.Members[i-1])
		}
	}
	if !l.Confirmed && len(l.Members) > 0 {
		return bad("has %d members and is not confirmed", len(l.Members))
	}
	if l.Confirmed && len(l.Members) == 0 {
		return bad("is confirmed and has no members")
	}
	return nil
}

func (l *List) state() string {
	switch {
	case l == nil:
		return "absent"
	case l.Confirmed:
		return "confirmed"
	}
	return "unconfirmed"
}

// ShippedLists reads the lists that come with the program.
func ShippedLists() (Lists, error) {
	names, err := fs.Glob(shippedLists, "lists/*.toml")
	if err != nil {
		return nil, err
	}
	out := Lists{}
	for _, name := range names {
		b, err := shippedLists.ReadFile(name)
		if err != nil {
			return nil, err
		}
		l, err := ParseList(b)
		if err != nil {
			return nil, err
		}
		if want := strings.TrimSuffix(strings.TrimPrefix(name, "lists/"), ".toml"); l.Name != want {
			return nil, sallyport.Errorf(sallyport.Internal, "list %q is in file %q", l.Name, name)
		}
		out[l.Name] = l
	}
	return out, nil
}

// ShippedList gives the file of a shipped list, for a ListSet entry.
func ShippedList(name string) ([]byte, error) {
	if !namePattern.MatchString(name) {
		return nil, sallyport.Errorf(sallyport.NotFound, "there is no list %q", name)
	}
	b, err := shippedLists.ReadFile("lists/" + name + ".toml")
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "there is no shipped list %q", name)
	}
	return b, nil
}

// Names lists the names, sorted.
func (ls Lists) Names() []string {
	var out []string
	for name := range ls {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
