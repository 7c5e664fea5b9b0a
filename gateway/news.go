package gateway

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sallyport"
	"sallyport/workflow"
)

// News is what one person is to be told of an entry, outside the console. It has no text that was proposed and no output.
type News struct {
	Person  sallyport.PersonID
	Name    string
	Email   string
	Subject string
	Text    string
}

// News says what the entry at index has to tell, to those concerned whose address is on record: owners of a session that opened or ended, with who
// and from which country (R19); of a risk acceptance that ends soon its signer and the system's owners (R59).
func (g *Gateway) News(ctx context.Context, index int64) ([]News, error) {
	raws, err := g.Log.Read(ctx, index, index+1)
	if err != nil || len(raws) == 0 {
		return nil, err
	}
	e, body, err := sallyport.DecodeEntry(raws[0])
	if err != nil {
		return nil, err
	}
	var out []News
	tell := func(s *workflow.State, to sallyport.PersonID, subject, text string) {
		var d sallyport.PersonDetails
		if p := s.People[to]; p == nil || g.blobJSON(p.Details, &d) != nil || d.Email == "" || slices.ContainsFunc(out, func(n News) bool { return n.Person == to }) {
			return
		}
		out = append(out, News{Person: to, Name: d.Name, Email: d.Email, Subject: subject, Text: text})
	}
	err = g.view(func(s *workflow.State) error {
		switch b := body.(type) {
		case *sallyport.OwnerTold:
			sess := s.Sessions[e.Session]
			tell(s, b.Owner, fmt.Sprintf("Session %s on %s has %s", sess.ID, sess.System, b.Event), g.sessionNews(s, sess, e, b.Event))
		case *sallyport.AcceptanceWarned:
			a := s.Acceptances[b.Acceptance]
			text := fmt.Sprintf("Risk acceptance %s sets aside the rule %s on system %s", a.Acceptance, a.Rule, a.System)
			if a.Person != "" {
				text += " for " + named(g.party(s, a.Person))
			}
			text += fmt.Sprintf(".\nIt ends by itself at %s. From then on the rule applies again, and sessions that rest on it end.\n", b.Until.UTC().Format("2006-01-02 15:04Z"))
			subject := fmt.Sprintf("Risk acceptance %s ends %s", a.Acceptance, b.Until.UTC().Format("2006-01-02 15:04Z"))
			tell(s, a.By, subject, text)
			for _, owner := range g.owners(s, a.System) {
				tell(s, owner, subject, text)
			}
		}
		return nil
	})
	return out, err
}

// owners lists who owns a system, sorted. The caller holds the lock.
func (g *Gateway) owners(s *workflow.State, system sallyport.SystemID) (out []sallyport.PersonID) {
	for id, p := range s.People {
		if p.Holds(sallyport.RoleSystemOwner, system, s.Now) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (g *Gateway) sessionNews(s *workflow.State, sess *workflow.Session, e sallyport.Entry, event string) string {
	var b strings.Builder
	line := func(what, is string) { fmt.Fprintf(&b, "%-9s %s\n", what, is) }
	fmt.Fprintf(&b, "A session on a system that you own has %s.\n\n", event)
	name := string(sess.System)
	if sys := s.Systems[sess.System]; sys.Name != "" {
		name += " (" + sys.Name + ")"
	}
	line("System", name)
	line("Session", string(sess.ID))
	line("Ticket", string(sess.Ticket))
	line("Mode", string(sess.Mode))
	line("Engineer", named(g.party(s, sess.Engineer)))
	if sess.Escort != "" {
		line("Escort", named(g.party(s, sess.Escort)))
	} else {
		line("Escort", "none yet")
	}
	line("At", e.Time.UTC().Format("2006-01-02 15:04:05Z"))
	if event == "opened" {
		line("Until", sess.Until.UTC().Format("2006-01-02 15:04:05Z"))
	} else {
		line("Actions", fmt.Sprint(len(sess.Actions)))
		line("Because", sess.Why)
	}
	b.WriteString("\nWhat was proposed, decided and done is in the console and in the ledger.\n")
	return b.String()
}

// named says who somebody is, where they are and who employs them.
func named(p Party) string {
	return fmt.Sprintf("%s (%s), location %s, employer %s", p.Name, p.ID, p.Country, p.Employer)
}
