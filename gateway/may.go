package gateway

import (
	"sallyport"
	"sallyport/policy"
	"sallyport/workflow"
)

// may asks policy about something that concerns no session; the caller holds the lock. An error is a no.
func (g *Gateway) may(s *workflow.State, system sallyport.SystemID, ask sallyport.Ask, topic policy.Topic, p sallyport.PersonID) bool {
	a, err := g.check.House(s, system, ask, topic, p, g.time(), g.cache)
	return err == nil && a.Allowed
}

// mayIn asks policy about a session; the caller holds the lock.
func (g *Gateway) mayIn(s *workflow.State, sess *workflow.Session, a *workflow.Action, ask sallyport.Ask, p sallyport.PersonID) bool {
	stage := policy.StageWork
	if sess.State == workflow.Requested {
		stage = policy.StageRequest
	}
	answer, err := g.check.Question(s, sess, a, ask, p, stage, g.time(), g.cache)
	return err == nil && answer.Allowed
}

// asking remembers for as long as the lock is held what policy said about one person: a list asks the same of every ticket of a system,
// and everybody waits for the lock meanwhile.
type asking struct {
	g    *Gateway
	s    *workflow.State
	p    sallyport.PersonID
	said map[asked]bool
}

type asked struct {
	system sallyport.SystemID
	ask    sallyport.Ask
	topic  policy.Topic
}

func (g *Gateway) asking(s *workflow.State, p sallyport.PersonID) *asking {
	return &asking{g, s, p, map[asked]bool{}}
}

func (a *asking) may(system sallyport.SystemID, ask sallyport.Ask, topic policy.Topic) bool {
	q := asked{system, ask, topic}
	yes, known := a.said[q]
	if !known {
		yes = a.g.may(a.s, system, ask, topic, a.p)
		a.said[q] = yes
	}
	return yes
}
