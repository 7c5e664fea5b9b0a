package gateway

import (
	"context"
	"slices"
	"time"

	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// menu is what a person's menu showed when it was last asked for. A menu is advice: every request is decided anew.
type menu struct {
	pages []string
	at    time.Time
	size  int64 // of the ledger, at the last entry that changed what policy answers
}

// keepMenu bounds how long a menu may miss that something ended by its own time.
const keepMenu = 30 * time.Second

// Pages says which pages are worth showing to the caller: for each, the question that it begins with is put to policy. Answers are kept until
// something changes them, since every open page asks every few seconds.
func (g *Gateway) Pages(_ context.Context, c Caller) ([]string, error) {
	var out []string
	err := g.view(func(s *workflow.State) error {
		now := g.time()
		if m, ok := g.menus[c.Person]; ok && m.size == g.changed && now.Sub(m.at) < keepMenu {
			out = m.pages
			return nil
		}
		out = []string{"sessions", "tickets"}
		may := func(page string, asks ...func() bool) {
			if slices.ContainsFunc(asks, func(ask func() bool) bool { return ask() }) {
				out = append(out, page)
			}
		}
		house := func(ask sallyport.Ask, topic policy.Topic) func() bool {
			return func() bool { return g.may(s, "*", ask, topic, c.Person) }
		}
		p := s.People[c.Person]
		holds := func(roles ...sallyport.Role) func() bool {
			return func() bool {
				return p != nil && slices.ContainsFunc(p.Roles, func(r workflow.Role) bool {
					return slices.Contains(roles, r.Role) && (r.Until == nil || now.Before(*r.Until))
				})
			}
		}
		somewhere := func(asks ...sallyport.Ask) func() bool {
			return func() bool {
				for id := range s.Systems {
					for _, ask := range asks {
						topic := policy.Topic("")
						if ask == sallyport.AskAdminister {
							topic = policy.TopicSystem
						}
						if g.may(s, id, ask, topic, c.Person) {
							return true
						}
					}
				}
				return false
			}
		}
		may("queue", holds(sallyport.RoleEscort, sallyport.RoleSecond, sallyport.RoleSupervisor, sallyport.RoleSystemOwner, sallyport.RoleApprover), somewhere(sallyport.AskWatch), func() bool {
			for _, sess := range s.Live() {
				if sess.Escort == c.Person || sess.OfferedTo == c.Person {
					return true
				}
			}
			return false
		})
		may("ledger", house(sallyport.AskExport, ""), house(sallyport.AskReplay, ""))
		may("people", house(sallyport.AskAdminister, policy.TopicPerson), house(sallyport.AskExport, ""))
		may("policy", house(sallyport.AskAdminister, policy.TopicPerson), house(sallyport.AskExport, ""))
		may("systems", holds(sallyport.RoleAdministrator), somewhere(sallyport.AskWatch, sallyport.AskAdminister))
		may("revoke", house(sallyport.AskAdminister, policy.TopicRevoke))
		may("acceptances", holds(sallyport.RoleApprover, sallyport.RoleAdministrator), somewhere(sallyport.AskAcceptRisk))
		may("who", func() bool { return g.mayAsk(s, "*", c.Person) }, somewhere(sallyport.AskExport, sallyport.AskReplay))
		may("inforce", func() bool { return g.oversees(s, c.Person) })
		may("runbooks", holds(sallyport.RoleEscort, sallyport.RoleSecond, sallyport.RoleAdministrator))
		slices.Sort(out)
		g.menus[c.Person] = menu{out, now, g.changed}
		return nil
	})
	return out, err
}

// AsksVoucher counts the facts whose only witness is their subject and for which the caller, as an administrator, could give a second word. It is
// asked for as long as nobody does.
func (g *Gateway) AsksVoucher(_ context.Context, c Caller) (int, error) {
	n := 0
	err := g.view(func(s *workflow.State) error {
		for f := range g.past.unvouched {
			if f.person != c.Person {
				n++
			}
		}
		if n > 0 && !g.may(s, "*", sallyport.AskAdminister, policy.TopicVouch, c.Person) {
			n = 0
		}
		return nil
	})
	return n, err
}
