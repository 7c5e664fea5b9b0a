package evidence

import (
	"context"

	"sallyport"
	"sallyport/ledger"
)

// Ledger is what evidence is made from: ledger.Store has it.
type Ledger interface {
	Entries(ctx context.Context, from, to int64) ([][]byte, error)
	Hashes(ctx context.Context, indexes []int64) ([]ledger.Hash, error)
	Head(ctx context.Context) (size int64, checkpoint []byte, err error)
	Cosigned(ctx context.Context, from int64) (size int64, signed []byte, err error)
}

// Blobs is where contents come from: blob.Blobs has it.
type Blobs interface {
	Get(ctx context.Context, digest sallyport.Digest) (content, salt []byte, err error)
}

// choice says which sessions a filter chose, and with them which systems, people and tickets.
type choice struct {
	all      bool
	sessions map[sallyport.SessionID]*session
	people   map[sallyport.PersonID]bool
	systems  map[sallyport.SystemID]bool
	tickets  map[sallyport.TicketID]bool
	chosen   int
}

// choose goes through the entries once and applies the filter to sessions.
func choose(ctx context.Context, from Ledger, blobs Blobs, size int64, f *Filter) (*choice, error) {
	c := &choice{all: f.All(), sessions: map[sallyport.SessionID]*session{}, people: map[sallyport.PersonID]bool{},
		systems: map[sallyport.SystemID]bool{}, tickets: map[sallyport.TicketID]bool{}}
	var who population
	err := eachEntry(ctx, from, size, func(_ int64, e sallyport.Entry, body sallyport.Body) error {
		s := c.sessions[e.Session]
		switch b := body.(type) {
		case *sallyport.SessionRequested:
			s = &session{id: e.Session, ticket: b.Ticket, system: b.System, engineer: b.Engineer, people: map[sallyport.PersonID]bool{b.Engineer: true}, from: e.Time}
			c.sessions[e.Session] = s
			if b.Location != nil {
				who.read(ctx, blobs, b.Engineer, *b.Location)
			}
		case *sallyport.SessionEnded, *sallyport.SessionRefused:
			if s != nil {
				s.to = e.Time
			}
		case *sallyport.FactRecorded:
			who.read(ctx, blobs, b.Person, b.Fact)
		}
		if s != nil && e.By != sallyport.Gateway {
			s.people[e.By] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range c.sessions {
		if s.chosen = f.matches(s, &who); !s.chosen {
			continue
		}
		c.chosen++
		c.systems[s.system], c.tickets[s.ticket] = true, true
		for p := range s.people {
			c.people[p] = true
		}
	}
	for _, p := range f.People {
		c.people[sallyport.PersonID(p)] = true
	}
	return c, nil
}

// read takes in a fact where it is disclosed; one that was deleted says nothing any more.
func (p *population) read(ctx context.Context, blobs Blobs, person sallyport.PersonID, ref sallyport.BlobRef) {
	content, _, err := blobs.Get(ctx, ref.Digest)
	if err != nil {
		return
	}
	if fact, err := sallyport.DecodeFact(content); err == nil {
		p.fact(person, &fact)
	}
}

// discloses tells whether the contents of an entry belong to what was chosen. Facts and details are needed of everyone who took part:
// without them no decision can be judged again.
func (c *choice) discloses(e sallyport.Entry, body sallyport.Body) bool {
	if c.all {
		return true
	}
	if e.Session != "" {
		s := c.sessions[e.Session]
		return s != nil && s.chosen
	}
	switch b := body.(type) {
	case *sallyport.PolicySet, *sallyport.ListSet, *sallyport.NetworksSet:
		return true
	case *sallyport.PersonAdded:
		return c.people[b.Person]
	case *sallyport.PersonChanged:
		return c.people[b.Person]
	case *sallyport.FactRecorded:
		return c.people[b.Person]
	case *sallyport.SignedIn:
		return c.people[e.By]
	case *sallyport.TicketOpened:
		return c.tickets[b.Ticket]
	case *sallyport.AcceptanceSigned:
		return c.systems[b.System]
	case *sallyport.RunbookSigned:
		return c.systems[b.System]
	}
	return false
}

// eachEntry decodes entries 0 to size.
func eachEntry(ctx context.Context, from Ledger, size int64, f func(index int64, e sallyport.Entry, body sallyport.Body) error) error {
	const piece = 512
	for index := int64(0); index < size; {
		entries, err := from.Entries(ctx, index, min(index+piece, size))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return sallyport.Errorf(sallyport.Internal, "entry %d is missing in a log of %d", index, size)
		}
		for _, raw := range entries {
			e, body, err := sallyport.DecodeEntry(raw)
			if err != nil {
				return sallyport.Errorf(sallyport.Internal, "entry %d: %w", index, err)
			}
			if err := f(index, e, body); err != nil {
				return err
			}
			index++
		}
	}
	return nil
}
