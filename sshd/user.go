package sshd

import (
	"strings"

	"sallyport"
)

// User is what an SSH user name selects. The grammar, see docs/ssh.md:
//
//	name   = ticket [ "+" target ] | person "+" ticket "+" target
//
// A name that is no ticket of the person's, such as the local account name that ssh sends by itself, selects nothing.
// The person is known by their key in any case; naming one who is not the key's owner is refused.
type User struct {
	Person sallyport.PersonID
	Ticket sallyport.TicketID
	Target sallyport.TargetID
}

// ParseUser reads a user name.
func ParseUser(s string) (User, error) {
	parts := strings.Split(s, "+")
	for _, p := range parts {
		if !sallyport.ValidID(p) {
			return User{}, sallyport.Errorf(sallyport.Invalid, "user name %.80q cannot be read", s).WithHint("use TICKET, TICKET+TARGET or PERSON+TICKET+TARGET")
		}
	}
	switch len(parts) {
	case 1:
		return User{Ticket: sallyport.TicketID(parts[0])}, nil
	case 2:
		return User{Ticket: sallyport.TicketID(parts[0]), Target: sallyport.TargetID(parts[1])}, nil
	case 3:
		return User{Person: sallyport.PersonID(parts[0]), Ticket: sallyport.TicketID(parts[1]), Target: sallyport.TargetID(parts[2])}, nil
	}
	return User{}, sallyport.Errorf(sallyport.Invalid, "user name %.80q has %d parts", s, len(parts)).WithHint("use TICKET, TICKET+TARGET or PERSON+TICKET+TARGET")
}
