package review

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"sallyport"
	"sallyport/codeaudit/rank"
)

// Disposition is what a reviewer says of an item. The words are those of the review of 435 kernel commits in 2021, plus
// suspicious, which that one did not need to keep apart.
type Disposition string

const (
	Benign          Disposition = "benign"            // does what it says and no harm
	NeedsFix        Disposition = "needs-fix"         // wrong, and nothing says that it was meant to be
	Suspicious      Disposition = "suspicious"        // wrong or hidden in a way that somebody must look into
	AlreadyRemoved  Disposition = "already-removed"   // was harmful or unclear, and is in no branch that is used
	NoLongerMatters Disposition = "no-longer-matters" // what it was part of is gone
	CannotTell      Disposition = "cannot-tell"       // blameless: somebody else must look
)

// Dispositions in the order in which they are offered.
var Dispositions = []Disposition{Benign, NeedsFix, Suspicious, AlreadyRemoved, NoLongerMatters, CannotTell}

// NeedsNote tells that a disposition says nothing without a reason.
func (d Disposition) NeedsNote() bool {
	return d == NeedsFix || d == Suspicious || d == CannotTell
}

// Alarms tells that a disposition says that something is wrong.
func (d Disposition) Alarms() bool { return d == NeedsFix || d == Suspicious }

// Decision is one line of the record.
type Decision struct {
	Item        string      `json:"item"`
	Disposition Disposition `json:"disposition"`
	Reviewer    string      `json:"reviewer"` // Name <mail>
	Time        time.Time   `json:"time"`     // UTC
	Seconds     int         `json:"seconds,omitempty"`
	Note        string      `json:"note,omitempty"`
	Digest      string      `json:"digest"`         // of the item as it was shown
	Via         string      `json:"via"`            // terminal; terminal, blind; or csv
	Previous    string      `json:"previous"`       // SHA-256 of the line before, hex; "" for the first
	Rank        int         `json:"rank,omitempty"` // as it was then
}

// maxNote bounds a note, in bytes.
const maxNote = 4096

// ParseReviewer reads "Name <mail>" or a bare address.
func ParseReviewer(text string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(text))
	if err != nil {
		return "", sallyport.Errorf(sallyport.Invalid, "reviewer %q is not a name with an address", text).
			WithHint("use --reviewer 'Name <mail@example.org>', or set SALLYPORT_REVIEWER")
	}
	if a.Name == "" {
		return "<" + strings.ToLower(a.Address) + ">", nil
	}
	return a.Name + " <" + strings.ToLower(a.Address) + ">", nil
}

// Address is the address of a reviewer as ParseReviewer returned it. People are told apart by it.
func Address(reviewer string) string {
	a, err := mail.ParseAddress(reviewer)
	if err != nil {
		return strings.ToLower(strings.TrimSpace(reviewer))
	}
	return strings.ToLower(a.Address)
}

// May says why a reviewer must not decide about an item, or nil. members are the labels of the set under which the reviewer is
// known, if they are in it: a member reviews nothing in which any of their identities is named.
func May(it *rank.Item, reviewer string, members []string) error {
	address := Address(reviewer)
	own := slices.Contains(it.Involved, address)
	for _, m := range members {
		own = own || slices.Contains(it.By, m)
	}
	if own {
		return sallyport.Errorf(sallyport.Forbidden, "%s is named in commit %.12s and does not review it", address, it.Commit).
			WithHint("leave item %s to somebody else", it.ID)
	}
	return nil
}

// check refuses a decision that says too little.
func (d *Decision) check() error {
	if !slices.Contains(Dispositions, d.Disposition) {
		return sallyport.Errorf(sallyport.Invalid, "disposition %q of item %s is not one of %s", d.Disposition, d.Item, list(Dispositions))
	}
	if d.Note = strings.TrimSpace(d.Note); d.Note == "" && d.Disposition.NeedsNote() {
		return sallyport.Errorf(sallyport.Invalid, "%q needs a note that says why (item %s)", d.Disposition, d.Item)
	}
	if len(d.Note) > maxNote {
		return sallyport.Errorf(sallyport.Limited, "the note of item %s has %d bytes, the limit is %d", d.Item, len(d.Note), maxNote)
	}
	return nil
}

func list(ds []Disposition) string {
	words := make([]string, len(ds))
	for i, d := range ds {
		words[i] = string(d)
	}
	return strings.Join(words, ", ")
}
